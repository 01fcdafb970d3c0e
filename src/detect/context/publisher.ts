// Whether an application is who its name says: verified publisher against name, and both against the addresses at which it is answered. Called by context.ts.
// Cost: a few comparisons, for records of applications only. Source: verifiedPublisher and replyUrls of the snapshot, AppAddress of directory events.
import { type Brand, brands } from './brands.ts';

export interface AppIdentity {
  readonly names: readonly string[];
  /** Display name of the verified publisher; undefined: the record does not tell; empty: nobody is verified. */
  readonly publisher: string | undefined;
  /** Host names of the reply addresses; undefined: the record does not tell. */
  readonly hosts: readonly string[] | undefined;
}

const isUnder = (host: string, domains: readonly string[]): boolean =>
  domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
/** Addresses on the own computer belong to nobody. */
const isLocal = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[?::1\]?$/.test(host);

/**
 * The name is a brand's. True: a verified publisher who is somebody else, or reply addresses of which none is the brand's. False: the brand's own publisher or address.
 * Undefined where the record tells neither.
 */
export function bearsForeignBrand(claimed: readonly Brand[], { publisher, hosts }: AppIdentity): boolean | undefined {
  if (claimed.length === 0) return false;
  const outside = hosts?.filter((host) => !isLocal(host)) ?? [];
  const verified = publisher !== undefined && publisher !== '';
  if (!verified && outside.length === 0) return undefined;
  if (verified) return !claimed.some((brand) => brand.publisher.test(publisher));
  return !claimed.some((brand) => outside.some((host) => isUnder(host, brand.domains)));
}

const common = new Set(
  'the and for inc ltd llc gmbh corp corporation company limited software solutions technologies technology systems services group global international cloud app apps online digital data www com net org api auth login'.split(
    ' ',
  ),
);
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2 && !common.has(word));

/** Signs that stand for themselves in a host name: `contoso` in `login.contoso-apps.example`. */
const flat = (text: string): string => text.replace(/[^a-z0-9]+/g, '');

/**
 * True where a verified publisher stands beside reply addresses and not one of these has a word of the publisher's name, or of the application's, in its host name.
 * Undefined where one of the two is missing. Weak alone: many vendors answer at an address of their cloud.
 */
export function answersElsewhere({ names, publisher, hosts }: AppIdentity): boolean | undefined {
  const outside = hosts?.filter((host) => !isLocal(host)) ?? [];
  if (publisher === undefined || publisher === '' || outside.length === 0) return undefined;
  // One owner may bear several brands: Microsoft LinkedIn's, Salesforce Slack's.
  const own = brands.filter((brand) => brand.publisher.test(publisher)).flatMap(({ domains, rented = [] }) => [...domains, ...rented]);
  if (own.length > 0) return !outside.some((host) => isUnder(host, own));
  const words = [publisher, ...names].flatMap(wordsOf);
  return !outside.some((host) => words.some((word) => flat(host).includes(flat(word)) && flat(word) !== ''));
}

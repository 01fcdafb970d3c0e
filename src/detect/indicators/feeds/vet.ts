// Refuses, entry by entry and with the reason, what a foreign feed should never make us look for: what would match everybody, Microsoft, or the tenants themselves. Pure. Called by refresh and by `tenant-guard indicators check`.
import ipaddr from 'ipaddr.js';
import { getPublicSuffix } from 'tldts';
import type { FeedEntry } from '../../../contracts/indicators.ts';
import { microsoftNetworks } from '../../../tenants/microsoft-networks.ts';
import { createAddressRanges } from '../address-ranges.ts';
import { normalise } from '../indicator.ts';
import { mailProviders, microsoftApplications, microsoftDomains, microsoftSystems, sharedDomains } from './not-theirs.ts';

/** Wider is a statement about a provider, not about an attacker. */
const widest = { ipv4: 16, ipv6: 32 } as const;
const shortestAgent = 10;
/** 1990 to 2100: what lies outside is no date of an attack. */
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);

export interface Own {
  /** Domains of the tenants under guard. */
  readonly domains: Iterable<string>;
  /** Addresses and ranges that the tenants call their own (policy ownNetworks). */
  readonly networks: Iterable<string>;
}

/** Why an entry is not taken, or undefined. The reason is the same text for all entries of one kind of fault, so that they can be counted. */
export type Vet = (entry: Pick<FeedEntry, 'kind' | 'value' | 'confidence' | 'from' | 'until'>) => string | undefined;

export function createVet(own: Own): Vet {
  const microsoft = createAddressRanges([...microsoftNetworks].map((network) => [network, true] as const));
  const ownRanges = createAddressRanges([...own.networks].flatMap((network) => ranged(network)));
  const theirs = new Set(microsoftDomains);
  const shared = new Set(sharedDomains);
  const ours = new Set([...own.domains].map((name) => name.toLowerCase()));
  const applications = new Set(microsoftApplications);
  const systems = new Set(microsoftSystems);
  const providers = new Set(mailProviders);

  const domain = (name: string): string | undefined => {
    if (shared.has(name)) return 'a domain that many strangers share';
    if (below(name, theirs)) return 'a domain of Microsoft’s own services';
    if (below(name, ours)) return 'a domain of a tenant under guard';
    if (getPublicSuffix(name, { allowPrivateDomains: true }) === name) return 'a public suffix, under which everybody registers names';
    return undefined;
  };
  const address = (text: string): string | undefined => {
    const [first = '', length] = text.split('/');
    const parsed = ipaddr.parse(first);
    const family = parsed.kind();
    if (length !== undefined && Number(length) < widest[family])
      return `a range wider than /${widest[family]}, which is a statement about a provider`;
    const range = parsed.range();
    // RFC 5737 and 3849 addresses stand in documentation and tests; nobody signs in from there.
    if (range !== 'unicast' && range !== 'reserved') return 'a private or special address, which no sign-in comes from';
    if (microsoft.touches(text)) return 'an address of Microsoft’s own services';
    return ownRanges.touches(text) ? 'an address of a tenant’s own networks' : undefined;
  };

  return ({ kind, value, confidence, from, until }) => {
    if (confidence === 0) return 'the source itself gives it no confidence';
    if (!inTime(from) || (until !== undefined && !inTime(until))) return 'a time outside 1990 to 2100';
    if (until !== undefined && until < from) return 'it ends before it begins';
    switch (kind) {
      case 'address':
        return address(value);
      case 'domain':
        return domain(value);
      case 'url': {
        const { protocol, hostname } = new URL(value);
        if (protocol !== 'http:' && protocol !== 'https:') return 'a URL that is neither http nor https';
        const host = hostname.replace(/^\[|\]$/g, '');
        if (ipaddr.isValid(host)) return address(host);
        // A page on a shared site may well be an attacker's.
        return shared.has(host) && new URL(value).pathname.length > 1 ? undefined : domain(host);
      }
      case 'email': {
        const host = normalise('domain', value.slice(value.lastIndexOf('@') + 1));
        if (host === undefined) return 'a mail address without a domain';
        if (below(host, ours)) return 'a domain of a tenant under guard';
        return below(host, theirs) && !providers.has(host) ? 'a domain of Microsoft’s own services' : undefined;
      }
      case 'network':
        return systems.has(Number(value)) ? 'an autonomous system of Microsoft’s' : undefined;
      case 'application':
        if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return 'an application id that is no GUID';
        return applications.has(value) ? 'an application of Microsoft’s that everybody uses' : undefined;
      case 'user-agent':
        return value.length < shortestAgent ? `a user agent of fewer than ${shortestAgent} characters` : undefined;
      case 'network-owner':
      case 'application-name':
        return 'a name alone, which anybody may carry';
    }
  };
}

const inTime = (time: number): boolean => time >= earliest && time <= latest;

/** It is one of these, or stands below one. */
function below(name: string, names: ReadonlySet<string>): boolean {
  for (let rest = name; ; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (names.has(rest)) return true;
    if (!rest.includes('.')) return false;
  }
}

function ranged(network: string): (readonly [string, true])[] {
  const value = normalise('address', network);
  return value === undefined ? [] : [[value, true]];
}

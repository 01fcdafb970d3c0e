// Made-up data names nobody who exists: documentation domains and addresses only. Published indicators (campaigns/*/indicators) are real by their nature.
import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { brands } from '../../src/detect/context/brands.ts';
import { microsoftNetworks } from '../../src/tenants/microsoft-networks.ts';
import { code, type Source, sources } from './sources.ts';

const fixtures = [
  ...code(['test', 'simulator', 'bench']),
  ...sources(['test', 'simulator', 'campaigns'], ['.json', '.yml', '.csv']),
].filter(({ path }) => !/^campaigns\/[^/]+\/(indicators|campaign\.yml|rules\/)/.test(path) && !path.startsWith('test/meta/'));

/** RFC 2606 and 6761, one computer, and the services that records really name. */
const allowedDomain =
  /(^|\.)(example|example\.(com|net|org)|test|invalid|localhost|(?:microsoft|microsoftonline|office|office365|windows|azure|azurewebsites|aka|sharepoint|live|outlook)\.(?:com|net|us|ms)|partner\.outlook\.cn|chinacloudapi\.cn|visualstudio\.com)$/i;

const allowedAddress = new BlockList();
for (const [network, bits] of [
  // RFC 5737
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // This computer, and networks of one's own
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['0.0.0.0', 32],
  // Nobody's on the internet: carriers' inside, link-local, multicast, the host's own on Azure
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['168.63.129.16', 32],
] as const)
  allowedAddress.addSubnet(network, bits);
for (const [network, bits] of [
  // RFC 3849, and networks of one's own
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::', 127],
] as const)
  allowedAddress.addSubnet(network, bits, 'ipv6');

/** Of Microsoft's services, which records really name. */
for (const network of microsoftNetworks) {
  const [first = '', bits] = network.split('/');
  allowedAddress.addSubnet(first, Number(bits), first.includes(':') ? 'ipv6' : 'ipv4');
}

/** One past the end of a documentation network, where a test of networks needs a near miss. */
const nearMisses = new Set(['192.0.3.77', '203.0.0.0', '198.51.101.7', '2001:db9::1', '2001:db9::9']);

/** Domains that a pack publishes as indicators: its own cases name them, and names that only end alike. */
const published = sources(['campaigns'], ['.json', '.csv'])
  .filter(({ path }) => /\/indicators\b/.test(path))
  .flatMap(({ text }) => [...text.matchAll(/\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi)].map(([domain]) => domain.toLowerCase()));
/** Where an application answers that bears a brand by right: cases of look-alike names need the true one too. */
const borne = brands.flatMap(({ domains }) => domains);
const ofPack = (path: string, domain: string): boolean =>
  /^campaigns\/[^/]+\/tests\//.test(path) &&
  (published.some((known) => domain.toLowerCase().endsWith(known)) ||
    borne.some((known) => domain.toLowerCase() === known || domain.toLowerCase().endsWith(`.${known}`)));

/** Networks that a pack publishes as indicators: its own cases have to name an address of them. */
const publishedNetworks = new BlockList();
for (const { text } of sources(['campaigns'], ['.csv']).filter(({ path }) => path.endsWith('/indicators.csv')))
  for (const [, first = '', bits = '32'] of text.matchAll(/^address,(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?,/gm))
    publishedNetworks.addSubnet(first, Number(bits));

interface Named {
  readonly path: string;
  readonly what: string;
}

function foreignDomains(files: readonly Source[]): readonly Named[] {
  const hosts = /(?:https?:\/\/|[\w.+-]+@)(?!odata\.)((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w${])/gi;
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(hosts)]
      .map((match) => ({ path, what: match[1] ?? '' }))
      .filter(({ what }) => !allowedDomain.test(what) && !ofPack(path, what)),
  );
}

function foreignAddresses(files: readonly Source[]): readonly Named[] {
  // Not behind a slash or a letter: Chrome/120.0.0.0 and v1.2.3.4 are versions.
  const quads = /(?<![\w./:-])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])/g;
  const sixes = /(?<![\w.:-])((?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})|(?:[0-9a-f]{1,4}:)+:[0-9a-f]{0,4})(?![\w:.-])/gi;
  return files.flatMap(({ path, text }) => {
    const found = [...text.matchAll(quads), ...text.matchAll(sixes)].map((match) => match[1] ?? '');
    return found
      .filter((what) => {
        const kind = isIP(what);
        if (kind === 4 && /^campaigns\/[^/]+\/tests\//.test(path) && publishedNetworks.check(what)) return false;
        return kind !== 0 && !nearMisses.has(what) && !allowedAddress.check(what, kind === 6 ? 'ipv6' : 'ipv4');
      })
      .map((what) => ({ path, what }));
  });
}

describe('made-up data', () => {
  it('names documentation domains only', () => {
    expect(foreignDomains(fixtures)).toEqual([]);
  });

  it('names documentation addresses only', () => {
    expect(foreignAddresses(fixtures)).toEqual([]);
  });

  it('would be noticed to name somebody real', () => {
    const file = (text: string): readonly Source[] => [{ path: 'x', text }];
    expect(foreignDomains(file("upn: 'someone@real-company.com', site: 'https://shop.real-company.com/x'"))).toHaveLength(2);
    expect(foreignDomains(file("upn: 'someone@contoso.example'"))).toEqual([]);
    expect(foreignAddresses(file("ip: '8.8.8.8', other: '2606:4700::1111'"))).toHaveLength(2);
    expect(foreignAddresses(file("ip: '203.0.113.7', browser: 'Chrome/120.0.0.0', at: '03:04:05', six: '2001:db8::7'"))).toEqual([]);
  });
});

// What foreign feeds list: a hundred thousand made-up signs as STIX, MISP and CSV, read as a guard reads them. Some of them are where people of the month sign in from. Used by ordinary-month.test.ts.
import type { FeedKind, ForeignIndicators } from '../../../src/contracts/indicators.ts';
import { createForeignIndicators } from '../../../src/detect/indicators/feeds/foreign-index.ts';
import { createVet } from '../../../src/detect/indicators/feeds/vet.ts';
import { createCopy } from '../../../src/rounds/indicators/copy.ts';

const third = 33_400;
const seenFrom = '2026-01-01';

/** Mostly what nobody here meets: addresses beyond those of documentation are of the range for benchmarks (RFC 2544). */
const address = (number: number): string =>
  `198.${18 + (Math.floor(number / 65_536) % 2)}.${Math.floor(number / 256) % 256}.${number % 256}`;
/** Lists of proxies hold whole carriers, travellers' networks and people's homes now and then. */
const ordinary = ['198.51.100.180/30', '198.51.100.200/29', '203.0.113.12', '198.51.100.7', '198.51.100.77'];

const stix = (count: number): unknown => ({
  type: 'bundle',
  id: 'bundle--00000000-0000-4000-8000-000000000001',
  objects: Array.from({ length: count }, (_, index) => ({
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    created: `${seenFrom}T00:00:00Z`,
    modified: `${seenFrom}T00:00:00Z`,
    pattern:
      index < ordinary.length
        ? `[ipv4-addr:value = '${ordinary[index]}']`
        : index % 3 === 0
          ? `[domain-name:value = 'n${index}.example']`
          : `[ipv4-addr:value = '${address(index)}']`,
    pattern_type: 'stix',
    valid_from: `${seenFrom}T00:00:00Z`,
    valid_until: '2026-12-31T00:00:00Z',
    confidence: 90,
  })),
});

const misp = (count: number): unknown => ({
  Event: {
    uuid: '00000000-0000-4000-8000-000000000002',
    info: 'Proxies',
    date: seenFrom,
    timestamp: String(Date.UTC(2026, 0, 1) / 1000),
    Attribute: Array.from({ length: count }, (_, index) => ({
      uuid: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
      type: index % 4 === 0 ? 'domain' : 'ip-src',
      category: 'Network activity',
      value:
        index < ordinary.length ? (ordinary[index] ?? '').split('/')[0] : index % 4 === 0 ? `m${index}.example` : address(40_000 + index),
      to_ids: true,
      last_seen: '2026-02-20T00:00:00Z',
    })),
  },
});

const csv = (count: number): string =>
  [
    'kind,value,name,confidence,valid_from,valid_until,source,note',
    ...Array.from({ length: count }, (_, index) =>
      index === 0
        ? `network,64499,as,60,${seenFrom},2026-12-31,a list,travellers`
        : `address,${address(80_000 + index)},a${index},60,${seenFrom},2026-12-31,a list,`,
    ),
  ].join('\n');

export function listedEverywhere(now: number): { readonly foreign: ForeignIndicators; readonly entries: number } {
  const own = { domains: ['contoso.example'], networks: [] };
  const documents: readonly (readonly [FeedKind, unknown])[] = [
    ['stix', stix(third)],
    ['misp', misp(third)],
    ['csv', csv(third)],
  ];
  const feeds = documents.map(([kind, document]) => {
    const copy = createCopy({ kind, vet: createVet(own), now });
    copy.take(document);
    return { feed: kind, entries: copy.entries({ status: 'read', what: 'all', cursor: {} }, []) };
  });
  return { foreign: createForeignIndicators(feeds), entries: feeds.reduce((sum, { entries }) => sum + entries.length, 0) };
}

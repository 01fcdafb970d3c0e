// What foreign feeds list, ready for detection: the same index as for packs, with ids that name feed and value. Built once per copy by whoever runs detection.
import type { FeedEntry, ForeignIndicators, IndicatorKind } from '../../../contracts/indicators.ts';
import { createIndicatorIndex, type Listed } from '../indicator-index.ts';

const prefix = 'feed/';
/** An id holds no more of a value. */
const longestValue = 300;

/** One entry of a feed. A hundred thousand are held, and hardly one is ever found: its id is made when it is. */
class ForeignEntry implements Listed {
  readonly kind: IndicatorKind;
  readonly value: string;
  readonly confidence: number;
  readonly validFrom: number;
  readonly validUntil: number | undefined;
  readonly feed: string;

  constructor(feed: string, { kind, value, confidence, from, until }: FeedEntry) {
    this.kind = kind;
    this.value = value;
    this.confidence = confidence;
    this.validFrom = from;
    this.validUntil = until;
    this.feed = feed;
  }

  /** @example 'feed/example-feed/address/198.51.100.7' */
  get id(): string {
    return `${prefix}${this.feed}/${this.kind}/${this.value.slice(0, longestValue)}`;
  }
}

export function createForeignIndicators(
  feeds: Iterable<{ readonly feed: string; readonly entries: readonly FeedEntry[] }>,
): ForeignIndicators {
  const indicators: ForeignEntry[] = [];
  for (const { feed, entries } of feeds) for (const entry of entries) indicators.push(new ForeignEntry(feed, entry));
  const cut = indicators.filter(({ value }) => value.length >= longestValue);
  const { match, address, domain, listing } = createIndicatorIndex(indicators);
  return {
    match,
    address,
    domain,
    words(id) {
      const [, feed = '', kind = '', ...parts] = id.split('/');
      const value = parts.join('/');
      const alike = value.length < longestValue ? listing(kind as IndicatorKind, kind === 'address' ? (parts[0] ?? '') : value) : cut;
      const confidence = alike.reduce((most, entry) => (entry.id === id ? Math.max(most, entry.confidence) : most), 0);
      return `${value} in ${feed} (confidence ${confidence} of 100)`;
    },
  };
}

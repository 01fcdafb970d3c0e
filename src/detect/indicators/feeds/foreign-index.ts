// What foreign feeds list, ready for detection: the same index as for packs, with ids that name feed and value. Built once per copy by whoever runs detection.
import type { FeedEntry, ForeignIndicators } from '../../../contracts/indicators.ts';
import type { Indicator } from '../indicator.ts';
import { createIndicatorIndex } from '../indicator-index.ts';

const prefix = 'feed/';

/** @example 'feed/example-feed/address/198.51.100.7' */
const idOf = (feed: string, { kind, value }: FeedEntry): string => `${prefix}${feed}/${kind}/${value.slice(0, 300)}`;

export function createForeignIndicators(
  feeds: Iterable<{ readonly feed: string; readonly entries: readonly FeedEntry[] }>,
): ForeignIndicators {
  const indicators: Indicator[] = [];
  const confidence = new Map<string, number>();
  for (const { feed, entries } of feeds)
    for (const entry of entries) {
      const id = idOf(feed, entry);
      confidence.set(id, Math.max(confidence.get(id) ?? 0, entry.confidence));
      indicators.push({
        id,
        kind: entry.kind,
        value: entry.value,
        confidence: entry.confidence,
        validFrom: entry.from,
        ...(entry.until === undefined ? {} : { validUntil: entry.until }),
        source: feed,
      });
    }
  const { match, address, domain } = createIndicatorIndex(indicators);
  return {
    match,
    address,
    domain,
    words(id) {
      const [, feed = '', , ...value] = id.split('/');
      return `${value.join('/')} in ${feed} (confidence ${confidence.get(id) ?? 0} of 100)`;
    },
  };
}

// Reads what is new of one foreign feed since the last time, document by document. Called by src/rounds/indicators/refresh.ts, which understands and judges the documents.
import type { FeedCursor, FeedKind, IndicatorFeed } from '../../contracts/indicators.ts';
import { FeedError, type FetchLimits, type GuardedFetch, usualLimits } from './guarded-fetch.ts';
import { readMisp } from './misp.ts';
import { readSingle } from './single.ts';
import { readTaxii } from './taxii.ts';

export interface FeedReading {
  readonly feed: IndicatorFeed;
  readonly fetch: GuardedFetch;
  /** Where the last reading ended; without one all is read. */
  readonly cursor: FeedCursor | undefined;
  /** Handed each document as it comes: JSON, but of CSV the text. `of`: what all of its entries belong to, where the document stands for one thing. Returns false where no more is wanted. */
  readonly take: (document: unknown, of?: string) => boolean;
  readonly depth: number;
  /** The reading has taken so long that what is left waits for the next one. */
  readonly late: () => boolean;
}

export type FeedOutcome =
  | {
      readonly status: 'read';
      readonly cursor: FeedCursor;
      /** `all`: what was not handed over is no longer listed. `more`: it adds to what was read before. */
      readonly what: 'all' | 'more';
      /** Of a feed that lists its documents: those that still stand; entries of others are gone. */
      readonly standing?: ReadonlySet<string>;
      /** What was left out, in plain words. */
      readonly incomplete?: string;
    }
  | { readonly status: 'unchanged' }
  /** A clause that follows "since the source fails:". */
  | { readonly status: 'failed'; readonly cause: string };

type Reader = (reading: FeedReading) => Promise<FeedOutcome>;
const readers: Readonly<Record<FeedKind, Reader>> = { stix: readSingle, csv: readSingle, misp: readMisp, taxii: readTaxii };

/** Never throws for what the source does. */
export async function readFeed(
  reading: Omit<FeedReading, 'depth'> & { readonly limits?: Pick<FetchLimits, 'depth'> },
): Promise<FeedOutcome> {
  try {
    return await readers[reading.feed.kind]({ ...reading, depth: (reading.limits ?? usualLimits).depth });
  } catch (error) {
    if (error instanceof FeedError) return { status: 'failed', cause: error.message };
    throw error;
  }
}

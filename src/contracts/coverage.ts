// What could be read and what not: the typed result of every read, and what the console and the card say about it.
import { z } from 'zod';

/** A read never returns a bare list. "No rights" is never "nothing found". */
export const readOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('complete') }),
  z.object({ status: z.literal('incomplete'), why: z.string() }),
  z.object({ status: z.literal('denied'), permission: z.string() }),
  z.object({ status: z.literal('unlicensed'), sku: z.string() }),
  z.object({
    status: z.literal('off'),
    what: z.string().describe('what the tenant switched off'),
    next: z.string().describe('how it is switched on'),
  }),
  /** `why`: whose limit it was, where it was not the service that said so. */
  z.object({ status: z.literal('throttled'), until: z.number().describe('epoch ms'), why: z.string().optional() }),
  z.object({ status: z.literal('failed'), cause: z.string() }),
]);
export type ReadOutcome = z.infer<typeof readOutcome>;

/** How a feed fares lately. */
export interface FeedFigures {
  /** New records since the guard began. */
  readonly records?: number;
  /** From event to first reading: half of the records within p50 minutes, 95 of 100 within p95. Upper bounds; 1441 stands for more than a day. */
  readonly delayMinutes?: { readonly p50: number; readonly p95: number };
  /** Share of the records that were there at first sight, as later looks found, and how many these looked at. */
  readonly onTime?: number;
  readonly looked?: number;
  readonly attempts: number;
  readonly errors: number;
  readonly lastError?: { readonly at: number; readonly text: string };
}

/** One feed of one tenant as the console shows it. `sentence` says what is blind, since when, and the next step, in words. */
export interface FeedCoverage {
  readonly feed: string;
  readonly title: string;
  readonly outcome: ReadOutcome | { readonly status: 'never-read' };
  /** Everything up to here was read (epoch ms). */
  readonly readTo?: number;
  /** … and confirmed by the last reconciliation. */
  readonly settledTo?: number;
  readonly blindSince?: number;
  readonly sentence: string;
}

/** What blinds several feeds of a tenant at once. */
export interface SharedCause {
  readonly status: FeedCoverage['outcome']['status'];
  /** In mid-sentence: "blind since …, because …". */
  readonly because: string;
  /** With the number of feeds and the next step. */
  readonly sentence: string;
  /** Since when all of them are blind (epoch ms), where they are. */
  readonly since?: number;
  /** Ids. */
  readonly feeds: readonly string[];
}

export interface TenantCoverage {
  readonly tenant: string;
  readonly name: string;
  readonly feeds: readonly FeedCoverage[];
  /** "Everything read to 03:05" or what is blind, one sentence. */
  readonly sentence: string;
  /** The most widespread first; each feed stands in one of them at most. */
  readonly shared: readonly SharedCause[];
}

/** Rules that cannot be assessed in a tenant for one reason, in words. */
export interface UnassessableRules {
  readonly because: string;
  readonly rules: readonly { readonly rule: string; readonly title: string }[];
}

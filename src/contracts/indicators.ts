// Indicators of feeds that other people publish: which feeds the installation reads, what is kept of each, and how detection asks for them. Shared by config, store, collect, detect and rounds.
import { z } from 'zod';

export const indicatorKinds = [
  'user-agent',
  'address',
  'network',
  'network-owner',
  'application',
  'application-name',
  'domain',
  'url',
  'email',
] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];

export const feedKinds = ['stix', 'misp', 'taxii', 'csv'] as const;
export type FeedKind = (typeof feedKinds)[number];

/** One source that the installation reads. `name` is part of the ids of what it lists. */
export const indicatorFeed = z.strictObject({
  kind: z.enum(feedKinds),
  name: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a name of lower-case letters, digits and dashes')
    .max(40),
  url: z.url({ protocol: /^https$/, error: 'an https address' }).max(2000),
});
export type IndicatorFeed = z.infer<typeof indicatorFeed>;

/** One value that a feed lists. Times epoch ms. */
export const feedEntry = z.strictObject({
  /** What it belongs to at its source (STIX object, MISP event): a newer reading of that replaces it. */
  of: z.string(),
  kind: z.enum(indicatorKinds),
  /** As it is compared. */
  value: z.string(),
  /** 0 to 100. */
  confidence: z.int().min(0).max(100),
  from: z.number(),
  until: z.number().optional(),
});
export type FeedEntry = z.infer<typeof feedEntry>;

/** Where the next reading goes on. `etag`: of a single document; `addedAfter`: TAXII; `events`: timestamp of each event of a MISP feed. */
export const feedCursor = z.strictObject({
  etag: z.string().optional(),
  addedAfter: z.string().optional(),
  events: z.record(z.string(), z.number()).optional(),
});
export type FeedCursor = z.infer<typeof feedCursor>;

/** The last good copy of a feed. */
export const feedCopy = z.strictObject({ v: z.literal(1), feed: z.string(), cursor: feedCursor, entries: z.array(feedEntry) });
export type FeedCopy = z.infer<typeof feedCopy>;

/** How many of a feed's entries were refused for one reason, and a few of them. Untrusted text. */
export const refusal = z.strictObject({ reason: z.string(), count: z.int(), examples: z.array(z.string()) });
export type Refusal = z.infer<typeof refusal>;

/** What is known of a feed without its copy: one small row. */
export const feedStatus = z.object({
  v: z.literal(1),
  feed: z.string(),
  /** Changes with the copy's content only: who holds that version has nothing to load. Absent: there is no copy yet. */
  version: z.string().optional(),
  /** Of which address and kind the copy is: another one begins anew. */
  source: z.string(),
  entries: z.int(),
  refused: z.array(refusal),
  triedAt: z.number(),
  /** The source answered and was understood; what the copy says is what it said then. */
  goodAt: z.number().optional(),
  /** All of it was read, and judged by the domains that the tenants had then. */
  wholeAt: z.number().optional(),
  /** Why the last reading failed, and since when all of them do. */
  failing: z.object({ since: z.number(), cause: z.string() }).optional(),
  /** What of the source was not read though it answered. */
  incomplete: z.string().optional(),
});
export type FeedStatus = z.infer<typeof feedStatus>;

/** What foreign feeds list, as detection asks: ids of those that match and were valid at `time` (epoch ms, of the event), sorted. Built once per copy. */
export interface ForeignIndicators {
  match(kind: Exclude<IndicatorKind, 'address' | 'domain'>, value: string, time: number): readonly string[];
  address(value: string, time: number): readonly string[];
  domain(value: string, time: number): readonly string[];
  /** "198.51.100.7 in example-feed (confidence 60)" for such an id. */
  words(id: string): string;
}

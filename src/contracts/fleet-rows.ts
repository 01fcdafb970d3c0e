// What is kept per lane and over all tenants so that rounds stay within the services' limits: counts of a lane, moods, leased blocks. Rows carry `v`.
import { z } from 'zod';

/** What a tenant's rounds of one lane asked for on one day (UTC). */
export const usageDay = z.object({
  rounds: z.number().int(),
  /** Of all rounds, each from its bell to its commit, as billed: a second at least. */
  milliseconds: z.number().int(),
  /** By feed; `directory`: who people are and which roles they have. */
  requests: z.record(z.string(), z.number().int()),
  /** Requests that had to wait for a later round, since a limit was reached. */
  heldBack: z.number().int(),
});
export type UsageDay = z.infer<typeof usageDay>;

/** What the tenant's next rounds have to know of a round's requests, on whichever worker they run. */
export const spent = z.object({
  /** Requests of this lane to the reporting API in the ten seconds before the commit (epoch ms). */
  asked: z.array(z.number()).optional(),
  /** Until when a service asked to be left alone, by source. */
  paused: z.record(z.string(), z.number()).optional(),
  /** Hosts that answered nobody on that worker: since when, until when they are left alone, and for how long the next time (ms). */
  open: z.record(z.string(), z.object({ since: z.number(), until: z.number(), pauseMs: z.number() })).optional(),
});
export type Spent = z.infer<typeof spent>;

/** A worker of this lane lost its lease or died: it may have written, or still write, what is no longer so. Epoch ms. */
export const overtaken = z.object({
  /** When it began at the earliest: what was read from then on is judged once more… */
  from: z.number(),
  /** …where it happened from then on… */
  since: z.number(),
  /** …by the first round from then on, when that worker writes no more. */
  until: z.number(),
});
export type Overtaken = z.infer<typeof overtaken>;

/** What a lane remembers from round to round, kept on the row `lane:{lane}` beside the marks, so that it costs no operation of its own. */
export const laneMemory = z.object({
  mood: z.enum(['hot', 'asleep']).optional(),
  /** Time of the newest interactive sign-in that was seen. */
  activeAt: z.number().optional(),
  /** A due row stands for a round that goes on with what this one left. */
  more: z.literal(true).optional(),
  spent: spent.optional(),
  overtaken: overtaken.optional(),
  /** By day (UTC), the last few. */
  usage: z.record(z.string(), usageDay),
});
export type LaneMemory = z.infer<typeof laneMemory>;

/** `hot`: an incident is open. `asleep`: nobody signed in for a while. One row per tenant in such a mood, read by the planner at every tick. */
export const moodRow = z.object({ v: z.literal(1), tenant: z.guid(), mood: z.enum(['hot', 'asleep']), since: z.number() });
export type MoodRow = z.infer<typeof moodRow>;

/** Blocks of requests that workers of all tenants were granted lately, per source. One row per source. */
export const blockRow = z.object({ v: z.literal(1), grants: z.array(z.object({ at: z.number(), count: z.number().int() })) });
export type BlockRow = z.infer<typeof blockRow>;

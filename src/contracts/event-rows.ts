// Rows that events from outside leave behind: subscriptions at Graph, addresses that somebody reported, hints that were rung for, records that were pushed. Kept by src/store/events.ts.
import { z } from 'zod';
import { lanes } from './bells.ts';
import { eventResources } from './events.ts';

/**
 * One subscription of one tenant at Graph, from the intent on. `wanted`: nothing is known to stand at Graph, or what stands is of no use any more. `created`: it stands, its
 * partner topic is not known to deliver yet. `active`: delivered. All times epoch ms.
 */
export const eventSubscription = z.object({
  v: z.literal(1),
  resource: z.enum(eventResources),
  state: z.enum(['wanted', 'created', 'active']),
  /** What Graph repeats in every event: the id of the intent. No secret, and no proof by itself. */
  clientState: z.string(),
  /** Name of the partner topic that Graph makes. A new one for every intent that replaces a lost subscription: Graph does not give an old one back for long. */
  topic: z.string(),
  intendedAt: z.number(),
  /** Graph's id of it. */
  id: z.string().optional(),
  expiresAt: z.number().optional(),
  /** Graph asked for it: renewed as soon as possible, whatever the expiry says. */
  renew: z.boolean().optional(),
  triedAt: z.number().optional(),
  /** Why the last step did not succeed, for people. */
  problem: z.string().optional(),
});
export type EventSubscription = z.infer<typeof eventSubscription>;

/** An address that somebody reported as bad. It ends by itself. */
export const reportedAddress = z.object({
  v: z.literal(1),
  /** Address or range, cleaned. */
  address: z.string(),
  reason: z.string(),
  /** The event's source: who says so. */
  sender: z.string(),
  reportedAt: z.number(),
  /** Sign-ins from then on count, and until. */
  from: z.number(),
  until: z.number(),
});
export type ReportedAddress = z.infer<typeof reportedAddress>;

/** For which second a bell that a hint asked for was rung: what comes before it needs none of its own. */
export const hintRow = z.object({ v: z.literal(1), lane: z.enum(lanes), rungFor: z.number() });
export type HintRow = z.infer<typeof hintRow>;

/** Pushed records that wait for a round. The records are in a blob of this name. */
export const spooled = z.object({
  v: z.literal(1),
  feed: z.string(),
  /** Of the blob; made from the content, so that a batch that was delivered twice is kept once. */
  name: z.string(),
  at: z.number(),
  count: z.int(),
});
export type Spooled = z.infer<typeof spooled>;

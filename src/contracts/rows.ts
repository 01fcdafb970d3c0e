// The rows that are more than their contract: feed marks, outbox, due rows, gaps. Each carries `v`; readers accept the previous version.
import { z } from 'zod';
import { lanes } from './bells.ts';
import { readOutcome } from './coverage.ts';

/** Two marks per feed: read to, and settled to after the last reconciliation. All times epoch ms. */
export const feedState = z.object({
  v: z.literal(1),
  feed: z.string(),
  /** When the guard first tried to read it. */
  startedAt: z.number(),
  /** Last attempt and what came of it. */
  triedAt: z.number(),
  outcome: readOutcome,
  /** Everything visible up to here was read and what was found in it is stored. */
  readTo: z.number().optional(),
  settledTo: z.number().optional(),
  /** Set while the feed cannot be read. */
  blindSince: z.number().optional(),
  /** Name of the stored snapshot's blob, for snapshot feeds. */
  snapshot: z.string().optional(),
  /** Records read and new activities found by the last attempt. */
  lastCount: z.number().optional(),
  /** Digests of the records read in the overlap, so that the next round sees which of them are new or changed. */
  recent: z.array(z.string()).optional(),
  /** Of the row `reconcile:{feed}`: how far each later look (in seconds after the event) has come. */
  reconciled: z.record(z.string(), z.number()).optional(),
});
export type FeedState = z.infer<typeof feedState>;

/** A card (or its redrawing) that has to reach a channel. Key: incident and revision, so that it is posted once per state that matters. */
export const outboxEntry = z.object({
  v: z.literal(1),
  incident: z.string(),
  revision: z.number().int(),
  reason: z.enum(['opened', 'worse', 'contained', 'undone', 'failed', 'closed', 'digest', 'first-light', 'dead-man']),
  createdAt: z.number(),
  status: z.enum(['waiting', 'accepted', 'opened', 'failed']),
  tries: z.number().int(),
  /** When the last try began: another worker leaves it alone for a while. */
  triedAt: z.number().optional(),
  channel: z.string().optional(),
  acceptedAt: z.number().optional(),
  lastError: z.string().optional(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

/** What must happen at a time. Written before the thing it guards, deleted after it: the sweeper rings again for rows that are overdue. */
export const dueEntry = z.object({
  v: z.literal(1),
  tenant: z.string(),
  kind: z.enum(['round', 'outbox', 'containment', 'verify', 'expire', 'remind']),
  /** Lane, incident id with revision, or containment id. */
  id: z.string(),
  dueAt: z.number().describe('epoch ms, read by the injected clock'),
  lane: z.enum(lanes).optional(),
  tries: z.number().int(),
});
export type DueEntry = z.infer<typeof dueEntry>;

export const gap = z.object({ v: z.literal(1), feed: z.string(), from: z.number(), to: z.number(), why: z.string() });
export type Gap = z.infer<typeof gap>;

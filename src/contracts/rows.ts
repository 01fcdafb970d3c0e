// The rows that are more than their contract: feed marks, outbox, due rows, gaps. Each carries `v`; readers accept the previous version.
import { z } from 'zod';
import { lanes } from './bells.ts';
import { readOutcome } from './coverage.ts';
import { laneMemory } from './fleet-rows.ts';

/** How a feed fares, lately: counters are halved when they grow large. */
export const feedHealth = z.object({
  /** Records by delay from event to first reading: counts per bucket of src/tenants/feed-health.ts. */
  delays: z.array(z.number().int()),
  /** Records that later looks read, and how many of them only a later look found. */
  looked: z.number().int(),
  late: z.number().int(),
  /** Attempts that failed, and the last one. */
  attempts: z.number().int(),
  errors: z.number().int(),
  lastError: z.object({ at: z.number(), text: z.string() }).optional(),
});
export type FeedHealth = z.infer<typeof feedHealth>;

/** A user whom a record of a log touched, at its time. */
export const touched = z.object({ id: z.string(), name: z.string().optional(), at: z.number() });
export type Touched = z.infer<typeof touched>;

/** Who changed an object of the directory, by the ids and names that the audit log gives it, in small letters. */
export const deed = z.object({
  at: z.number(),
  by: z.templateLiteral([z.string(), ':', z.string()]),
  name: z.string().optional(),
  names: z.array(z.string()),
});
export type Deed = z.infer<typeof deed>;

/** A change that a snapshot found and of which nobody knows yet who made it: by id of its activity. `since`: the snapshot before; `at`: when it was found. */
export const orphan = z.object({ id: z.string(), since: z.number(), at: z.number(), time: z.number(), names: z.array(z.string()) });
export type Orphan = z.infer<typeof orphan>;

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
  /** Spans beyond `readTo` that were read as well: a guard that was down reads the present first, and what lies between, oldest first. In order, apart. */
  ahead: z.array(z.object({ from: z.number(), to: z.number() })).optional(),
  /** Set while the feed cannot be read. */
  blindSince: z.number().optional(),
  /** Name of the stored snapshot's blob, for snapshot feeds. */
  snapshot: z.string().optional(),
  /** Records read and new activities found by the last attempt. */
  lastCount: z.number().optional(),
  /** Digests of the records read in the overlap, so that the next round sees which of them are new or changed; where a feed says itself what it has read, that. */
  recent: z.array(z.string()).optional(),
  /** What the feed itself asked to be told at its next read (src/collect/feed.ts). */
  kept: z.string().optional(),
  /** Of the row `reconcile:{feed}`: how far each later look (in seconds after the event) has come. */
  reconciled: z.record(z.string(), z.number()).optional(),
  /** New records since the guard began, and the earliest time that was asked for. */
  total: z.number().int().optional(),
  readFrom: z.number().optional(),
  health: feedHealth.optional(),
  /** Of the row `lane:{lane}`. */
  lane: laneMemory.optional(),
  /** Users whom its records touched within the last day, newest first: their mailboxes are worth a look. */
  touched: z.array(touched).optional(),
  /** Changes of the directory that its records told within the last day, newest first: a snapshot does not know who did it. */
  deeds: z.array(deed).optional(),
  /** Of snapshot feeds: changes of the last day that wait for the log to tell who made them. */
  orphans: z.array(orphan).optional(),
});
export type FeedState = z.infer<typeof feedState>;

/** A card (or its redrawing) that has to reach a channel. Key: incident and revision, so that it is posted once per state that matters. */
export const outboxEntry = z.object({
  v: z.literal(1),
  incident: z.string(),
  revision: z.number().int(),
  reason: z.enum(['opened', 'worse', 'contained', 'undone', 'failed', 'closed', 'digest', 'first-light', 'dead-man', 'excluded']),
  createdAt: z.number(),
  status: z.enum(['waiting', 'accepted', 'opened', 'failed']),
  tries: z.number().int(),
  /** When the last try began: another worker leaves it alone for a while. */
  triedAt: z.number().optional(),
  channel: z.string().optional(),
  acceptedAt: z.number().optional(),
  /** Name of the channel that took it, and when the next one gets it unless somebody opens the case; absent: no other channel is left, or it wants nothing of anybody. */
  setting: z.string().optional(),
  remindAt: z.number().optional(),
  lastError: z.string().optional(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

/** What the dead man's switch of a tenant last told: one row, so that one card is redrawn and not one sent per feed. `alarm` is absent while all is well. */
export const watchState = z.object({
  v: z.literal(1),
  /** Counts up with every card. */
  revision: z.number().int(),
  alarm: z
    .object({
      since: z.number(),
      feeds: z.array(z.object({ feed: z.string(), title: z.string(), since: z.number(), why: z.string() })),
      /** Cards that reached nobody. */
      cards: z.array(z.object({ incident: z.string(), revision: z.number().int(), since: z.number() })),
    })
    .optional(),
  /** What the last card told: the alarm's feeds, or that it is over. */
  told: z.object({ at: z.number(), over: z.boolean(), since: z.number() }).optional(),
});
export type WatchState = z.infer<typeof watchState>;

/** What must happen at a time. Written before the thing it guards, deleted after it: the sweeper rings again for rows that are overdue. */
export const dueEntry = z.object({
  v: z.literal(1),
  tenant: z.string(),
  kind: z.enum(['round', 'outbox', 'containment', 'verify', 'expire', 'remind', 'hunt']),
  /** Lane, incident id with revision, containment id, or hunt id. */
  id: z.string(),
  dueAt: z.number().describe('epoch ms, read by the injected clock'),
  lane: z.enum(lanes).optional(),
  tries: z.number().int(),
});
export type DueEntry = z.infer<typeof dueEntry>;

export const gap = z.object({ v: z.literal(1), feed: z.string(), from: z.number(), to: z.number(), why: z.string() });
export type Gap = z.infer<typeof gap>;

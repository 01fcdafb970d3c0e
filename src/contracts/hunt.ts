// A hunt: content searched for in what is kept of the past, over many tenants. Its row, its share of each tenant, its content. Made by src/rounds/hunt, kept by src/store/hunts.ts, shown by the command and the digest.
import { z } from 'zod';

const count = z.number().int().min(0);

/** The files of a campaign folder, as they were when the hunt began: it ends with the rules it began with. `tests/` is not among them. */
export const packFiles = z.strictObject({
  v: z.literal(1),
  pack: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  files: z
    .array(z.strictObject({ path: z.string().regex(/^(campaign\.yml|indicators\.(json|csv)|rules\/[^/\\]+\.ya?ml)$/), text: z.string() }))
    .min(1)
    .max(5000),
});
export type PackFiles = z.infer<typeof packFiles>;

/** What a hunt is expected to cost, said before it begins. */
export const huntPrice = z.object({
  tenants: count,
  days: count,
  /** Stored (packed) size of what is read. */
  megabytes: z.number(),
  /** Of one instance, which has a quarter of a core: what is billed. */
  seconds: z.number(),
  executions: count,
  tableOperations: count,
  queueOperations: count,
  blobReads: count,
  blobWrites: count,
  dollars: z.number(),
});
export type HuntPrice = z.infer<typeof huntPrice>;

/** What the one card of a hunt says in one channel: about the tenants of that channel alone. */
export const huntFacts = z.object({
  title: z.string(),
  days: count,
  tenants: count,
  searched: count,
  /** Findings by what they do; notes are not counted. */
  alerts: count,
  staged: count,
  targeted: count,
  /** Of rules that found more than is kept: how many more. */
  beyond: count,
  known: count,
  opened: count,
  joined: count,
  /** Most hits first. Tenants by id: a name would outlast a tenant that was erased. */
  hit: z.array(z.object({ tenant: z.string(), findings: count })).max(20),
  hitTenants: count,
  /** Somebody ended it before all was searched: what it found by then stands, and has to be told. */
  cancelled: z.literal(true).optional(),
});
export type HuntFacts = z.infer<typeof huntFacts>;

export const hunt = z.object({
  v: z.literal(1),
  id: z.string(),
  pack: z.string(),
  title: z.string(),
  /** Digest of the content. */
  version: z.string(),
  /** First and last day (UTC), both included. */
  from: z.iso.date(),
  to: z.iso.date(),
  tenants: z.array(z.guid()),
  /** Whoever started it, in words. */
  by: z.string(),
  /** The guard searches for this content in what comes, too: unfinished sequences are handed to it. */
  live: z.boolean(),
  createdAt: z.number(),
  price: huntPrice,
  status: z.enum(['running', 'done', 'cancelled']),
  endedAt: z.number().optional(),
  /** One per channel: in whose channel the card is posted, and what it says. */
  digests: z.array(z.object({ leader: z.guid(), facts: huntFacts })),
});
export type Hunt = z.infer<typeof hunt>;

/** How far a hunt has come in one tenant. */
export const huntPart = z.object({
  v: z.literal(1),
  hunt: z.string(),
  tenant: z.guid(),
  status: z.enum(['waiting', 'done', 'skipped', 'cancelled']),
  why: z.string().optional(),
  /** The first day that is not searched yet. */
  next: z.iso.date(),
  holder: z.string().optional(),
  heldUntil: z.number().optional(),
  /** Hits of unfinished sequences are kept from the day before `next`. */
  carries: z.boolean(),
  days: count,
  records: count,
  milliseconds: count,
  /** New findings by effect. */
  found: z.object({ alert: count, staged: count, targeted: count, note: count }),
  /** By rule, so that a rule that fires on everything is counted and not kept. */
  byRule: z.record(z.string(), count),
  /** Found, and not kept. */
  beyond: count,
  /** Found before, by the rounds. */
  known: count,
  opened: count,
  joined: count,
});
export type HuntPart = z.infer<typeof huntPart>;

// Doorbells: what travels on queues. A bell is never data: losing, doubling or delaying one is harmless, since what to do is read from tables.
import { z } from 'zod';

export const lanes = ['fast', 'config', 'reconcile'] as const;
export type Lane = (typeof lanes)[number];

/** What a tenant needs beside its rounds: `retention` and `erase` delete what is to be kept no longer; `watch` looks whether the guard still sees; `first-light` tells of the first read; `digest` counts people, and tells once a week what staged rules would have said. */
export const tasks = ['retention', 'erase', 'watch', 'first-light', 'digest'] as const;
export type Task = (typeof tasks)[number];

const base = { v: z.literal(1), tenant: z.guid(), traceparent: z.string().optional() };
export const bell = z.union([
  /** `slot`: when the planner meant it to ring (epoch ms). Only the planner sets it: what a round of the plan may ask without a lease, no other may. */
  z.strictObject({ ...base, lane: z.enum(lanes), slot: z.int().optional() }),
  z.strictObject({ ...base, incident: z.string() }),
  z.strictObject({ ...base, containment: z.string() }),
  z.strictObject({ ...base, task: z.enum(tasks) }),
  z.strictObject({ ...base, hunt: z.string() }),
]);
export type Bell = z.infer<typeof bell>;

/** `checks-hot`: tenants with an open incident. `respond`: plans, cards, verification. `events`: hints from Event Grid. */
export const queues = ['checks', 'checks-hot', 'respond', 'events'] as const;
export type QueueName = (typeof queues)[number];

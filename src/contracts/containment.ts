// Plans, steps, outcomes and the journal: what a press means, what was done, and what undo needs.
import { z } from 'zod';

export const planKinds = ['contain', 'sign-out', 'disable-connector'] as const;
export type PlanKind = (typeof planKinds)[number];

/** Who pressed: only ever taken from a validated token. */
export const responder = z.object({
  oid: z.string(),
  tenant: z.string(),
  name: z.string(),
  /** The account's name of sign-in, where the token tells: a case may know its user by that alone. */
  username: z.string().optional(),
  /** How the token was obtained, for the journal. */
  via: z.enum(['console', 'teams', 'command']),
});
export type Responder = z.infer<typeof responder>;

/** Only `contained` and `already` show green. */
export const stepOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('contained'), detail: z.string() }),
  z.object({ outcome: z.literal('already'), detail: z.string() }),
  z.object({ outcome: z.literal('verifying'), detail: z.string(), until: z.iso.datetime(), nextLook: z.iso.datetime() }),
  z.object({ outcome: z.literal('refused'), why: z.string(), next: z.string() }),
  z.object({ outcome: z.literal('unverified'), detail: z.string(), next: z.string() }),
  z.object({ outcome: z.literal('failed'), cause: z.string(), next: z.string().describe('what the responder should do now') }),
  z.object({ outcome: z.literal('rehearsed'), detail: z.string().describe('what it would have done') }),
]);
export type StepOutcome = z.infer<typeof stepOutcome>;

export const plannedStep = z.object({
  id: z.string().describe('unique in the plan: `block-sign-in`, `end-sessions`, `remove-methods`, `end-sessions-again`'),
  action: z.string().describe('id of the action in src/contain/actions'),
  label: z.string(),
  target: z.string().describe('subject id'),
  targetName: z.string(),
  after: z.array(z.string()).describe('steps that must have ended before this one starts'),
  parameters: z.record(z.string(), z.string()),
});
export type PlannedStep = z.infer<typeof plannedStep>;

export const stepState = plannedStep.extend({
  status: z.enum(['waiting', 'running', 'done', 'undone', 'undo-failed']),
  /** It seemed to be so before acting: what was seen, and whether the harmless change is sent all the same, since a replica may be behind. */
  found: z.object({ detail: z.string(), repeat: z.boolean() }).optional(),
  /** How often it began anew, since a replica showed only later what there was to do. */
  again: z.number().int().optional(),
  result: stepOutcome.optional(),
  undo: stepOutcome.optional(),
});

export const containment = z.object({
  v: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  incident: z.string(),
  kind: z.enum(planKinds),
  dryRun: z.boolean(),
  /** Idempotency key of the press. */
  request: z.string(),
  by: responder,
  at: z.iso.datetime(),
  status: z.enum(['intended', 'running', 'verifying', 'done', 'undoing', 'undone']),
  steps: z.array(stepState),
  /** What stays open, in sentences ("open apps may last up to an hour"). */
  staysOpen: z.array(z.string()),
  undo: z.object({ request: z.string(), by: responder, at: z.iso.datetime(), reason: z.string() }).optional(),
  endedAt: z.iso.datetime().optional(),
});
export type Containment = z.infer<typeof containment>;
export type StepState = z.infer<typeof stepState>;

/** One line of the journal, chained per containment: `previous` is the hash of the line before. */
export const journalEntry = z.object({
  v: z.literal(1),
  containment: z.string(),
  sequence: z.number().int(),
  at: z.iso.datetime(),
  kind: z.enum(['intent', 'state-before', 'acted', 'looked', 'result', 'undo-intent', 'undo-result', 'refused']),
  step: z.string().optional(),
  by: responder.optional(),
  /** Kind-specific: the plan (intent), the object as it was (state-before), the outcome (result). Never mail content, never secrets. */
  data: z.unknown(),
  previous: z.string(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

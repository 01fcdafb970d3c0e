// Rows of doubt: exclusions that people made, how often each rule speaks, and whether a rule is staged here whatever its pack says. Kept by src/store/doubt.ts.
import { z } from 'zod';
import { severities } from './finding.ts';

const subject = z.templateLiteral([z.string(), ':', z.string()]);

/** Who decided: a person of a validated token, or whoever runs the command with rights on the storage account. */
export const decider = z.object({ name: z.string(), oid: z.string().optional(), via: z.enum(['console', 'command']) });
export type Decider = z.infer<typeof decider>;

/** Longer than half a year nobody remembers why. */
export const exclusionDaysMost = 180;

/**
 * What one rule says about one subject opens no incident until the end date. It silences and never subtracts: as soon as anything else stands in the same attack, what it hid
 * counts again (src/incidents/exclusions.ts). Times epoch ms.
 */
export const exclusion = z.object({
  v: z.literal(1),
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  subject,
  subjectName: z.string().optional(),
  /** The worst that it hides: what the rule said when it was made. */
  most: z.enum(severities),
  reason: z.string(),
  by: decider,
  at: z.number(),
  /** Events from then on … */
  from: z.number(),
  /** … and before then. */
  until: z.number(),
  /** What was excluded at once has the same: one card tells of it. */
  press: z.string(),
  /** The case that it was made from. */
  incident: z.string().optional(),
  /** Taken back before its end: it hides nothing any more. */
  ended: z.object({ at: z.number(), by: decider, reason: z.string() }).optional(),
});
export type Exclusion = z.infer<typeof exclusion>;

/** What one rule said in a tenant, as one lane counted it. Days are UTC dates of the events. */
export const ruleCount = z.object({
  rule: z.string(),
  effect: z.enum(['alert', 'targeted', 'staged', 'note']),
  /** All findings since the guard began. */
  total: z.number().int(),
  /** Day of the newest event. */
  last: z.iso.date(),
  /** Findings per day, the last thirty days in which there were any, oldest first. */
  days: z.array(z.tuple([z.iso.date(), z.number().int()])),
});
export type RuleCount = z.infer<typeof ruleCount>;

/** One row per tenant and lane, committed with the marks: only rules that spoke are in it. */
export const noiseRow = z.object({
  v: z.literal(1),
  lane: z.string(),
  /** Epoch ms of the earliest event that was asked for: since when there could be anything to count. */
  from: z.number(),
  rules: z.array(ruleCount),
});
export type NoiseRow = z.infer<typeof noiseRow>;

/** How many people and applications the tenant has that signed in, counted once a day. */
export const peopleRow = z.object({ v: z.literal(1), users: z.number().int(), at: z.number() });
export type PeopleRow = z.infer<typeof peopleRow>;

/** Of the whole installation: a rule whose stage somebody decided, whatever its pack says; `pack` gives the decision back. The newest change counts. */
export const ruleStage = z.object({
  v: z.literal(1),
  rule: z.string(),
  effect: z.enum(['alert', 'staged', 'pack']),
  /** Oldest first: the journal of these decisions. */
  changes: z.array(
    z.object({
      at: z.number(),
      by: decider,
      effect: z.enum(['alert', 'staged', 'pack']),
      reason: z.string(),
      /** What the figures said at that time. */
      figures: z.string(),
    }),
  ),
});
export type RuleStage = z.infer<typeof ruleStage>;

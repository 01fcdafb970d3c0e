// One rule matched one activity or one sequence. What detect hands to incidents, what `check --json` prints, what the findings table holds.
import { z } from 'zod';

export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];
/** Of an attack, in their order. */
export const stages = ['attempt', 'entry', 'persistence', 'action'] as const;
export const severityRank = (severity: Severity): number => severities.indexOf(severity);
export const worst = (list: readonly Severity[]): Severity =>
  list.reduce<Severity>((a, b) => (severityRank(b) > severityRank(a) ? b : a), 'informational');

const subject = z.templateLiteral([z.string(), ':', z.string()]);

export const finding = z.object({
  v: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  rule: z.string().describe('rule id: the Sigma rule’s `name` in our packs, else its `id`'),
  title: z.string(),
  campaign: z.string().describe('campaign id; `community` for rules brought by path'),
  severity: z.enum(severities),
  /**
   * `alert`: opens or joins an incident. `targeted`: counts in the list of who was targeted. `staged`: counts in a digest only.
   * `note`: a line in the timeline of an incident of the same person, application or object; it opens none and weighs nothing.
   */
  effect: z.enum(['alert', 'targeted', 'staged', 'note']),
  /** A stage of the attack, from the rule's ATT&CK tactic tags; `second stage` decides whether a campaign is confirmed. */
  stage: z.enum(stages),
  techniques: z.array(z.string()),
  subject,
  subjectName: z.string().optional(),
  /** Other subjects that the evidence links: the actor, the created object. */
  related: z.array(subject),
  /** Event time of the (last) contributing activity, ISO 8601 UTC. */
  time: z.iso.datetime(),
  /** Event time of the anchor, where a sequence began before `time`. It never changes while the sequence grows: a timeline is ordered by it. */
  from: z.iso.datetime().optional(),
  /** When the last contributing activity could first be read; absent offline. */
  visibleAt: z.iso.datetime().optional(),
  /** Contributing activities, earliest first. */
  activities: z.array(z.string()).min(1),
  /** One sentence: rule, field, value. */
  why: z.string(),
  /** What speaks against it, one sentence each. */
  against: z.array(z.string()),
  /** The fields that made the rule match, and their values (untrusted text). Of a sequence: those of its members, with the rule of each. */
  matched: z.array(z.object({ field: z.string(), value: z.string(), rule: z.string().optional() })).optional(),
  /** The published signs that it rests on. */
  indicators: z.array(z.object({ id: z.string(), value: z.string(), confidence: z.number(), source: z.string() })).optional(),
  /** It rests on signs of low confidence only: alone it never makes a case worse than medium. */
  unsure: z.literal(true).optional(),
  /** Facts for the timeline: place, application, network, address, userAgent, operation … (untrusted text). */
  facts: z.record(z.string(), z.string()),
  /** The hunt that found it, after the fact. Absent: a round found it as it came. */
  retrospect: z.string().optional(),
  standing: z.boolean().describe('false once late input withdrew it'),
  successor: z.string().optional().describe('the finding that took its place'),
});
export type Finding = z.infer<typeof finding>;

// A finding as an event of the Open Cybersecurity Schema Framework: Detection Finding, class 2004. Pure; called by `check --format ocsf`.
import { z } from 'zod';
import type { Finding, Severity } from '../contracts/finding.ts';

/** `is_alert` came with 1.4; what is required below is so in 1.3 to 1.7 alike. Source: schema.ocsf.io and github.com/ocsf/ocsf-schema, read November 2026. */
export const ocsfVersion = '1.5.0';

const milliseconds = z.number().int();
const named = z.strictObject({ uid: z.string(), name: z.string().optional(), type: z.string() });

/** As much of the class as is written here: every required attribute of it and of its objects, with the constraints that these have. */
export const detectionFinding = z.strictObject({
  activity_id: z.union([z.literal(1), z.literal(3)]),
  activity_name: z.enum(['Create', 'Close']),
  category_uid: z.literal(2),
  category_name: z.literal('Findings'),
  class_uid: z.literal(2004),
  class_name: z.literal('Detection Finding'),
  type_uid: z.union([z.literal(200401), z.literal(200403)]),
  /** Of a finding whose record lost its time: when the file was written, the only sure bound. */
  time: milliseconds,
  start_time: milliseconds.optional(),
  end_time: milliseconds.optional(),
  severity_id: z.number().int().min(1).max(5),
  severity: z.string(),
  status_id: z.union([z.literal(1), z.literal(99)]),
  status: z.enum(['New', 'Withdrawn']),
  is_alert: z.boolean(),
  message: z.string(),
  metadata: z.strictObject({
    version: z.literal(ocsfVersion),
    uid: z.string(),
    product: z.strictObject({ name: z.string(), vendor_name: z.string() }),
  }),
  finding_info: z.strictObject({
    uid: z.string(),
    title: z.string(),
    desc: z.string(),
    analytic: z.strictObject({ type_id: z.literal(1), type: z.literal('Rule'), uid: z.string(), name: z.string(), category: z.string() }),
    attacks: z.array(
      z.strictObject({ technique: z.strictObject({ uid: z.string() }), sub_technique: z.strictObject({ uid: z.string() }).optional() }),
    ),
    first_seen_time: milliseconds.optional(),
    last_seen_time: milliseconds.optional(),
    related_events: z.array(z.strictObject({ uid: z.string() })),
    related_events_count: z.number().int(),
  }),
  resources: z.array(named).min(1),
  evidences: z.array(
    z.strictObject({ data: z.record(z.string(), z.string()), src_endpoint: z.strictObject({ ip: z.string() }).optional() }),
  ),
  observables: z.array(z.strictObject({ name: z.string(), type_id: z.number().int(), type: z.string(), value: z.string() })),
  /** What the schema has no place for. */
  unmapped: z.record(z.string(), z.unknown()),
});
export type DetectionFinding = z.infer<typeof detectionFinding>;

const severityIds: Readonly<Record<Severity, [number, string]>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

const mostEvents = 100;
const address = z.union([z.ipv4(), z.ipv6()]);

/** @example 'T1078.004' is technique T1078 and its sub-technique T1078.004 */
function attackOf(technique: string): DetectionFinding['finding_info']['attacks'][number] {
  const [parent = technique, part] = technique.split('.');
  return { technique: { uid: parent }, ...(part === undefined ? {} : { sub_technique: { uid: technique } }) };
}

function resourceOf(subject: string, name?: string): z.infer<typeof named> {
  const colon = subject.indexOf(':');
  return { uid: subject.slice(colon + 1), type: subject.slice(0, Math.max(0, colon)), ...(name === undefined ? {} : { name }) };
}

/** @param extra goes into `unmapped`: where the records stand, say; `undated`: no time of it is known, so none is stated that need not be */
export function toOcsf(finding: Finding, extra: Readonly<Record<string, unknown>> & { readonly undated?: true } = {}): DetectionFinding {
  const time = Date.parse(finding.time);
  const from = Date.parse(finding.from ?? finding.time);
  const [severity_id, severity] = severityIds[finding.severity];
  const ip = address.safeParse(finding.facts['address']).data;
  const { standing } = finding;
  const dated = extra.undated !== true;
  return {
    activity_id: standing ? 1 : 3,
    activity_name: standing ? 'Create' : 'Close',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: standing ? 200401 : 200403,
    time,
    ...(dated ? { start_time: from, end_time: time } : {}),
    severity_id,
    severity,
    status_id: standing ? 1 : 99,
    status: standing ? 'New' : 'Withdrawn',
    is_alert: standing && finding.effect === 'alert',
    message: finding.why,
    metadata: { version: ocsfVersion, uid: finding.id, product: { name: 'Tenant Guard', vendor_name: 'Tenant Guard' } },
    finding_info: {
      uid: finding.id,
      title: finding.title,
      desc: finding.why,
      analytic: { type_id: 1, type: 'Rule', uid: finding.rule, name: finding.title, category: finding.campaign },
      attacks: finding.techniques.map(attackOf),
      ...(dated ? { first_seen_time: from, last_seen_time: time } : {}),
      related_events: finding.activities.slice(0, mostEvents).map((uid) => ({ uid })),
      related_events_count: finding.activities.length,
    },
    resources: [resourceOf(finding.subject, finding.subjectName), ...finding.related.map((subject) => resourceOf(subject))],
    evidences: [{ data: finding.facts, ...(ip === undefined ? {} : { src_endpoint: { ip } }) }],
    observables: [
      ...(ip === undefined ? [] : [{ name: 'evidences.src_endpoint.ip', type_id: 2, type: 'IP Address', value: ip }]),
      { name: 'resources.uid', type_id: 10, type: 'Resource UID', value: resourceOf(finding.subject).uid },
    ],
    unmapped: {
      tenant: finding.tenant,
      campaign: finding.campaign,
      effect: finding.effect,
      stage: finding.stage,
      against: finding.against,
      ...extra,
    },
  };
}

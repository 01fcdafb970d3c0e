// One test case of a pack, through the same records and detection as production: read once, judged as often as somebody wants. Called by test.ts and mutate.ts.
import { z } from 'zod';
import { namesIn, withSubjects } from '../collect/records/names.ts';
import { readRecord } from '../collect/records/to-activity.ts';
import { type Activity, type SnapshotShape, snapshotShapes } from '../contracts/activity.ts';
import type { CampaignCase } from '../contracts/campaign.ts';
import type { Baselines, DetectInput, Directory, DirectoryFacts } from '../contracts/detection.ts';
import { changeActivityId, type SubjectId, type SubjectKind, subjectId } from '../contracts/ids.ts';
import type { ForeignIndicators } from '../contracts/indicators.ts';
import type { NetworkTable } from '../contracts/networks.ts';
import { isSignIn } from '../detect/context/observed.ts';
import type { Detector } from '../detect/detector.ts';
import { createForeignIndicators } from '../detect/indicators/feeds/foreign-index.ts';

export interface CaseResult {
  readonly file: string;
  readonly title: string;
  /** Empty: the case passed. */
  readonly failures: readonly string[];
  readonly fired: readonly string[];
}

/** A case whose records are read. What is usual follows from its history alone, not from any rule. */
export interface PreparedCase {
  readonly file: string;
  readonly case: CampaignCase;
  readonly input: DetectInput;
  /** Records that cannot be read. */
  readonly unreadable: readonly string[];
}

const tenant = '00000000-0000-4000-8000-00000000c0de';

/** @param learn any detector's: how habits are learnt does not depend on its rules */
export function prepareCase(file: string, one: CampaignCase, learn: Detector['learn']): PreparedCase {
  const unreadable: string[] = [];
  const read = (records: readonly Record<string, unknown>[]) =>
    records.flatMap((raw, index): Activity[] => {
      const activity = snapshotChange(raw) ?? readRecord(raw, { tenant, feed: 'export' });
      if (!('skipped' in activity)) return [activity];
      unreadable.push(`record ${index + 1} cannot be read: ${activity.skipped}`);
      return [];
    });
  const history = read(one.history ?? []);
  const records = read(one.records);
  const subjects = new Map<string, SubjectId>();
  for (const activity of [...history, ...records]) namesIn(activity, (name, subject) => subjects.set(name, subject));
  const resolve = (activity: Activity) => withSubjects(activity, (name) => subjects.get(name));
  const baselines: Baselines = learn(history.map(resolve), new Map());
  const input: DetectInput = {
    activities: records.map(resolve),
    baselines,
    directory: directoryOf(one),
    signInsUnread: one.signInsLate === true ? 'late' : ![...history, ...records].some(isSignIn),
    reported: (one.reported ?? []).map(({ from, until, ...rest }) => ({ ...rest, from: Date.parse(from), until: Date.parse(until) })),
    foreign: foreignOf(one),
    hits: [],
    settledTo: Number.POSITIVE_INFINITY,
  };
  return { file, case: one, input, unreadable };
}

/** @param within the rules that the detector holds, where these are not all of the pack: of the others nothing is expected */
export function judgeCase(
  detector: Pick<Detector, 'detect'>,
  { file, case: one, input, unreadable }: PreparedCase,
  within: (rule: string) => boolean = () => true,
): CaseResult {
  const failures = [...unreadable];
  const result = detector.detect(input);
  const fired = [...new Set(result.findings.map(({ rule }) => rule))].sort();
  const silent = new Set(result.notAssessable.map(({ rule }) => rule));
  for (const rule of one.fires) if (within(rule) && !fired.includes(rule)) failures.push(`${rule} should fire and does not`);
  for (const rule of fired) if (!one.fires.includes(rule)) failures.push(`${rule} fires and should not`);
  for (const rule of one.notAssessable ?? [])
    if (within(rule) && !silent.has(rule)) failures.push(`${rule} should be reported as not assessable and is not`);
  for (const rule of one.assessable ?? []) if (silent.has(rule)) failures.push(`${rule} should be able to judge and is not`);
  return { file, title: one.title, failures, fired };
}

/** The owners of AS numbers that the cases of a pack name. */
export function networksOf(cases: readonly { readonly case: CampaignCase }[]): NetworkTable {
  const owners = new Map(
    cases.flatMap(({ case: { networks } }) => Object.entries(networks ?? {}).map(([asn, owner]) => [Number(asn), owner])),
  );
  return { date: '2026-01-01', of: () => undefined, owner: (asn) => owners.get(asn) };
}

const change = z.strictObject({
  shape: z.enum(snapshotShapes),
  time: z.iso.datetime(),
  change: z.enum(['created', 'changed', 'removed']),
  id: z.string(),
  name: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  changed: z.array(z.string()),
  stood: z.literal(true).optional(),
});
const subjects: Readonly<Record<SnapshotShape, SubjectKind>> = {
  'service-principal': 'app',
  application: 'app',
  'permission-grant': 'app',
  'app-role-assignment': 'app',
  'inbound-connector': 'connector',
  'outbound-connector': 'connector',
  'transport-rule': 'transport-rule',
  'inbox-rule': 'user',
  mailbox: 'user',
  'mailbox-permission': 'user',
  'cross-tenant-partner': 'tenant',
  'delegated-admin-relationship': 'tenant',
  domain: 'domain',
  organization: 'tenant',
  'security-defaults': 'tenant',
  'conditional-access-policy': 'tenant',
  'authentication-methods-policy': 'tenant',
};

/** No export holds what a snapshot saw: cases spell such a change as it is kept, with its shape and time. */
function snapshotChange(raw: unknown): Activity | undefined {
  const parsed = change.safeParse(raw);
  if (!parsed.success) return undefined;
  const { shape, time, ...record } = parsed.data;
  return {
    id: changeActivityId(shape, record.id, time),
    tenant,
    feed: shape,
    time: Date.parse(time),
    subject: subjectId(subjects[shape], record.id),
    subjectName: record.name,
    views: [{ shape, record }],
  };
}

function foreignOf({ feeds }: CampaignCase): ForeignIndicators | undefined {
  if (feeds === undefined) return undefined;
  return createForeignIndicators(
    feeds.map(({ name, kind, value, confidence, from, until }) => ({
      feed: name,
      entries: [
        { of: value, kind, value, confidence, from: Date.parse(from), ...(until === undefined ? {} : { until: Date.parse(until) }) },
      ],
    })),
  );
}

function directoryOf(one: CampaignCase): Directory {
  return new Map(
    Object.entries(one.directory ?? {}).map(([id, { title, roles }]): [SubjectId, DirectoryFacts] => [
      subjectId('user', id),
      { ...(title === undefined ? {} : { title }), ...(roles === undefined ? {} : { roles }) },
    ]),
  );
}

// From activities to the lines of a story: when, what, where from, with what, how it ended, and which findings rest on it. Pure; used by stored.ts, files.ts and print.ts.
import type { Activity } from '../../src/contracts/activity.ts';
import type { Finding, Severity } from '../../src/contracts/finding.ts';
import { parseSubject } from '../../src/contracts/ids.ts';
import { browserOf } from '../../src/detect/context/browser.ts';
import { microsoftApplicationName } from '../../src/detect/context/microsoft-applications.ts';
import { Observed } from '../../src/detect/context/observed.ts';
import { outcomeOf } from '../../src/detect/context/outcome.ts';
import type { Needles } from './asked.ts';

export interface StoryLine {
  readonly time: string;
  readonly tenant: string;
  readonly activity: string;
  readonly feed: string;
  /** What the record is: `sign-in`, `directory-audit`, … */
  readonly kind: string;
  /** `by`: the person did it; `on`: it was done to them; `named`: the record mentions them, or belongs to the session. */
  readonly role: 'by' | 'on' | 'named';
  readonly who: string;
  readonly what: string;
  readonly result: string | undefined;
  readonly place: string | undefined;
  readonly address: string | undefined;
  readonly network: string | undefined;
  readonly application: string | undefined;
  readonly device: string | undefined;
  readonly findings: readonly {
    readonly finding: string;
    /** It opens or joins a case; others count, or are notes. */
    readonly alerts: boolean;
    readonly rule: string;
    readonly title: string;
    readonly severity: Severity;
    readonly retrospect: boolean;
  }[];
  /** The record as its source wrote it. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Earliest first; of a record that came twice the newer one. */
export function storyOf(activities: readonly Activity[], findings: readonly Finding[], needles: Needles): StoryLine[] {
  const newest = new Map(activities.map((activity) => [activity.id, activity]));
  const marks = new Map<string, Finding[]>();
  for (const finding of findings)
    if (finding.standing) for (const id of finding.activities) marks.set(id, [...(marks.get(id) ?? []), finding]);
  return [...newest.values()]
    .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))
    .map((activity) => lineOf(activity, marks.get(activity.id) ?? [], needles));
}

function lineOf(activity: Activity, findings: readonly Finding[], needles: Needles): StoryLine {
  const observed = new Observed(activity);
  const { record } = observed;
  const network = observed.autonomousSystem;
  return {
    time: new Date(activity.time).toISOString(),
    tenant: activity.tenant,
    activity: activity.id,
    feed: activity.feed,
    kind: activity.views[0]?.shape ?? 'unknown',
    role: roleOf(activity, needles),
    who: activity.actorName ?? activity.actor ?? activity.subjectName ?? activity.subject,
    what: whatOf(activity, observed),
    result: resultOf(observed, record),
    place: observed.place,
    address: observed.address,
    network: network === undefined ? undefined : `AS${network}`,
    application: observed.applicationName ?? microsoftApplicationName(observed.applicationId) ?? observed.applicationId,
    device: deviceOf(observed),
    findings: findings.map(({ id, rule, title, severity, effect, retrospect }) => ({
      finding: id,
      alerts: effect === 'alert',
      rule,
      title,
      severity,
      retrospect: retrospect !== undefined,
    })),
    record,
  };
}

function roleOf({ subject, actor }: Activity, needles: Needles): StoryLine['role'] {
  const is = (one: Activity['subject']): boolean => needles.has(parseSubject(one).id);
  if (actor !== undefined && is(actor)) return 'by';
  if (!is(subject)) return 'named';
  return actor === undefined ? 'by' : 'on';
}

const signInKinds = {
  interactive: 'signed in',
  nonInteractive: 'a program used the session',
  application: 'application signed in',
} as const;

function whatOf({ subjectName, actor }: Activity, observed: Observed): string {
  const kind = observed.signInKind;
  if (kind !== undefined) return observed.errorCode === 0 ? signInKinds[kind] : `${signInKinds[kind]}, or tried to`;
  const names = [...new Set([...(actor === undefined || subjectName === undefined ? [] : [subjectName]), ...observed.names])].slice(0, 3);
  return [observed.operation ?? 'something', ...(names.length === 0 ? [] : [names.join(', ')])].join(': ');
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : undefined);
const within = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;

function resultOf(observed: Observed, record: Readonly<Record<string, unknown>>): string | undefined {
  const code = observed.errorCode;
  const outcome = outcomeOf(code);
  if (outcome !== undefined) return outcome === 'success' ? outcome : `${outcome} ${code}`;
  return text(record['result']) ?? text(record['ResultStatus']);
}

function deviceOf(observed: Observed): string | undefined {
  const detail = observed.signIn?.['deviceDetail'];
  const agent = observed.userAgent;
  const browser = agent === undefined ? undefined : browserOf(agent);
  const program =
    browser === undefined
      ? observed.device?.browser
      : browser.family === 'other'
        ? agent?.slice(0, 60)
        : `${browser.family} on ${browser.system}`;
  const name = text(within(detail, 'displayName'));
  const known = within(detail, 'isCompliant') === true ? 'compliant' : within(detail, 'isManaged') === true ? 'managed' : undefined;
  const parts = [program, name, known].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}

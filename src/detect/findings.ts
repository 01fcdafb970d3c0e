// From a match or an occurrence to the finding that people read, and from a match to the hit that a sequence counts. Called by the detector.
import type { Activity, View } from '../contracts/activity.ts';
import { type Context, type ContextField, contextFields } from '../contracts/context.ts';
import type { HitEvidence, SequenceHit, StageOverrides } from '../contracts/detection.ts';
import type { Finding } from '../contracts/finding.ts';
import { findingId, type SubjectId, sequenceFindingId, subjectId, subjectKinds } from '../contracts/ids.ts';
import { cleanAddress } from './context/network.ts';
import { againstOf, indicatorsOf, isUnsure, matchedOf, type Published, restsOnFeeds, shownIndicator } from './doubt.ts';
import { evidenceIn, restsOnUnsure } from './evidence.ts';
import { textOf, whyOf } from './facts.ts';
import type { BookedRule, BookedSequence } from './sequences/rulebook.ts';
import type { Occurrence } from './sequences/sequence.ts';
import { severityOf } from './severity.ts';
import { readField } from './sigma/fields/resolve.ts';
import type { SigmaRule } from './sigma/rule.ts';
import { effectHere, stageOf, techniquesOf } from './stage.ts';

/** Campaign id of rules that were brought by path. */
export const community = 'community';
const mostRelated = 100;
/** Evidence kept in one finding: the earliest. `facts.events` tells how many there were. */
const mostActivities = 500;

export interface Matched {
  readonly activity: Activity;
  readonly view: View;
  readonly context: Context;
  readonly matched: readonly { readonly field: string; readonly value: unknown }[];
  readonly facts: Readonly<Record<string, string>>;
}

export function findingOf(
  { rule, manifest }: BookedRule,
  { activity, view, context, matched, facts }: Matched,
  { stages, published }: { readonly stages?: StageOverrides | undefined; readonly published: Published },
): Finding {
  const effect = effectHere(rule.key, rule.guard.effect, stages);
  const indicators = indicatorsOf(matched, context, published);
  const undated = activity.undated === true;
  const unsure = isUnsure(indicators) || restsOnFeeds(matched) || rule.guard.sure === 'recollected' || (undated && indicators.length > 0);
  const fields = matchedOf(matched);
  return {
    v: 1,
    id: findingId(activity.tenant, rule.key, activity.id),
    tenant: activity.tenant,
    rule: rule.key,
    title: rule.title,
    campaign: manifest?.id ?? community,
    severity: severityOf({ level: rule.level, manifest, confirmed: false, targetedRole: isTargetedRole(facts), effect, unsure }),
    effect,
    stage: stageOf(rule),
    techniques: techniquesOf(rule),
    subject: activity.subject,
    ...(activity.subjectName === undefined ? {} : { subjectName: activity.subjectName }),
    related: relatedTo(rule, activity, view),
    time: new Date(activity.time).toISOString(),
    ...(activity.visibleAt === undefined ? {} : { visibleAt: new Date(activity.visibleAt).toISOString() }),
    activities: [activity.id],
    why: whyOf(rule, view, context, matched),
    against: [...(undated ? [lostTime] : []), ...againstOf(rule, view, context, indicators)],
    ...(fields.length === 0 ? {} : { matched: fields }),
    ...(indicators.length === 0 ? {} : { indicators: indicators.map(shownIndicator) }),
    ...(unsure ? { unsure } : {}),
    facts,
    standing: true,
  };
}

const lostTime = 'The record has lost its time: when this happened is not known, nor what came before it.';

const isTargetedRole = (facts: Readonly<Record<string, string>>): boolean =>
  facts['role'] !== undefined || facts['privileged'] !== undefined;

/** Who did it, and the users and devices that the record names beside its subject; the application, where the rule says that it is part of the attack. */
function relatedTo(rule: SigmaRule, activity: Activity, view: View): SubjectId[] {
  const related = new Set<SubjectId>(activity.actor === undefined ? [] : [activity.actor]);
  const targets = view.shape === 'directory-audit' ? view.record['targetResources'] : undefined;
  for (const target of Array.isArray(targets) ? targets.slice(0, 20) : []) {
    if (typeof target !== 'object' || target === null || typeof target.id !== 'string' || target.id === '') continue;
    const kind = String(target.type).toLowerCase();
    if (kind === 'user' || kind === 'device') related.add(subjectId(kind, target.id));
  }
  for (const user of alertedUsers(view)) related.add(user);
  for (const app of rule.guard.links.includes('application') ? applicationsOf(view) : []) related.add(app);
  const named = mailFlowName(view);
  if (named !== undefined) related.add(named);
  related.delete(activity.subject);
  return [...related];
}

const applicationFields = ['appId', 'AppId', 'ClientAppId'] as const;
/** The application with which somebody signed in or that read. */
function applicationsOf(view: View): SubjectId[] {
  return applicationFields.flatMap((field) => {
    const id = view.record[field];
    return typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? [subjectId('app', id)] : [];
  });
}

/** The audit log knows connectors and mail flow rules by name only, the snapshot by id and name: the name ties the two together. */
function mailFlowName({ shape, record }: View): SubjectId | undefined {
  if (shape !== 'inbound-connector' && shape !== 'transport-rule') return undefined;
  const { name } = record;
  return typeof name === 'string' && name !== '' ? subjectId(shape === 'inbound-connector' ? 'connector' : shape, name) : undefined;
}

/** People whom an alert's evidence names. */
function alertedUsers(view: View): SubjectId[] {
  const ids = view.shape === 'security-alert' ? readField(view, {}, 'evidence.userAccount.azureAdUserId') : undefined;
  return [ids]
    .flat()
    .flatMap((id) => (typeof id === 'string' && id !== '' ? [subjectId('user', id)] : []))
    .slice(0, mostRelated);
}

/** Undefined where the record lacks a field that the sequence groups by: it cannot be counted. */
export function hitOf(
  booked: BookedSequence,
  rule: SigmaRule,
  { activity, view, context, facts }: Matched,
  evidence?: HitEvidence,
): SequenceHit | undefined {
  const reads = booked.reads.get(rule.key);
  if (reads === undefined) return undefined;
  const parts: string[] = [];
  for (const field of reads.groupBy) {
    const value = scalar(read(view, context, field));
    if (value === undefined) return undefined;
    parts.push(value);
  }
  const joined = (fields: readonly string[]): string | undefined => {
    const values = fields.map((field) => scalar(read(view, context, field)));
    return fields.length === 0 || values.includes(undefined) ? undefined : values.join(groupSeparator);
  };
  const value = joined(reads.value);
  const nested = reads.nested.map((one) => {
    const ownValue = joined(one.value);
    const group = one.groupBy === undefined ? undefined : joined(one.groupBy);
    return { of: one.of, ...(ownValue === undefined ? {} : { value: ownValue }), ...(group === undefined ? {} : { group }) };
  });
  const hit: { -readonly [key in keyof SequenceHit]: SequenceHit[key] } = {
    rule: booked.rule.key,
    base: rule.key,
    group: parts.join(groupSeparator),
    activity: activity.id,
    time: activity.time,
    subject: activity.subject,
    facts,
  };
  if (activity.visibleAt !== undefined) hit.visibleAt = activity.visibleAt;
  if (value !== undefined) hit.value = value;
  if (nested.length > 0) hit.nested = nested;
  if (activity.subjectName !== undefined) hit.subjectName = activity.subjectName;
  if (evidence !== undefined) hit.evidence = evidence;
  return hit;
}

/** Context is read directly: nearly every sequence groups by it. */
const read = (view: View, context: Context, field: string): unknown =>
  Object.hasOwn(contextFields, field) ? context[field as ContextField] : readField(view, context, field);

export const groupSeparator = ' | ';

/** Values compare without case, addresses without port; a list counts by its first value. */
function scalar(value: unknown): string | undefined {
  const one = Array.isArray(value) ? value.find((entry) => entry !== null && entry !== undefined) : value;
  if (one === undefined || one === null || one === '' || typeof one === 'object') return undefined;
  const text = String(one).trim().toLowerCase().slice(0, 512);
  if (text === '') return undefined;
  // Object ids and subjects are no addresses: only what could be one goes through the parser.
  return /^[0-9a-f.:[\]]+$/.test(text) ? (cleanAddress(text) ?? text) : text;
}

/** `victim` separates the findings of one group by whom the last step of an ordered sequence reached. */
export function sequenceFinding(
  booked: BookedSequence,
  tenant: string,
  group: string,
  of: {
    readonly occurrence: Occurrence;
    readonly victim: SubjectId | undefined;
    readonly stages?: StageOverrides | undefined;
    readonly published: Published;
  },
): Finding {
  const { occurrence, victim, stages, published } = of;
  const { rule, manifest, sequence } = booked;
  const { hits, anchor } = occurrence;
  const last = hits.at(-1) ?? anchor;
  const effect = effectHere(rule.key, rule.guard.effect, stages);
  const subject = victim ?? subjectOfGroup(group, hits, anchor);
  // Another subject than the group's own is another finding: one that kept its id would stand under both.
  const within = subjectsOfGroup(group).includes(subject) ? group : `${group}${groupSeparator}${subject}`;
  const facts: Record<string, string> = Object.assign({}, ...telling(booked, subject, hits).map((hit) => hit.facts));
  const bases = new Map<string, number>();
  for (const { base } of hits) bases.set(base, (bases.get(base) ?? 0) + 1);
  const visible = hits.map(({ visibleAt }) => visibleAt).filter((at) => at !== undefined);
  const stage = stageOf(rule);
  const unsure = rule.guard.sure === 'recollected' || restsOnUnsure(booked, hits);
  const { against, ...evidence } = evidenceIn(booked, subject, hits, published);
  // Steps of different kinds that end in a later stage: a success and what was done with it.
  const confirmed = sequence.kind.startsWith('temporal') && bases.size > 1 && (stage === 'persistence' || stage === 'action');
  const named = hits.find((hit) => hit.subject === subject)?.subjectName;
  const others = new Set(
    hits
      .toSorted((a, b) => Number(a.facts['passwordKnown'] === undefined) - Number(b.facts['passwordKnown'] === undefined))
      .map((hit) => hit.subject),
  );
  others.delete(subject);
  // Who was only tried is no part of an attack's story: two victims of one spray are two incidents. A list of who was targeted names them all.
  const reached = new Set(hits.filter(({ base }) => booked.reads.get(base)?.stage !== 'attempt').map((hit) => hit.subject));
  const related = [...others].filter((other) => effect === 'targeted' || reached.has(other));
  const known = [...new Set(hits.filter((hit) => hit.facts['passwordKnown'] !== undefined).map((hit) => hit.subjectName ?? hit.subject))];
  return {
    v: 1,
    id: sequenceFindingId(tenant, rule.key, within, anchor.activity),
    tenant,
    rule: rule.key,
    title: rule.title,
    campaign: manifest?.id ?? community,
    severity: severityOf({ level: rule.level, manifest, confirmed, targetedRole: isTargetedRole(facts), effect, unsure }),
    effect,
    stage,
    techniques: techniquesOf(rule),
    subject,
    ...(named === undefined ? {} : { subjectName: named }),
    related: related.slice(0, mostRelated),
    time: new Date(last.time).toISOString(),
    ...(anchor.time < last.time ? { from: new Date(anchor.time).toISOString() } : {}),
    ...(visible.length === 0 ? {} : { visibleAt: new Date(Math.max(...visible)).toISOString() }),
    activities: [...new Set(hits.map(({ activity }) => activity))].slice(0, mostActivities),
    why: sentence(
      rule.guard.why ?? `${rule.title}.`,
      new Map([...bases].map(([base, count]) => [booked.reads.get(base)?.title ?? base, count])),
      anchor.time,
      last.time,
      occurrence.atLeast === true,
    ),
    against,
    ...evidence,
    facts: {
      ...facts,
      events: occurrence.atLeast === true ? `at least ${hits.length}` : String(hits.length),
      ...(others.size === 0 ? {} : { others: String(others.size) }),
      ...(known.length === 0 ? {} : { passwordKnownUsers: textOf(known) ?? '' }),
    },
    ...(unsure ? { unsure } : {}),
    standing: true,
  };
}

function sentence(why: string, bases: ReadonlyMap<string, number>, from: number, to: number, atLeast: boolean): string {
  const [only, another] = [...bases.values()];
  // A single record has no span, and its own sentence says what it is.
  if (only === 1 && another === undefined) return why;
  const counts = [...bases].map(([title, count]) => `${count} × “${title}”`).join(', ');
  const start = new Date(from).toISOString().slice(0, 16).replace('T', ' ');
  return `${why} Seen ${atLeast ? 'at least ' : ''}${counts}, from ${start} UTC within ${duration(to - from)}.`;
}

function duration(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  return minutes < 120 ? `${minutes} minute${minutes === 1 ? '' : 's'}` : `${Math.round(minutes / 60)} hours`;
}

/** A group that is a subject or an address is what the finding is about; else whoever was hit first, whom later hits do not change. */
function subjectOfGroup(group: string, hits: readonly SequenceHit[], anchor: SequenceHit): SubjectId {
  const asSubject = subjectOf(group);
  if (asSubject !== undefined) return asSubject;
  const only = new Set(hits.map(({ subject }) => subject));
  const [single] = only;
  if (only.size === 1 && single !== undefined) return single;
  const address = cleanAddress(group);
  if (address !== undefined) return subjectId('address', address);
  return anchor.subject;
}

/** Whom findings about a group may name beside those whose hits it holds (`subjectOfGroup`). */
export function subjectsOfGroup(group: string): SubjectId[] {
  const subject = subjectOf(group);
  if (subject !== undefined) return [subject];
  const address = cleanAddress(group);
  return address === undefined ? [] : [subjectId('address', address)];
}

export const subjectOf = (group: string): SubjectId | undefined =>
  subjectKinds.some((kind) => group.startsWith(`${kind}:`)) && !group.includes(groupSeparator) ? (group as SubjectId) : undefined;

/**
 * The hits that tell about the finding's subject, the most telling last: its own before other people's (a bystander's title is nothing of the victim's), and what
 * succeeded before what was only tried; among those the earliest.
 */
function telling(booked: BookedSequence, subject: string, hits: readonly SequenceHit[]): SequenceHit[] {
  const own = hits.filter((hit) => hit.subject === subject);
  const weight = (hit: SequenceHit): number => (booked.reads.get(hit.base)?.stage === 'attempt' ? 0 : 1);
  return (own.length > 0 ? own : [...hits]).toReversed().sort((a, b) => weight(a) - weight(b));
}

// From new activities to what now follows: findings, the ones that no longer follow, baselines and sequence hits. Late input re-derives all that it touches. Called by every lane.
import type { Activity } from '../contracts/activity.ts';
import {
  type Baselines,
  baselineKinds,
  type Directory,
  type NotAssessable,
  type SequenceHit,
  type UserBaseline,
} from '../contracts/detection.ts';
import type { Finding } from '../contracts/finding.ts';
import { type SubjectId, subjectId } from '../contracts/ids.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { isStrongMoment } from '../detect/context/moments.ts';
import { subjectsOfGroup } from '../detect/findings.ts';
import { bounded, keptAtEachEnd } from '../detect/sequences/bounded.ts';
import { rederive } from '../detect/sequences/rederive.ts';
import type { SeenAtBegin } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';
import { statesOf } from './due-feeds.ts';
import { settledTo } from './settled-to.ts';

export interface Derived {
  readonly findings: readonly Finding[];
  /** Those of them that did not stand before: what is counted. */
  readonly news: readonly Finding[];
  /** Findings that stood and no longer follow, with their successor where there is one. */
  readonly withdrawn: readonly Finding[];
  readonly baselines: Baselines;
  readonly hits: readonly SequenceHit[];
  /** Stored hits whose activities were judged again and no longer match. */
  readonly stale: readonly SequenceHit[];
  readonly notAssessable: readonly NotAssessable[];
  /** Of users whom the directory was asked about: whether it knows them. */
  readonly present: ReadonlyMap<string, boolean>;
  /** What was stored of the users before. */
  readonly earlier: Baselines;
}

const dayMs = 86_400_000;

/** Days (UTC) from `from` to `to`, both included: names of activity blobs. */
export function datesBetween(from: number, to: number): string[] {
  const dates: string[] = [];
  for (let day = Math.floor(from / dayMs); day <= Math.floor(to / dayMs); day++)
    dates.push(new Date(day * dayMs).toISOString().slice(0, 10));
  return dates;
}

/** A sighting excuses what comes a day later, failures and audits too (habit in src/detect/context/first-seen.ts). */
const habitMs = dayMs;
/** Sign-ins that come sooner are seldom later than what they excuse, and a person's every second one is strong: looked at again only for those of whom a log told something. */
const strongLateMs = 15 * 60_000;

/**
 * Event time from which on a user's verdicts may change: a late record is now the first of its kind, or so old that it makes a habit of what was judged
 * before it came. Undefined if nothing moved.
 * @param told a log told within the last day what strong authentication before excuses
 */
export function changedSince(before: UserBaseline | undefined, after: UserBaseline, now: number, told = false): number | undefined {
  if (before === undefined) return undefined;
  let since: number | undefined = after.since < before.since ? after.since : undefined;
  const move = (time: number) => {
    since = Math.min(since ?? time, time);
  };
  for (const kind of baselineKinds) {
    for (const [value, first] of Object.entries(after.seen[kind])) {
      const was = before.seen[kind][value];
      if (was === undefined ? first.time <= now - habitMs : first.time !== was.time || first.activity !== was.activity) move(first.time);
    }
  }
  const moments = new Map(before.moments);
  const latest = before.moments?.reduce((most, [, time]) => Math.max(most, time), Number.NEGATIVE_INFINITY) ?? Number.NEGATIVE_INFINITY;
  for (const [key, time] of after.moments ?? []) {
    const was = moments.get(key);
    // One that comes after all others changes no journey; one that slips in between is where the next began. Strong authentication speaks for what came after it, sign-in or not.
    const isLate = time < latest || (isStrongMoment(key) && (told || time <= now - strongLateMs));
    if (was === undefined ? isLate : time !== was) move(time);
  }
  return since;
}

/** Whose baseline an activity is judged by: people's, and those of applications that signed in. */
export const habitualOf = (activity: Activity): SubjectId[] =>
  activity.retold === true
    ? []
    : [activity.subject, ...(activity.actor === undefined ? [] : [activity.actor])].filter(
        (id) => id.startsWith('user:') || (id.startsWith('app:') && activity.views[0]?.shape === 'sign-in'),
      );

/** Newest version of each activity wins (a record's risk or status may change after it was first seen): the one that was read last, whoever kept it last. */
export function newestOf(activities: Iterable<Activity>): Activity[] {
  const byId = new Map<string, Activity>();
  for (const activity of activities) {
    const known = byId.get(activity.id)?.visibleAt;
    if (known === undefined || activity.visibleAt === undefined || activity.visibleAt >= known) byId.set(activity.id, activity);
  }
  return [...byId.values()].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}

/** At a second look another round may have read these records again meanwhile, with other content. */
async function newestStored(deps: RoundDependencies, scope: TenantScope, fresh: readonly Activity[]): Promise<Activity[]> {
  const ids = new Set(fresh.map(({ id }) => id));
  const stored: Activity[] = [];
  for (const date of new Set(fresh.flatMap(({ time }) => datesBetween(time, time))))
    for await (const activity of deps.store.blobs.activities(scope, date)) if (ids.has(activity.id)) stored.push(activity);
  return newestOf([...stored, ...fresh]);
}

async function pastOf(deps: RoundDependencies, scope: TenantScope, users: ReadonlySet<SubjectId>, since: number): Promise<Activity[]> {
  const past: Activity[] = [];
  for (const date of datesBetween(since, deps.clock.now())) {
    for await (const activity of deps.store.blobs.activities(scope, date)) {
      if (activity.time >= since && habitualOf(activity).some((id) => users.has(id))) past.push(activity);
    }
  }
  return past;
}

export interface Input {
  /** New or changed. */
  readonly fresh: readonly Activity[];
  /** Some of them were seen before, with other content. */
  readonly changed: boolean;
  /** No sign-in of the tenant can be read, or only an hour or more late. */
  readonly signInsUnread: boolean | 'late';
  /** At a second look: what was stored before the first. All that moved since is judged again, whoever moved it. */
  readonly earlier?: Baselines;
  /** More may be settled than before: sequences that wait for it are concluded. */
  readonly settledMoved?: boolean;
  /** At a first look: what the round began with. What changed since then is met by a second look. */
  readonly seen?: SeenAtBegin;
}

/** Reads the store, writes nothing. */
export async function derive(
  deps: RoundDependencies,
  scope: TenantScope,
  { fresh, changed, signInsUnread, earlier, settledMoved, seen }: Input,
): Promise<Derived> {
  const habitual = [...new Set(fresh.flatMap(habitualOf))];
  const users = habitual.filter((id) => id.startsWith('user:'));
  const stored = await deps.store.baselines.of(scope, habitual, seen?.layout);
  const directory = await deps.directory.read(scope, deps.connect(scope).reader.graph, users);
  const reported = seen?.reports ?? (await deps.store.reports.of(scope));
  const foreign = await deps.foreign?.();
  const stages = await deps.stages?.current();
  const ordinary = earlier === undefined ? newestOf(fresh) : await newestStored(deps, scope, fresh);
  const learnt = deps.detector.learn(ordinary, stored);

  const states = seen?.feeds ?? (await deps.store.state.feeds(scope));
  const waiting = await waitingFor(deps, scope, settledMoved === true, states);
  const told = new Set(states.flatMap(({ touched = [] }) => touched.map(({ id }) => subjectId('user', id))));

  const moved = new Map<SubjectId, number>();
  for (const [user, after] of learnt) {
    const known = (earlier ?? stored).get(user);
    // At a second look a user of whom nothing was known may have been met by another round as well.
    const since = earlier !== undefined && known === undefined ? after.since : changedSince(known, after, deps.clock.now(), told.has(user));
    if (since !== undefined) moved.set(user, since);
  }
  const past = moved.size === 0 ? [] : await pastOf(deps, scope, new Set(moved.keys()), Math.min(...moved.values()));
  const activities = past.length === 0 ? ordinary : newestOf([...past, ...ordinary]);
  const judged = new Set(activities.map(({ id }) => id));
  const groups = [
    ...deps.detector.groupsOf({
      activities,
      baselines: stored,
      directory,
      signInsUnread,
      reported,
      foreign,
      ...(stages === undefined ? {} : { stages }),
    }),
    ...waiting.hits,
  ];
  // A changed record may have left the groups that it was in, which its new content does not name.
  const known = past.length === 0 && !changed ? await deps.store.sequences.of(scope, groups) : await allHits(deps, scope);
  // A re-judged activity may no longer match its base rule: only its new hits count.
  const others = known.filter((hit) => !judged.has(hit.activity));
  const touched = new Set([...groups, ...known.filter((hit) => judged.has(hit.activity))].map(groupKey));
  const result = deps.detector.detect({
    activities,
    tenant: scope.tenant,
    ...(waiting.settledTo === undefined ? {} : { settledTo: waiting.settledTo }),
    baselines: stored,
    directory,
    signInsUnread,
    reported,
    foreign,
    ...(stages === undefined ? {} : { stages }),
    hits: others.filter((hit) => touched.has(groupKey(hit))),
  });
  const current = new Set(result.hits.map(hitKey));
  const stale = known.filter((hit) => judged.has(hit.activity) && !current.has(hitKey(hit)));

  const inGroups = new Map<string, Set<string>>();
  const surplus = surplusOf(deps, [...others.filter((hit) => touched.has(groupKey(hit))), ...result.hits]);
  const touchedHits = [...known.filter((hit) => touched.has(groupKey(hit))), ...result.hits];
  for (const hit of touchedHits) {
    const members = inGroups.get(hit.rule) ?? new Set();
    members.add(hit.activity);
    inGroups.set(hit.rule, members);
  }
  const correlations = new Set(deps.detector.sequences.map(({ rule }) => rule));
  const standing = await standingOf(deps, scope, [
    ...activities.map(({ subject }) => subject),
    ...result.findings.map(({ subject }) => subject as SubjectId),
    // What one person does at an address may undo what was said about another there, or about the address.
    ...touchedHits.flatMap(({ group, subject }) => [subject, ...subjectsOfGroup(group)]),
  ]);
  const rejudged = judgedHere(deps, standing).filter((finding) =>
    correlations.has(finding.rule)
      ? finding.activities.some((id) => inGroups.get(finding.rule)?.has(id) === true)
      : finding.activities.every((id) => judged.has(id)),
  );
  const withdrawn = [...Map.groupBy(rejudged, ({ rule }) => rule)].flatMap(([rule, before]) => {
    const gone = new Map(
      rederive(
        before,
        result.findings.filter((finding) => finding.rule === rule),
      ).map((one) => [one.id, one]),
    );
    return before.flatMap((finding) => {
      const one = gone.get(finding.id);
      return one === undefined
        ? []
        : [{ ...finding, standing: false, ...(one.successor === undefined ? {} : { successor: one.successor }) }];
    });
  });
  const stood = new Map(standing.map((finding) => [finding.id, finding]));
  return {
    findings: result.findings.map((finding) => firstVisible(finding, stood.get(finding.id))),
    news: result.findings.filter(({ id }) => !stood.has(id)),
    withdrawn,
    baselines: result.baselines,
    hits: surplus.size === 0 ? result.hits : result.hits.filter((hit) => !surplus.has(hitKey(hit))),
    stale: surplus.size === 0 ? stale : [...stale, ...others.filter((hit) => surplus.has(hitKey(hit)))],
    notAssessable: result.notAssessable,
    present: presentIn(directory),
    earlier: stored,
  };
}

/** An entry that came of the lists of roles alone says nothing of the account itself. */
const presentIn = (directory: Directory): Map<string, boolean> =>
  new Map(
    [...directory].flatMap(([id, { absent, synchronised }]): [string, boolean][] =>
      absent === true ? [[id, false]] : synchronised === undefined ? [] : [[id, true]],
    ),
  );

/** What a hunt found with content that the guard itself does not search for cannot be judged here. */
function judgedHere(deps: RoundDependencies, standing: readonly Finding[]): readonly Finding[] {
  if (!standing.some(({ retrospect }) => retrospect !== undefined)) return standing;
  const known = new Set(deps.detector.rules().map(({ rule }) => rule));
  return standing.filter(({ retrospect, rule }) => retrospect === undefined || known.has(rule));
}

/** A record that is read once more is no later for it: what was found keeps the time at which it could first be. */
function firstVisible(finding: Finding, before: Finding | undefined): Finding {
  const [now, then] = [finding.visibleAt, before?.visibleAt];
  return now === undefined || then === undefined || now <= then ? finding : { ...finding, visibleAt: then };
}

/** Sequences that a late record could falsify speak when their windows are settled, whether or not something new came. */
async function waitingFor(deps: RoundDependencies, scope: TenantScope, moved: boolean, feeds: SeenAtBegin['feeds']) {
  const late = deps.detector.sequences.filter(({ onlySettled }) => onlySettled);
  if (late.length === 0) return { hits: [], settledTo: undefined };
  const hits = moved ? (await Promise.all(late.map(({ rule }) => deps.store.sequences.ofRule(scope, rule)))).flat() : [];
  return { hits, settledTo: settledTo(statesOf(feeds, deps.feeds)) };
}

/** What need not be stored of groups with very many hits: what bounded.ts would not look at. */
function surplusOf(deps: RoundDependencies, hits: readonly SequenceHit[]): Set<string> {
  const timespans = new Map(deps.detector.sequences.map(({ rule, timespan }) => [rule, timespan]));
  const surplus = new Set<string>();
  for (const members of Map.groupBy(hits, groupKey).values()) {
    const [first] = members;
    if (first === undefined || members.length <= 2 * keptAtEachEnd) continue;
    const kept = new Set(bounded(members, timespans.get(first.rule) ?? 0).hits.map(hitKey));
    for (const key of members.map(hitKey)) if (!kept.has(key)) surplus.add(key);
  }
  return surplus;
}

const groupKey = ({ rule, group }: { readonly rule: string; readonly group: string }): string => JSON.stringify([rule, group]);
const hitKey = ({ rule, group, base, activity }: SequenceHit): string => JSON.stringify([rule, group, base, activity]);

async function allHits(deps: RoundDependencies, scope: TenantScope): Promise<SequenceHit[]> {
  return (await Promise.all(deps.detector.sequences.map(({ rule }) => deps.store.sequences.ofRule(scope, rule)))).flat();
}

async function standingOf(deps: RoundDependencies, scope: TenantScope, subjects: readonly SubjectId[]): Promise<Finding[]> {
  return (await deps.store.findings.ofSubjects(scope, subjects)).filter(({ standing }) => standing);
}

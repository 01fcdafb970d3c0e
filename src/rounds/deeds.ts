// Who changed what of the directory's settings, as its audit log told within the last day: a snapshot sees that something changed, and not who did it. Used by the lanes.
import type { Activity } from '../contracts/activity.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Deed, FeedState, Orphan } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import type { LaneDependencies } from './dependencies.ts';

const dayMs = 86_400_000;
/** The snapshot may be a round behind the log, and replicas hide a change for as long. */
const lagMs = 3_600_000;
const mostPerFeed = 50;
const mostNames = 6;
const longest = 100;

/** People, devices and groups are no settings: they have feeds of their own, or none. */
const others: ReadonlySet<string> = new Set(['user', 'device', 'group', 'role']);

/** The deeds that these activities tell, and those of the last day that the feed remembers; the newest first. */
export function deedsIn(activities: readonly Activity[], before: readonly Deed[], now: number): Deed[] {
  const found = activities.flatMap((activity): Deed[] => {
    const { actor = activity.subject, actorName = activity.subjectName, time } = activity;
    const names = time > now - dayMs && actor.startsWith('user:') ? activity.views.flatMap(objectsOf) : [];
    if (names.length === 0) return [];
    return [
      { at: time, by: actor, names: [...new Set(names)].slice(0, mostNames), ...(actorName === undefined ? {} : { name: actorName }) },
    ];
  });
  const kept = before.filter(({ at }) => at > now - dayMs);
  const all = new Map([...kept, ...found].map((deed) => [`${deed.at} ${deed.by} ${deed.names.join(' ')}`, deed]));
  return [...all.values()].sort((a, b) => b.at - a.at).slice(0, mostPerFeed);
}

/** Ids and names of the objects that an audit record says were changed. */
function objectsOf({ shape, record }: Activity['views'][number]): string[] {
  const targets = shape === 'directory-audit' && record['result'] !== 'failure' ? record['targetResources'] : undefined;
  if (!Array.isArray(targets)) return [];
  return targets.slice(0, mostNames).flatMap((target: unknown) => {
    if (typeof target !== 'object' || target === null) return [];
    const { id, displayName, type } = target as Readonly<Record<string, unknown>>;
    if (others.has(String(type).toLowerCase())) return [];
    return [id, displayName].flatMap((value) =>
      typeof value === 'string' && value !== '' && value.length <= longest ? [value.toLowerCase()] : [],
    );
  });
}

/** The change with whoever did it, where the log names exactly this object in the time between the two snapshots. */
export function byWhom(activity: Activity, states: readonly FeedState[], since: number): Activity {
  const record = activity.views[0]?.record ?? {};
  if (activity.actor !== undefined || record['stood'] === true) return activity;
  const deed = doneTo({ names: namesOf(activity), since }, deedsOf(states));
  return deed === undefined ? activity : madeBy(activity, deed);
}

export const deedsOf = (states: readonly FeedState[]): Deed[] => states.flatMap(({ deeds = [] }) => deeds);

/** The last such deed. */
const doneTo = ({ names, since }: Pick<Orphan, 'names' | 'since'>, deeds: readonly Deed[]): Deed | undefined =>
  deeds.filter(({ at, names: told }) => at > since - lagMs && told.some((one) => names.includes(one))).sort((a, b) => b.at - a.at)[0];

function namesOf({ views }: Activity): string[] {
  const record = views[0]?.record ?? {};
  return [record['id'], record['name']].flatMap((value) => (typeof value === 'string' ? [value.toLowerCase().slice(0, longest)] : []));
}

const madeBy = (activity: Activity, { by, name }: Deed): Activity => ({
  ...activity,
  actor: by as SubjectId,
  ...(name === undefined ? {} : { actorName: name }),
});

/** Changes whose maker the log may still tell, and those of the last day that wait already; the newest first. */
export function orphansIn(
  changes: readonly Activity[],
  before: readonly Orphan[],
  { since, now }: { readonly since: number; readonly now: number },
): Orphan[] {
  const found = changes.flatMap((activity): Orphan[] => {
    const waits = activity.actor === undefined && activity.views[0]?.record['stood'] !== true;
    return waits ? [{ id: activity.id, since, at: now, time: activity.time, names: namesOf(activity) }] : [];
  });
  const all = new Map([...before.filter(({ at }) => at > now - dayMs), ...found].map((one) => [one.id, one]));
  return [...all.values()].sort((a, b) => b.at - a.at).slice(0, mostPerFeed);
}

export interface Claimed {
  readonly orphan: Orphan;
  readonly deed: Deed;
}

/** Orphans that one of these deeds explains. One that came long after the change was found did something else. */
export const claimed = (orphans: readonly Orphan[], deeds: readonly Deed[]): Claimed[] =>
  orphans.flatMap((orphan) => {
    const deed = doneTo(
      orphan,
      deeds.filter(({ at }) => at <= orphan.at),
    );
    return deed === undefined ? [] : [{ orphan, deed }];
  });

/**
 * The changes again, with who made them: the log told it later than the snapshot. What has a maker by now is left as it is. Under the same ids they are judged again, and what
 * was found of them joins whoever made them.
 */
export async function withMakers(store: Pick<Store, 'blobs'>, scope: TenantScope, claims: readonly Claimed[]): Promise<Activity[]> {
  if (claims.length === 0) return [];
  const wanted = new Map(claims.map((claim) => [claim.orphan.id, claim]));
  const newest = new Map<string, Activity>();
  for (const date of new Set(claims.map(({ orphan }) => new Date(orphan.time).toISOString().slice(0, 10))))
    for await (const activity of store.blobs.activities(scope, date)) if (wanted.has(activity.id)) newest.set(activity.id, activity);
  return [...newest.values()].flatMap((activity) => {
    const claim = wanted.get(activity.id);
    return claim === undefined || activity.actor !== undefined ? [] : [madeBy(activity, claim.deed)];
  });
}

/** What these records of the log explain of the changes that wait. Called by the lanes that read logs. */
export const explainedBy = (
  { store, states, clock }: Pick<LaneDependencies, 'store' | 'states' | 'clock'>,
  scope: TenantScope,
  fresh: readonly Activity[],
): Promise<Activity[]> => {
  const orphans = states.flatMap(({ orphans: waiting = [] }) => waiting);
  return orphans.length === 0 ? Promise.resolve([]) : withMakers(store, scope, claimed(orphans, deedsIn(fresh, [], clock.now())));
};

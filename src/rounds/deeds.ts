// Who changed what of the directory's settings, as its audit log told within the last day: a snapshot sees that something changed, and not who did it. Used by the lanes.
import type { Activity } from '../contracts/activity.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Deed, FeedState } from '../contracts/rows.ts';

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
  const names = [record['id'], record['name']].flatMap((value) => (typeof value === 'string' ? [value.toLowerCase()] : []));
  const deed = states
    .flatMap(({ deeds = [] }) => deeds)
    .filter(({ at, names: told }) => at > since - lagMs && told.some((one) => names.includes(one)))
    .sort((a, b) => b.at - a.at)[0];
  if (deed === undefined) return activity;
  return { ...activity, actor: deed.by as SubjectId, ...(deed.name === undefined ? {} : { actorName: deed.name }) };
}

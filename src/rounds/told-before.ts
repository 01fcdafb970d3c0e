// Events that two feeds tell of: the unified audit log repeats the sign-ins and directory events of Graph's logs, later and poorer. Where Graph tells of them, its record is the event; the other
// stays as a record of its own log, for the rules that read that one: it holds fields that Graph's does not. Called by the lanes.

import { twinOf } from '../collect/records/unified-audit.ts';
import type { Activity } from '../contracts/activity.ts';
import { auditActivityId, hashId } from '../contracts/ids.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import { datesBetween } from './derive.ts';

const interactive = 'sign-ins.interactive';
const nonInteractive = 'sign-ins.non-interactive';
const ofApplications = 'sign-ins.service-principal';

/**
 * Which feeds of Graph tell the same, richer: all of them have to be read, or it is told by none for sure. Programs' requests for tokens stand in another log than people's sign-ins, and
 * applications' in a third, each of which a tenant may have switched off.
 */
function graphFeeds(activity: Activity): readonly string[] | undefined {
  const shape = twinOf(activity);
  if (shape === undefined) return undefined;
  if (shape === 'directory-audit') return ['directory-audits'];
  if (activity.subject.startsWith('app:')) return [ofApplications];
  const isInteractive = activity.views[1]?.record['isInteractive'];
  if (isInteractive === undefined) return [interactive, nonInteractive];
  return [isInteractive === true ? interactive : nonInteractive];
}

function tells(state: FeedState | undefined, { time }: Activity): boolean {
  const status = state?.outcome.status;
  return status === 'complete' || status === 'incomplete' || time < (state?.readTo ?? 0);
}

/** The record of the unified audit log alone, under the id that it has there, of an event that Graph tells. */
export function retold(activity: Activity): Activity {
  const own = activity.views[0]?.record['Id'];
  const id = auditActivityId(typeof own === 'string' && own !== '' ? own : `retold-${hashId(activity.id)}`);
  return { ...activity, id, views: activity.views.slice(0, 1), retold: true };
}

/** Every log of Graph that could tell of it was read past its time, or is being read. @param states newest state of each feed last */
function isTold(activity: Activity, states: readonly FeedState[]): boolean {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return graphFeeds(activity)?.every((feed) => tells(byFeed.get(feed), activity)) === true;
}

/**
 * A sign-in of the unified audit log that one of Graph's logs may have told all the same: which of them tells of a request is not always as the audit log has it (a password sent by a program
 * is a request for a token here, and a person's sign-in there).
 */
export function mayBeTold(activity: Activity, states: readonly FeedState[]): boolean {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return twinOf(activity) === 'sign-in' && [interactive, nonInteractive, ofApplications].some((feed) => tells(byFeed.get(feed), activity));
}

/**
 * Those records of the unified audit log that Graph tells of are told once more only for the rules of that log. What Graph cannot tell (no licence, no permission, switched off, an outage longer
 * than the audit log's own delay) stays whole; should Graph bring it after all, its richer record takes the place of this one, under the same id.
 */
export const toldOnce = (activities: readonly Activity[], states: readonly FeedState[]): Activity[] =>
  activities.map((activity) => (isTold(activity, states) ? retold(activity) : activity));

/**
 * At a later look: the record in the form in which it was kept, whatever of Graph could be read then. Undefined if it was kept whole and Graph has told of it since: its record must not take
 * the place of the richer one.
 */
export function asKept(
  activity: Activity,
  states: readonly FeedState[],
  stored: { readonly knows: (id: string) => boolean; readonly keeps: (activity: Activity) => boolean },
): Activity | undefined {
  if (twinOf(activity) === undefined) return activity;
  const [told, maybe] = [isTold(activity, states), mayBeTold(activity, states)];
  if (stored.keeps(activity)) return told || maybe ? undefined : activity;
  const again = retold(activity);
  return told || stored.knows(again.id) || (maybe && stored.knows(activity.id)) ? again : activity;
}

/** Those that Graph told under the same id, now or before, are told once more only: the poorer record would take the place of the richer, and with it what that one led to. */
export async function withoutPoorer(
  { store }: { readonly store: Pick<Store, 'blobs'> },
  scope: TenantScope,
  activities: readonly Activity[],
  states: readonly FeedState[],
): Promise<Activity[]> {
  const doubtful = new Set(activities.filter((activity) => mayBeTold(activity, states)));
  if (doubtful.size === 0) return [...activities];
  const told = new Set(activities.flatMap((activity) => (doubtful.has(activity) ? [] : [activity.id])));
  for (const date of new Set([...doubtful].flatMap(({ time }) => datesBetween(time, time))))
    for await (const { id } of store.blobs.activities(scope, date)) told.add(id);
  return activities.map((activity) => (doubtful.has(activity) && told.has(activity.id) ? retold(activity) : activity));
}

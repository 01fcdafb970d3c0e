// Events that two feeds tell of: the unified audit log repeats the sign-ins and directory events of Graph's logs, later and poorer. Where Graph tells of them, its record is the one. Called by the lanes.

import { twinOf } from '../collect/records/unified-audit.ts';
import type { Activity } from '../contracts/activity.ts';
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

/**
 * Without those records of the unified audit log that Graph tells of: its log was read past their time, or is being read. What Graph cannot tell (no licence, no permission, switched off,
 * an outage longer than the audit log's own delay) stays; should Graph bring it after all, its richer record takes the place of this one, under the same id.
 * @param states newest state of each feed last
 */
export function withoutTwice(activities: readonly Activity[], states: readonly FeedState[]): Activity[] {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return activities.filter((activity) => graphFeeds(activity)?.every((feed) => tells(byFeed.get(feed), activity)) !== true);
}

/**
 * A sign-in of the unified audit log that one of Graph's logs may have told all the same: which of them tells of a request is not always as the audit log has it (a password sent by a program
 * is a request for a token here, and a person's sign-in there).
 */
export function mayBeTold(activity: Activity, states: readonly FeedState[]): boolean {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return twinOf(activity) === 'sign-in' && [interactive, nonInteractive, ofApplications].some((feed) => tells(byFeed.get(feed), activity));
}

/** Without those that Graph told under the same id, now or before: the poorer record would take the place of the richer, and with it what that one led to. */
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
  return activities.filter((activity) => !doubtful.has(activity) || !told.has(activity.id));
}

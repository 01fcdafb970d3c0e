// Events that two feeds tell of: the unified audit log repeats the sign-ins and directory events of Graph's logs, later and poorer. Where Graph tells of them, its record is the one. Pure; called by the lanes.

import { twinOf } from '../collect/records/unified-audit.ts';
import type { Activity } from '../contracts/activity.ts';
import type { FeedState } from '../contracts/rows.ts';

/** Which feed of Graph tells the same, richer. */
const graphFeeds = { 'sign-in': 'sign-ins.interactive', 'directory-audit': 'directory-audits' } as const;

/**
 * Without those records of the unified audit log that Graph tells of: its log was read past their time, or is being read. What Graph cannot tell (no licence, no permission,
 * an outage longer than the audit log's own delay) stays; should Graph bring it after all, its richer record takes the place of this one, under the same id.
 * @param states newest state of each feed last
 */
export function withoutTwice(activities: readonly Activity[], states: readonly FeedState[]): Activity[] {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return activities.filter((activity) => {
    const shape = twinOf(activity);
    if (shape === undefined) return true;
    const graph = byFeed.get(graphFeeds[shape]);
    const status = graph?.outcome.status;
    return !(status === 'complete' || status === 'incomplete' || activity.time < (graph?.readTo ?? 0));
  });
}

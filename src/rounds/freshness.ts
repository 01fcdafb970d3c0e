// Which of the records just read are new or changed. The overlap of a feed is read again every round; digests kept with the mark tell what was seen. Pure; called by the fast lane.
import type { Activity } from '../contracts/activity.ts';
import { hashId } from '../contracts/ids.ts';

/** Enough for the overlap of a large tenant; beyond it the oldest are forgotten and merely judged again, with the same finding ids. */
const mostDigests = 4000;

/** 12 hex digits: id and content in one, so that a changed record is fresh again. */
export function digest(activity: Activity): string {
  return hashId(activity.id, JSON.stringify(activity.views[0]?.record ?? null)).slice(0, 12);
}

export function freshOf(
  activities: readonly Activity[],
  recent: readonly string[],
): { readonly fresh: readonly Activity[]; readonly recent: readonly string[] } {
  const seen = new Set(recent);
  const fresh: Activity[] = [];
  const now = new Set<string>();
  for (const activity of activities) {
    const mark = digest(activity);
    if (!seen.has(mark) && !now.has(mark)) fresh.push(activity);
    now.add(mark);
  }
  // What was read this time is what the next overlap will bring again.
  return { fresh, recent: [...now].slice(-mostDigests) };
}

// Which of the records just read are new or changed. The overlap of a feed is read again every round; digests kept with the mark tell what was seen. Pure; called by the fast lane.

import type { FeedRead } from '../collect/feed.ts';
import type { Activity } from '../contracts/activity.ts';
import { hashId } from '../contracts/ids.ts';

/** Enough for the overlap of a large tenant; beyond it the oldest are forgotten and merely judged again, with the same finding ids. */
const mostDigests = 4000;

const idDigits = 6;

/** 14 hex digits, the first of the id alone and the rest of id and content, so that a changed record is fresh again and is known to be a changed one. */
export function digest(activity: Activity): string {
  return hashId(activity.id).slice(0, idDigits) + hashId(activity.id, JSON.stringify(activity.views[0]?.record ?? null)).slice(0, 8);
}

interface Freshness {
  readonly fresh: readonly Activity[];
  /** What is kept with the mark. */
  readonly recent: readonly string[];
  /** One of the fresh records was seen before with other content. May be true by mistake: what it leads to is only more looking. */
  readonly changed: boolean;
}

/** A feed that says itself what it need not read again (`seen`) brings only what is new; twice in one read counts once. */
export function freshOfRead(read: Pick<FeedRead, 'activities' | 'seen' | 'outcome'>, recent: readonly string[]): Freshness {
  if (read.seen === undefined) {
    const found = freshOf(read.activities, recent);
    if (read.outcome.status === 'complete') return found;
    // What a reading that broke off did not come to is read by the next one, which must know what of it was seen.
    const now = new Set(found.recent);
    return { ...found, recent: [...recent.filter((mark) => !now.has(mark)), ...found.recent].slice(-mostDigests) };
  }
  return { fresh: freshOf(read.activities, []).fresh, recent: read.seen, changed: false };
}

export function freshOf(activities: readonly Activity[], recent: readonly string[]): Freshness {
  const seen = new Set(recent);
  const ids = new Set(recent.map((mark) => mark.slice(0, idDigits)));
  let changed = false;
  const fresh: Activity[] = [];
  const now = new Set<string>();
  for (const activity of activities) {
    const mark = digest(activity);
    if (!seen.has(mark) && !now.has(mark)) {
      fresh.push(activity);
      changed ||= ids.has(mark.slice(0, idDigits));
    }
    now.add(mark);
  }
  // What was read this time is what the next overlap will bring again.
  return { fresh, recent: [...now].slice(-mostDigests), changed };
}

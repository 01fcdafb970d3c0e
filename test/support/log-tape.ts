// Logs as tapes: records with the time at which each becomes readable, served by stand-in feeds. For scenarios about lateness, doubling and order, where the cloud's answers are not the point.
import type { FeedRead, LogFeed } from '../../src/collect/feed.ts';
import type { Activity } from '../../src/contracts/activity.ts';

export interface Taped {
  readonly activity: Activity;
  readonly visibleAt: number;
}

/** A feed that gives what is readable now, in the order that `arrange` makes of it (by default the tape's own). */
export function tapeFeed(id: string, tape: readonly Taped[], arrange: (read: Activity[]) => Activity[] = (read) => read): LogFeed {
  return {
    kind: 'log',
    id,
    title: id,
    source: 'reporting',
    lane: 'fast',
    paging: 'none',
    reconciled: 'by the reconcile lane',
    permissions: [],
    blind: 'nothing is seen',
    delay: 'as taped',
    overlapSeconds: 15 * 60,
    firstReadDays: 1,
    read: async ({ now }, span): Promise<FeedRead> => ({
      outcome: { status: 'complete' },
      activities: arrange(
        tape
          .filter(({ activity, visibleAt }) => visibleAt <= now && activity.time >= span.from && activity.time < span.to)
          .map(({ activity, visibleAt }) => ({ ...activity, visibleAt })),
      ),
      skipped: [],
      readTo: span.to,
    }),
  };
}

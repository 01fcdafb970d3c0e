// Reads one span of a log that Graph gives in no order: only what was read to its last page was read for sure. So a span of too many pages is read in shorter ones, oldest first, and the mark
// moves by each. Called by the feeds of such logs beside it.
import type { Activity } from '../../contracts/activity.ts';
import type { FeedRead, ReadContext, Span } from '../feed.ts';
import { brokeOff, type LogQuery, readLogPages } from './log-pages.ts';

/** Pages after which a span is too full, at the first try and at the next ones; then the shortest is read. Together twelve pages with the ones that show that there are more, so that of the twenty of a round some are left for what lies in a second. */
const tries = [5, 3, 1] as const;
const narrower = 16;
const wider = 4;
const shortestMs = 1000;

export async function readUnsortedPages(
  context: ReadContext,
  span: Span,
  query: Omit<LogQuery, 'unsorted' | 'stopAfter'>,
): Promise<FeedRead> {
  const activities = new Map<string, Activity>();
  const skipped = new Map<string, FeedRead['skipped'][number]>();
  let why: string | undefined;
  let at = span.from;
  let lengthMs = span.to - span.from;
  let failures = 0;
  while (at < span.to) {
    const to = Math.min(span.to, Math.ceil(at + lengthMs));
    const isShortest = to - at <= shortestMs;
    const stopAfter = isShortest ? undefined : tries[failures];
    const read = await readLogPages(
      context,
      { from: at, to },
      { ...query, unsorted: true, ...(stopAfter === undefined ? {} : { stopAfter }) },
    );
    for (const activity of read.activities) activities.set(activity.id, activity);
    for (const one of read.skipped) skipped.set(JSON.stringify(one), one);
    if (read.tooFull === true) {
      failures++;
      lengthMs = failures < tries.length ? Math.max(shortestMs, (to - at) / narrower) : shortestMs;
      continue;
    }
    if (read.readTo < to) {
      // Refused, or broken off: what lies before was read.
      if (at === span.from && activities.size === 0) return read;
      why = read.outcome.status === 'incomplete' ? read.outcome.why : brokeOff(read.outcome);
      break;
    }
    if (read.outcome.status === 'incomplete') why = read.outcome.why;
    at = to;
    failures = 0;
    lengthMs *= wider;
  }
  return {
    outcome: why === undefined ? { status: 'complete' } : { status: 'incomplete', why },
    activities: [...activities.values()],
    skipped: [...skipped.values()].slice(0, 20),
    readTo: at,
  };
}

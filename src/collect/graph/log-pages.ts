// Reads one span of one of Graph's logs, oldest first, so that an interrupted read still moves the mark as far as it came. Called by the log feeds beside it.
import type { Activity } from '../../contracts/activity.ts';
import type { FeedRead, ReadContext, Span } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { readRecord } from '../records/to-activity.ts';

export interface LogQuery {
  readonly feed: string;
  readonly version: 'v1.0' | 'beta';
  readonly path: string;
  readonly timeField: string;
  /** Added to the time filter with `and`. */
  readonly filter?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly needs: { readonly permission: string; readonly licence?: string };
}

const keptSkipped = 20;

export async function readLogPages(context: ReadContext, span: Span, query: LogQuery): Promise<FeedRead> {
  const time = `${query.timeField} ge ${new Date(span.from).toISOString()} and ${query.timeField} lt ${new Date(span.to).toISOString()}`;
  const activities: Activity[] = [];
  const skipped: { reason: string; raw: unknown }[] = [];
  let skippedCount = 0;
  let readTo = span.from;
  try {
    const pages = context.connection.graph.pages(query.path, {
      version: query.version,
      query: {
        $filter: query.filter === undefined ? time : `${time} and ${query.filter}`,
        $orderby: `${query.timeField} asc`,
        $top: '1000',
      },
      ...(query.headers === undefined ? {} : { headers: query.headers }),
    });
    for await (const page of pages) {
      for (const raw of page) {
        const activity = readRecord(raw, { tenant: context.tenant, feed: query.feed, visibleAt: context.now });
        if ('skipped' in activity) {
          skippedCount++;
          if (skipped.length < keptSkipped) skipped.push({ reason: activity.skipped, raw });
          continue;
        }
        activities.push(activity);
        readTo = Math.max(readTo, activity.time);
      }
    }
  } catch (error) {
    const outcome = readOutcomeOf(error, query.needs, context.now);
    if (activities.length === 0) return { outcome, activities, skipped, readTo: span.from };
    const why =
      outcome.status === 'throttled'
        ? 'Microsoft throttled the reading; it goes on at the next round'
        : `the reading broke off: ${describe(outcome)}`;
    return { outcome: { status: 'incomplete', why }, activities, skipped, readTo };
  }
  if (skippedCount > 0)
    return {
      outcome: {
        status: 'incomplete',
        why: `${skippedCount} record${skippedCount === 1 ? '' : 's'} could not be understood: ${skipped[0]?.reason ?? ''}`,
      },
      activities,
      skipped,
      readTo: span.to,
    };
  return { outcome: { status: 'complete' }, activities, skipped, readTo: span.to };
}

function describe(outcome: ReturnType<typeof readOutcomeOf>): string {
  if (outcome.status === 'failed') return outcome.cause;
  if (outcome.status === 'denied') return `${outcome.permission} was withdrawn`;
  return outcome.status;
}

// Reads one span of one of Graph's logs, oldest first, so that an interrupted read still moves the mark as far as it came. Called by the log feeds beside it.
import type { Activity } from '../../contracts/activity.ts';
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { ServiceError } from '../../tenants/connections.ts';
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
  /** Records a page: the most that the service takes. Default 1,000; `service`: what it gives by itself. */
  readonly pageSize?: number | 'service';
  /** The service does not sort this log: an interrupted read has read nothing for sure. */
  readonly unsorted?: true;
  /** Where there are more pages, the read ends with `tooFull`. */
  readonly stopAfter?: number;
  /** Pages of one read; what is left is for the next. Default: all. */
  readonly budget?: { readonly pages: number; readonly overlapSeconds: number };
}

const keptSkipped = 20;

export interface PagesRead extends FeedRead {
  readonly tooFull?: true;
}

export async function readLogPages(context: ReadContext, span: Span, query: LogQuery): Promise<PagesRead> {
  const from = resumedFrom(context.kept, span);
  const time = `${query.timeField} ge ${new Date(from).toISOString()} and ${query.timeField} lt ${new Date(span.to).toISOString()}`;
  const size = query.pageSize ?? 1000;
  const activities: Activity[] = [];
  const skipped: { reason: string; raw: unknown }[] = [];
  let skippedCount = 0;
  let cameTo = from;
  let pagesRead = 0;
  const interrupted = (why: string, kept?: string): FeedRead => ({
    outcome: { status: 'incomplete', why },
    activities,
    skipped,
    readTo: query.unsorted === true ? span.from : cameTo,
    ...(kept === undefined ? {} : { kept }),
  });
  try {
    const pages = context.connection.graph.pages(query.path, {
      version: query.version,
      query: {
        $filter: query.filter === undefined ? time : `${time} and ${query.filter}`,
        ...(query.unsorted === true ? {} : { $orderby: `${query.timeField} asc` }),
        ...(size === 'service' ? {} : { $top: String(size) }),
      },
      ...(query.headers === undefined ? {} : { headers: query.headers }),
    });
    for await (const page of pages) {
      if (pagesRead === query.stopAfter) return { ...interrupted('there are more pages'), tooFull: true };
      for (const raw of page) {
        const activity = readRecord(raw, { tenant: context.tenant, feed: query.feed, visibleAt: context.now });
        if ('skipped' in activity) {
          skippedCount++;
          if (skipped.length < keptSkipped) skipped.push({ reason: activity.skipped, raw });
          continue;
        }
        activities.push(activity);
        cameTo = Math.max(cameTo, activity.time);
      }
      pagesRead++;
      // A short page is the last one, so nothing needs to be said.
      if (pagesRead === query.budget?.pages && size !== 'service' && page.length >= size && cameTo > from)
        return interrupted(
          `there are more than ${pagesRead} pages of ${size} records; the reading goes on from ${new Date(cameTo).toISOString()} at the next round`,
          // The next read begins an overlap before the mark: where that is no further than this one began, it would read the same pages for ever.
          cameTo - from <= query.budget.overlapSeconds * 1000 ? String(cameTo) : undefined,
        );
    }
  } catch (error) {
    const outcome = readOutcomeOf(error, query.needs, context.now);
    if (activities.length === 0) return { outcome, activities, skipped, readTo: span.from, ...(isRefusal(error) ? { refused: true } : {}) };
    return interrupted(brokeOff(outcome));
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

/** Nothing that passes by itself. */
const isRefusal = (error: unknown): boolean => error instanceof ServiceError && error.service === 'graph' && error.status === 400;

/** Where a read goes on that ended with its pages within its overlap. */
function resumedFrom(kept: string | undefined, span: Span): number {
  const cameTo = kept === undefined ? Number.NaN : Number(kept);
  return cameTo > span.from && cameTo < span.to ? cameTo : span.from;
}

/** The sentence for a reading that came to a part of its span. */
export const brokeOff = (outcome: ReadOutcome): string =>
  outcome.status === 'throttled'
    ? (outcome.why ?? 'Microsoft throttled the reading; it goes on at the next round')
    : `the reading broke off: ${describe(outcome)}`;

function describe(outcome: ReadOutcome): string {
  if (outcome.status === 'failed') return outcome.cause;
  if (outcome.status === 'denied') return `${outcome.permission} was withdrawn`;
  return outcome.status;
}

// Reads bundles of audit records one after another, as far as one reading goes: what failed before comes last, and one that cannot be read holds up no other. Called by read-content.ts.
import type { Activity } from '../../contracts/activity.ts';
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { type AuditContent, ServiceError } from '../../tenants/connections.ts';
import type { ReadContext } from '../feed.ts';
import { readRecord } from '../records/to-activity.ts';
import { refusal } from './list-content.ts';

/** What is this young is read before a backlog. */
const presentMs = 3_600_000;
const atOnce = 4;
/** One reading takes up no more memory than this many records do; the next one goes on. */
const mostRecords = 20_000;
const keptSkipped = 20;
const mostFaults = 5;
/** There is no such content any more, or the address is none that the service knows: asking again gives the same. */
const gone = new Set(['AF20050', 'AF20051', 'AF20052']);

/** The last hour first, so that a backlog does not starve the present; then the oldest first, so that nothing expires unread; what failed before last. */
export function inOrder(contents: readonly AuditContent[], hasFailed: (content: AuditContent) => boolean, now: number): AuditContent[] {
  const rank = (content: AuditContent): number => (hasFailed(content) ? 2 : content.created >= now - presentMs ? 0 : 1);
  return contents
    .map((content) => ({ content, rank: rank(content) }))
    .sort((a, b) => a.rank - b.rank || a.content.created - b.content.created || (a.content.id < b.content.id ? -1 : 1))
    .map(({ content }) => content);
}

export interface Bundles {
  readonly activities: Activity[];
  readonly skipped: { readonly reason: string; readonly raw: unknown }[];
  skippedCount: number;
  /** Read, or gone: not to be read again. */
  readonly done: AuditContent[];
  /** Tried in vain; each is one of `left`. */
  readonly failed: AuditContent[];
  /** Not read: beyond what one reading takes, or refused. */
  readonly left: AuditContent[];
  gone: number;
  refused?: ReadOutcome;
}

/** @param requests how many are left of the reading's */
export async function readBundles(
  context: ReadContext,
  contents: readonly AuditContent[],
  { feed, requests }: { readonly feed: string; readonly requests: number },
): Promise<Bundles> {
  const all: Bundles = { activities: [], skipped: [], skippedCount: 0, done: [], failed: [], left: [], gone: 0 };
  const most = Math.min(contents.length, requests);
  let at = 0;
  while (at < most && all.activities.length < mostRecords && mayGoOn(all)) {
    const batch = contents.slice(at, Math.min(at + atOnce, most));
    at += batch.length;
    const answers = await Promise.allSettled(batch.map((content) => context.connection.activity.read(content)));
    for (const [index, content] of batch.entries()) {
      const answer = answers[index];
      if (answer?.status === 'fulfilled') take(answer.value, context, feed, all);
      else if (answer?.reason instanceof ServiceError && gone.has(answer.reason.code)) all.gone++;
      else {
        const outcome = refusal(answer?.reason, context.now);
        all.left.push(content);
        if (outcome.status === 'failed') all.failed.push(content);
        all.refused ??= outcome;
        continue;
      }
      all.done.push(content);
    }
  }
  all.left.push(...contents.slice(at));
  return all;
}

/** A refusal means all content; a fault may be that of one bundle, which must not hold up the others. */
const mayGoOn = ({ refused, failed }: Bundles): boolean =>
  refused === undefined || (refused.status === 'failed' && failed.length < mostFaults);

function take(records: readonly unknown[], { tenant, now }: ReadContext, feed: string, all: Bundles): void {
  for (const raw of records) {
    const activity = readRecord(raw, { tenant, feed, visibleAt: now });
    if (!('skipped' in activity)) {
      all.activities.push(activity);
      continue;
    }
    all.skippedCount++;
    if (all.skipped.length < keptSkipped) all.skipped.push({ reason: activity.skipped, raw });
  }
}

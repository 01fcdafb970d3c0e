// Reads what became readable of the unified audit log in a span: lists the content and reads what was not read before. Called by the feeds beside it.
import type { ReadOutcome } from '../../contracts/coverage.ts';
import type { AuditContent, AuditContentType } from '../../tenants/connections.ts';
import type { FeedRead, ReadContext, Span } from '../feed.ts';
import { auditIsOff, offOutcome } from './audit-off.ts';
import { type Listing, listContent, requestsPerReading, wholeSecond } from './list-content.ts';
import { type Bundles, inOrder, readBundles } from './read-bundles.ts';
import { hourMs, hourOf, SeenContent, sumOf, sumsTogether } from './seen-content.ts';

export interface ContentQuery {
  readonly feed: string;
  readonly types: readonly AuditContentType[];
  /** How long what was read is remembered one by one beyond the span, in ms: as long as later looks list it again. After that, an hour is a sum. */
  readonly rememberMs: number;
  /** Requests of one reading, for tests. */
  readonly requests?: number;
}

/** The service gives content of at most 7 days; a margin for its clock. */
const oldestMs = 7 * 24 * hourMs - hourMs / 2;
const backfillMs = 22 * hourMs;
/** Nothing at all in so long a time is worth asking whether auditing is on. */
const quietMs = 20 * hourMs;
const nothing = (outcome: ReadOutcome, readTo: number, seen: readonly string[]): FeedRead => ({
  outcome,
  activities: [],
  skipped: [],
  readTo,
  seen: [...seen],
});

export async function readContent(context: ReadContext, asked: Span, query: ContentQuery): Promise<FeedRead> {
  const { now, seen: own = [] } = context;
  const seen = new SeenContent(own);
  const others = new SeenContent(context.alsoSeen ?? []);
  const oldest = now - oldestMs;
  const requests = query.requests ?? requestsPerReading;
  const isLook = asked.to < now;
  const span = { from: Math.max(asked.from, oldest), to: isLook ? wholeHours(asked, [seen, others]) : asked.to };
  const tooLate = isLook && asked.from < oldest ? oldest : undefined;
  if (span.to <= span.from) {
    const why = sentencesOfLook(tooLate).join('; ');
    return nothing(why === '' ? { status: 'complete' } : { status: 'incomplete', why }, Math.max(asked.from, span.to), own);
  }
  const isRead = (content: AuditContent): boolean => (isLook ? seen.has(content) : seen.covers(content)) || others.has(content);
  const mark = isLook ? undefined : Math.max(span.from, context.readTo ?? span.from);
  // From the beginning of its hour, so that a look can compare it with its sum.
  const listFrom = isLook ? Math.max(oldest, hourOf(span.from) * hourMs) : span.from;
  const listed = await listContent(
    {
      context,
      types: query.types,
      seen,
      isNew: (content) => !isRead(content),
      requests,
      ...(mark === undefined ? {} : { mark }),
    },
    { from: listFrom, to: span.to },
  );
  if (listed.refused !== undefined && listed.contents.length === 0) return nothing(listed.refused, asked.from, own);
  if (isEmptyDay(listed) && (await auditIsOff(context.connection.exchange))) return nothing(offOutcome, asked.from, own);

  const isUnchanged = isLook ? unchangedHours(listed, [seen, others]) : () => false;
  const cut = isLook ? lookedTo(span, listed, [seen, others]) : Number.POSITIVE_INFINITY;
  const hasFailed = (content: AuditContent): boolean => seen.hasFailed(content) || others.hasFailed(content);
  const unseen = inOrder(
    listed.contents.filter((content) => content.created < cut && !isRead(content) && !isUnchanged(content)),
    hasFailed,
    now,
  );
  const known = unseen.filter(hasFailed).length;
  const read = await readBundles(context, unseen, { feed: query.feed, requests: requests - listed.pages });
  for (const content of read.done) seen.add(content);
  let lost = read.gone;
  let readTo = span.from;
  if (mark === undefined) readTo = Math.min(cut, reached(span.from, listed, read, []));
  else {
    for (const content of read.failed) seen.fail(content);
    // What came late lies before the mark: only the day's listing tells of it again.
    if (read.left.some((content) => !seen.hasFailed(content))) seen.dayListedIn = undefined;
    lost += forgetGone(seen, listed, oldest);
    const covers = coverage(listed.covered, mark);
    noteWhole(seen, read, covers, now);
    const unlisted = seen.failedHours().filter((hour) => !covers(hour));
    readTo = reached(mark, listed, read, unlisted, seen);
  }
  const { marks, again } = seen.marks({
    needed: isLook ? oldest : Math.min(now, readTo) - query.rememberMs,
    oldest,
    readTo: isLook ? Number.POSITIVE_INFINITY : readTo,
  });
  const isLeft = readTo < wholeSecond(span.to);
  const why = [...sentencesOfLook(tooLate), ...sentences({ listed, read, lost, again, isLeft })];
  const outcome: ReadOutcome =
    // Bundles that are known to fail are a part that cannot be read, and no feed that cannot be.
    read.refused !== undefined && read.left.length === unseen.length && (known < unseen.length || read.refused.status !== 'failed')
      ? read.refused
      : why.length === 0
        ? { status: 'complete' }
        : { status: 'incomplete', why: why.join('; ') };
  return {
    outcome,
    activities: read.activities,
    skipped: read.skipped,
    readTo,
    seen: marks,
    ...lostBefore(listed, context),
    ...(isLeft && listed.refused === undefined && read.refused === undefined && listed.flood === undefined ? { more: true as const } : {}),
  };
}

/** What became readable while nothing was subscribed to: a start gives the last hours of it (reference: activity API, measured July 2026). */
function lostBefore({ started }: Listing, { now, readTo }: ReadContext): Pick<FeedRead, 'lost'> {
  if (started.length === 0 || readTo === undefined || readTo >= now - backfillMs) return {};
  return { lost: { from: readTo, to: now - backfillMs, why: 'a subscription was missing, and its start brings the last 22 hours only' } };
}

/** A later look at hours of which only the sum is known reads whole ones, so that the sums can be compared. */
function wholeHours({ from, to }: Span, memories: readonly SeenContent[]): number {
  for (let hour = hourOf(from); hour * hourMs < to; hour++)
    if (memories.some((memory) => memory.isFolded(hour))) return hourOf(to) * hourMs;
  return to;
}

/** A look that could not list all ends with a whole hour, too, if it came so far. */
function lookedTo(span: Span, { covered }: Listing, memories: readonly SeenContent[]): number {
  const to = furthest(span.from, covered);
  if (to === span.from) return Number.POSITIVE_INFINITY;
  const hours = wholeHours({ from: span.from, to }, memories);
  return hours > span.from ? hours : to;
}

function isEmptyDay({ contents, started, covered }: Listing): boolean {
  return contents.length === 0 && started.length === 0 && covered.reduce((sum, { from, to }) => sum + to - from, 0) >= quietMs;
}

/** Hours whose listing has the very sum of what was read of them: nothing came late. */
function unchangedHours({ contents, covered }: Listing, memories: readonly SeenContent[]): (content: AuditContent) => boolean {
  const covers = coverage(covered, undefined);
  const unchanged = new Set<number>();
  for (const [hour, ofHour] of Map.groupBy(contents, ({ created }) => hourOf(created))) {
    if (!memories.some((memory) => memory.isFolded(hour)) || !covers(hour)) continue;
    const listed = sumOf(ofHour);
    const known = memories.map((memory) => memory.sum(hour)).reduce(sumsTogether);
    if (known.count === listed.count && known.sum === listed.sum) unchanged.add(hour);
  }
  return ({ created }) => unchanged.has(hourOf(created));
}

/** Whether an hour was listed from its first to its last second; what lies before the mark was. */
function coverage(covered: readonly Span[], mark: number | undefined): (hour: number) => boolean {
  const spans = together(covered, mark);
  return (hour) => spans.some(({ from, to }) => from <= hour * hourMs && to >= (hour + 1) * hourMs);
}

function together(covered: readonly Span[], mark: number | undefined): Span[] {
  const spans: Span[] = mark === undefined ? [] : [{ from: Number.NEGATIVE_INFINITY, to: mark }];
  for (const { from, to } of [...covered].sort((a, b) => a.from - b.from)) {
    const last = spans[spans.length - 1];
    if (last === undefined || from > last.to) spans.push({ from, to });
    else spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
  }
  return spans;
}

/** What failed before and is listed no more, or is older than the service keeps. */
function forgetGone(seen: SeenContent, { contents, covered }: Listing, oldest: number): number {
  const covers = coverage(covered, undefined);
  let count = 0;
  for (const hour of seen.failedHours()) {
    if ((hour + 1) * hourMs <= oldest) count += seen.forgetFailed(hour, []);
    else if (covers(hour))
      count += seen.forgetFailed(
        hour,
        contents.filter(({ created }) => hourOf(created) === hour),
      );
  }
  return count;
}

function noteWhole(seen: SeenContent, { left }: Bundles, covers: (hour: number) => boolean, now: number): void {
  const untried = new Set(left.filter((content) => !seen.hasFailed(content)).map(({ created }) => hourOf(created)));
  for (let hour = hourOf(now - oldestMs); (hour + 1) * hourMs <= now; hour++) if (covers(hour) && !untried.has(hour)) seen.setWhole(hour);
}

/** Everything from `start` to there was listed. */
function furthest(start: number, covered: readonly Span[], whole?: SeenContent): number {
  let to = start;
  for (let before = Number.NaN; before !== to; ) {
    before = to;
    for (const span of covered) if (span.from <= to) to = Math.max(to, wholeSecond(span.to));
    while (whole?.isWhole(hourOf(to)) === true) to = (hourOf(to) + 1) * hourMs;
  }
  return to;
}

/**
 * Everything before was listed, and read.
 * @param unlisted hours in which something failed before that was not tried again
 * @param whole hours that earlier readings listed and read, ahead of the mark
 */
function reached(start: number, { covered }: Listing, { left }: Bundles, unlisted: readonly number[], whole?: SeenContent): number {
  let to = furthest(start, covered, whole);
  for (const { created } of left) to = Math.min(to, created);
  for (const hour of unlisted) to = Math.min(to, hour * hourMs);
  return Math.max(start, to);
}

/** A look that comes too late to list all of its span has not found that nothing came late. */
function sentencesOfLook(before: number | undefined): string[] {
  return before === undefined
    ? []
    : [`what became readable before ${new Date(before).toISOString()} is no longer listed, so what came late of it cannot be found`];
}

function sentences(found: {
  readonly listed: Listing;
  readonly read: Bundles;
  readonly lost: number;
  readonly again: number;
  readonly isLeft: boolean;
}): string[] {
  const { listed, read, lost, again, isLeft } = found;
  const isWaiting = read.refused === undefined && listed.refused === undefined && isLeft;
  const few = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [
    ...listed.started,
    ...(listed.refused === undefined ? [] : [`a part could not be listed: ${inWords(listed.refused)}`]),
    ...(read.refused === undefined ? [] : [`the reading broke off: ${inWords(read.refused)}`]),
    ...(isWaiting && read.left.length > 0
      ? [`there is more than one round reads; ${few(read.left.length, 'bundle')} of records are read next`]
      : isWaiting
        ? ['there is more than one round lists; the rest is read next']
        : []),
    ...(listed.flood === undefined
      ? []
      : [`within the second of ${new Date(listed.flood).toISOString()} more became readable than one reading can list`]),
    ...(again === 0 ? [] : [`there is more than can be remembered: ${few(again, 'bundle')} of records are read again`]),
    ...(lost === 0 ? [] : [`${few(lost, 'bundle')} of records expired before they were read`]),
    ...(read.skippedCount === 0 ? [] : [`${few(read.skippedCount, 'record')} could not be understood: ${read.skipped[0]?.reason ?? ''}`]),
  ];
}

function inWords(outcome: ReadOutcome): string {
  if (outcome.status === 'failed') return outcome.cause;
  if (outcome.status === 'denied') return `${outcome.permission} is missing`;
  if (outcome.status === 'throttled') return outcome.why ?? 'Microsoft throttled the reading; it goes on at the next round';
  return outcome.status === 'off' ? outcome.what : outcome.status;
}

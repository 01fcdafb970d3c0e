// Reads one log up to now. A guard that was down reads the present first and then what it missed, oldest first, in bounded pieces; the mark never claims what lies between. Called by the fast lane.
import type { FeedRead, LogFeed, ReadContext, Span } from '../collect/feed.ts';
import type { FeedState, Gap } from '../contracts/rows.ts';

const dayMs = 86_400_000;
/** A mark older than this is a backlog; what is newer is the present. */
const presentMs = 3_600_000;
const pieceMs = dayMs;
const piecesPerRound = 4;
/** Microsoft counts its retention from its own clock: asking for the very first minute may be refused. */
const retentionMarginMs = 3_600_000;

/** From the mark with its overlap to now; what is older than the service keeps is a gap, and said so. */
export function spanOf(feed: LogFeed, state: FeedState | undefined, now: number): Span & { readonly lost?: Gap } {
  if (state?.readTo === undefined) return { from: now - feed.firstReadDays * dayMs + retentionMarginMs, to: now };
  const keptDays = feed.keptDays ?? feed.firstReadDays;
  const oldest = now - keptDays * dayMs + retentionMarginMs;
  const from = state.readTo - feed.overlapSeconds * 1000;
  if (from >= oldest) return { from, to: now };
  if (state.readTo >= oldest) return { from: oldest, to: now };
  const lost: Gap = { v: 1, feed: feed.id, from: state.readTo, to: oldest, why: `Microsoft keeps these records for ${keptDays} days only` };
  return { from: oldest, to: now, lost };
}

/** Where the mark comes to when these spans were read as well, and what of them lies ahead of it. */
export function advance(mark: number, ahead: readonly Span[]): { readonly mark: number; readonly ahead: readonly Span[] } {
  const spans = [...ahead].sort((a, b) => a.from - b.from);
  const left: Span[] = [];
  let reached = mark;
  for (const span of spans) {
    const last = left[left.length - 1];
    if (span.from <= reached) reached = Math.max(reached, span.to);
    else if (last !== undefined && span.from <= last.to) left[left.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else left.push(span);
  }
  return { mark: reached, ahead: left };
}

export interface LogRead {
  /** Both readings together; `readTo` is the mark. */
  readonly read: FeedRead;
  /** The earliest time that was asked for. */
  readonly from: number;
  readonly ahead: readonly Span[];
  readonly lost?: Gap;
  /** What was missed and is not read yet. */
  readonly behind?: Span;
}

const wasSeen = ({ outcome }: FeedRead): boolean => outcome.status === 'complete' || outcome.status === 'incomplete';
const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Where the service keeps less in this tenant than elsewhere and so refuses the span, only what it does keep is asked for: the rest is a gap, or no part of a first reading. */
export async function readLog(feed: LogFeed, state: FeedState | undefined, context: ReadContext): Promise<LogRead> {
  const { leastKeptDays: least } = feed;
  if (least === undefined) return readKept(feed, state, context);
  let tooOld = false;
  const watched: LogFeed = {
    ...feed,
    read: async (of, span) => {
      const read = await feed.read(of, span);
      tooOld ||= read.refused === true && span.from < context.now - least * dayMs;
      return read;
    },
  };
  const read = await readKept(watched, state, context);
  return tooOld ? readKept({ ...feed, firstReadDays: least, keptDays: least }, state, context) : read;
}

async function readKept(feed: LogFeed, state: FeedState | undefined, context: ReadContext): Promise<LogRead> {
  const { now } = context;
  const { lost, ...whole } = spanOf(feed, state, now);
  const stored = state?.ahead ?? [];
  // A feed with marks of its own cuts its spans itself.
  const readTo = feed.readOnce === true || feed.remembers === true || state?.kept !== undefined ? undefined : state?.readTo;
  if (readTo === undefined || (stored.length === 0 && now - Math.max(readTo, whole.from) <= presentMs)) {
    const mark = lost?.to ?? state?.readTo;
    const read = await feed.read(mark === undefined ? context : { ...context, readTo: mark }, whole);
    const gap = lost ?? (read.lost && { v: 1, feed: feed.id, ...read.lost });
    return { read, from: whole.from, ahead: stored, ...(gap === undefined ? {} : { lost: gap }) };
  }
  const newest = stored[stored.length - 1]?.to ?? 0;
  const present: Span = {
    from: Math.max(whole.from, now - newest <= presentMs ? newest - feed.overlapSeconds * 1000 : now - presentMs),
    to: now,
  };
  const first = await feed.read(context, present);
  if (!wasSeen(first)) return { read: { ...first, readTo }, from: present.from, ahead: stored };
  const start = lost === undefined ? readTo : lost.to;
  let { mark, ahead } = advance(start, [...stored, { from: present.from, to: first.readTo }]);
  const reads: FeedRead[] = [];
  for (let piece = 0; piece < piecesPerRound && mark < now && ahead.length > 0; piece++) {
    const to = Math.min(mark + pieceMs, ahead[0]?.from ?? now);
    const read = await feed.read(context, { from: piece === 0 ? Math.min(whole.from, mark) : mark, to });
    if (!wasSeen(read)) {
      reads.push({ ...read, activities: [] });
      break;
    }
    reads.push(read);
    const reached = Math.min(read.readTo, to);
    ({ mark, ahead } = advance(Math.max(mark, reached), ahead));
    if (reached < to) break;
  }
  const hole = ahead[0];
  const behind = hole === undefined ? undefined : { from: mark, to: hole.from };
  return {
    read: {
      // The present last: what is read again next time is the end of it.
      activities: [...reads.flatMap(({ activities }) => activities), ...first.activities],
      skipped: [...reads, first].flatMap(({ skipped }) => skipped).slice(0, 20),
      readTo: mark,
      outcome: outcomeOf(first, reads, behind),
    },
    from: reads.length === 0 ? present.from : Math.min(whole.from, present.from),
    ahead,
    ...(lost === undefined ? {} : { lost }),
    ...(behind === undefined ? {} : { behind }),
  };
}

function outcomeOf(present: FeedRead, pieces: readonly FeedRead[], behind: Span | undefined): FeedRead['outcome'] {
  if (behind !== undefined)
    return {
      status: 'incomplete',
      why: `what lies between ${minute(behind.from)} and ${minute(behind.to)} is still being read, oldest first`,
    };
  return [present, ...pieces].find(({ outcome }) => outcome.status === 'incomplete')?.outcome ?? present.outcome;
}

// How a feed fares: delay from event to first reading, what only later looks found, errors. A small fixed histogram in the feed's own row; no row per record. Pure; written by
// the lanes, read by coverage.
import type { Activity } from '../contracts/activity.ts';
import type { FeedFigures } from '../contracts/coverage.ts';
import type { FeedHealth, FeedState } from '../contracts/rows.ts';

const minuteMs = 60_000;
/** Upper bounds of the buckets in minutes; what comes later than the last one is in a bucket of its own. */
export const delayBounds = [1, 2, 5, 10, 15, 30, 60, 120, 360, 1440] as const;
/** "Lately": beyond so many records every counter is halved, so that old ones fade. */
const most = 10_000;
/** After a longer pause of ours a delay would tell of us, not of the service. */
const pauseMs = 60 * minuteMs;
const textMost = 200;

const none: FeedHealth = { delays: Array.from({ length: delayBounds.length + 1 }, () => 0), looked: 0, late: 0, attempts: 0, errors: 0 };

function bucketOf(delayMs: number): number {
  const index = delayBounds.findIndex((bound) => delayMs <= bound * minuteMs);
  return index < 0 ? delayBounds.length : index;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
const half = (count: number): number => Math.floor(count / 2);

function faded(health: FeedHealth): FeedHealth {
  const delays = sum(health.delays) > most ? health.delays.map(half) : health.delays;
  const looks = health.looked > most ? { looked: half(health.looked), late: half(health.late) } : {};
  const attempts = health.attempts > most ? { attempts: half(health.attempts), errors: half(health.errors) } : {};
  return { ...health, delays, ...looks, ...attempts };
}

const errorOf = ({ outcome }: FeedState): string | undefined => {
  switch (outcome.status) {
    case 'failed':
      return outcome.cause;
    case 'denied':
      return `denied: ${outcome.permission}`;
    case 'incomplete':
      return outcome.why;
    case 'throttled':
      return outcome.why ?? 'throttled';
    default:
      return undefined;
  }
};

/**
 * The marks after a read, with what it adds to the feed's health and totals.
 * @param read.fresh new and changed records, for a log
 * @param read.from the earliest time that was asked for, epoch ms, for a log
 */
export function withRead(
  before: FeedState | undefined,
  after: FeedState,
  read: { readonly fresh?: readonly Activity[]; readonly from?: number; readonly now: number },
): FeedState {
  const { fresh = [], from, now } = read;
  const known = before?.health ?? none;
  // What the first read brings is old by nature, and so is history that a log hands out over its first rounds, or what is caught up with after an outage.
  const isCurrent = before?.readTo !== undefined && now - before.readTo <= pauseMs && before.ahead === undefined;
  const delays = [...known.delays];
  if (isCurrent)
    for (const { time, visibleAt } of fresh) {
      if (time < before.startedAt) continue;
      const bucket = bucketOf((visibleAt ?? now) - time);
      delays[bucket] = (delays[bucket] ?? 0) + 1;
    }
  const error = errorOf(after);
  const readFrom = Math.min(before?.readFrom ?? Number.POSITIVE_INFINITY, from ?? Number.POSITIVE_INFINITY);
  return {
    ...after,
    total: (before?.total ?? 0) + fresh.length,
    ...(Number.isFinite(readFrom) ? { readFrom } : {}),
    health: faded({
      ...known,
      delays,
      attempts: known.attempts + 1,
      errors: known.errors + (error === undefined ? 0 : 1),
      ...(error === undefined ? {} : { lastError: { at: now, text: error.slice(0, textMost) } }),
    }),
  };
}

/** The row of a feed's later looks. @param look how many records it read, and how many of them nobody had seen before */
export function withLook(
  before: FeedState | undefined,
  after: FeedState,
  look: { readonly read: number; readonly late: number },
): FeedState {
  const known = before?.health ?? none;
  return {
    ...after,
    health: faded({ ...known, looked: known.looked + look.read, late: known.late + look.late, attempts: known.attempts + 1 }),
  };
}

/**
 * The marks of a feed that is told of changes, after it read everything to see whether it was told of all.
 * @param proof how many objects there are, and of how many it had not been told
 */
export function withProof(
  before: FeedState | undefined,
  after: FeedState,
  proof: { readonly objects: number; readonly missed: number } | undefined,
  now: number,
): FeedState {
  if (proof === undefined) return before?.settledTo === undefined ? after : { ...after, settledTo: before.settledTo };
  const known = after.health ?? none;
  const text = `${proof.missed} of ${proof.objects} objects had changed without the service telling it; everything was read anew`;
  return {
    ...after,
    settledTo: now,
    health: faded({
      ...known,
      looked: known.looked + proof.objects,
      late: known.late + proof.missed,
      ...(proof.missed === 0 ? {} : { errors: known.errors + 1, lastError: { at: now, text } }),
    }),
  };
}

/** Minutes within which this share of the records came; undefined where there are none, infinite beyond the last bound. */
export function delayAt(share: number, delays: readonly number[]): number | undefined {
  const all = sum(delays);
  if (all === 0) return undefined;
  let seen = 0;
  for (const [index, count] of delays.entries()) {
    seen += count;
    if (seen >= share * all) return delayBounds[index] ?? Number.POSITIVE_INFINITY;
  }
  return undefined;
}

/** @param live the feed's own row. @param looks the row of its later looks */
export function figuresOf(live: FeedState | undefined, looks: FeedState | undefined): FeedFigures {
  const health = live?.health;
  const p50 = health && delayAt(0.5, health.delays);
  const p95 = health && delayAt(0.95, health.delays);
  // Of a log in the row of its later looks, of a snapshot in its own.
  const looked = (looks?.health?.looked ?? 0) + (health?.looked ?? 0);
  const late = (looks?.health?.late ?? 0) + (health?.late ?? 0);
  return {
    ...(live?.total === undefined ? {} : { records: live.total }),
    ...(p50 === undefined || p95 === undefined ? {} : { delayMinutes: { p50: finite(p50), p95: finite(p95) } }),
    ...(looked === 0 ? {} : { onTime: 1 - late / looked, looked }),
    attempts: health?.attempts ?? 0,
    errors: health?.errors ?? 0,
    ...(health?.lastError === undefined ? {} : { lastError: health.lastError }),
  };
}

/** JSON knows no infinity: beyond the last bound it is said as one minute more. */
const finite = (minutes: number): number => (Number.isFinite(minutes) ? minutes : 1441);

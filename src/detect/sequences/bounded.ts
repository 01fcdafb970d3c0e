// How many hits of one (rule, group) are kept, and which: the same whatever the order, repetition or split in which they came. Called by occurrences.ts, and by whoever gathers or stores hits.
import type { SequenceHit } from '../../contracts/detection.ts';
import { byTime, settle } from './sequence.ts';

/**
 * Of each base rule, per stretch of time as long as the sequence's timespan (at least an hour), this many of the earliest and as many of the latest hits are kept:
 * a flood of one rule cannot push out the one hit of another, nor what came before or after it.
 */
export const keptAtEachEnd = 1_000;
/** Short windows share a stretch, so that a long log has few of them. */
export const shortestStretch = 3_600_000;

interface Stretch {
  readonly kept: SequenceHit[];
  /** Hits that were dropped, or may have been before: exactly as many as are kept is no proof that there were no more. */
  readonly full: boolean;
}

function stretchesOf(settled: readonly SequenceHit[], timespan: number, most: number): Stretch[] {
  const length = Math.max(timespan, shortestStretch);
  const byStretch = Map.groupBy(settled, ({ base, time }) => `${Math.floor(time / length)} ${base}`);
  return [...byStretch.values()].map((hits) => ({
    kept: hits.length > 2 * most ? [...hits.slice(0, most), ...hits.slice(-most)] : hits,
    full: hits.length >= 2 * most,
  }));
}

export interface Bounded {
  /** Earliest first. */
  readonly hits: readonly SequenceHit[];
  /** There were hits that are not kept, or may have been: counts are at least what they say. */
  readonly atLeast: boolean;
}

/** What is kept of one group's hits. Keeping twice, or keeping parts and then the whole, gives the same. */
export function bounded(given: Iterable<SequenceHit>, timespan: number, most = keptAtEachEnd): Bounded {
  const settled = settle(given);
  if (settled.length < 2 * most) return { hits: settled, atLeast: false };
  const stretches = stretchesOf(settled, timespan, most);
  return { hits: stretches.flatMap(({ kept }) => kept).sort(byTime), atLeast: stretches.some(({ full }) => full) };
}

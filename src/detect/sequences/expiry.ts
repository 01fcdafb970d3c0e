// Which stored hits can be of no more use. Called by the reconcile lane.
import type { SequenceHit } from '../../contracts/detection.ts';
import type { Sequence } from './sequence.ts';

/** The longest stretch of time that one window of the sequence, or of one nested in it, can span, ms. */
export const longestTimespan = (sequence: Sequence): number =>
  Math.max(sequence.timespan, ...sequence.parts.map((part) => (typeof part === 'string' ? 0 : longestTimespan(part))));

/** Even of a group that never rests, nothing is kept longer before everything is settled. As long as the log itself is kept by default. */
export const longestKept = 30 * 86_400_000;

/**
 * The hits of one rule that nothing later can concern: whole runs of a group that end before everything was settled past their window. A run is never cut: hits that
 * follow each other within the timespan may belong to one finding, whose name depends on the first of them.
 * @param settledTo epoch ms; no record of an earlier event comes any more
 */
export function expired(hits: readonly SequenceHit[], timespan: number, settledTo: number): SequenceHit[] {
  return [...Map.groupBy(hits, ({ group }) => group).values()].flatMap((members) => {
    const sorted = members.toSorted((a, b) => a.time - b.time);
    let end = 0;
    for (const [index, hit] of sorted.entries()) {
      if (hit.time + timespan >= settledTo) break;
      const next = sorted[index + 1];
      if (next === undefined || next.time > hit.time + timespan || hit.time + longestKept < settledTo) end = index + 1;
    }
    return sorted.slice(0, end);
  });
}

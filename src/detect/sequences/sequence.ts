// What a Sigma correlation means once its names are resolved, and what it found. Read by windows.ts, occurrences.ts, reference.ts and the detector.
import type { SequenceHit } from '../../contracts/detection.ts';

export type SequenceKind = 'temporal' | 'temporal_ordered' | 'event_count' | 'value_count';

/** The numeric part of `condition:`; all bounds that are given must hold. */
export interface CountTest {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly eq?: number;
  readonly neq?: number;
}

export interface Sequence {
  readonly name: string;
  readonly kind: SequenceKind;
  /** Base rules by name, or nested sequences over the same group; `temporal_ordered` reads them in this order. */
  readonly parts: readonly (string | Sequence)[];
  /** Milliseconds; a window holds both its ends. */
  readonly timespan: number;
  /** What the number of hits, distinct values or distinct parts must pass. Not read for `temporal_ordered`. */
  readonly test: CountTest;
}

/** The sequence happened: one finding. `hits` are earliest first; `anchor` is the first of them and names the finding. */
export interface Occurrence {
  readonly anchor: SequenceHit;
  readonly hits: readonly SequenceHit[];
}

export const passes = (test: CountTest, count: number): boolean =>
  (test.gt === undefined || count > test.gt) &&
  (test.gte === undefined || count >= test.gte) &&
  (test.lt === undefined || count < test.lt) &&
  (test.lte === undefined || count <= test.lte) &&
  (test.eq === undefined || count === test.eq) &&
  (test.neq === undefined || count !== test.neq);

/** More hits can never falsify such a test, so it may be answered before everything is read. */
export const isLasting = (test: CountTest): boolean =>
  test.lt === undefined && test.lte === undefined && test.eq === undefined && test.neq === undefined;

/** The smallest count that passes a lasting test. */
export const smallestCount = (test: CountTest): number => Math.max(1, test.gte ?? 1, test.gt === undefined ? 1 : Math.floor(test.gt) + 1);

/** The order of hits everywhere: event time, then activity, then base rule. */
export const byTime = (
  a: { time: number; activity: string; base: string },
  b: { time: number; activity: string; base: string },
): number => {
  if (a.time !== b.time) return a.time - b.time;
  if (a.activity !== b.activity) return a.activity < b.activity ? -1 : 1;
  return a.base < b.base ? -1 : a.base > b.base ? 1 : 0;
};

/** Sorted, each (base, activity) once. Of two versions the last given stands (a record may change after it was first seen). */
export function settle(hits: Iterable<SequenceHit>): SequenceHit[] {
  const once = new Map<string, SequenceHit>();
  for (const hit of hits) once.set(`${hit.base.length}:${hit.base}${hit.activity}`, hit);
  return [...once.values()].sort(byTime);
}

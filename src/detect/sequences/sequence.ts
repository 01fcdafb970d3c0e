// What a Sigma correlation means once its names are resolved, and what it found. Read by windows.ts, occurrences.ts, reference.ts and the detector.
import type { SequenceHit } from '../../contracts/detection.ts';

export type SequenceKind =
  | 'temporal'
  | 'temporal_ordered'
  | 'event_count'
  | 'value_count'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median';

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
  /** Base rules by name, or nested sequences; `temporal_ordered` reads them in this order. */
  readonly parts: readonly (string | Sequence)[];
  /** Milliseconds; a window holds both its ends. */
  readonly timespan: number;
  /** What the number of hits, distinct values or distinct parts, or the number computed of the values, must pass. Not read for `temporal_ordered`. */
  readonly test: CountTest;
  /** value_percentile: above 0, up to 100. */
  readonly percentile?: number;
  /** Nested, and grouping otherwise than the outermost sequence: within that one's group its hits are judged by groups of their own. */
  readonly ownGroups?: boolean;
}

/** The sequence happened: one finding. `hits` are earliest first; `anchor` is the first of them and names the finding. */
export interface Occurrence {
  readonly anchor: SequenceHit;
  readonly hits: readonly SequenceHit[];
  /** Not all hits of its time were kept: its counts are at least what they say. */
  readonly atLeast?: true;
}

export const passes = (test: CountTest, count: number): boolean =>
  (test.gt === undefined || count > test.gt) &&
  (test.gte === undefined || count >= test.gte) &&
  (test.lt === undefined || count < test.lt) &&
  (test.lte === undefined || count <= test.lte) &&
  (test.eq === undefined || count === test.eq) &&
  (test.neq === undefined || count !== test.neq);

/** Kinds whose number only grows with more hits. An average or percentile moves both ways. */
const growing: ReadonlySet<SequenceKind> = new Set(['temporal', 'event_count', 'value_count', 'value_sum']);

/** More hits can never falsify such a sequence's condition, so it may be answered before everything is read. */
export const isLasting = ({ kind, test }: Sequence): boolean =>
  kind === 'temporal_ordered' ||
  (growing.has(kind) && test.lt === undefined && test.lte === undefined && test.eq === undefined && test.neq === undefined);

export const countsValues = (kind: SequenceKind): boolean => kind.startsWith('value_');

/** What a record's value counts as; undefined: the record is not counted. A sum must only grow, so negative values are left out of it. */
export function counted(kind: SequenceKind, value: string | undefined): string | number | undefined {
  if (value === undefined || kind === 'value_count') return value;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return !Number.isFinite(number) || (kind === 'value_sum' && number < 0) ? undefined : number;
}

/** The record's value for this sequence, be it the outermost one or nested. Hits stored before nested ones had values of their own hold one for all. */
export const valueFor = (sequence: Sequence, hit: SequenceHit): string | undefined =>
  sequence.name === hit.rule || hit.nested === undefined ? hit.value : hit.nested?.find(({ of }) => of === sequence.name)?.value;

/** The nearest rank: the smallest value that at least `percentile` per cent of all do not exceed. */
export function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** The number that the condition tests, of the values in a window (value_sum, value_avg, value_percentile, value_median). At least one value. */
export function computed({ kind, percentile = 50 }: Sequence, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (kind === 'value_sum') return sum;
  if (kind === 'value_avg') return sum / values.length;
  if (kind === 'value_percentile') return percentileOf(values, percentile);
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

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

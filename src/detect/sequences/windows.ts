// Finds the full windows of a sequence: spans of event time, each beginning at a hit, in which the condition holds. Called by occurrences.ts.
import type { SequenceHit } from '../../contracts/detection.ts';
import { byTime, computed, counted, countsValues, isLasting, passes, type Sequence, valueFor } from './sequence.ts';

/** A base hit, or a nested sequence's full window standing as one hit at the moment it became full (`from` is where that window begins). */
export interface Entry {
  readonly time: number;
  readonly activity: string;
  readonly base: string;
  readonly value: string | number | undefined;
  readonly from: number;
  /** The hit itself, or that by which the nested window became full. */
  readonly record: SequenceHit;
  /** Nested windows only: their own group, where they have one. */
  readonly group: string | undefined;
  readonly nested: boolean;
}

/** Epoch ms. `last` is the time of the last entry inside; `full` is when the condition came true. */
export interface Window {
  readonly start: number;
  readonly last: number;
  readonly full: Entry;
}

/** Base hits and nested windows as entries in the order of time. `hits` must be settled (sequence.ts). */
export function entriesOf(sequence: Sequence, hits: readonly SequenceHit[], settledTo: number): Entry[] {
  const names = new Set(sequence.parts.filter((part) => typeof part === 'string'));
  const entries: Entry[] = [];
  const add = (record: SequenceHit, more: Pick<Entry, 'base' | 'from' | 'group' | 'nested'>): void => {
    const value = counted(sequence.kind, valueFor(sequence, record));
    if (countsValues(sequence.kind) && value === undefined) return;
    entries.push({ time: record.time, activity: record.activity, value, record, ...more });
  };
  for (const hit of hits) if (names.has(hit.base)) add(hit, { base: hit.base, from: hit.time, group: undefined, nested: false });
  for (const part of sequence.parts) {
    if (typeof part === 'string') continue;
    const seen = new Set<string>();
    for (const { window, group } of nestedWindows(part, hits, settledTo)) {
      // Several windows may become full by the same hit; the earliest stands for them.
      if (seen.has(window.full.activity)) continue;
      seen.add(window.full.activity);
      add(window.full.record, { base: part.name, from: window.start, group, nested: true });
    }
  }
  return entries.sort(byTime);
}

/** The full windows of a nested sequence in all of its own groups, by start. */
function nestedWindows(part: Sequence, hits: readonly SequenceHit[], settledTo: number) {
  const groups =
    part.ownGroups === true
      ? Map.groupBy(hits, (hit) => ownGroupOf(part, hit))
      : new Map<string | undefined, SequenceHit[]>([['', [...hits]]]);
  return [...groups]
    .flatMap(([group, members]) =>
      // A record that lacks a field of the nested group is counted in none.
      group === undefined
        ? []
        : fullWindows(part, entriesOf(part, members, settledTo), settledTo).map((window) => ({
            window,
            group: part.ownGroups === true ? group : undefined,
          })),
    )
    .sort((a, b) => a.window.start - b.window.start || byTime(a.window.full, b.window.full));
}

export const ownGroupOf = (part: Sequence, hit: SequenceHit): string | undefined => hit.nested?.find(({ of }) => of === part.name)?.group;

/** All full windows, by start. Entries must be sorted. A condition that a late record could falsify is judged only up to `settledTo` (epoch ms). */
export function fullWindows(sequence: Sequence, entries: readonly Entry[], settledTo: number): Window[] {
  if (sequence.kind === 'temporal_ordered') return orderedWindows(sequence, entries);
  return isLasting(sequence) ? slidingWindows(sequence, entries) : disjointWindows(sequence, entries, settledTo);
}

/** What is counted: parts, hits or values. */
const keyOf = (sequence: Sequence, entry: Entry): string =>
  sequence.kind === 'temporal' ? entry.base : sequence.kind === 'value_count' ? String(entry.value) : `${entry.base}\n${entry.activity}`;

/** The number that a growing condition tests, kept while entries come and go. */
class Tally {
  readonly #sequence: Sequence;
  readonly #inside = new Map<string, number>();
  #sum = 0;

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  get number(): number {
    return this.#sequence.kind === 'value_sum' ? this.#sum : this.#inside.size;
  }

  add(entry: Entry): void {
    if (typeof entry.value === 'number') this.#sum += entry.value;
    const key = keyOf(this.#sequence, entry);
    this.#inside.set(key, (this.#inside.get(key) ?? 0) + 1);
  }

  remove(entry: Entry): void {
    const key = keyOf(this.#sequence, entry);
    const left = (this.#inside.get(key) ?? 0) - 1;
    if (left > 0) this.#inside.set(key, left);
    else this.#inside.delete(key);
    // Nothing inside sums to nothing: what rounding left behind goes.
    if (typeof entry.value === 'number') this.#sum = this.#inside.size === 0 ? 0 : this.#sum - entry.value;
  }
}

function slidingWindows(sequence: Sequence, entries: readonly Entry[]): Window[] {
  const tally = new Tally(sequence);
  const windows: Window[] = [];
  let next = 0; // first entry not yet counted
  let end = 0; // first entry after the window
  for (let first = 0; first < entries.length; first++) {
    const start = entries[first]!.time;
    while (end < entries.length && entries[end]!.time <= start + sequence.timespan) end++;
    while (next < end && (next <= first || !passes(sequence.test, tally.number))) tally.add(entries[next++]!);
    if (passes(sequence.test, tally.number) && entries[first - 1]?.time !== start)
      windows.push({ start, last: entries[end - 1]!.time, full: entries[next - 1]! });
    tally.remove(entries[first]!);
  }
  return windows;
}

/** The number that a condition tests, of the entries in a window. */
const numberOf = (sequence: Sequence, entries: readonly Entry[]): number =>
  countsValues(sequence.kind) && sequence.kind !== 'value_count'
    ? computed(
        sequence,
        entries.map(({ value }) => Number(value)),
      )
    : new Set(entries.map((entry) => keyOf(sequence, entry))).size;

function disjointWindows(sequence: Sequence, entries: readonly Entry[], settledTo: number): Window[] {
  const windows: Window[] = [];
  for (let first = 0; first < entries.length; ) {
    const start = entries[first]!.time;
    let end = first;
    while (end < entries.length && entries[end]!.time <= start + sequence.timespan) end++;
    const full = entries[end - 1]!;
    if (start + sequence.timespan <= settledTo && passes(sequence.test, numberOf(sequence, entries.slice(first, end))))
      windows.push({ start, last: full.time, full });
    first = end;
  }
  return windows;
}

function orderedWindows(sequence: Sequence, entries: readonly Entry[]): Window[] {
  const lanes = sequence.parts.map((part) => {
    const name = typeof part === 'string' ? part : part.name;
    return entries.filter((entry) => entry.base === name);
  });
  const windows: Window[] = [];
  let previous = Number.NaN;
  for (const first of lanes[0] ?? []) {
    if (first.time === previous) continue;
    previous = first.time;
    let at: Entry | undefined = first;
    for (const lane of lanes.slice(1)) {
      at = lane[firstNotBefore(lane, at.time)];
      if (at === undefined || at.time > first.time + sequence.timespan) break;
    }
    if (at === undefined || at.time > first.time + sequence.timespan) continue;
    const end = firstNotBefore(entries, first.time + sequence.timespan + 1);
    windows.push({ start: first.time, last: entries[end - 1]!.time, full: at });
  }
  return windows;
}

/** Index of the first entry at or after a time. */
function firstNotBefore(entries: readonly Entry[], time: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Finds the full windows of a sequence: spans of event time, each beginning at a hit, in which the condition holds. Called by occurrences.ts.
import type { SequenceHit } from '../../contracts/detection.ts';
import { byTime, isLasting, passes, type Sequence, smallestCount } from './sequence.ts';

/** A base hit, or a nested sequence's full window standing as one hit at the moment it became full (`from` is where that window begins). */
export interface Entry {
  readonly time: number;
  readonly activity: string;
  readonly base: string;
  readonly value?: string | undefined;
  readonly from: number;
  readonly hit: SequenceHit | undefined;
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
  for (const hit of hits) {
    if (!names.has(hit.base) || (sequence.kind === 'value_count' && hit.value === undefined)) continue;
    entries.push({ time: hit.time, activity: hit.activity, base: hit.base, value: hit.value, from: hit.time, hit });
  }
  for (const part of sequence.parts) {
    if (typeof part === 'string') continue;
    const seen = new Set<string>();
    for (const { start, full } of fullWindows(part, entriesOf(part, hits, settledTo), settledTo)) {
      // Several windows may become full by the same hit; the earliest stands for them.
      if (seen.has(full.activity)) continue;
      seen.add(full.activity);
      entries.push({ time: full.time, activity: full.activity, base: part.name, value: full.value, from: start, hit: undefined });
    }
  }
  return entries.sort(byTime);
}

/** All full windows, by start. Entries must be sorted. A condition that a late record could falsify is judged only up to `settledTo` (epoch ms). */
export function fullWindows(sequence: Sequence, entries: readonly Entry[], settledTo: number): Window[] {
  if (sequence.kind === 'temporal_ordered') return orderedWindows(sequence, entries);
  return isLasting(sequence.test) ? slidingWindows(sequence, entries) : disjointWindows(sequence, entries, settledTo);
}

/** What is counted: parts, hits or values. */
const counted = (sequence: Sequence, entry: Entry): string =>
  sequence.kind === 'temporal' ? entry.base : sequence.kind === 'value_count' ? (entry.value ?? '') : `${entry.base}\n${entry.activity}`;

function slidingWindows(sequence: Sequence, entries: readonly Entry[]): Window[] {
  const needed = smallestCount(sequence.test);
  const inside = new Map<string, number>();
  const windows: Window[] = [];
  let next = 0; // first entry not yet counted
  let end = 0; // first entry after the window
  for (let first = 0; first < entries.length; first++) {
    const start = entries[first]!.time;
    while (end < entries.length && entries[end]!.time <= start + sequence.timespan) end++;
    while (next < end && inside.size < needed) {
      const key = counted(sequence, entries[next++]!);
      inside.set(key, (inside.get(key) ?? 0) + 1);
    }
    if (inside.size >= needed && entries[first - 1]?.time !== start)
      windows.push({ start, last: entries[end - 1]!.time, full: entries[next - 1]! });
    const leaving = counted(sequence, entries[first]!);
    const left = (inside.get(leaving) ?? 0) - 1;
    if (left > 0) inside.set(leaving, left);
    else inside.delete(leaving);
  }
  return windows;
}

function disjointWindows(sequence: Sequence, entries: readonly Entry[], settledTo: number): Window[] {
  const windows: Window[] = [];
  for (let first = 0; first < entries.length; ) {
    const start = entries[first]!.time;
    const seen = new Set<string>();
    let end = first;
    while (end < entries.length && entries[end]!.time <= start + sequence.timespan) seen.add(counted(sequence, entries[end++]!));
    const full = entries[end - 1]!;
    if (start + sequence.timespan <= settledTo && passes(sequence.test, seen.size)) windows.push({ start, last: full.time, full });
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

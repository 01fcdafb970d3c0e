// From the hits of one (rule, group) to the findings they make, whatever the order, repetition or split in which the hits came. Called by the detector.
import type { SequenceHit } from '../../contracts/detection.ts';
import { type Occurrence, type Sequence, settle } from './sequence.ts';
import { type Entry, entriesOf, fullWindows } from './windows.ts';

/** The most hits of one (rule, group) that are kept: the earliest, so that what is kept does not depend on the order of arrival. */
export const hitsPerGroup = 5_000;

export interface Evaluation {
  readonly occurrences: readonly Occurrence[];
  /** Hits beyond `hitsPerGroup` that were not looked at. */
  readonly lost: number;
}

/**
 * Windows that overlap (the next begins no later than the last hit of those before) are one occurrence; docs/sequences.md draws it.
 * @param settledTo epoch ms; conditions that late records could falsify are judged only up to here. Offline: Infinity.
 */
export function evaluate(sequence: Sequence, given: Iterable<SequenceHit>, settledTo = Number.POSITIVE_INFINITY): Evaluation {
  const all = settle(given);
  const hits = all.length > hitsPerGroup ? all.slice(0, hitsPerGroup) : all;
  const entries = entriesOf(sequence, hits, settledTo);
  const occurrences: Occurrence[] = [];
  let open: { start: number; last: number } | undefined;
  const close = () => {
    if (open === undefined) return;
    const { start, last } = open;
    occurrences.push(occurrence(sequence, hits, entries, start, last));
  };
  for (const window of fullWindows(sequence, entries, settledTo)) {
    if (open !== undefined && window.start <= open.last) {
      open.last = Math.max(open.last, window.last);
      continue;
    }
    close();
    open = { start: window.start, last: window.last };
  }
  close();
  return { occurrences, lost: all.length - hits.length };
}

function occurrence(sequence: Sequence, hits: readonly SequenceHit[], entries: readonly Entry[], start: number, last: number): Occurrence {
  const contributing = new Set<SequenceHit>();
  const spans = new Map<string, { from: number; to: number }>();
  for (const entry of entries) {
    if (entry.time < start || entry.time > last) continue;
    if (entry.hit !== undefined) {
      contributing.add(entry.hit);
      continue;
    }
    const span = spans.get(entry.base);
    if (span === undefined) spans.set(entry.base, { from: entry.from, to: entry.time });
    else span.from = Math.min(span.from, entry.from);
    if (span !== undefined) span.to = Math.max(span.to, entry.time);
  }
  for (const part of sequence.parts) {
    const span = typeof part === 'string' ? undefined : spans.get(part.name);
    if (typeof part === 'string' || span === undefined) continue;
    const names = new Set(baseRules(part));
    for (const hit of hits) if (names.has(hit.base) && hit.time >= span.from && hit.time <= span.to) contributing.add(hit);
  }
  const sorted = hits.filter((hit) => contributing.has(hit));
  return { anchor: sorted[0]!, hits: sorted };
}

/** Names of all base rules of a sequence, nested ones included. */
export function baseRules(sequence: Sequence): string[] {
  return [...new Set(sequence.parts.flatMap((part) => (typeof part === 'string' ? [part] : baseRules(part))))];
}

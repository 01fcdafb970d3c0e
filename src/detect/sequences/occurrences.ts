// From the hits of one (rule, group) to the findings they make, whatever the order, repetition or split in which the hits came. Called by the detector.
import type { SequenceHit } from '../../contracts/detection.ts';
import { bounded, keptAtEachEnd } from './bounded.ts';
import { longestTimespan } from './expiry.ts';
import { isLasting, type Occurrence, type Sequence } from './sequence.ts';
import { type Entry, entriesOf, fullWindows, ownGroupOf } from './windows.ts';

export interface Evaluation {
  readonly occurrences: readonly Occurrence[];
  /** How many hits were looked at. */
  readonly looked: number;
  /** There may have been more (bounded.ts). */
  readonly atLeast: boolean;
}

/**
 * Windows that overlap (the next begins no later than the last hit of those before) are one occurrence; docs/sequences.md draws it.
 * @param settledTo epoch ms; conditions that late records could falsify are judged only up to here. Offline: Infinity.
 */
export function evaluate(
  sequence: Sequence,
  given: Iterable<SequenceHit>,
  settledTo = Number.POSITIVE_INFINITY,
  most = keptAtEachEnd,
): Evaluation {
  const { hits, atLeast } = bounded(given, longestTimespan(sequence), most);
  // Of a part of the hits one cannot say that they are few, or what they average to.
  if (atLeast && !growsOnly(sequence)) return { occurrences: [], looked: hits.length, atLeast };
  const entries = entriesOf(sequence, hits, settledTo);
  const occurrences: Occurrence[] = [];
  let open: { start: number; last: number } | undefined;
  const close = () => {
    if (open === undefined) return;
    const { start, last } = open;
    const contributing = contributingTo(sequence, hits, entries, start, last);
    occurrences.push({ anchor: contributing[0]!, hits: contributing, ...(atLeast ? { atLeast } : {}) });
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
  return { occurrences, looked: hits.length, atLeast };
}

/** No record can falsify what is said of it. */
export const growsOnly = (sequence: Sequence): boolean =>
  isLasting(sequence) && sequence.parts.every((part) => typeof part === 'string' || growsOnly(part));

interface Span {
  from: number;
  to: number;
}

function contributingTo(
  sequence: Sequence,
  hits: readonly SequenceHit[],
  entries: readonly Entry[],
  start: number,
  last: number,
): SequenceHit[] {
  const contributing = new Set<SequenceHit>();
  /** Of nested windows inside, by sequence and then by its own group. */
  const spans = new Map<string, Map<string | undefined, Span>>();
  for (const { time, from, base, group, record, nested } of entries) {
    if (time < start || time > last) continue;
    if (!nested) {
      contributing.add(record);
      continue;
    }
    const groups = spans.get(base) ?? new Map<string | undefined, Span>();
    spans.set(base, groups);
    const span = groups.get(group);
    groups.set(group, span === undefined ? { from, to: time } : { from: Math.min(span.from, from), to: Math.max(span.to, time) });
  }
  for (const part of sequence.parts) {
    const groups = typeof part === 'string' ? undefined : spans.get(part.name);
    if (typeof part === 'string' || groups === undefined) continue;
    const names = new Set(baseRules(part));
    for (const hit of hits) {
      const span = groups.get(part.ownGroups === true ? ownGroupOf(part, hit) : undefined);
      if (span !== undefined && names.has(hit.base) && hit.time >= span.from && hit.time <= span.to) contributing.add(hit);
    }
  }
  return hits.filter((hit) => contributing.has(hit));
}

/** Names of all base rules of a sequence, nested ones included. */
export function baseRules(sequence: Sequence): string[] {
  return [...new Set(sequence.parts.flatMap((part) => (typeof part === 'string' ? [part] : baseRules(part))))];
}

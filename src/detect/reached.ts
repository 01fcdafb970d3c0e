// Whom a sequence reached: one finding for each person whom its last step entered, and none where the address is plainly an office. Called by the detector.
import type { SequenceHit } from '../contracts/detection.ts';
import type { SubjectId } from '../contracts/ids.ts';
import { subjectOf } from './findings.ts';
import { evaluate } from './sequences/occurrences.ts';
import type { BookedSequence } from './sequences/rulebook.ts';
import type { Occurrence } from './sequences/sequence.ts';

export interface Reached {
  /** Undefined: the finding is about the group itself. */
  readonly victim: SubjectId | undefined;
  readonly occurrence: Occurrence;
}

/**
 * A temporal sequence grouped by something else than a subject (a spray from an address, then a success) may reach several people:
 * each gets a finding, from the common steps and the last-named step that reached them. Else one attack would hide another.
 * Where at least as many people got in as only failed there, the address is an office or a network's way out, and nobody gets one.
 * @param settledTo epoch ms; absent: everything is read.
 */
export function reachedBy(
  booked: BookedSequence,
  group: string,
  hits: readonly SequenceHit[],
  settledTo?: number,
): { readonly reached: readonly Reached[]; readonly counted: number; readonly atLeast: boolean } {
  const last = booked.sequence.parts.at(-1);
  const whole = evaluate(booked.sequence, hits, settledTo);
  if (!booked.sequence.kind.startsWith('temporal') || typeof last !== 'string' || subjectOf(group) !== undefined)
    return {
      reached: whole.occurrences.map((occurrence) => ({ victim: undefined, occurrence })),
      counted: whole.looked,
      atLeast: whole.atLeast,
    };
  const offices = whole.occurrences.filter((occurrence) => isOffice(booked, last, occurrence, hits)).map(spanOf);
  const entered = new Set(hits.filter(({ base }) => base === last).map(({ subject }) => subject));
  const reached = [...entered].sort().flatMap((victim) => {
    const own = hits.filter(({ base, subject }) => base !== last || subject === victim);
    // Fewer hits never give wider windows: what one victim's hits make lies within what all hits make.
    return evaluate(booked.sequence, own, settledTo)
      .occurrences.filter((occurrence) => !offices.some((office) => isWithin(spanOf(occurrence), office)))
      .map((occurrence) => ({ victim, occurrence }));
  });
  return { reached, counted: whole.looked, atLeast: whole.atLeast };
}

interface TimeSpan {
  readonly from: number;
  readonly to: number;
}
const spanOf = ({ anchor, hits }: Occurrence): TimeSpan => ({ from: anchor.time, to: (hits.at(-1) ?? anchor).time });
const isWithin = (inner: TimeSpan, outer: TimeSpan): boolean => inner.from >= outer.from && inner.to <= outer.to;

/** Counted by people, not by tries: somebody who mistypes and then gets in has entered. */
function isOffice(booked: BookedSequence, last: string, occurrence: Occurrence, hits: readonly SequenceHit[]): boolean {
  const { from, to } = spanOf(occurrence);
  const entered = new Set<SubjectId>();
  const failed = new Set<SubjectId>();
  for (const { base, subject, time } of hits) {
    if (time < from || time > to) continue;
    if (base === last) entered.add(subject);
    else if (booked.reads.get(base)?.stage === 'attempt') failed.add(subject);
  }
  return failed.size > 0 && entered.size >= failed.difference(entered).size;
}

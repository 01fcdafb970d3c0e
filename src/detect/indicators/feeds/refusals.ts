// Counts what was refused, by reason, with a few examples. Called by whoever reads a feed.
import type { Refusal } from '../../../contracts/indicators.ts';

const mostExamples = 5;
/** A hostile feed must not make its list of faults grow without end. */
const mostReasons = 40;
const others = 'for other reasons';

export interface Refusals {
  add(reason: string, example: string): void;
  /** Most frequent first. */
  list(): Refusal[];
}

export function createRefusals(): Refusals {
  const byReason = new Map<string, { count: number; examples: string[] }>();
  return {
    add(reason, example) {
      const key = byReason.has(reason) || byReason.size < mostReasons ? reason : others;
      const known = byReason.get(key) ?? { count: 0, examples: [] };
      known.count++;
      if (known.examples.length < mostExamples) known.examples.push(shown(example));
      byReason.set(key, known);
    },
    list: () => [...byReason].map(([reason, rest]) => ({ reason, ...rest })).sort((a, b) => b.count - a.count),
  };
}

/** Of two readings, the second of which adds to the first. */
export function addedRefusals(before: readonly Refusal[], more: readonly Refusal[]): Refusal[] {
  const byReason = new Map(before.map((one) => [one.reason, one]));
  for (const { reason, count, examples } of more) {
    const known = byReason.get(reason);
    byReason.set(reason, {
      reason,
      count: count + (known?.count ?? 0),
      examples: [...new Set([...examples, ...(known?.examples ?? [])])].slice(0, mostExamples),
    });
  }
  return [...byReason.values()].sort((a, b) => b.count - a.count).slice(0, mostReasons);
}

/** Control characters and direction marks would draw over a terminal. */
const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '?').slice(0, 120);

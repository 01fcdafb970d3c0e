// The sequences by their definition (docs/sequences.md), slow and plain: the judge of the property tests. Nothing else calls it.
import type { SequenceHit } from '../../contracts/detection.ts';
import { byTime, isLasting, type Occurrence, passes, type Sequence } from './sequence.ts';

interface Item {
  time: number;
  activity: string;
  base: string;
  value: string | undefined;
  from: number;
  hit?: SequenceHit;
}
interface Full {
  start: number;
  last: number;
  moment: Item;
}

const between = (items: readonly Item[], from: number, to: number) => items.filter((item) => item.time >= from && item.time <= to);
const nameOf = (part: string | Sequence) => (typeof part === 'string' ? part : part.name);
const basesOf = (sequence: Sequence): string[] => sequence.parts.flatMap((part) => (typeof part === 'string' ? [part] : basesOf(part)));

function count(sequence: Sequence, items: readonly Item[]): number {
  if (sequence.kind === 'temporal') return new Set(items.map((item) => item.base)).size;
  if (sequence.kind === 'value_count') return new Set(items.map((item) => item.value)).size;
  return items.length;
}

function holds(sequence: Sequence, items: readonly Item[], start: number): boolean {
  if (sequence.kind !== 'temporal_ordered') return passes(sequence.test, count(sequence, items));
  const follow = (place: number, after: number): boolean =>
    place === sequence.parts.length ||
    items.some((item) => item.base === nameOf(sequence.parts[place]!) && item.time >= after && follow(place + 1, item.time));
  return items.some((item) => item.time === start && item.base === nameOf(sequence.parts[0]!) && follow(1, start));
}

/** The first item with which the window holds. */
function moment(sequence: Sequence, items: readonly Item[], start: number): Item {
  if (sequence.kind === 'temporal_ordered') {
    const until = items.find((item) => holds(sequence, between(items, start, item.time), start))!;
    return items.find((item) => item.time === until.time && item.base === nameOf(sequence.parts.at(-1)!))!;
  }
  if (!isLasting(sequence.test)) return items.at(-1)!;
  return items.find((_, index) => holds(sequence, items.slice(0, index + 1), start))!;
}

function itemsOf(sequence: Sequence, hits: readonly SequenceHit[], settledTo: number): Item[] {
  return sequence.parts
    .flatMap((part): Item[] => {
      if (typeof part === 'string')
        return hits
          .filter((hit) => hit.base === part && (sequence.kind !== 'value_count' || hit.value !== undefined))
          .map((hit) => ({ time: hit.time, activity: hit.activity, base: hit.base, value: hit.value, from: hit.time, hit }));
      return windowsOf(part, hits, settledTo)
        .filter((full, index, all) => all.findIndex((other) => other.moment.activity === full.moment.activity) === index)
        .map(({ start, moment: { time, activity, value } }) => ({ time, activity, base: part.name, value, from: start }));
    })
    .sort(byTime);
}

function windowsOf(sequence: Sequence, hits: readonly SequenceHit[], settledTo: number): Full[] {
  const items = itemsOf(sequence, hits, settledTo);
  const lasting = sequence.kind === 'temporal_ordered' || isLasting(sequence.test);
  let free = Number.NEGATIVE_INFINITY;
  return [...new Set(items.map((item) => item.time))].flatMap((start) => {
    const inside = between(items, start, start + sequence.timespan);
    if (!lasting) {
      if (start <= free) return [];
      free = start + sequence.timespan;
      if (free > settledTo) return [];
    }
    return holds(sequence, inside, start) ? [{ start, last: inside.at(-1)!.time, moment: moment(sequence, inside, start) }] : [];
  });
}

/** Same contract as `evaluate` in occurrences.ts, without its bound. */
export function referenceOccurrences(
  sequence: Sequence,
  given: readonly SequenceHit[],
  settledTo = Number.POSITIVE_INFINITY,
): Occurrence[] {
  const hits = given
    .filter((hit, index) => given.findLastIndex((other) => other.base === hit.base && other.activity === hit.activity) === index)
    .sort(byTime);
  const items = itemsOf(sequence, hits, settledTo);
  const groups: Full[][] = [];
  for (const full of windowsOf(sequence, hits, settledTo)) {
    const group = groups.at(-1);
    if (group !== undefined && full.start <= Math.max(...group.map((other) => other.last))) group.push(full);
    else groups.push([full]);
  }
  return groups.map((group) => {
    const inside = between(items, group[0]!.start, Math.max(...group.map((full) => full.last)));
    const contributes = (hit: SequenceHit) =>
      inside.some((item) => item.hit === hit) ||
      sequence.parts.some((part) => {
        if (typeof part === 'string' || !basesOf(part).includes(hit.base)) return false;
        const nested = inside.filter((item) => item.base === part.name);
        return hit.time >= Math.min(...nested.map((item) => item.from)) && hit.time <= Math.max(...nested.map((item) => item.time));
      });
    const contributing = hits.filter(contributes);
    return { anchor: contributing[0]!, hits: contributing };
  });
}

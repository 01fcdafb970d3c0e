// The sequences by their definition (docs/sequences.md), slow and plain: the judge of the property tests. Nothing else calls it.
import type { SequenceHit } from '../../contracts/detection.ts';
import { byTime, isLasting, type Occurrence, passes, type Sequence } from './sequence.ts';

interface Item {
  time: number;
  activity: string;
  base: string;
  value: string | undefined;
  from: number;
  /** The hit, or the one by which the nested window became full. */
  record: SequenceHit;
  nested: boolean;
  group: string | undefined;
}
interface Full {
  start: number;
  last: number;
  moment: Item;
}

const between = (items: readonly Item[], from: number, to: number) => items.filter((item) => item.time >= from && item.time <= to);
const nameOf = (part: string | Sequence) => (typeof part === 'string' ? part : part.name);
const basesOf = (sequence: Sequence): string[] => sequence.parts.flatMap((part) => (typeof part === 'string' ? [part] : basesOf(part)));

const ownValueOf = (sequence: Sequence, hit: SequenceHit) =>
  hit.rule === sequence.name ? hit.value : hit.nested?.find(({ of }) => of === sequence.name)?.value;
const groupOf = (sequence: Sequence, hit: SequenceHit) => hit.nested?.find(({ of }) => of === sequence.name)?.group;

/** Whether the record is counted at all: kinds that look at values need one, and all but value_count a number. */
function isCounted({ kind }: Sequence, value: string | undefined): boolean {
  if (!kind.startsWith('value_')) return true;
  if (value === undefined || kind === 'value_count') return value !== undefined;
  return value.trim() !== '' && Number.isFinite(Number(value)) && !(kind === 'value_sum' && Number(value) < 0);
}

function number(sequence: Sequence, items: readonly Item[]): number {
  const values = items.map((item) => Number(item.value)).sort((a, b) => a - b);
  const sum = items.reduce((total, item) => total + Number(item.value), 0);
  switch (sequence.kind) {
    case 'temporal':
      return new Set(items.map((item) => item.base)).size;
    case 'value_count':
      return new Set(items.map((item) => item.value)).size;
    case 'value_sum':
      return sum;
    case 'value_avg':
      return sum / items.length;
    case 'value_percentile':
      return values.find(
        (value) => values.filter((other) => other <= value).length >= ((sequence.percentile ?? 50) / 100) * values.length,
      )!;
    case 'value_median':
      return (values[Math.floor((values.length - 1) / 2)]! + values[Math.ceil((values.length - 1) / 2)]!) / 2;
    default:
      return items.length;
  }
}

function holds(sequence: Sequence, items: readonly Item[], start: number): boolean {
  if (sequence.kind !== 'temporal_ordered') return passes(sequence.test, number(sequence, items));
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
  if (!isLasting(sequence)) return items.at(-1)!;
  return items.find((_, index) => holds(sequence, items.slice(0, index + 1), start))!;
}

function itemsOf(sequence: Sequence, hits: readonly SequenceHit[], settledTo: number): Item[] {
  return sequence.parts
    .flatMap((part): Item[] => {
      if (typeof part === 'string')
        return hits
          .filter((hit) => hit.base === part)
          .map((hit) => ({ ...hit, value: ownValueOf(sequence, hit), from: hit.time, record: hit, nested: false, group: undefined }));
      const groups = part.ownGroups === true ? [...new Set(hits.map((hit) => groupOf(part, hit)))] : [undefined];
      return groups
        .filter((group) => part.ownGroups !== true || group !== undefined)
        .flatMap((group) =>
          windowsOf(part, part.ownGroups === true ? hits.filter((hit) => groupOf(part, hit) === group) : hits, settledTo).map((full) => ({
            full,
            group,
          })),
        )
        .sort((a, b) => a.full.start - b.full.start || byTime(a.full.moment, b.full.moment))
        .filter(({ full }, index, all) => all.findIndex((other) => other.full.moment.activity === full.moment.activity) === index)
        .map(({ full: { start, moment }, group }) => ({
          time: moment.time,
          activity: moment.activity,
          base: part.name,
          value: ownValueOf(sequence, moment.record),
          from: start,
          record: moment.record,
          nested: true,
          group,
        }));
    })
    .filter((item) => isCounted(sequence, item.value))
    .sort(byTime);
}

function windowsOf(sequence: Sequence, hits: readonly SequenceHit[], settledTo: number): Full[] {
  const items = itemsOf(sequence, hits, settledTo);
  const lasting = isLasting(sequence);
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
      inside.some((item) => !item.nested && item.record === hit) ||
      sequence.parts.some((part) => {
        if (typeof part === 'string' || !basesOf(part).includes(hit.base)) return false;
        const nested = inside.filter(
          (item) => item.nested && item.base === part.name && (part.ownGroups !== true || item.group === groupOf(part, hit)),
        );
        return hit.time >= Math.min(...nested.map((item) => item.from)) && hit.time <= Math.max(...nested.map((item) => item.time));
      });
    const contributing = hits.filter(contributes);
    return { anchor: contributing[0]!, hits: contributing };
  });
}

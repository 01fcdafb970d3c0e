import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceHit } from '../../../src/contracts/detection.ts';
import { evaluate, hitsPerGroup } from '../../../src/detect/sequences/occurrences.ts';
import { referenceOccurrences } from '../../../src/detect/sequences/reference.ts';
import type { CountTest, Sequence } from '../../../src/detect/sequences/sequence.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 9, 0, 0);

const hit = (base: string, minutes: number, activity: string, value?: string): SequenceHit => ({
  rule: 'sequence',
  base,
  group: 'user:one',
  activity,
  time: start + minutes * minute,
  subject: 'user:one',
  facts: {},
  ...(value === undefined ? {} : { value }),
});
const sequence = (kind: Sequence['kind'], parts: Sequence['parts'], minutes: number, test: CountTest = {}): Sequence => ({
  name: 'sequence',
  kind,
  parts,
  timespan: minutes * minute,
  test,
});
const ids = (of: Sequence, hits: readonly SequenceHit[], settledTo?: number) =>
  evaluate(of, hits, settledTo).occurrences.map((occurrence) => occurrence.hits.map((found) => found.activity));

describe('event_count', () => {
  const three = sequence('event_count', ['failure'], 10, { gte: 3 });
  it('fires when enough hits lie within the timespan, its ends included', () => {
    expect(ids(three, [hit('failure', 0, 'a'), hit('failure', 5, 'b'), hit('failure', 10, 'c')])).toEqual([['a', 'b', 'c']]);
  });
  it('stays silent when the last hit comes a moment too late', () => {
    expect(ids(three, [hit('failure', 0, 'a'), hit('failure', 5, 'b'), hit('failure', 10.001, 'c')])).toEqual([]);
  });
  it('counts a repeated hit once', () => {
    expect(ids(three, [hit('failure', 0, 'a'), hit('failure', 5, 'b'), hit('failure', 5, 'b')])).toEqual([]);
  });
  it('is one finding while full windows overlap, and a new one after a pause', () => {
    const burst = [0, 2, 4, 12, 13].map((at) => hit('failure', at, `m${at}`));
    const later = [60, 61, 62].map((at) => hit('failure', at, `m${at}`));
    expect(ids(three, [...later, ...burst])).toEqual([
      ['m0', 'm2', 'm4', 'm12', 'm13'],
      ['m60', 'm61', 'm62'],
    ]);
  });
  it('judges a condition that late records could falsify only once the window is settled', () => {
    const few = sequence('event_count', ['heartbeat'], 10, { lt: 2 });
    const hits = [hit('heartbeat', 0, 'a')];
    expect(ids(few, hits, start + 9 * minute)).toEqual([]);
    expect(ids(few, hits, start + 10 * minute)).toEqual([['a']]);
    expect(ids(few, [...hits, hit('heartbeat', 1, 'b')], start + 10 * minute)).toEqual([]);
  });
});

describe('value_count', () => {
  const spray = sequence('value_count', ['failure'], 10, { gte: 3 });
  it('counts distinct values, not hits', () => {
    expect(ids(spray, [hit('failure', 0, 'a', 'ann'), hit('failure', 1, 'b', 'ann'), hit('failure', 2, 'c', 'bo')])).toEqual([]);
    expect(ids(spray, [hit('failure', 0, 'a', 'ann'), hit('failure', 1, 'b', 'cy'), hit('failure', 2, 'c', 'bo')])).toHaveLength(1);
  });
  it('does not count a record that lacks the value', () => {
    expect(ids(spray, [hit('failure', 0, 'a', 'ann'), hit('failure', 1, 'b', 'cy'), hit('failure', 2, 'c')])).toEqual([]);
  });
});

describe('temporal', () => {
  it('needs every part, in any order', () => {
    const both = sequence('temporal', ['method', 'rule'], 30, { gte: 2 });
    expect(ids(both, [hit('rule', 0, 'r'), hit('method', 20, 'm')])).toEqual([['r', 'm']]);
    expect(ids(both, [hit('rule', 0, 'r'), hit('rule', 20, 's')])).toEqual([]);
  });
  it('in order needs the parts one after the other', () => {
    const ordered = sequence('temporal_ordered', ['entry', 'method'], 30);
    expect(ids(ordered, [hit('entry', 0, 'e'), hit('method', 20, 'm')])).toEqual([['e', 'm']]);
    expect(ids(ordered, [hit('method', 0, 'm'), hit('entry', 20, 'e')])).toEqual([]);
    expect(ids(ordered, [hit('entry', 0, 'e'), hit('method', 31, 'm')])).toEqual([]);
  });
  it('takes records of the same second as in order', () => {
    const ordered = sequence('temporal_ordered', ['entry', 'method'], 30);
    expect(ids(ordered, [hit('entry', 0, 'z'), hit('method', 0, 'a')])).toEqual([['a', 'z']]);
  });
});

describe('a nested sequence', () => {
  const failures = { ...sequence('event_count', ['failure'], 10, { gte: 3 }), name: 'brute force' };
  const entered = sequence('temporal_ordered', [failures, 'success'], 60);
  it('counts at the moment its window became full, and lends its hits as evidence', () => {
    const hits = [hit('failure', 0, 'a'), hit('failure', 1, 'b'), hit('failure', 2, 'c'), hit('success', 30, 's')];
    expect(ids(entered, hits)).toEqual([['a', 'b', 'c', 's']]);
  });
  it('does not count before it is full', () => {
    expect(ids(entered, [hit('failure', 0, 'a'), hit('success', 1, 's'), hit('failure', 2, 'b'), hit('failure', 3, 'c')])).toEqual([]);
  });
});

describe('a group that grows without bound', () => {
  it('keeps its earliest hits and says how many were not looked at', () => {
    const hits = Array.from({ length: hitsPerGroup + 7 }, (_, index) => hit('failure', index / 1000, String(index).padStart(6, '0')));
    const counted = evaluate(sequence('event_count', ['failure'], 10, { gte: 3 }), hits.toReversed());
    expect(counted.lost).toBe(7);
    expect(counted.occurrences.at(0)?.anchor.activity).toBe('000000');
  });
});

const bases = ['a', 'b', 'c'];
const randomHits = fc.array(
  fc
    .record({
      base: fc.constantFrom(...bases),
      minutes: fc.integer({ min: 0, max: 40 }),
      number: fc.integer({ min: 0, max: 30 }),
      value: fc.option(fc.constantFrom('x', 'y', 'z', 'w'), { nil: undefined }),
    })
    // One activity has one time: the minute is part of its id.
    .map(({ base, minutes, number, value }) => hit(base, minutes, `${minutes}-${number}`, value)),
  { maxLength: 25 },
);
const randomTest = fc.oneof(
  { weight: 4, arbitrary: fc.record({ gte: fc.integer({ min: 1, max: 5 }) }) },
  fc.record({ gt: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ lt: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ eq: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ gte: fc.integer({ min: 1, max: 3 }), lte: fc.integer({ min: 3, max: 5 }) }),
);
const flat = fc.record({
  kind: fc.constantFrom<Sequence['kind']>('temporal', 'temporal_ordered', 'event_count', 'value_count'),
  parts: fc.uniqueArray(fc.constantFrom(...bases), { minLength: 1, maxLength: 3 }),
  minutes: fc.integer({ min: 0, max: 20 }),
  test: randomTest,
});
const randomSequence = fc
  .tuple(flat, fc.option(flat, { nil: undefined }))
  .map(([outer, inner]) =>
    sequence(
      outer.kind,
      inner === undefined
        ? outer.parts
        : [{ ...sequence(inner.kind, inner.parts, inner.minutes, inner.test), name: 'nested' }, ...outer.parts],
      outer.minutes,
      outer.test,
    ),
  );
const settled = fc.option(
  fc.integer({ min: 0, max: 60 }).map((minutes) => start + minutes * minute),
  { nil: Number.POSITIVE_INFINITY },
);
const unique = (hits: readonly SequenceHit[]) => [...new Map(hits.map((one) => [one.base + one.activity, one])).values()];

describe('every sequence', () => {
  it('agrees with its definition', () => {
    fc.assert(
      fc.property(randomSequence, randomHits, settled, (of, hits, to) => {
        expect(evaluate(of, hits, to).occurrences).toEqual(referenceOccurrences(of, hits, to));
      }),
      { numRuns: 3_000 },
    );
  });
  it('gives the same whatever the order, repetition or split of its hits', () => {
    fc.assert(
      fc.property(randomSequence, randomHits, fc.infiniteStream(fc.nat()), (of, given, random) => {
        const hits = unique(given);
        const shuffled = [...hits, ...hits.slice(0, 3)]
          .map((one) => ({ one, key: random.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        let stored: SequenceHit[] = [];
        for (let from = 0; from < shuffled.length; from += 4) stored = unique([...stored, ...shuffled.slice(from, from + 4)]);
        expect(evaluate(of, shuffled)).toEqual(evaluate(of, hits));
        expect(evaluate(of, stored)).toEqual(evaluate(of, hits));
      }),
      { numRuns: 1_000 },
    );
  });
});

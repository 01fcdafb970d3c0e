// Every kind of sequence against its definition, over random hits: whatever the order, repetition or split of the input.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceHit } from '../../../src/contracts/detection.ts';
import { evaluate } from '../../../src/detect/sequences/occurrences.ts';
import { referenceOccurrences } from '../../../src/detect/sequences/reference.ts';
import type { Sequence, SequenceKind } from '../../../src/detect/sequences/sequence.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 9, 0, 0);
const bases = ['a', 'b', 'c'];
// Quarters: sums of them are exact, whatever the order of adding.
const value = fc.option(fc.constantFrom('1', '2', '0.25', '7', '-3', 'x'), { nil: undefined });
const optional = (name: string, given: string | undefined) => (given === undefined ? {} : { [name]: given });

const randomHit = fc
  .record({
    base: fc.constantFrom(...bases),
    minutes: fc.integer({ min: 0, max: 40 }),
    number: fc.integer({ min: 0, max: 30 }),
    value,
    innerValue: value,
    group: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  })
  // One activity has one time: the minute is part of its id.
  .map(
    ({ base, minutes, number, innerValue, group, ...outer }): SequenceHit => ({
      rule: 'sequence',
      base,
      group: 'user:one',
      activity: `${minutes}-${number}`,
      time: start + minutes * minute,
      subject: 'user:one',
      facts: {},
      ...optional('value', outer.value),
      nested: [{ of: 'nested', ...optional('value', innerValue), ...optional('group', group) }],
    }),
  );
const randomHits = fc.array(randomHit, { maxLength: 25 });

const randomTest = fc.oneof(
  { weight: 4, arbitrary: fc.record({ gte: fc.integer({ min: 1, max: 5 }) }) },
  fc.record({ gt: fc.constantFrom(-1, 0, 0.5, 2, 4) }),
  fc.record({ lt: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ eq: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ neq: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ gte: fc.integer({ min: 1, max: 3 }), lte: fc.integer({ min: 3, max: 5 }) }),
);
const flat = fc.record({
  kind: fc.constantFrom<SequenceKind>(
    'temporal',
    'temporal_ordered',
    'event_count',
    'value_count',
    'value_sum',
    'value_avg',
    'value_percentile',
    'value_median',
  ),
  parts: fc.uniqueArray(fc.constantFrom(...bases), { minLength: 1, maxLength: 3 }),
  minutes: fc.integer({ min: 0, max: 20 }),
  test: randomTest,
  percentile: fc.constantFrom(1, 50, 75, 90, 100),
});
const made = (name: string, of: typeof flat extends fc.Arbitrary<infer T> ? T : never, more: Partial<Sequence> = {}): Sequence => ({
  name,
  kind: of.kind,
  parts: of.parts,
  timespan: of.minutes * minute,
  test: of.test,
  percentile: of.percentile,
  ...more,
});
const randomSequence = fc
  .tuple(flat, fc.option(flat, { nil: undefined }), fc.boolean())
  .map(([outer, inner, ownGroups]) =>
    made('sequence', outer, inner === undefined ? {} : { parts: [made('nested', inner, ownGroups ? { ownGroups } : {}), ...outer.parts] }),
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
      { numRuns: 4_000 },
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

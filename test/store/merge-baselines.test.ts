// Merging baselines is a minimum: the order, the grouping and the repetition of rounds must not matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BaselineKind, baselineKinds, type Moment, type UserBaseline } from '../../src/contracts/detection.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { bounded, keptMoments, mergeBaselines, mostValues } from '../../src/store/merge-baselines.ts';
import { newScope } from './fixtures.ts';

const value = fc.constantFrom('Chrome', 'Edge', 'AS64500', '__proto__', 'constructor', 'toString', '');
const seen = fc
  .array(fc.tuple(value, fc.record({ time: fc.integer({ min: 0, max: 5 }), activity: fc.constantFrom('a', 'b', 'c') })))
  .map((entries) => Object.fromEntries(entries));
const moments = fc
  .uniqueArray(fc.tuple(fc.constantFrom('494520|a', '494520|b', '494521|', '494522|__proto__'), fc.integer({ min: 0, max: 5 })), {
    selector: ([key]) => key,
  })
  .map((list): readonly Moment[] => list.sort(([a], [b]) => (a < b ? -1 : 1)));
const baseline: fc.Arbitrary<UserBaseline> = fc.record({
  since: fc.integer({ min: 0, max: 5 }),
  seen: fc.record({ browser: seen, country: seen, network: seen, application: seen }),
  moments,
});
/** As plain lists, since equality of objects with such property names is not to be trusted. */
const plain = ({ since, seen: kinds, moments: lately = [] }: UserBaseline) => ({
  since,
  moments: lately,
  seen: baselineKinds.map((kind: BaselineKind) => Object.entries(kinds[kind]).sort(([a], [b]) => (a < b ? -1 : 1))),
});

describe('merging baselines', () => {
  it('gives the same in both orders, in every grouping, and once or twice', () => {
    fc.assert(
      fc.property(baseline, baseline, baseline, (a, b, c) => {
        expect(plain(mergeBaselines(a, b))).toEqual(plain(mergeBaselines(b, a)));
        expect(plain(mergeBaselines(mergeBaselines(a, b), c))).toEqual(plain(mergeBaselines(a, mergeBaselines(b, c))));
        expect(mergeBaselines(a, a)).toBe(a);
        const once = mergeBaselines(a, b);
        expect(mergeBaselines(once, b)).toBe(once);
      }),
    );
  });
  it('never makes a first time later, and forgets no value', () => {
    fc.assert(
      fc.property(baseline, baseline, (a, b) => {
        const merged = mergeBaselines(a, b);
        for (const kind of baselineKinds)
          for (const [name, first] of [...Object.entries(a.seen[kind]), ...Object.entries(b.seen[kind])])
            expect(new Map(Object.entries(merged.seen[kind])).get(name)?.time).toBeLessThanOrEqual(first.time);
      }),
    );
  });
  it('keeps the earliest of thousands of values, the same in every order', () => {
    const many = (from: number, count: number) =>
      bounded({
        since: 1,
        seen: {
          browser: {},
          country: {},
          network: Object.fromEntries(
            Array.from({ length: count }, (_, index) => [`AS${from + index}`, { time: from + index, activity: 'a' }]),
          ),
          application: { ['x'.repeat(257)]: { time: 1, activity: 'a' } },
        },
      });
    const [early, middle, late] = [many(0, 300), many(200, 900), many(5_000, 3_000)];
    expect(Object.keys(late.seen.network)).toHaveLength(mostValues);
    expect(late.seen.application).toEqual({});
    const merged = mergeBaselines(mergeBaselines(early, middle), late);
    expect(Object.keys(merged.seen.network)).toHaveLength(mostValues);
    expect(merged.seen.network['AS499']).toBeDefined();
    expect(merged.seen.network['AS500']).toBeUndefined();
    expect(plain(mergeBaselines(late, mergeBaselines(middle, early)))).toEqual(plain(merged));
    expect(mergeBaselines(merged, late)).toBe(merged);
  });
  it('keeps the latest of many moments, each at its earliest, the same in every order', () => {
    const many = (from: number, time: number): UserBaseline => ({
      since: 0,
      seen: { browser: {}, country: {}, network: {}, application: {} },
      moments: Array.from({ length: 100 }, (_, index): Moment => [`${494_000 + from + index}|`, time + index]),
    });
    const [early, late, again] = [many(0, 5), many(80, 500), many(80, 400)];
    const merged = mergeBaselines(mergeBaselines(early, late), again);
    expect(merged.moments).toHaveLength(keptMoments);
    expect(merged.moments?.at(-1)).toEqual(['494179|', 499]);
    expect(plain(mergeBaselines(again, mergeBaselines(late, early)))).toEqual(plain(merged));
    expect(mergeBaselines(merged, early)).toBe(merged);
  });
  it('through the store, in any order and at once, ends the same', async () => {
    const users: SubjectId[] = ['user:ada', 'user:grace', 'user:x|y', 'user:#EXT#'];
    const round = fc
      .array(fc.tuple(fc.constantFrom(...users), baseline), { minLength: 1, maxLength: 4 })
      .map((entries) => new Map(entries));
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
        const ended = async (order: (typeof rounds)[]) => {
          const store = createStore({ backend: memoryBackend() });
          const scope = newScope();
          for (const together of order)
            await Promise.all(together.map((one) => store.baselines.merge('round.merge-baselines', scope, one)));
          const stored = await store.baselines.of(scope, users);
          return users.map((user) => {
            const one = stored.get(user);
            return one && plain(one);
          });
        };
        const inOrder = await ended(rounds.map((one) => [one]));
        expect(await ended(rounds.toReversed().map((one) => [one]))).toEqual(inOrder);
        expect(await ended([rounds, rounds])).toEqual(inOrder);
      }),
      { numRuns: 50 },
    );
  });
});

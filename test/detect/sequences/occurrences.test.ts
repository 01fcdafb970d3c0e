import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceHit } from '../../../src/contracts/detection.ts';
import { bounded } from '../../../src/detect/sequences/bounded.ts';
import { evaluate } from '../../../src/detect/sequences/occurrences.ts';
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

describe('value_sum, value_avg, value_percentile, value_median', () => {
  const sizes = (...values: (number | string)[]) => values.map((value, at) => hit('mail', at, `m${at}`, String(value)));
  const of = (kind: Sequence['kind'], test: CountTest, more: Partial<Sequence> = {}) => ({
    ...sequence(kind, ['mail'], 10, test),
    ...more,
  });

  it('value_sum adds up', () => {
    expect(ids(of('value_sum', { gte: 100 }), sizes(40, 30, 30))).toEqual([['m0', 'm1', 'm2']]);
    expect(ids(of('value_sum', { gt: 100 }), sizes(40, 30, 30))).toEqual([]);
  });
  it('value_sum speaks before everything is settled: it can only grow, for negative values are left out', () => {
    expect(ids(of('value_sum', { gte: 70 }), sizes(40, -5, 30), start)).toEqual([['m0', 'm2']]);
  });
  it('value_avg, value_percentile and value_median are given only when settled', () => {
    const when = (minutes: number) => start + minutes * minute;
    for (const one of [
      of('value_avg', { gte: 20 }),
      of('value_percentile', { gte: 20 }, { percentile: 50 }),
      of('value_median', { gte: 20 }),
    ]) {
      expect(ids(one, sizes(10, 20, 30), when(9))).toEqual([]);
      expect(ids(one, sizes(10, 20, 30), when(10))).toEqual([['m0', 'm1', 'm2']]);
      expect(ids(one, sizes(10, 10, 30), when(10))).toEqual([]);
    }
  });
  it('value_percentile is the nearest rank', () => {
    expect(ids(of('value_percentile', { gte: 9 }, { percentile: 90 }), sizes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toHaveLength(1);
    expect(ids(of('value_percentile', { gte: 9 }, { percentile: 80 }), sizes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toEqual([]);
  });
  it('does not count a record whose value is no number', () => {
    expect(ids(of('value_avg', { gte: 20 }), sizes(10, 'many', '', 30))).toEqual([['m0', 'm3']]);
  });
});

describe('a nested sequence with values or groups of its own', () => {
  const own = (base: string, minutes: number, activity: string, nested: { value?: string; group?: string }, value?: string) => ({
    ...hit(base, minutes, activity, value),
    nested: [{ of: 'inner', ...nested }],
  });
  it('keeps its own counted field where the outer one counts the same rule directly', () => {
    const inner = { ...sequence('value_count', ['failure'], 10, { gte: 2 }), name: 'inner' };
    const outer = sequence('value_count', [inner, 'failure'], 60, { gte: 2 });
    const fields = (one: string, two: string) => [
      own('failure', 0, 'a', { value: one }, 'app one'),
      own('failure', 1, 'b', { value: two }, 'app two'),
    ];
    expect(ids(outer, fields('192.0.2.1', '192.0.2.2'))).toEqual([['a', 'b']]);
    expect(
      evaluate(sequence('temporal', [inner, 'success'], 60, { gte: 2 }), [...fields('x', 'x'), hit('success', 2, 's')]).occurrences,
    ).toEqual([]);
  });
  it('counts within its own groups, and only what is of that group is evidence', () => {
    const inner = { ...sequence('event_count', ['failure'], 10, { gte: 2 }), name: 'inner', ownGroups: true };
    const outer = sequence('temporal_ordered', [inner, 'success'], 60);
    const at = (address: string, ...when: number[]) =>
      when.map((minutes) => own('failure', minutes, `${address}-${minutes}`, { group: address }));
    const done = hit('success', 9, 's');
    expect(ids(outer, [...at('one', 0), ...at('two', 1), done])).toEqual([]);
    expect(ids(outer, [...at('one', 0, 2), ...at('two', 1), done])).toEqual([['one-0', 'one-2', 's']]);
    expect(ids(outer, [hit('failure', 0, 'x'), hit('failure', 1, 'y'), done])).toEqual([]);
  });
});

describe('a group that grows without bound', () => {
  const flood = (count: number) =>
    Array.from({ length: count }, (_, index) => hit('failure', index / 1000, String(index).padStart(6, '0')));
  it('keeps the earliest and the latest of each rule, and says that it counted at least these', () => {
    const counted = evaluate(sequence('event_count', ['failure'], 10, { gte: 3 }), flood(5_000).toReversed());
    expect(counted).toMatchObject({ looked: 2_000, atLeast: true });
    expect(counted.occurrences).toMatchObject([{ anchor: { activity: '000000' }, atLeast: true }]);
    expect(counted.occurrences[0]?.hits.at(-1)?.activity).toBe('004999');
  });
  it('a flood of one rule does not push out the one hit of another', () => {
    const ordered = sequence('temporal_ordered', ['failure', 'success'], 30);
    expect(ids(ordered, [...flood(5_000), hit('success', 20, 's')])[0]).toContain('s');
  });
  it('says nothing of a condition that what was not kept could falsify', () => {
    expect(evaluate(sequence('event_count', ['failure'], 10, { lt: 3_000 }), flood(5_000))).toEqual({
      occurrences: [],
      looked: 2_000,
      atLeast: true,
    });
  });
  it('keeps the same of the whole as of its parts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }), fc.nat(60), (minutes, cut) => {
        const hits = minutes.map((at, index) => hit(index % 3 === 0 ? 'a' : 'b', at, `${at}-${index}`));
        const hour = 60 * minute;
        const whole = bounded(hits, hour, 3);
        const parts = bounded([...bounded(hits.slice(cut), hour, 3).hits, ...bounded(hits.slice(0, cut), hour, 3).hits], hour, 3);
        expect(parts).toEqual(whole);
      }),
    );
  });
});

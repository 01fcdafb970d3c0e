// Counting what rules say, and the figures that come of it.
import { describe, expect, it } from 'vitest';
import type { NoiseRow } from '../../src/contracts/doubt.ts';
import { effectHere } from '../../src/detect/stage.ts';
import { figureText, noiseFigures, overridesOf, silence, stagedOn } from '../../src/incidents/noise.ts';
import { addNoise } from '../../src/rounds/noise.ts';

const now = Date.UTC(2026, 2, 2, 12);
const day = 86_400_000;
const empty = (more: Partial<NoiseRow> = {}): NoiseRow => ({ v: 1, lane: 'fast', from: now - 10 * day, rules: [], ...more });
const said = (rule: string, date: string, effect: 'alert' | 'staged' = 'alert') => ({ rule, effect, time: `${date}T02:31:00.000Z` });

describe('counting', () => {
  it('adds findings on the day of their event', () => {
    const row = addNoise(empty(), [said('a', '2026-03-01'), said('a', '2026-03-02'), said('a', '2026-03-01'), said('b', '2026-02-20')]);
    expect(row.rules).toEqual([
      {
        rule: 'a',
        effect: 'alert',
        total: 3,
        last: '2026-03-02',
        days: [
          ['2026-03-01', 2],
          ['2026-03-02', 1],
        ],
      },
      { rule: 'b', effect: 'alert', total: 1, last: '2026-02-20', days: [['2026-02-20', 1]] },
    ]);
    expect(addNoise(row, [said('a', '2026-03-02')]).rules[0]).toMatchObject({ total: 4, last: '2026-03-02' });
  });
  it('keeps thirty days and every finding in the sum', () => {
    const dates = Array.from({ length: 40 }, (_, index) => new Date(now - index * day).toISOString().slice(0, 10));
    const [count] = addNoise(
      empty(),
      dates.map((date) => said('a', date)),
    ).rules;
    expect(count).toMatchObject({ total: 40, last: '2026-03-02' });
    expect(count?.days).toHaveLength(30);
    expect(count?.days[0]?.[0]).toBe('2026-02-01');
  });
  it('takes names of rules as they are', () => {
    expect(addNoise(empty(), [said('__proto__', '2026-03-01'), said('constructor', '2026-03-01')]).rules.map(({ rule }) => rule)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('figures', () => {
  const rows = [addNoise(empty(), [said('a', '2026-03-01'), said('a', '2026-03-02')])];
  it('are per 1,000 users and day, over all lanes and tenants', () => {
    const other = [addNoise(empty({ lane: 'reconcile' }), [said('a', '2026-02-28')])];
    const figures = noiseFigures(
      [
        { rows, users: 100 },
        { rows: other, users: 400 },
      ],
      now,
    );
    // Three findings in 10 days of 500 users.
    expect(figures.get('a')).toMatchObject({ findings: 3, total: 3, last: '2026-03-02', perThousand: 0.6 });
    expect(figureText(figures.get('a'))).toBe('0.60 per 1,000 users and day');
  });
  it('say so where users were not counted', () => {
    const figures = noiseFigures([{ rows, users: undefined }], now);
    expect(figures.get('a')).not.toHaveProperty('perThousand');
    expect(figureText(figures.get('a'))).toBe('0.20 a day');
  });
  it('leave out what is older than thirty days, but not from the sum', () => {
    const old = noiseFigures([{ rows: [addNoise(empty({ from: now - 90 * day }), [said('a', '2026-01-01')])], users: 10 }], now).get('a');
    expect(old).toMatchObject({ findings: 0, total: 1 });
    expect(figureText(old)).toBe('silent in the last 30 days');
  });
  it('call a rule silent only after half a year of looking', () => {
    const spoke = noiseFigures([{ rows, users: 10 }], now).get('a');
    expect(silence(spoke, now - 400 * day, now)).toBe('spoke');
    expect(silence(undefined, now - 400 * day, now)).toBe('silent');
    expect(silence(undefined, now - 179 * day, now)).toBe('unknown');
    expect(silence(undefined, undefined, now)).toBe('unknown');
    expect(silence({ rule: 'a', findings: 0, total: 1, last: '2025-08-01', perDay: 0 }, now - 400 * day, now)).toBe('silent');
  });
  it('list what staged rules would have said, loudest first', () => {
    const staged = addNoise(empty(), [
      said('quiet', '2026-03-01', 'staged'),
      said('loud', '2026-03-01', 'staged'),
      said('loud', '2026-03-02', 'staged'),
      said('a', '2026-03-01'),
    ]);
    expect(stagedOn([staged], '2026-02-23', '2026-03-01')).toEqual([
      { rule: 'loud', count: 1 },
      { rule: 'quiet', count: 1 },
    ]);
    expect(stagedOn([staged], '2026-03-01', '2026-03-02')[0]).toEqual({ rule: 'loud', count: 2 });
  });
});

describe('the stage of a rule', () => {
  const stage = (effect: 'alert' | 'staged' | 'pack') => overridesOf([{ v: 1, rule: 'a', effect, changes: [] }]);
  it('is the pack’s until somebody decided, and again when the decision is given back', () => {
    expect(effectHere('a', 'staged', overridesOf([]))).toBe('staged');
    expect(effectHere('a', 'staged', stage('alert'))).toBe('alert');
    expect(effectHere('a', 'alert', stage('staged'))).toBe('staged');
    expect(effectHere('a', 'staged', stage('pack'))).toBe('staged');
  });
  it('cannot make a list of targets or a note into an alert', () => {
    expect(effectHere('a', 'targeted', stage('alert'))).toBe('targeted');
    expect(effectHere('a', 'note', stage('alert'))).toBe('note');
  });
});

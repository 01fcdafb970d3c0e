// Logs that Graph gives in no order: a span of more pages than a round may ask for is read in shorter ones, and every round comes further.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedRead } from '../../../src/collect/feed.ts';
import { riskDetections } from '../../../src/collect/graph/risk-detections.ts';
import { securityAlerts } from '../../../src/collect/graph/security-alerts.ts';
import { readLog } from '../../../src/rounds/catch-up.ts';
import { fakeGraph, now, refused } from './fake-graph.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Of a round, as src/rounds/limits.ts has it. */
const pagesPerRound = 20;
/** Of one second: what is left of a round's pages when a day was narrowed to a second. */
const pagesOfASecond = 8;

/** Alerts at these times, `size` a page, newest first; a round's pages are counted, and refused when they are used up. */
function service(times: readonly number[], size: number) {
  let pages = 0;
  const { context } = fakeGraph(() => []);
  const graph = {
    ...context.connection.graph,
    async *pages(_path: string, { query }: { query?: Readonly<Record<string, string>> } = {}) {
      const [from = 0, to = 0] = [...(query?.['$filter'] ?? '').matchAll(/\d{4}-\S+Z/g)].map(([time]) => Date.parse(time));
      const found = times.filter((time) => time >= from && time < to).sort((a, b) => b - a);
      for (let at = 0; at === 0 || at < found.length; at += size) {
        if (++pages > pagesPerRound) throw refused(429, 'HeldBack', 'one round reads only so much; the next goes on at once');
        yield found.slice(at, at + size).map((time) => ({
          id: `alert-${times.indexOf(time)}`,
          title: 'An alert',
          serviceSource: 'microsoft365Defender',
          severity: 'high',
          createdDateTime: new Date(time).toISOString(),
          lastUpdateDateTime: new Date(time).toISOString(),
          evidence: [],
        }));
      }
    },
  };
  return {
    context: { ...context, connection: { ...context.connection, graph } },
    used: () => pages,
    nextRound() {
      pages = 0;
    },
  };
}

async function untilRead(times: readonly number[], size: number, mark: number, most: number) {
  const { context, nextRound, used } = service(times, size);
  const read = new Set<string>();
  const marks = [mark];
  let outcome: FeedRead['outcome'] | undefined;
  for (let round = 0; round < most && outcome?.status !== 'complete'; round++) {
    nextRound();
    const one = await securityAlerts.read(context, { from: marks.at(-1) ?? mark, to: now });
    for (const { id } of one.activities) read.add(id);
    for (const [index, time] of times.entries()) if (time < one.readTo) expect(read).toContain(`alert:alert-${index}`);
    expect(used()).toBeLessThanOrEqual(pagesPerRound + 1);
    outcome = one.outcome;
    marks.push(one.readTo);
  }
  return { read, marks, outcome };
}

describe('a day of forty pages', () => {
  it('is read within a few rounds, and the mark moves in each', async () => {
    const times = Array.from({ length: 400 }, (_one, index) => now - day + index * 200_000);
    const { read, marks, outcome } = await untilRead(times, 10, now - day, 12);
    expect(outcome).toEqual({ status: 'complete' });
    expect(read.size).toBe(400);
    for (const [index, mark] of marks.entries()) expect(mark).toBeGreaterThan(marks[index - 1] ?? 0);
    expect(marks.length).toBeLessThanOrEqual(10);
  });
  it('that all come within one minute are read, too', async () => {
    const times = Array.from({ length: 400 }, (_one, index) => now - 7 * hour + index * 150);
    const { read, outcome } = await untilRead(times, 10, now - day, 40);
    expect(outcome).toEqual({ status: 'complete' });
    expect(read.size).toBe(400);
  });
  it('are read by a guard that was down: the present first, and then what it missed', async () => {
    const times = Array.from({ length: 400 }, (_one, index) => now - day + index * 200_000);
    const { context, nextRound } = service(times, 10);
    const read = new Set<string>();
    const first = {
      v: 1 as const,
      feed: securityAlerts.id,
      startedAt: now - 2 * day,
      triedAt: now - day,
      outcome: { status: 'complete' } as const,
    };
    let state: Parameters<typeof readLog>[1] = { ...first, readTo: now - day };
    for (let round = 0; round < 12 && state?.readTo !== now; round++) {
      nextRound();
      const one = await readLog(securityAlerts, state, context);
      for (const { id } of one.read.activities) read.add(id);
      if (round === 0) expect(read).toContain('alert:alert-399');
      state = { ...first, readTo: Math.max(state?.readTo ?? 0, one.read.readTo), ahead: [...one.ahead] };
    }
    expect(state?.readTo).toBe(now);
    expect(read.size).toBe(400);
  });
});

it('six pages within six milliseconds, where the span begins, are read at once', async () => {
  const { read, outcome } = await untilRead(
    [0, 1, 2, 3, 4, 5].map((offset) => now - day + offset),
    1,
    now - day,
    3,
  );
  expect(outcome).toEqual({ status: 'complete' });
  expect(read.size).toBe(6);
});

it('a second of more pages than a round may ask for is said, and the mark stays before it', async () => {
  const times = Array.from({ length: 40 }, (_one, index) => now - hour + index);
  const { marks, outcome } = await untilRead(times, 1, now - day, 40);
  expect(outcome).toEqual({ status: 'incomplete', why: 'one round reads only so much; the next goes on at once' });
  expect(marks.at(-1)).toBeGreaterThan(now - day);
  expect(marks.at(-1)).toBeLessThanOrEqual(now - hour);
});

it('however alerts lie in time, everything is read and the mark claims nothing that was not', async () => {
  const fitsRounds = ([offsets, size]: readonly [readonly number[], number]) => {
    const sorted = [...offsets].sort((a, b) => a - b);
    return sorted.every((offset, index) => (sorted[index + pagesOfASecond * size] ?? Number.POSITIVE_INFINITY) - offset > 1000);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.uniqueArray(fc.integer({ min: 0, max: day - 1 }), { maxLength: 120 }), fc.integer({ min: 1, max: 5 })).filter(fitsRounds),
      async ([offsets, size]) => {
        const { read, outcome } = await untilRead(
          offsets.map((offset) => now - day + offset),
          size,
          now - day,
          150,
        );
        expect(outcome).toEqual({ status: 'complete' });
        expect(read.size).toBe(offsets.length);
      },
    ),
    { numRuns: 60 },
  );
});

it('a quiet span is one request, of risk detections as well', async () => {
  const { context, used } = service([], 10);
  expect(await riskDetections.read(context, { from: now - day, to: now })).toMatchObject({ outcome: { status: 'complete' }, readTo: now });
  expect(used()).toBe(1);
});

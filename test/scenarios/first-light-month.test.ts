// A tenant of 510 people is put under guard: its month is read within ten minutes by as many requests as Microsoft allows, how far it came is said all the time, and one digest tells of all.
// The records are few and the pages small, so that there are as many pages as a tenant of 500 has (bench/first-light.ts reads as many records, too).
import { afterAll, describe, expect, it, vi } from 'vitest';
import { firstReading, type ReadingMinute } from '../support/first-reading.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const start = Date.UTC(2026, 2, 2, 9);
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

describe('the first ten minutes of a tenant', () => {
  it('bring its whole month, within the limits, with its progress shown and one digest', async () => {
    const reading = await firstReading({ cloud, start, historyDays: 30, reportPage: 20 });
    const minutes: ReadingMinute[] = [];
    while (minutes.length < 10) minutes.push(await reading.next());
    expect(reading.broken()).toEqual({ refused: 0, limits: [] });
    expect(minutes.at(-1)?.isWhole).toBe(true);
    const pages = Math.ceil((minutes.at(-1)?.signIns ?? 0) / 20);
    expect(pages).toBeGreaterThan(70);

    const underway = minutes.filter(({ isWhole }) => !isWhole);
    expect(underway.length).toBeGreaterThan(2);
    expect(underway[1]?.sentence).toMatch(/^Interactive sign-ins: read to 2026-02-\d\d \d\d:\d\d UTC, but not completely/);
    const counts = minutes.map(({ signIns }) => signIns);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));

    const { posts } = minutes.at(-1) ?? { posts: [] };
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatch(/Read 30 days: 1,\d{3} sign-ins/);
    expect(posts[0]).not.toContain('Still reading');
  }, 60_000);
});

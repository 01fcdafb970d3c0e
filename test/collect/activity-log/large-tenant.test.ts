// Tenants that write more than one reading lists, reads or remembers: every reading comes further, and what is not read is said.
import { beforeEach, describe, expect, it } from 'vitest';
import { readContent } from '../../../src/collect/activity-log/read-content.ts';
import { rememberMs, unifiedAudit } from '../../../src/collect/activity-log/unified-audit.ts';
import type { FeedRead } from '../../../src/collect/feed.ts';
import { FakeActivity, refused, ruleRecord } from './fake-activity.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 2, 2, 12, 0, 0);

let api: FakeActivity;
beforeEach(() => {
  api = new FakeActivity();
});
const lay = (id: string, created: number, records: unknown[] = []) => api.contents.set(id, { type: 'Audit.Exchange', created, records });
const rule = (seed: number, time: number) => ruleRecord(`11111111-0000-4000-8000-${String(seed).padStart(12, '0')}`, time);

/** Rounds from the mark on, five minutes apart, until nothing is left; at most `most`. */
async function rounds(most: number, readTo: number | undefined, seen: readonly string[] | undefined, at = now): Promise<FeedRead[]> {
  const reads: FeedRead[] = [];
  for (let index = 0; index < most; index++) {
    const time = at + index * 5 * minute;
    const last = reads.at(-1);
    const mark = last?.readTo ?? readTo;
    const span = { from: mark === undefined ? time - 7 * 24 * hour + hour : mark - 23 * hour, to: time };
    reads.push(await unifiedAudit.read(api.context(time, last?.seen ?? seen, mark === undefined ? {} : { readTo: mark }), span));
    if (reads.at(-1)?.outcome.status === 'complete') break;
  }
  return reads;
}

describe('a day of more pages than a round’s budget', () => {
  beforeEach(() => {
    // 600 pages of one bundle in a day: three times what one reading lists.
    api.pageSize = 1;
    for (let index = 0; index < 600; index++)
      lay(String(index), now - 24 * hour + index * 2 * minute + (index >= 570 ? 4 * hour - hour / 2 : 0), [rule(index, now - hour)]);
  });
  it('is read to its end within a few rounds, the last hour first, and each bundle once', async () => {
    const reads = await rounds(12, now - 24 * hour, undefined);
    expect(reads[0]?.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('there is more than one round') });
    expect(reads[0]?.more).toBe(true);
    expect(reads.at(-1)?.outcome).toEqual({ status: 'complete' });
    expect(api.reads).toHaveLength(600);
    expect(new Set(api.reads).size).toBe(600);
    expect(reads.length).toBeLessThanOrEqual(8);
  });
  it('moves its mark in every round, and never beyond what was read', async () => {
    let mark = now - 24 * hour;
    for (const read of await rounds(12, mark, undefined)) {
      expect(read.readTo).toBeGreaterThan(mark);
      mark = read.readTo;
      for (const [id, { created }] of api.contents) if (created < mark) expect(api.reads).toContain(id);
    }
  });
  it('lists no more than half of its budget in one reading', async () => {
    await rounds(1, now - 24 * hour, undefined);
    expect(api.pages).toBeLessThanOrEqual(200);
  });
  it('once read costs the last hour’s pages and no more', async () => {
    const reads = await rounds(12, now - 24 * hour, undefined);
    api.pages = 0;
    const last = reads.at(-1);
    const at = now + 2 * hour;
    await rounds(1, last?.readTo, last?.seen, at);
    const pages = api.pages;
    await rounds(1, at, last?.seen, at + 5 * minute);
    expect(api.pages - pages).toBeLessThanOrEqual(60);
  });
});

describe('a day of more than a page of each kind', () => {
  /** At these minutes past the hour, from the mark on; pages that each round listed. */
  async function pagesOf(minutes: readonly number[]): Promise<number[]> {
    let [seen, readTo]: [readonly string[] | undefined, number] = [undefined, now];
    const pages: number[] = [];
    for (const at of minutes) {
      const before = api.pages;
      const read = await unifiedAudit.read(api.context(now + at * minute, seen, { readTo }), {
        from: readTo - 23 * hour,
        to: now + at * minute,
      });
      expect(read).toMatchObject({ outcome: { status: 'complete' }, readTo: now + at * minute });
      pages.push(api.pages - before);
      ({ seen = [], readTo } = read);
    }
    return pages;
  }
  it('is listed once an hour, and its last hour every round', async () => {
    for (let index = 0; index < 100; index++) lay(String(index), now - 20 * hour + index * 10 * minute, [rule(index, now - 21 * hour)]);
    lay('new', now + 7 * minute, [rule(900, now)]);
    expect(await pagesOf([1, 5, 10, 55, 60, 65])).toEqual([6, 2, 2, 2, 7, 2]);
    expect(new Set(api.reads).size).toBe(101);
    expect(api.reads).toHaveLength(101);
  });
  it('what shows up in a listing hours after its time is read within the hour', async () => {
    for (let index = 0; index < 50; index++) lay(String(index), now - 20 * hour + index * 10 * minute, [rule(index, now - 21 * hour)]);
    api.contents.set('late', {
      type: 'Audit.Exchange',
      created: now - 5 * hour,
      listedAt: now + 8 * minute,
      records: [rule(901, now - 6 * hour)],
    });
    await pagesOf([1, 10, 59]);
    expect(api.reads).not.toContain('late');
    api.reads.length = 0;
    await pagesOf([1, 10, 59, 61]);
    expect(api.reads).toContain('late');
  });
  it('what shows up so late and cannot be read at once is found again by the next round', async () => {
    for (let index = 0; index < 50; index++) lay(String(index), now - 20 * hour + index * 10 * minute, [rule(index, now - 21 * hour)]);
    const late = { type: 'Audit.Exchange', created: now - 5 * hour, listedAt: now + 40 * minute } as const;
    api.contents.set('earlier', { ...late, created: now - 6 * hour, records: [rule(902, now - 7 * hour)] });
    api.contents.set('late', { ...late, records: refused('AF429', 429) });
    const look = (at: number, readTo: number, seen?: readonly string[]) =>
      unifiedAudit.read(api.context(now + at * minute, seen, { readTo }), { from: readTo - 23 * hour, to: now + at * minute });
    const first = await look(31, now);
    const throttled = await look(61, first.readTo, first.seen);
    expect([throttled.outcome.status, throttled.activities.length, throttled.readTo]).toEqual(['incomplete', 1, first.readTo]);
    api.contents.set('late', { ...late, records: [rule(901, now - 6 * hour)] });
    const next = await look(66, throttled.readTo, throttled.seen);
    expect([next.outcome, next.activities.length]).toEqual([{ status: 'complete' }, 1]);
  });
  it('near miss: a day of a page of each kind is listed every round', async () => {
    for (let index = 0; index < 20; index++) lay(String(index), now - 20 * hour + index * 10 * minute, [rule(index, now - 21 * hour)]);
    expect(await pagesOf([1, 5, 10])).toEqual([2, 2, 2]);
    expect(api.windows.every(({ from, to }) => to - from >= 23 * hour)).toBe(true);
  });
});

describe('content that became readable within one second', () => {
  it('of more pages than a window takes is listed in a window of that second, and read', async () => {
    for (let index = 0; index < 1_400; index++) lay(String(index), now - 3 * hour, [rule(index, now - 4 * hour)]);
    const reads = await rounds(12, now - 24 * hour, undefined);
    expect(reads.at(-1)?.outcome).toEqual({ status: 'complete' });
    expect(new Set(api.reads).size).toBe(1_400);
  });
  it('of more pages than a whole reading has is said with its second', async () => {
    api.pageSize = 1;
    for (let index = 0; index < 450; index++) lay(String(index), now - 3 * hour, [rule(index, now - 4 * hour)]);
    const reads = await rounds(8, now - 24 * hour, undefined);
    expect(reads.at(-1)?.outcome).toMatchObject({ why: expect.stringContaining('within the second of 2026-03-02T09:00:00.000Z') });
    expect(reads.at(-1)?.more).toBeUndefined();
    expect(reads.at(-1)?.readTo).toBeLessThanOrEqual(now - 3 * hour);
  });
});

describe('a tenant that grew quiet after a burst', () => {
  /** A later look at 22 hours, as the burst left the window. */
  const look = (windowMs: number) =>
    unifiedAudit.read(api.context(now, [`~${windowMs.toString(36)}`]), { from: now - 23 * hour, to: now - hour });
  it.each([1000, 1100, 17_600, 29_999])(
    'is listed to the end at once, in windows twice as long each time: from %i ms',
    async (windowMs) => {
      expect(await look(windowMs)).toMatchObject({ outcome: { status: 'complete' }, readTo: now - hour });
      expect(api.pages).toBeLessThanOrEqual(36);
    },
  );
});

describe('a bundle that fails', () => {
  it('beside more than can be remembered is tried in every round and read when it can be, and nothing else is read twice', async () => {
    api.pageSize = 2_000;
    for (let index = 0; index < 33_000; index++) lay(String(index), now - 27 * hour + index * 2_900);
    api.contents.set('bad', { type: 'Audit.Exchange', created: now - 26 * hour, records: refused('TooLarge', 0, 'too large') });
    const query = { feed: unifiedAudit.id, types: ['Audit.Exchange'] as const, rememberMs, requests: 40_000 };
    const first = await readContent(api.context(now, undefined, { readTo: now - 27 * hour }), { from: now - 50 * hour, to: now }, query);
    expect(first).toMatchObject({ outcome: { status: 'incomplete', why: 'the reading broke off: too large' }, readTo: now - 26 * hour });
    expect(JSON.stringify(first.seen).length).toBeLessThan(350_000);
    const later = now + 5 * minute;
    const span = { from: now - 49 * hour, to: later };
    const second = await readContent(api.context(later, first.seen, { readTo: first.readTo }), span, query);
    expect(second).toMatchObject({ outcome: { status: 'incomplete', why: 'the reading broke off: too large' }, readTo: now - 26 * hour });
    expect(second.activities).toEqual([]);
    lay('bad', now - 26 * hour, [rule(1, now - 27 * hour)]);
    const third = await readContent(api.context(later, first.seen, { readTo: first.readTo }), span, query);
    expect(third).toMatchObject({ outcome: { status: 'complete' }, readTo: later });
    expect(third.activities).toHaveLength(1);
    expect(api.reads.filter((id) => id !== 'bad')).toHaveLength(33_000);
  });
  it('of which there are many hold up none behind them', async () => {
    for (let index = 0; index < 30; index++)
      api.contents.set(`bad ${index}`, {
        type: 'Audit.Exchange',
        created: now - 10 * hour + index * minute,
        records: refused('Broken', 0, 'broken'),
      });
    for (let index = 0; index < 20; index++) lay(String(index), now - 5 * hour + index * minute, [rule(index, now - 6 * hour)]);
    const reads = await rounds(10, now - 11 * hour, undefined);
    expect(api.reads.filter((id) => !id.startsWith('bad'))).toHaveLength(20);
    expect(reads.at(-1)?.readTo).toBe(now - 10 * hour);
  });
  it('and is known to fail makes no later look fail, or none would look at anything else for days', async () => {
    api.contents.set('bad', { type: 'Audit.Exchange', created: now - 5 * hour, records: refused('Broken', 0, 'broken') });
    lay('good', now - 4 * hour, [rule(1, now - 5 * hour)]);
    const [first] = await rounds(1, now - 6 * hour, undefined);
    const alsoSeen = first?.seen ?? [];
    const look = await unifiedAudit.read(api.context(now, undefined, { alsoSeen }), { from: now - 6 * hour, to: now - hour });
    expect(look).toMatchObject({ outcome: { status: 'incomplete', why: 'the reading broke off: broken' }, readTo: now - 5 * hour });
  });
  it('and expires unread is said, and holds nothing up any longer', async () => {
    api.contents.set('bad', { type: 'Audit.Exchange', created: now - 5 * hour, records: refused('Broken', 0, 'broken') });
    lay('good', now - 4 * hour, [rule(1, now - 5 * hour)]);
    const [first] = await rounds(1, now - 6 * hour, undefined);
    api.contents.delete('bad');
    const [second] = await rounds(1, first?.readTo, first?.seen, now + 5 * minute);
    expect(second?.outcome).toEqual({ status: 'incomplete', why: '1 bundle of records expired before they were read' });
    expect(second?.readTo).toBe(now + 5 * minute);
  });
});

describe('the last look, days later', () => {
  const days = (unifiedAudit.lastLook?.afterSeconds ?? 0) * 1000;
  const query = { feed: unifiedAudit.id, types: ['Audit.Exchange'] as const, rememberMs };
  async function afterDays(late: boolean) {
    for (let index = 0; index < 100; index++) lay(String(index), now - index * 10 * minute - minute, [rule(index, now - 20 * hour)]);
    const [first] = await rounds(1, now - 24 * hour, undefined);
    const later = now + days;
    const [next] = await rounds(1, later - hour, first?.seen, later);
    if (late) lay('late', now - 3 * hour + 1, [rule(1_000, now - 4 * hour)]);
    api.reads.length = 0;
    api.pages = 0;
    const span = { from: now - 23 * hour, to: now };
    return readContent(api.context(later, undefined, next?.seen === undefined ? {} : { alsoSeen: next.seen }), span, query);
  }
  it('costs the pages of its day, and reads nothing where nothing came late', async () => {
    expect(await afterDays(false)).toMatchObject({ outcome: { status: 'complete' }, readTo: now, activities: [] });
    expect(api.reads).toEqual([]);
    expect(api.pages).toBe(5);
  });
  it('finds what showed up in the listing after a day, by reading its hour again', async () => {
    const read = await afterDays(true);
    expect(read.activities.map(({ id }) => id)).toContain('audit:11111111-0000-4000-8000-000000001000');
    expect(api.reads.length).toBeLessThanOrEqual(8);
  });
  it.each([
    ['a part', now, 7 * 24 * hour, { outcome: { status: 'incomplete' }, readTo: now }],
    ['all', now, 9 * 24 * hour, { outcome: { status: 'incomplete' }, activities: [] }],
    ['nothing', now, 6 * 24 * hour, { outcome: { status: 'complete' }, readTo: now }],
  ])('says so where %s of its span is listed no more', async (_, to, after, expected) => {
    expect(await readContent(api.context(now + after), { from: now - 23 * hour, to }, query)).toMatchObject(expected);
  });
});

// A log read after an outage: the present first, then the past oldest first, and marks that are true whatever breaks off where.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogFeed, ReadContext, Span } from '../../src/collect/feed.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { advance, readLog } from '../../src/rounds/catch-up.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 0, 20, 12);

/** Notes what was really read; `breaks` says how far the nth reading comes. */
function feedThat(breaks: (span: Span, n: number) => number | undefined) {
  const spans: Span[] = [];
  const feed = {
    id: 'sign-ins.interactive',
    overlapSeconds: 900,
    firstReadDays: 30,
    async read(_: ReadContext, span: Span) {
      const to = breaks(span, spans.length) ?? span.to;
      spans.push({ from: span.from, to });
      return {
        outcome: to === span.to ? { status: 'complete' } : { status: 'incomplete', why: 'broken off' },
        activities: [],
        skipped: [],
        readTo: to,
      };
    },
  } as unknown as LogFeed;
  return { feed, spans };
}
const stateAt = (readTo: number, ahead: Span[] = []): FeedState => ({
  v: 1,
  feed: 'sign-ins.interactive',
  startedAt: readTo,
  triedAt: readTo,
  outcome: { status: 'complete' },
  readTo,
  ahead,
});
const context = { tenant: 'a', now, touched: [] } as unknown as ReadContext;

describe('a log that was not read for three days', () => {
  it('keeps the gap that the feed itself tells of', async () => {
    const lost = { from: now - 3 * day, to: now - 22 * hour, why: 'a subscription was missing' };
    const { feed } = feedThat(() => undefined);
    const telling = {
      ...feed,
      remembers: true,
      read: async (...args: Parameters<LogFeed['read']>) => ({ ...(await feed.read(...args)), lost }),
    } as LogFeed;
    expect((await readLog(telling, stateAt(now - 3 * day), context)).lost).toEqual({ v: 1, feed: feed.id, ...lost });
  });
  it('is read in its present first, then oldest first, all in one round where there is little', async () => {
    const { feed, spans } = feedThat(() => undefined);
    const { read, ahead, behind } = await readLog(feed, stateAt(now - 3 * day), context);
    expect(spans[0]).toEqual({ from: now - hour, to: now });
    expect(spans[1]?.from).toBe(now - 3 * day - 900_000);
    expect(spans.length).toBeLessThanOrEqual(5);
    expect(read).toMatchObject({ readTo: now, outcome: { status: 'complete' } });
    expect([ahead, behind]).toEqual([[], undefined]);
  });

  it('says what still lies between where the past breaks off', async () => {
    const { feed } = feedThat((span, n) => (n === 1 ? span.from + 2 * hour : undefined));
    const { read, ahead, behind } = await readLog(feed, stateAt(now - 3 * day), context);
    expect(read.readTo).toBe(now - 3 * day - 900_000 + 2 * hour);
    expect(ahead).toEqual([{ from: now - hour, to: now }]);
    expect(behind).toEqual({ from: read.readTo, to: now - hour });
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('oldest first') });
  });

  it('is a gap where the service keeps it no longer, and the mark passes over it', async () => {
    const { feed } = feedThat(() => undefined);
    const { lost, read } = await readLog(feed, stateAt(now - 40 * day), context);
    expect(lost).toMatchObject({ from: now - 40 * day, to: now - 30 * day + hour });
    expect(read.readTo).toBe(now - 30 * day + hour + 4 * day);
  });

  describe('where the service keeps it shorter than on other licences', () => {
    /** Refuses, as a tenant without P1 is, what is older than a week. */
    const shorter = (outcome: 'refused' | 'failed' = 'refused') => {
      const { feed, spans } = feedThat(() => undefined);
      const read = async (of: ReadContext, span: Span): ReturnType<LogFeed['read']> =>
        span.from < now - 7 * day
          ? {
              outcome: { status: 'failed', cause: 'no' },
              activities: [],
              skipped: [],
              readTo: span.from,
              ...(outcome === 'refused' ? { refused: true } : {}),
            }
          : feed.read(of, span);
      return { feed: { ...feed, leastKeptDays: 7, read } as LogFeed, spans };
    };

    it('the first reading takes what there is, and nothing is called lost', async () => {
      const { feed, spans } = shorter();
      const { read, lost, from } = await readLog(feed, undefined, context);
      expect([read.outcome.status, lost, from]).toEqual(['complete', undefined, now - 7 * day + hour]);
      expect(spans).toEqual([{ from: now - 7 * day + hour, to: now }]);
    });
    it('only what is older than that is a gap', async () => {
      const { lost, read } = await readLog(shorter().feed, stateAt(now - 12 * day), context);
      expect(lost).toMatchObject({ from: now - 12 * day, to: now - 7 * day + hour, why: expect.stringContaining('7 days only') });
      expect(read.readTo).toBe(now - 3 * day + hour);
    });
    it('an outage of the service makes no gap of what it keeps', async () => {
      const { lost, read } = await readLog(shorter('failed').feed, stateAt(now - 12 * day), context);
      expect([lost, read.readTo]).toEqual([undefined, now - 12 * day]);
    });
    it('elsewhere the whole time is read', async () => {
      const { feed } = feedThat(() => undefined);
      const { lost, read } = await readLog({ ...feed, leastKeptDays: 7 }, stateAt(now - 12 * day), context);
      expect([lost, read.readTo]).toEqual([undefined, now - 8 * day]);
    });
  });

  it('never claims what was not read, over any number of rounds that break off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 3 * 24 })), {
          minLength: 1,
          maxLength: 12,
        }),
        async (rounds) => {
          const done: Span[] = [];
          let state = stateAt(now - 3 * day);
          let at = now;
          for (const [share, hours] of rounds) {
            const { feed, spans } = feedThat((span) => Math.floor(span.from + (span.to - span.from) * share));
            const { read, ahead } = await readLog(feed, state, { ...context, now: at });
            done.push(...spans);
            const covered = advance(now - 3 * day, done);
            const claimed = Math.max(state.readTo ?? 0, read.readTo);
            expect(claimed).toBeLessThanOrEqual(covered.mark);
            for (const span of ahead)
              expect(span.to <= covered.mark || covered.ahead.some(({ from, to }) => from <= span.from && span.to <= to)).toBe(true);
            state = stateAt(claimed, [...ahead]);
            at += hours * hour;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

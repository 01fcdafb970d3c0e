import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Overtaken } from '../../src/contracts/fleet-rows.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { longestLifeMs, overtaking } from '../../src/rounds/overtaken.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { BegunLane } from '../../src/store/store.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const now = Date.UTC(2026, 2, 2, 9, 0, 0);
const minute = 60_000;
const day = 86_400_000;
const scope = scopeOf(contoso);
const activity = (id: string, time: number, visibleAt: number, subject: Activity['subject'] = 'user:ada'): Activity => ({
  id,
  tenant: contoso,
  feed: 'sign-ins.interactive',
  time,
  visibleAt,
  subject,
  views: [{ shape: 'sign-in', record: {} }],
});
const remembering = (overtaken?: Overtaken): FeedState[] => [
  {
    v: 1,
    feed: 'lane:fast',
    startedAt: 0,
    triedAt: 0,
    outcome: { status: 'complete' },
    lane: { usage: {}, ...(overtaken === undefined ? {} : { overtaken }) },
  },
];
const lease = (abandonedAt?: number): BegunLane => ({
  scope,
  lane: 'fast',
  holder: 'worker',
  until: now + 5 * minute,
  etag: 'e',
  seen: { feeds: [], reports: [], versions: new Map(), layout: undefined, held: new Map() },
  ...(abandonedAt === undefined ? {} : { abandonedAt }),
});
async function noted(
  abandonedAt: number | undefined,
  overtaken: Overtaken | undefined,
  fresh: readonly Activity[] = [],
  kept: readonly Activity[] = [],
) {
  const store = createStore({ backend: memoryBackend() });
  for (const one of kept)
    await store.blobs.appendActivities('round.append-activities', scope, new Date(one.time).toISOString().slice(0, 10), [one]);
  return overtaking({ store, clock: { now: () => now } }, lease(abandonedAt), remembering(overtaken), fresh);
}

describe('a lane whose worker never gave it back', () => {
  it('remembers from when on that worker read, and judges nothing again as long as it may still write', async () => {
    const abandoned = now - 6 * minute;
    expect(await noted(abandoned, undefined)).toEqual({
      again: [],
      doubtful: true,
      after: { from: abandoned, since: abandoned - day, until: now + longestLifeMs },
    });
  });
  it('remembers the earliest event that was read since', async () => {
    const early = now - 3 * day;
    expect((await noted(now - 6 * minute, undefined, [activity('a', early, now)])).after?.since).toBe(early);
    const pending = { from: now - 9 * minute, since: now - day, until: now + minute };
    expect(await noted(undefined, pending, [activity('a', early, now)])).toEqual({
      again: [],
      doubtful: false,
      after: { ...pending, since: early },
    });
  });
  it('waits anew where the next worker is lost as well', async () => {
    const pending = { from: now - 20 * minute, since: now - 2 * day, until: now - minute };
    expect((await noted(now - 6 * minute, pending)).after).toEqual({ ...pending, until: now + longestLifeMs });
  });
  it('judges what was read since once more when that worker has ended, in its newest version, and forgets it', async () => {
    const from = now - 20 * minute;
    const changed = { ...activity('a', now - 30 * minute, from + 2 * minute), subject: 'user:bob' } as const;
    const kept = [changed, activity('a', now - 30 * minute, from + minute), activity('before', now - 40 * minute, from - minute)];
    expect(await noted(undefined, { from, since: now - day, until: now }, [], kept)).toEqual({
      again: [changed],
      doubtful: true,
      after: undefined,
    });
  });
  it('costs nothing where every worker gave its lane back', async () => {
    expect(await noted(undefined, undefined, [activity('a', now, now)])).toEqual({ again: [], doubtful: false, after: undefined });
  });
  it('counts with the time after which the host ends a function', () => {
    const { functionTimeout } = JSON.parse(readFileSync(new URL('../../host.json', import.meta.url), 'utf8')) as {
      functionTimeout: string;
    };
    const [hours = 0, minutes = 0, seconds = 0] = functionTimeout.split(':').map(Number);
    expect(longestLifeMs).toBeGreaterThanOrEqual(((hours * 60 + minutes) * 60 + seconds) * 1000);
  });
});

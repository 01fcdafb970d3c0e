// The services' limits as the simulator enforces them, and a day of the guard that keeps them: proven from the requests that were recorded.

import { InvocationContext } from '@azure/functions';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { checks } from '../../functions/checks.ts';
import type { Guard } from '../../functions/guard.ts';
import { createReportLimit, serviceLimits } from '../../simulator/report-limit.ts';
import { createLimits } from '../../src/rounds/limits.ts';
import { createPlanner } from '../../src/rounds/planner.ts';
import { sweep } from '../../src/rounds/sweeper.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';
import { brokenLimits } from '../support/kept-limits.ts';
import { manualClock } from '../support/manual-clock.ts';

const report = { service: 'graph', path: '/auditLogs/signIns', method: 'GET', reporting: true } as const;

describe('the limit of the reporting API', () => {
  it('lets 5 requests of one tenant pass in 10 seconds, and says nothing of when to come back', () => {
    const limit = createReportLimit();
    const answers = [0, 1, 2, 3, 4, 5, 9_999, 10_000].map((at) => limit.take(report as never, 'app', 'tenant', at));
    expect(answers).toEqual([undefined, undefined, undefined, undefined, undefined, {}, {}, undefined]);
    expect(limit.take(report as never, 'app', 'another', 9_999)).toBeUndefined();
    expect(limit.take(report as never, 'other app', 'tenant', 9_999)).toBeUndefined();
  });
  it('lets 122 requests of one application pass in 10 seconds, over all tenants', () => {
    const limit = createReportLimit();
    const passed = Array.from({ length: 150 }, (_, index) => limit.take(report as never, 'app', `tenant-${index}`, index));
    expect(passed.filter((answer) => answer === undefined)).toHaveLength(122);
  });
});

describe('proof from recorded requests', () => {
  it('finds the sixth request of a window, and not the sixth after it', () => {
    const at = (seconds: number) => ({
      at: new Date(Date.UTC(2026, 2, 2) + seconds * 1000).toISOString(),
      handler: 'graph.signIns.list',
      method: 'GET',
      path: '',
      status: 200,
      tenant: 'tenant',
      app: 'app',
    });
    const handlers = [{ ...report, id: 'graph.signIns.list' }] as never;
    expect(brokenLimits([0, 1, 2, 3, 4, 10].map(at), handlers)).toEqual([]);
    expect(brokenLimits([0, 1, 2, 3, 4, 9].map(at), handlers)).toEqual([
      `${serviceLimits[0]?.name}: graph.signIns.list at 2026-03-02T00:00:09.000Z`,
    ]);
  });
});

const start = Date.UTC(2026, 2, 2, 0, 0, 0);
const hours = 24;
const context = new InvocationContext({ functionName: 'checks' });
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());

/** Requests of one fast round, on average, as the lane counts them: all, and those to the reporting API. */
async function spentOfFastRounds(
  { store, registry, feeds }: TestGuard['deps'],
  tenant: string,
): Promise<{ all: number; reporting: number }> {
  const states = await store.state.feeds(await registry.authorise(tenant, 'show'));
  const days = states.filter(({ feed }) => feed === 'lane:fast').flatMap(({ lane }) => Object.values(lane?.usage ?? {}));
  const rounds = days.reduce((sum, day) => sum + day.rounds, 0);
  const asked = (isWanted: (feed: string) => boolean) =>
    days.flatMap(({ requests }) => Object.entries(requests)).reduce((sum, [feed, count]) => sum + (isWanted(feed) ? count : 0), 0) / rounds;
  const reporting = new Set(feeds.filter(({ source }) => source === 'reporting').map(({ id }) => id));
  return { all: asked(() => true), reporting: asked((feed) => reporting.has(feed)) };
}

describe('a day of the guard', () => {
  it('is read without one refusal, no window holds a request too many, and a fast round asks for little', async () => {
    const clock = manualClock(start);
    const backend = memoryBackend({ clock });
    const makeCloud = cloud.make;
    const guard = await startGuard({ start, clock, backend, makeCloud, simulator: { historyDays: 1, reportLimit: true } });
    const { store, registry } = guard.deps;
    const limits = createLimits({ store, registry, clock, breaker: createBreaker({ clock }), wait: async (ms) => clock.advance(ms) });
    const deps = { ...guard.deps, limits };
    const living = async () => deps as unknown as Guard;
    const queues = (['checks-hot', 'checks'] as const).map((name) => ({ name, handler: checks(living, name).handler }));
    const planner = createPlanner(deps);
    let quiet = { all: Number.POSITIVE_INFINITY, reporting: Number.POSITIVE_INFINITY };
    for (let minute = 0; minute < hours * 60; minute++) {
      clock.set(Math.max(clock.now(), start + minute * 60_000));
      if (minute === 6 * 60) quiet = await spentOfFastRounds(guard.deps, contoso.id);
      await planner.tick();
      await sweep(deps);
      for (let second = 0; second < 60; second++) {
        clock.set(Math.max(clock.now(), start + minute * 60_000 + second * 1_000));
        for (const { name, handler } of queues)
          for (let message = backend.take(name); message !== undefined; message = backend.take(name))
            await handler(JSON.parse(message.text), context);
      }
    }
    const requests = guard.simulator.control.requests();
    expect(requests.length).toBeGreaterThan(1_000);
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(brokenLimits(requests, guard.simulator.handlers)).toEqual([]);
    // 510 people, asleep and over a working day. The unified audit log's listings are counted by the simulator's pages of twenty.
    expect(quiet.all).toBeLessThanOrEqual(10);
    const day = await spentOfFastRounds(guard.deps, contoso.id);
    expect(day.all).toBeLessThanOrEqual(10.5);
    expect([quiet.reporting, day.reporting]).toEqual([4, 4]);
    // Its first reading asked for more of a log than the tenant's licence keeps.
    expect((await spentOfFastRounds(guard.deps, fabrikam.id)).reporting).toBeLessThan(4.01);
  }, 60_000);
});

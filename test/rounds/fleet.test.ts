// A small fleet on a virtual clock: Microsoft's limits hold, nobody starves, a slow tenant harms no other, and a guard that was down for three days catches up beside the present.
import { describe, expect, it } from 'vitest';
import { createFleet, fleetOf } from '../../bench/fleet/simulate.ts';
import { ringForHint } from '../../src/rounds/hint.ts';
import { usageOf } from '../../src/tenants/usage.ts';

/** A Tuesday morning. */
const start = Date.UTC(2026, 2, 3, 9);
const minute = 60_000;
const hour = 60 * minute;

describe('events for all tenants of a full stamp within one second, and bells that piled up while nothing ran', () => {
  it('never ask more than Microsoft allows, on four workers, and the planner’s rounds go on in their places', async () => {
    const tenants = fleetOf(500, (tenant) => ({ ...tenant, zone: 4 }));
    // Hardly a past to read: the first minutes are those of any day.
    const fleet = await createFleet({ tenants, start, firstReadDays: 0.045 });
    const { most, longest } = fleet.microsoft;
    await fleet.run(0.25);
    longest.clear();
    for (const { id } of tenants) {
      const scope = await fleet.deps.registry.authorise(id, 'round');
      fleet.time.at(fleet.time.now() + (Number.parseInt(id.slice(0, 4), 16) % 1000), () =>
        fleet.time.job(async () => void (await ringForHint(fleet.deps, scope, 'fast'))),
      );
    }
    const before = fleet.lanes.fast.rounds;
    await fleet.run(0.1);
    expect(fleet.lanes.fast.rounds - before).toBeGreaterThan(900);
    const gaps = tenants.map(({ id }) => longest.get(id) ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
    // A fifth of the tenants have more than one page, for which they share with the hints.
    expect(gaps[Math.floor(gaps.length * 0.75)]).toBeLessThanOrEqual(5 * minute);
    fleet.power.on = false;
    await fleet.run(1 / 60);
    fleet.power.on = true;
    await fleet.run(0.1);
    expect([fleet.microsoft.refused, most.tenant]).toEqual([0, 5]);
    expect(most.fleet).toBeLessThanOrEqual(122);
  }, 90_000);
});

describe('a fleet, one of whose tenants answers after a minute', () => {
  const slow = 3;
  const tenants = fleetOf(40, (tenant, n) => (n === slow ? { ...tenant, latencyMs: 60_000 } : { ...tenant, zone: 0 }));

  it.each([
    { clocks: 'one clock', clocksAhead: [0] },
    { clocks: 'clocks that differ by up to 800 ms', clocksAhead: [400, -400, 0, 200] },
  ])(
    'is read within its cadence and the limits, is asked no more than it needs, and counts what it asked for: workers with $clocks',
    async ({ clocksAhead }) => {
      const fleet = await createFleet({ tenants, start, clocksAhead });
      // The first minutes read the past.
      await fleet.run(0.25);
      fleet.microsoft.longest.clear();
      const before = { ...fleet.microsoft.requests };
      await fleet.run(0.75);
      expect(fleet.microsoft.refused).toBe(0);
      expect(fleet.microsoft.most.tenant).toBeLessThanOrEqual(5);
      expect(fleet.microsoft.most.fleet).toBeLessThanOrEqual(122);
      for (const [n, { id }] of tenants.entries())
        if (n !== slow) expect(fleet.microsoft.longest.get(id), `tenant ${n}`).toBeLessThanOrEqual(6 * minute);
      expect(fleet.microsoft.longest.get(tenants[slow]?.id ?? '')).toBeLessThanOrEqual(12 * minute);

      // 9 rounds of four logs, three looks at four logs, and pages of busy tenants.
      expect((fleet.microsoft.requests.reporting - before.reporting) / tenants.length).toBeLessThanOrEqual(70);

      const scope = await fleet.deps.registry.authorise(tenants[1]?.id ?? '', 'show');
      const [today] = usageOf(await fleet.deps.store.state.feeds(scope), fleet.deps.feeds);
      expect(today?.executions).toBeGreaterThanOrEqual(12);
      expect(today?.requests.reporting).toBeGreaterThanOrEqual(12 * 4);
      expect(today?.dollars).toBeLessThan(0.01);
    },
  );

  it('that was down for three days reads the present first, then what it missed, oldest first, and its marks never claim what lies between', async () => {
    const few = tenants.filter((_, n) => n !== slow).slice(0, 8);
    const fleet = await createFleet({ tenants: few, start });
    await fleet.run(0.5);
    fleet.power.on = false;
    const down = fleet.time.now();
    await fleet.run(72);
    fleet.power.on = true;
    const up = fleet.time.now();
    const { id } = few[1] ?? { id: '' };
    const scope = await fleet.deps.registry.authorise(id, 'show');
    const stored = async () => {
      const times = new Set<number>();
      for (let day = start; day <= fleet.time.now(); day += 24 * hour)
        for await (const { time, feed } of fleet.deps.store.blobs.activities(scope, new Date(day).toISOString().slice(0, 10)))
          if (feed === 'sign-ins.non-interactive') times.add(time);
      return times;
    };
    let presentSeen = false;
    for (let step = 0; step < 8; step++) {
      await fleet.run(5 / 60);
      const times = await stored();
      presentSeen ||= [...times].some((time) => time >= up - hour);
      for (const { feed, readTo = 0, ahead = [] } of await fleet.deps.store.state.feeds(scope)) {
        if (feed !== 'sign-ins.non-interactive') continue;
        // Every five minutes of working hours there is one: all up to the mark must be there, and all that is said to lie ahead.
        for (let at = start + 5 * minute; at < fleet.time.now(); at += 5 * minute) {
          const hourOfDay = new Date(at).getUTCHours();
          const claimed = at < readTo || ahead.some(({ from, to }) => at >= from && at < to);
          if (claimed && hourOfDay >= 8 && hourOfDay < 18)
            expect(times.has(at), `${new Date(at).toISOString()} at step ${step}`).toBe(true);
        }
      }
    }
    expect(presentSeen).toBe(true);
    for (const { id } of few) {
      const own = await fleet.deps.registry.authorise(id, 'show');
      for (const { feed, readTo = 0, ahead } of await fleet.deps.store.state.feeds(own))
        if (fleet.deps.feeds.some(({ id: known, lane }) => known === feed && lane === 'fast')) {
          expect(ahead, `${feed} of ${id}`).toBeUndefined();
          expect(readTo).toBeGreaterThan(down + 72 * hour);
        }
    }
    expect(fleet.microsoft.refused).toBe(0);
    expect(fleet.microsoft.most.fleet).toBeLessThanOrEqual(122);
  });
});

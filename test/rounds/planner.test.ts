// When bells ring: every tenant and lane in a slot of its own, the same in every process, none lost between ticks or when the fleet changes; less often where users sleep, first where an attack is on.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlanner } from '../../src/rounds/planner.ts';
import { ringsBetween, slotsOf, stretchOf } from '../../src/rounds/slots.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { manualClock } from '../support/manual-clock.ts';

const cadence = { fast: 300, config: 1800, reconcile: 3600 };
const id = (n: number) => `${String(n * 7919).padStart(8, '0')}-0000-4000-8000-000000000000`;
const fleet = (size: number) => Array.from({ length: size }, (_, n) => ({ tenant: id(n), policy: { cadence } }));

describe('slots', () => {
  it('ring once per cadence, at the tenant’s own place', () => {
    const slot = slotsOf(fleet(3)).get(id(1))?.fast;
    if (slot === undefined) throw new Error('no slot');
    const from = Date.UTC(2026, 0, 5);
    const rings = ringsBetween(from, from + 3_600_000, slot);
    expect(rings).toHaveLength(12);
    expect(new Set(rings.map((time) => time % 300_000))).toEqual(new Set([100_000]));
  });

  it('of 500 tenants never ask the reporting API more than 90 times in ten seconds, four requests a round, looks included', () => {
    const slots = [...slotsOf(fleet(500)).values()];
    const from = Date.UTC(2026, 0, 5);
    const times = slots
      .flatMap(({ fast, reconcile }) => [...ringsBetween(from, from + 3_600_000, fast), ...ringsBetween(from, from + 3_600_000, reconcile)])
      .sort((a, b) => a - b);
    let most = 0;
    for (let first = 0, last = 0; last < times.length; last++) {
      while ((times[last] ?? 0) - (times[first] ?? 0) >= 10_000) first++;
      most = Math.max(most, (last - first + 1) * 4);
    }
    expect(most).toBeLessThanOrEqual(90);
  });

  it('keep the lanes of one tenant apart by a quarter of its cadence', () => {
    for (const { fast, config, reconcile } of slotsOf(fleet(37)).values()) {
      expect(Math.round((((reconcile.offsetMs - fast.offsetMs) % 300_000) + 300_000) % 300_000)).toBeCloseTo(75_000, -2);
      expect(Math.round((((config.offsetMs - fast.offsetMs) % 300_000) + 300_000) % 300_000)).toBeCloseTo(225_000, -2);
    }
  });

  it('are stretched, and say so, where more tenants are under guard than one app may ask for', () => {
    expect(stretchOf(fleet(500))).toBe(1);
    expect(stretchOf(fleet(1000))).toBeCloseTo(1.8, 1);
    expect(slotsOf(fleet(1000)).get(id(0))?.fast.periodMs).toBe(542_000);
  });

  it('lose and double nothing however a span is cut into ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 }),
        fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 20 }),
        fc.integer({ min: 5, max: 4000 }),
        fc.integer({ min: 0, max: 4000 }),
        (start, steps, seconds, offset) => {
          const slot = { periodMs: seconds * 1000, offsetMs: (offset % seconds) * 1000 };
          let at = start;
          const cut: number[] = [];
          for (const step of steps) {
            cut.push(...ringsBetween(at, at + step, slot));
            at += step;
          }
          expect(cut).toEqual(ringsBetween(start, at, slot));
        },
      ),
    );
  });
});

describe('the planner', () => {
  /** @param minutesAgo how long before the first tick the tenant was added */
  async function planned(minutesAgo = 5) {
    const clock = manualClock(Date.UTC(2026, 0, 5));
    const backend = memoryBackend({ clock });
    const store = createStore({ backend });
    const registry = createRegistry({ store, clock });
    await registry.add(id(0), 'Contoso');
    clock.advance(minutesAgo * 60_000);
    const planner = createPlanner({ store, registry, clock, log: () => undefined });
    const bells: { tenant: string; lane: string; queue: string; at: number }[] = [];
    const minutes = async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        await planner.tick();
        clock.advance(60_000);
        for (const queue of ['checks', 'checks-hot'])
          for (let message = backend.take(queue); message !== undefined; message = backend.take(queue)) {
            const { tenant, lane } = JSON.parse(message.text);
            if (lane !== undefined) bells.push({ tenant, lane, queue, at: message.visibleAt });
          }
      }
    };
    const fast = (tenant = id(0)) => bells.filter((bell) => bell.lane === 'fast' && bell.tenant === tenant);
    return { clock, store, registry, minutes, fast, scope: await registry.authorise(id(0), 'round') };
  }

  it('looks at a tenant that was just added at once, not in its slot, on the queue whose rounds lease what they ask for', async () => {
    const { minutes, fast, clock } = await planned(0);
    const added = clock.now();
    await minutes(1);
    expect(fast().filter(({ queue, at }) => queue === 'checks-hot' && at === added)).toHaveLength(1);
    await minutes(60);
    expect(fast().filter(({ queue }) => queue === 'checks-hot').length).toBeLessThanOrEqual(2);
  });

  it('rings half as often where users sleep, never more than ten minutes apart', async () => {
    const { store, clock, minutes, fast, scope } = await planned();
    await minutes(60);
    expect(fast()).toHaveLength(12);
    await store.fleet.putMood('round.put-mood', scope, { mood: 'asleep', since: clock.now() });
    await minutes(60);
    const asleep = fast().slice(12);
    expect(asleep.length).toBeLessThanOrEqual(7);
    for (const [index, { at }] of asleep.entries()) if (index > 0) expect(at - (asleep[index - 1]?.at ?? 0)).toBeLessThanOrEqual(600_000);
  });

  it('rings for tenants under attack on the queue that goes first', async () => {
    const { store, clock, minutes, fast, scope } = await planned();
    await store.fleet.putMood('round.put-mood', scope, { mood: 'hot', since: clock.now() });
    await minutes(10);
    expect(fast().map(({ queue }) => queue)).toEqual(['checks-hot', 'checks-hot']);
  });

  it('loses no tenant’s turn when others come, which moves its slot', async () => {
    const { registry, minutes, fast } = await planned();
    const last = 'ffffffff-0000-4000-8000-000000000000';
    await registry.add(last, 'Zephyr');
    for (let n = 1; n <= 30; n++) {
      await minutes(2);
      await registry.add(id(n), `Tenant ${n}`);
    }
    for (const tenant of [id(0), last]) {
      const times = fast(tenant).map(({ at }) => at);
      for (const [index, at] of times.entries()) if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeLessThanOrEqual(450_000);
    }
  });
});

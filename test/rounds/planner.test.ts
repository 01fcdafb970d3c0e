// When bells ring: every tenant and lane in a slot of its own, the same in every process, none lost between ticks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ringsBetween, slotOf } from '../../src/rounds/planner.ts';

const tenant = '11111111-1111-4111-8111-111111111111';

describe('the planner', () => {
  it('rings once per cadence, at the tenant’s own second', () => {
    const from = Date.UTC(2026, 0, 5);
    const rings = ringsBetween(from, from + 3_600_000, tenant, 'fast', 300);
    expect(rings).toHaveLength(12);
    expect(new Set(rings.map((time) => time % 300_000))).toEqual(new Set([slotOf(tenant, 'fast', 300)]));
  });
  it('spreads tenants over the cadence', () => {
    const slots = Array.from({ length: 500 }, (_, n) => slotOf(`tenant-${n}`, 'fast', 300));
    const perMinute = new Array(5).fill(0);
    for (const slot of slots) perMinute[Math.floor(slot / 60_000)]++;
    expect(Math.max(...perMinute)).toBeLessThan(150);
  });
  it('loses and doubles nothing however a span is cut into ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 }),
        fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 20 }),
        fc.integer({ min: 5, max: 4000 }),
        (start, steps, cadence) => {
          let at = start;
          const cut: number[] = [];
          for (const step of steps) {
            cut.push(...ringsBetween(at, at + step, tenant, 'fast', cadence));
            at += step;
          }
          expect(cut).toEqual(ringsBetween(start, at, tenant, 'fast', cadence));
        },
      ),
    );
  });
});

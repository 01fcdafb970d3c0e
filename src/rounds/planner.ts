// Decides when each tenant's bell rings, and does nothing else. Every (tenant, lane) has a slot of its own within the cadence, so that a fleet does not start at one second. Called by the planner timer.
import { lanes } from '../contracts/bells.ts';
import { hashId } from '../contracts/ids.ts';
import type { RoundDependencies } from './dependencies.ts';

/** How far ahead one tick rings: bells wait invisibly until their second. Longer than the tick, so that a late tick loses nothing. */
const aheadMs = 60_000;

/** Offset of this bell within its cadence, in ms: spread by hash, the same in every process. */
export function slotOf(tenant: string, lane: string, cadenceSeconds: number): number {
  return (Number.parseInt(hashId('slot', tenant, lane).slice(0, 8), 16) % cadenceSeconds) * 1000;
}

/** Times in (from, to] at which this bell rings. */
export function ringsBetween(from: number, to: number, tenant: string, lane: string, cadenceSeconds: number): number[] {
  const slot = slotOf(tenant, lane, cadenceSeconds);
  const period = cadenceSeconds * 1000;
  const times: number[] = [];
  for (let time = Math.floor((from - slot) / period) * period + slot; time <= to; time += period) if (time > from) times.push(time);
  return times;
}

export interface Planner {
  /** Rings for the minute ahead. Returns how many bells. */
  tick(): Promise<number>;
}

export function createPlanner(deps: Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log'>): Planner {
  // Only an economy: a process that starts anew rings from now on, and a bell that rings twice finds the lane leased or nothing new.
  let plannedTo = deps.clock.now();
  return {
    async tick() {
      const from = Math.max(plannedTo, deps.clock.now() - 1);
      const to = deps.clock.now() + aheadMs;
      const tenants = await deps.registry.list();
      let rung = 0;
      for (const { tenant, status, policy } of tenants) {
        if (status !== 'active') continue;
        for (const lane of lanes) {
          for (const time of ringsBetween(from, to, tenant, lane, policy.cadence[lane])) {
            await deps.store.queues.ring(
              'planner.ring',
              'checks',
              { v: 1, tenant, lane },
              Math.max(0, Math.round((time - deps.clock.now()) / 1000)),
            );
            rung++;
          }
        }
      }
      plannedTo = to;
      deps.log('planner.tick', { tenants: tenants.length, rung });
      return rung;
    },
  };
}

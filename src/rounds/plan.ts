// What the planner makes of the tenants under guard, as limits.ts has to know it: how many requests are left to lease, and when whose bell rings. Looked up again after five minutes.
import type { Clock } from '../contracts/clock.ts';
import type { Registry } from '../tenants/registry.ts';
import { type Pool, poolOf } from './pool.ts';
import { type Slots, slotsOf } from './slots.ts';

const keptMs = 5 * 60_000;

export interface Plan {
  readonly pool: Pool;
  /** By tenant. */
  readonly slots: ReadonlyMap<string, Slots>;
}

export function createPlan({ registry, clock }: { readonly registry: Pick<Registry, 'list'>; readonly clock: Clock }): () => Promise<Plan> {
  let known: (Plan & { readonly until: number }) | undefined;
  return async () => {
    if (known === undefined || known.until <= clock.now()) {
      const tenants = await registry.list();
      const slots = slotsOf(tenants.filter(({ status }) => status === 'active'));
      known = { pool: poolOf(tenants.length), slots, until: clock.now() + keptMs };
    }
    return known;
  };
}

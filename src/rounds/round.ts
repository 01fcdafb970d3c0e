// One round: one lane of one tenant. Takes the lane's lease, reads, detects, stores, and leaves a due row behind until it is done. Called by the `checks` queue functions.
import type { Lane } from '../contracts/bells.ts';
import type { DueEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { closeStill } from './close-still.ts';
import { configLane } from './config-lane.ts';
import type { RoundDependencies } from './dependencies.ts';
import { fastLane } from './fast-lane.ts';
import { reconcileLane } from './reconcile-lane.ts';
import type { Settled } from './settle.ts';

const leaseSeconds = 300;
const lanes = { fast: fastLane, config: configLane, reconcile: reconcileLane } as const;

export type RoundReport = { readonly outcome: 'busy' } | ({ readonly outcome: 'done' } & Omit<Settled, 'lease'>);

/** Throws on faults that are not the tenant's: the queue then tries again. A tenant's own refusals are outcomes of its feeds. */
export async function runRound(deps: RoundDependencies, tenant: string, lane: Lane): Promise<RoundReport> {
  const { store, clock } = deps;
  const scope = await deps.registry.authorise(tenant, 'round');
  const now = clock.now();
  const lease = await store.state.lease('round.take-lease', scope, lane, deps.ids.fresh(), now, leaseSeconds);
  if (lease === undefined) return { outcome: 'busy' };
  const due: DueEntry = { v: 1, tenant, kind: 'round', id: lane, lane, dueAt: now + leaseSeconds * 1000, tries: 0 };
  // Its due row still stands: an earlier round of this lane died, or lost its lease, on the way.
  const resumed = lane === 'reconcile' && (await store.due.ofTenant(scope)).some(({ kind, id }) => kind === 'round' && id === lane);
  await store.due.put('round.put-due', due);
  const { lease: held, ...settled } = await lanes[lane](deps, lease, resumed);
  if (lane === 'reconcile') await closeStill(deps, scope);
  if (lane === 'fast') await stayHot(deps, scope, (await deps.registry.entry(scope)).policy.cadence.fast);
  await store.due.delete('round.delete-due', due);
  await store.state.release('round.release-lease', held);
  deps.log('round.done', { tenant, lane, ...settled, milliseconds: clock.now() - now });
  return { outcome: 'done', ...settled };
}

/** A tenant under attack is looked at twice as often, on a queue of its own: the sweeper rings `checks-hot` for this row. */
async function stayHot(deps: RoundDependencies, scope: TenantScope, cadenceSeconds: number): Promise<void> {
  const hot: DueEntry = {
    v: 1,
    tenant: scope.tenant,
    kind: 'round',
    id: 'hot',
    lane: 'fast',
    dueAt: deps.clock.now() + cadenceSeconds * 500,
    tries: 0,
  };
  const open = (await deps.store.state.incidents(scope)).some(({ value }) => value.status !== 'closed');
  if (open) await deps.store.due.put('round.put-hot', hot);
  else await deps.store.due.delete('round.delete-hot', hot);
}

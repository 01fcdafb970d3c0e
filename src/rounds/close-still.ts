// Ends incidents in which nothing happened for the stated time: what comes later is a new attack and a new card. Called after the reconcile lane.
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { closed, isStill, stillReason } from '../incidents/quiet.ts';
import { ConflictError } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';

/** Tells nobody: the card said what there was to say. Returns how many were closed. */
export async function closeStill(
  { store, clock, log }: Pick<RoundDependencies, 'store' | 'clock' | 'log'>,
  scope: TenantScope,
): Promise<number> {
  let count = 0;
  for (const { value, etag } of await store.state.incidents(scope)) {
    if (!isStill(value, clock.now())) continue;
    try {
      await store.state.commitIncident('round.close-still', scope, { value: closed(value, stillReason(value), clock.now()), etag }, []);
      count++;
    } catch (error) {
      // Somebody acted on it this moment, so it is not still.
      if (!(error instanceof ConflictError)) throw error;
      log('incident.not-still', { tenant: scope.tenant, incident: value.id });
    }
  }
  return count;
}

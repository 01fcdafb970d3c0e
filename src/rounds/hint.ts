// A hint from outside makes a round earlier, and a burst of hints makes one: the bell that was rung last for a lane covers every hint before its second. Called by functions/events.ts.
import type { Lane } from '../contracts/bells.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';

/** What a hint waits for others of its burst, and for the record that it announces to become readable. */
const gatherMs = 10_000;
/** At most one extra round in this time, per tenant and lane: whoever can change users could else make the guard spend. */
export const spacingMs = 60_000;

/**
 * Rings `checks` for this lane, unless a bell that rings later than now is under way already. Returns whether it rang. A crash between the row and the bell loses one hint
 * for a minute; the planner's own bell comes anyway.
 */
export async function ringForHint(
  { store, clock }: Pick<RoundDependencies, 'store' | 'clock'>,
  scope: TenantScope,
  lane: Lane,
): Promise<boolean> {
  const now = clock.now();
  const last = await store.hints.get(scope, lane);
  if (last !== undefined && last.value.rungFor > now) return false;
  const rungFor = Math.max(now + gatherMs, (last?.value.rungFor ?? 0) + spacingMs);
  try {
    await store.hints.put('events.put-hint', scope, { v: 1, lane, rungFor }, last?.etag);
  } catch (error) {
    // Another hint of the same burst was first.
    if (error instanceof ConflictError) return false;
    throw error;
  }
  const delay = Math.ceil((rungFor - now) / 1000);
  await store.queues.ring('events.ring-check', 'checks', { v: 1, tenant: scope.tenant, lane }, delay);
  return true;
}

// Turns what a service refused into a typed read outcome: denied, unlicensed, throttled and failed are four different sentences. Called by every feed.
import type { ReadOutcome } from '../contracts/coverage.ts';
import { ServiceError } from '../tenants/connections.ts';

/** Graph's answer where the tenant lacks Entra ID P1 (reference: graph, A.2). */
const noPremium = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';
const defaultPauseSeconds = 10;

/** Rethrows anything that is no refusal of a service: a bug must not read as an outage. */
export function readOutcomeOf(error: unknown, needs: { permission: string; licence?: string }, now: number): ReadOutcome {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === noPremium) return { status: 'unlicensed', sku: needs.licence ?? 'a licence that the service did not name' };
  if (error.service === 'token' && error.status === 401)
    return { status: 'denied', permission: `consent to this application (${error.code})` };
  if (error.status === 401 || error.status === 403) return { status: 'denied', permission: needs.permission };
  if (error.status === 429) return { status: 'throttled', until: now + (error.retryAfterSeconds ?? defaultPauseSeconds) * 1000 };
  return { status: 'failed', cause: error.message };
}

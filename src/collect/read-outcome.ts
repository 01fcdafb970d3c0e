// Turns what a service refused into a typed read outcome: denied, unlicensed, throttled and failed are four different sentences. Called by every feed.
import type { ReadOutcome } from '../contracts/coverage.ts';
import { ServiceError } from '../tenants/connections.ts';

/** Graph's answer where the tenant lacks Entra ID P1 (reference: graph, A.2). */
const noPremium = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';
/**
 * … and what identity protection, conditional access and Defender answer: a 403 with a general code, told from a missing permission by its sentence alone
 * ("Your tenant is not licensed for this feature. Please upgrade your subscription …", "The tenant … does not have a license …").
 */
const generalCodes: ReadonlySet<string> = new Set(['Forbidden', 'AccessDenied', 'UnknownError']);
const saysUnlicensed = /\bnot licensed\b|\b(?:does not|doesn't) have (?:a |the |any )?(?:\w+ )?licen[cs]e\b/i;
/** The Management Activity API's answer to a missing permission (reference: audit-activity, B.2). */
const missingActivityPermission = 'AF10001';
const missingCmdlet = 'CommandNotFoundException';
const defaultPauseSeconds = 10;

const isUnlicensed = ({ status, code, message }: ServiceError): boolean =>
  code === noPremium || (status === 403 && generalCodes.has(code) && saysUnlicensed.test(message));

/** Rethrows anything that is no refusal of a service: a bug must not read as an outage. */
export function readOutcomeOf(error: unknown, needs: { permission: string; licence?: string }, now: number): ReadOutcome {
  if (!(error instanceof ServiceError)) throw error;
  if (isUnlicensed(error)) return { status: 'unlicensed', sku: needs.licence ?? 'a licence that the service did not name' };
  // Graph refuses a token itself with 401 (a missing permission is 403): consent went, or is going, while its token still lives.
  if ((error.service === 'token' || error.service === 'graph') && error.status === 401)
    return { status: 'denied', permission: `the tenant’s consent (${error.code})` };
  if (error.status === 401 || error.status === 403 || error.code === missingActivityPermission)
    return { status: 'denied', permission: needs.permission };
  // The role that the application holds in Exchange knows no such cmdlet: nobody's outage.
  if (error.code === missingCmdlet) return { status: 'denied', permission: `${needs.permission} (${error.message.replace(/\.$/, '')})` };
  if (error.status === 429) {
    const until = now + (error.retryAfterSeconds ?? defaultPauseSeconds) * 1000;
    // Our own limits (src/rounds/limits.ts) refused before the service had to.
    return error.code === 'HeldBack' ? { status: 'throttled', until, why: error.message } : { status: 'throttled', until };
  }
  // Which service the token was meant for changes nothing about it: what is the same for all is told once.
  if (error.service === 'token')
    return { status: 'failed', cause: error.message.replace(/^no token for \S+: /, 'the guard gets no token for this tenant: ') };
  return { status: 'failed', cause: error.message };
}

// A tenant whose audit log is switched off: the service then either knows no such tenant, or lists nothing for ever. Used by read-content.ts.
import type { ReadOutcome } from '../../contracts/coverage.ts';
import { type Exchange, ServiceError } from '../../tenants/connections.ts';

export const offOutcome: ReadOutcome = {
  status: 'off',
  what: 'the unified audit log of the tenant is switched off',
  next: 'an administrator switches it on (Purview, Audit, “Start recording”, or Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true); it takes up to an hour',
};

/** The answer to the first start where auditing was never switched on (public issue threads; Microsoft documents no code). */
export const saysAuditIsOff = (error: unknown): boolean =>
  error instanceof ServiceError && error.service === 'activity' && /tenant \S+ does not exist/i.test(error.message);

/** Asked only where a whole span held nothing. Where Exchange does not tell, an empty log counts as what it says it is. */
export async function auditIsOff(exchange: Exchange): Promise<boolean> {
  try {
    const [settings] = await exchange.invoke('Get-AdminAuditLogConfig');
    return settings?.['UnifiedAuditLogIngestionEnabled'] === false;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

// A diagnostic-settings record (Event Hub, storage account) -> the Graph record that stands in its `properties`. Used by to-activity.ts.
import { completeSignIn } from './columns.ts';
import type { Log } from './dialect.ts';
import { isRaw, jsonOf, type Raw } from './values.ts';

/** Entra's diagnostic categories. Those that no rule reads are understood and counted. */
export const diagnosticLogs: ReadonlyMap<string, Log> = new Map<string, Log>([
  ['SignInLogs', 'sign-in'],
  ['NonInteractiveUserSignInLogs', 'sign-in'],
  ['ServicePrincipalSignInLogs', 'sign-in'],
  ['ManagedIdentitySignInLogs', 'sign-in'],
  ['MicrosoftServicePrincipalSignInLogs', 'sign-in'],
  ['ADFSSignInLogs', 'sign-in'],
  ['AuditLogs', 'directory-audit'],
  ['UserRiskEvents', 'risk-detection'],
  ['ServicePrincipalRiskEvents', 'risk-detection'],
]);

/** `properties`, an object or its JSON text. `undefined` where it is neither. */
export function propertiesOf(raw: Raw): Raw | undefined {
  const properties = jsonOf(raw['properties']);
  return isRaw(properties) ? properties : undefined;
}

/** The record as it stands where it is whole; what only the outer record has is filled in. */
export function diagnosticRecord(raw: Raw, properties: Raw, log: Log): Raw {
  if (log === 'sign-in') {
    const status = properties['status'];
    if (isRaw(status) && typeof status['errorCode'] === 'number' && typeof properties['createdDateTime'] === 'string') return properties;
    const record: Record<string, unknown> = { ...properties, createdDateTime: properties['createdDateTime'] ?? raw['time'] };
    record['ipAddress'] ??= raw['callerIpAddress'];
    record['correlationId'] ??= raw['correlationId'];
    return completeSignIn(record, { errorCode: raw['resultType'], country: raw['location'] });
  }
  if (log === 'risk-detection')
    return properties['activityDateTime'] === undefined ? { ...properties, activityDateTime: raw['time'] } : properties;
  if (properties['activityDateTime'] !== undefined && properties['activityDisplayName'] !== undefined) return properties;
  return {
    ...properties,
    activityDateTime: properties['activityDateTime'] ?? raw['time'],
    activityDisplayName: properties['activityDisplayName'] ?? raw['operationName'],
    correlationId: properties['correlationId'] ?? raw['correlationId'],
  };
}

// The Graph view of a sign-in that the unified audit recorded (RecordType 15): one written table, so that one rule serves both feeds. Used by unified-audit.ts.
import { addressOf, booleanOf, guid, name, named, numberOf, type Raw } from './values.ts';

/** Names that LogonError gives to error codes, for records without ErrorNumber (old exports). */
const logonErrors = new Map([
  ['InvalidUserNameOrPassword', 50126],
  ['UserAccountNotFound', 50034],
  ['IdsLocked', 50053],
  ['UserDisabled', 50057],
  ['InvalidPasswordExpiredPassword', 50055],
  ['UserStrongAuthClientAuthNRequired', 50074],
  ['UserStrongAuthClientAuthNRequiredInterrupt', 50074],
  ['UserStrongAuthEnrollmentRequired', 50079],
  ['UserStrongAuthEnrollmentRequiredInterrupt', 50072],
  ['BlockedByConditionalAccess', 53003],
  ['SsoArtifactInvalidOrExpired', 50132],
  ['SsoUserAccountNotFoundInResourceTenant', 50034],
]);

/** ResultStatus says nothing about success: `UserLoginFailed` carries "Success" too. Without a number a failure keeps its code unknown. */
function errorCode(record: Raw): number | undefined {
  const failed = record['Operation'] === 'UserLoginFailed';
  const code = numberOf(record['ErrorNumber']) ?? logonErrors.get(name(record['LogonError']));
  if (failed && (code === undefined || code === 0)) return logonErrors.get(name(record['LogonError']));
  return code ?? 0;
}

/** Fields that the unified audit does not carry (application name, place, risk, policies) stay missing: they are not assessable, not empty. */
export function derivedSignIn(record: Raw, time: number | undefined): Raw {
  const extended = record['ExtendedProperties'];
  const device = record['DeviceProperties'];
  const request = named(extended, 'RequestType');
  const code = errorCode(record);
  return present({
    id: guid(record['IntraSystemId']) || name(record['Id']),
    createdDateTime: time === undefined ? undefined : new Date(time).toISOString(),
    correlationId: guid(record['InterSystemsId']),
    userId: guid(name(record['UserKey'])),
    userPrincipalName: name(record['UserId']),
    appId: guid(record['ApplicationId']),
    resourceId: guid(record['ObjectId']),
    ipAddress: addressOf(record['ClientIP']) || addressOf(record['ActorIpAddress']),
    userAgent: named(extended, 'UserAgent'),
    status: present({
      errorCode: code,
      failureReason: name(record['LogonError']),
      additionalDetails: named(extended, 'ResultStatusDetail'),
    }),
    deviceDetail: present({
      deviceId: named(device, 'Id'),
      displayName: named(device, 'DisplayName'),
      operatingSystem: named(device, 'OS'),
      browser: named(device, 'BrowserType'),
      trustType: named(device, 'TrustType'),
      isCompliant: booleanOf(named(device, 'IsCompliant')),
    }),
    sessionId: named(device, 'SessionId'),
    homeTenantId: guid(record['ActorContextId']),
    resourceTenantId: guid(record['TargetContextId']),
    isInteractive: request === '' ? undefined : request !== 'OAuth2:Token',
  });
}

/** Without the fields that hold nothing. A copy: objects from which something was deleted are slow to read. */
function present(fields: Readonly<Record<string, unknown>>): Raw {
  const held: Record<string, unknown> = {};
  for (const key in fields) if (fields[key] !== undefined && fields[key] !== '') held[key] = fields[key];
  return held;
}

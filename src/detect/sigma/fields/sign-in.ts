// Fields of Graph's signIn, with Log Analytics' and SigmaHQ's spellings of them.
import type { FieldTable, Source } from './field-table.ts';
import { pathReader } from './read-path.ts';

const known = [
  'id',
  'createdDateTime',
  'userDisplayName',
  'userPrincipalName',
  'userId',
  'userType',
  'appId',
  'appDisplayName',
  'ipAddress',
  'ipAddressFromResourceProvider',
  'clientAppUsed',
  'correlationId',
  'conditionalAccessStatus',
  'isInteractive',
  'status.errorCode',
  'status.failureReason',
  'status.additionalDetails',
  'deviceDetail',
  'deviceDetail.deviceId',
  'deviceDetail.displayName',
  'deviceDetail.operatingSystem',
  'deviceDetail.browser',
  'deviceDetail.isCompliant',
  'deviceDetail.isManaged',
  'deviceDetail.trustType',
  'location',
  'location.city',
  'location.state',
  'location.countryOrRegion',
  'location.geoCoordinates.latitude',
  'location.geoCoordinates.longitude',
  'location.geoCoordinates.altitude',
  'appliedConditionalAccessPolicies',
  'appliedConditionalAccessPolicies.id',
  'appliedConditionalAccessPolicies.displayName',
  'appliedConditionalAccessPolicies.result',
  'appliedConditionalAccessPolicies.enforcedGrantControls',
  'appliedConditionalAccessPolicies.enforcedSessionControls',
  'resourceId',
  'resourceDisplayName',
  'resourceServicePrincipalId',
  'resourceTenantId',
  'homeTenantId',
  'homeTenantName',
  'riskDetail',
  'riskLevelAggregated',
  'riskLevelDuringSignIn',
  'riskState',
  'riskEventTypes',
  'riskEventTypes_v2',
  'userAgent',
  'servicePrincipalId',
  'servicePrincipalName',
  'servicePrincipalCredentialKeyId',
  'servicePrincipalCredentialThumbprint',
  'authenticationAppDeviceDetails',
  'authenticationContextClassReferences',
  'authenticationProtocol',
  'authenticationMethodsUsed',
  'authenticationDetails',
  'authenticationDetails.authenticationMethod',
  'authenticationDetails.authenticationMethodDetail',
  'authenticationDetails.succeeded',
  'authenticationDetails.authenticationStepResultDetail',
  'authenticationDetails.authenticationStepRequirement',
  'authenticationRequirement',
  'authenticationRequirementPolicies',
  'authenticationProcessingDetails',
  'authenticationProcessingDetails.key',
  'authenticationProcessingDetails.value',
  'autonomousSystemNumber',
  'clientCredentialType',
  'crossTenantAccessType',
  'federatedCredentialId',
  'flaggedForReview',
  'globalSecureAccessIpAddress',
  'incomingTokenType',
  'isTenantRestricted',
  'isThroughGlobalSecureAccess',
  'managedServiceIdentity',
  'mfaDetail',
  'mfaDetail.authMethod',
  'mfaDetail.authDetail',
  'networkLocationDetails',
  'networkLocationDetails.networkType',
  'networkLocationDetails.networkNames',
  'originalRequestId',
  'originalTransferMethod',
  'privateLinkDetails',
  'processingTimeInMilliseconds',
  'sessionId',
  'sessionLifetimePolicies',
  'signInEventTypes',
  'signInIdentifier',
  'signInIdentifierType',
  'signInTokenProtectionStatus',
  'tokenIssuerName',
  'tokenIssuerType',
  'tokenProtectionStatusDetails',
  'uniqueTokenIdentifier',
  'appOwnerTenantId',
  'resourceOwnerTenantId',
  'agent',
] as const;

const errorCode = pathReader('status.errorCode', true);
const failureReason = pathReader('status.failureReason', true);
const additionalDetails = pathReader('status.additionalDetails', true);
const authenticationProtocol = pathReader('authenticationProtocol', true);

/** The portal calls these neither success nor failure: the person was asked for something. */
const interrupts: ReadonlySet<string> = new Set(['50058', '50072', '50074', '50076', '50079', '50097', '50140', '65001']);

/** Public rules write words where the record has an error code: `Status: Success`, `ResultDescription: MFA Denied`. */
function outcomeWords(record: Source): unknown {
  const code = errorCode(record);
  if (code === undefined) return undefined;
  const number = String(code as unknown);
  const word = number === '0' ? 'Success' : interrupts.has(number) ? 'Interrupted' : 'Failure';
  return [word, failureReason(record), additionalDetails(record)].filter((value) => typeof value === 'string' && value !== '');
}

const protocolNames: ReadonlyMap<unknown, string> = new Map([
  ['deviceCode', 'Device Code'],
  ['ropc', 'ROPC'],
]);

/** SigmaHQ's `properties.message: Device Code` means the authentication protocol. */
function protocolWords(record: Source): unknown {
  const protocol = authenticationProtocol(record);
  const name = protocolNames.get(protocol);
  return name === undefined ? protocol : [protocol, name];
}

export const signInFields: FieldTable = {
  shape: 'sign-in',
  known,
  complete: true,
  operations: [],
  encoded: [],
  derived: {
    outcomeWords,
    protocolWords,
    logCategory: () => 'SignInLogs',
    logOperation: () => ['Sign-in activity', 'Sign-ins'],
  },
  aliases: {
    // Log Analytics (SigninLogs and its siblings)
    TimeGenerated: 'createdDateTime',
    Identity: 'userDisplayName',
    ResultType: 'status.errorCode',
    ResultSignature: 'outcomeWords',
    ResultDescription: 'outcomeWords',
    Location: 'location.countryOrRegion',
    LocationDetails: 'location',
    'LocationDetails.city': 'location.city',
    'LocationDetails.state': 'location.state',
    'LocationDetails.countryOrRegion': 'location.countryOrRegion',
    'LocationDetails.geoCoordinates.latitude': 'location.geoCoordinates.latitude',
    'LocationDetails.geoCoordinates.longitude': 'location.geoCoordinates.longitude',
    ResourceIdentity: 'resourceId',
    OriginalRequestId: 'originalRequestId',
    ConditionalAccessPolicies: 'appliedConditionalAccessPolicies',
    'ConditionalAccessPolicies.displayName': 'appliedConditionalAccessPolicies.displayName',
    'ConditionalAccessPolicies.result': 'appliedConditionalAccessPolicies.result',
    RiskLevel: 'riskLevelAggregated',
    RiskEventTypes_V2: 'riskEventTypes_v2',
    AlternateSignInName: 'signInIdentifier',
    Category: 'logCategory',
    OperationName: 'logOperation',
    // SigmaHQ
    Status: 'outcomeWords',
    ActivityDetails: 'logOperation',
    'properties.message': 'protocolWords',
    message: 'protocolWords',
    ClientApp: 'clientAppUsed',
    Username: 'userPrincipalName',
    User: 'userPrincipalName',
    UserName: 'userPrincipalName',
    UPN: 'userPrincipalName',
    Application: 'appDisplayName',
    ApplicationId: 'appId',
    Resource: 'resourceDisplayName',
    IP: 'ipAddress',
    IPAddr: 'ipAddress',
    ClientIP: 'ipAddress',
    CallerIpAddress: 'ipAddress',
    Country: 'location.countryOrRegion',
    City: 'location.city',
    DeviceOS: 'deviceDetail.operatingSystem',
    Browser: 'deviceDetail.browser',
    TrustType: 'deviceDetail.trustType',
    errorCode: 'status.errorCode',
    failureReason: 'status.failureReason',
    ASN: 'autonomousSystemNumber',
  },
};

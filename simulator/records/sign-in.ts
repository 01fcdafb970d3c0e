// A sign-in as Graph beta spells it (reference: Graph signIn, measured July 2026); v1.0 answers leave out the beta properties (entities.ts). Used by worlds/ and attacks/.
import type { App, Browser, Network } from '../worlds/catalogue.ts';
import { guid } from '../worlds/random.ts';

type SignInKind = 'interactiveUser' | 'nonInteractiveUser' | 'servicePrincipal' | 'managedIdentity';

export interface SignInFacts {
  /** Names the record: the same key gives the same ids. */
  readonly key: string;
  readonly time: number;
  readonly tenant: string;
  readonly kind: SignInKind;
  readonly user?: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string };
  readonly servicePrincipal?: {
    readonly id: string;
    readonly displayName: string;
    readonly credential: 'clientSecret' | 'certificate' | 'managedIdentity';
  };
  readonly app: App;
  readonly resource: App;
  readonly network: Network;
  readonly browser?: Browser;
  /** AADSTS number, 0 for success. */
  readonly error?: number;
  readonly deviceId?: string;
  readonly session?: string;
  /** Second factor that was passed; absent: none asked. */
  readonly secondFactor?: string;
  readonly protocol?: string;
  readonly correlation?: string;
  readonly transfer?: 'deviceCodeFlow';
  readonly token?: 'refreshToken' | 'primaryRefreshToken';
  /** Somebody of another tenant. */
  readonly access?: 'microsoftSupport' | 'serviceProvider';
  readonly homeTenant?: string;
}

const reasons: Readonly<Record<number, string>> = {
  0: 'Other.',
  50053: 'Account is locked because user tried to sign in too many times with an incorrect user ID or password.',
  50034: 'The user account does not exist in the directory.',
  50057: 'User account is disabled. The account has been disabled by an administrator.',
  50058: 'Session information is not sufficient for single-sign-on.',
  50074: 'Strong Authentication is required.',
  50076: 'User needs to perform multi-factor authentication.',
  50097: 'Device Authentication is required.',
  50126: 'Error validating credentials due to invalid username or password.',
  50140: 'This error occurred due to "Keep me signed in" interrupt when the user was signing-in.',
  50173: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  500121: 'Authentication failed during strong authentication request.',
};

/** One record in Graph beta's spelling, complete as a licensed tenant gets it without P2 (risk `hidden`). */
export function signInRecord(facts: SignInFacts): Readonly<Record<string, unknown>> {
  const error = facts.error ?? 0;
  const created = new Date(facts.time).toISOString().replace(/\.\d+Z$/, 'Z');
  const interactive = facts.kind === 'interactiveUser';
  return {
    id: guid('sign-in', facts.key),
    createdDateTime: created,
    userDisplayName: facts.user?.displayName ?? '',
    userPrincipalName: facts.user?.userPrincipalName ?? '',
    userId: facts.user?.id ?? '',
    appId: facts.app.id,
    appDisplayName: facts.app.name,
    ipAddress: facts.network.address,
    clientAppUsed: interactive ? 'Browser' : 'Mobile Apps and Desktop clients',
    userAgent: facts.browser?.userAgent ?? '',
    correlationId: facts.correlation ?? guid('correlation', facts.key),
    conditionalAccessStatus: 'notApplied',
    isInteractive: interactive,
    riskDetail: 'hidden',
    riskLevelAggregated: 'hidden',
    riskLevelDuringSignIn: 'hidden',
    riskState: 'none',
    riskEventTypes_v2: [],
    resourceDisplayName: facts.resource.name,
    resourceId: facts.resource.id,
    homeTenantId: facts.homeTenant ?? facts.tenant,
    resourceTenantId: facts.tenant,
    servicePrincipalId: facts.servicePrincipal?.id ?? '',
    servicePrincipalName: facts.servicePrincipal?.displayName ?? '',
    status: {
      errorCode: error,
      failureReason: reasons[error] ?? 'Other.',
      additionalDetails: facts.secondFactor ? 'MFA completed in Azure AD' : null,
    },
    deviceDetail: {
      deviceId: facts.deviceId ?? '',
      displayName: '',
      operatingSystem: facts.browser?.system ?? '',
      browser: facts.browser?.browser ?? '',
      isCompliant: facts.deviceId !== undefined,
      isManaged: facts.deviceId !== undefined,
      trustType: facts.deviceId === undefined ? '' : 'Azure AD joined',
    },
    location: {
      city: facts.network.place.city,
      state: facts.network.place.city,
      countryOrRegion: facts.network.place.country,
      geoCoordinates: { altitude: null, latitude: facts.network.place.at[0], longitude: facts.network.place.at[1] },
    },
    appliedConditionalAccessPolicies: [],
    signInEventTypes: [facts.kind],
    authenticationProtocol: facts.protocol ?? 'none',
    originalTransferMethod: facts.transfer ?? 'none',
    incomingTokenType: facts.token ?? 'none',
    authenticationRequirement: facts.secondFactor ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    authenticationDetails: [
      {
        authenticationStepDateTime: created,
        authenticationMethod: 'Password',
        authenticationMethodDetail: 'Password in the cloud',
        succeeded: error !== 50126,
        authenticationStepResultDetail: error === 50126 ? 'Invalid username or password' : 'Correct password',
        authenticationStepRequirement: 'Primary authentication',
      },
      ...(facts.secondFactor
        ? [
            {
              authenticationStepDateTime: created,
              authenticationMethod: facts.secondFactor,
              authenticationMethodDetail: null,
              succeeded: error === 0,
              authenticationStepResultDetail: 'MFA successfully completed',
              authenticationStepRequirement: 'Multifactor authentication',
            },
          ]
        : []),
    ],
    autonomousSystemNumber: facts.network.asn,
    sessionId: facts.session ?? guid('session', facts.key),
    uniqueTokenIdentifier: guid('token', facts.key).replaceAll('-', '').slice(0, 22),
    crossTenantAccessType: facts.access ?? 'none',
    userType: facts.user === undefined ? '' : 'member',
    clientCredentialType: facts.servicePrincipal?.credential ?? 'none',
    servicePrincipalCredentialKeyId:
      facts.servicePrincipal === undefined ? '' : guid('credential', facts.servicePrincipal.id, facts.servicePrincipal.credential),
  };
}

// Mixed records for bench/detect.ts: sign-ins, directory audits and unified audit of a made-up tenant, the same for the same seed.

import { countries, guid, type Person, people, pick, type Random, randomOf } from './people.ts';

/** A list in which each name stands as often as its weight says. */
function weighted(weights: Readonly<Record<string, number>>): readonly [string, ...string[]] {
  const [first = '', ...rest] = Object.entries(weights).flatMap(([name, weight]) => Array.from({ length: weight }, () => name));
  return [first, ...rest];
}
const start = Date.UTC(2026, 8, 1);
const month = 30 * 86_400_000;

const apps = [
  'OfficeHome',
  'Microsoft Teams',
  'Office 365 Exchange Online',
  'One Outlook Web',
  'Microsoft Office',
  'SharePoint Online',
  'My Apps',
  'Azure Portal',
] as const;
const errors = weighted({ 0: 880, 50140: 30, 50126: 30, 50074: 25, 65001: 10, 50053: 10, 500121: 10, 53003: 5 });
/** How often, in a thousand. An ordinary tenant: what rules look at is rare. */
const operations = weighted({
  'Update user': 400,
  'Update device': 250,
  'Add member to group': 150,
  'Update StsRefreshTokenValidFrom Timestamp': 80,
  'Reset user password': 25,
  'Add registered owner to device': 25,
  'User registered security info': 20,
  'Add service principal': 20,
  'Update application – Certificates and secrets management ': 10,
  'Consent to application': 10,
  'Add member to role': 5,
  'Update conditional access policy': 5,
});
const unifiedOperations = weighted({
  MailItemsAccessed: 300,
  FileAccessed: 300,
  UserLoggedIn: 150,
  FileDownloaded: 60,
  SearchQueryPerformed: 60,
  Send: 50,
  MessageSent: 40,
  'Update user.': 30,
  'Set-Mailbox': 5,
  'New-InboxRule': 5,
});

function signIn(random: Random, person: Person, time: string): object {
  // Habits: nearly everybody signs in from the same network, with the same browser, in the same country; some travel or use the telephone.
  const away = random() < 0.06;
  const device = random();
  const errorCode = Number(pick(random, errors));
  const app = Math.floor(random() * apps.length);
  return {
    id: guid(random),
    createdDateTime: time,
    userDisplayName: person.upn.slice(0, person.upn.indexOf('@')),
    userPrincipalName: person.upn,
    userId: person.id,
    appId: `0000000${app}-0000-4000-8000-000000000000`,
    appDisplayName: apps[app],
    ipAddress: away ? `203.0.113.${Math.floor(random() * 250)}` : person.address,
    clientAppUsed: random() < 0.95 ? 'Browser' : 'IMAP4',
    userAgent: device < 0.85 ? person.agent : device < 0.995 ? person.telephone : `okhttp/4.${Math.floor(random() * 1000)}`,
    correlationId: guid(random),
    conditionalAccessStatus: errorCode === 53003 ? 'failure' : 'success',
    originalRequestId: guid(random),
    isInteractive: true,
    tokenIssuerName: '',
    tokenIssuerType: 'AzureAD',
    authenticationRequirement: random() < 0.7 ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    authenticationProtocol: random() < 0.999 ? 'oAuth2' : 'deviceCode',
    incomingTokenType: 'none',
    crossTenantAccessType: 'none',
    homeTenantId: '11111111-1111-4111-8111-111111111111',
    resourceTenantId: '11111111-1111-4111-8111-111111111111',
    resourceDisplayName: 'Microsoft Graph',
    resourceId: '00000003-0000-0000-c000-000000000000',
    servicePrincipalId: '',
    uniqueTokenIdentifier: guid(random),
    sessionId: guid(random),
    autonomousSystemNumber: away ? 64506 + Math.floor(random() * 6) : person.network,
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: random() < 0.99 ? 'none' : 'medium',
    riskState: random() < 0.99 ? 'none' : 'atRisk',
    riskEventTypes_v2: [],
    userType: 'member',
    status: {
      errorCode,
      failureReason: errorCode === 0 ? 'Other.' : 'Error validating credentials due to invalid username or password.',
      additionalDetails: errorCode === 0 ? 'MFA requirement satisfied by claim in the token' : null,
    },
    deviceDetail: {
      deviceId: random() < 0.5 ? guid(random) : '',
      displayName: 'DESKTOP-1',
      operatingSystem: device < 0.85 ? person.system : 'Ios 18.5',
      browser: device < 0.85 ? 'Chrome 139.0.0' : 'Mobile Safari 18.5',
      isCompliant: random() < 0.8,
      isManaged: random() < 0.5,
      trustType: random() < 0.5 ? 'Azure AD joined' : '',
    },
    location: {
      city: 'Bern',
      state: 'Bern',
      countryOrRegion: away ? pick(random, countries) : person.country,
      geoCoordinates: { altitude: null, latitude: 46.9, longitude: 7.4 },
    },
    networkLocationDetails: [],
    authenticationProcessingDetails: [
      { key: 'Legacy TLS (TLS 1.0, 1.1, 3DES)', value: 'False' },
      { key: 'Is CAE Token', value: 'False' },
    ],
    authenticationDetails: [
      {
        authenticationStepDateTime: time,
        authenticationMethod: 'Password',
        authenticationMethodDetail: 'Password in the cloud',
        succeeded: errorCode !== 50126,
        authenticationStepResultDetail: 'Correct password',
        authenticationStepRequirement: 'Primary authentication',
      },
    ],
    appliedConditionalAccessPolicies: Array.from({ length: 9 }, (_, index) => ({
      id: `2222222${index}-0000-4000-8000-000000000000`,
      displayName: `CA00${index}: Require multifactor authentication for people outside the office`,
      enforcedGrantControls: ['Mfa'],
      enforcedSessionControls: [],
      result: index === 0 ? 'success' : 'notApplied',
      conditionsSatisfied: 'application,users',
      conditionsNotSatisfied: 'none',
    })),
  };
}

function audit(random: Random, person: Person, time: string): object {
  const operation = pick(random, operations);
  return {
    id: `Directory_${guid(random)}`,
    category: operation.includes('application') ? 'ApplicationManagement' : 'UserManagement',
    correlationId: guid(random),
    result: 'success',
    resultReason: operation === 'User registered security info' ? 'User registered Authenticator App with Notification and Code' : '',
    activityDisplayName: operation,
    activityDateTime: time,
    loggedByService: operation === 'User registered security info' ? 'Authentication Methods' : 'Core Directory',
    operationType: 'Update',
    initiatedBy: {
      app: null,
      user: { id: person.id, displayName: null, userPrincipalName: person.upn, ipAddress: person.address, userType: null },
    },
    targetResources: [
      {
        id: person.id,
        displayName: null,
        type: 'User',
        userPrincipalName: person.upn,
        groupType: null,
        modifiedProperties: Array.from({ length: 14 }, (_, index) => ({
          displayName: index === 0 ? 'Included Updated Properties' : `StrongAuthenticationMethod${index}`,
          oldValue: '[]',
          newValue: `[{"MethodType":${index},"Default":true,"Detail":"${guid(random)} ${guid(random)}"}]`,
        })),
      },
    ],
    additionalDetails: [{ key: 'User-Agent', value: person.agent }],
  };
}

function unified(random: Random, person: Person, time: string): object {
  const operation = pick(random, unifiedOperations);
  const signIn = operation === 'UserLoggedIn';
  const cmdlet = operation.includes('-');
  return {
    CreationTime: time.slice(0, 19),
    Id: guid(random),
    Operation: operation,
    OrganizationId: '11111111-1111-4111-8111-111111111111',
    RecordType: signIn ? 15 : operation === 'Update user.' ? 8 : cmdlet ? 1 : operation === 'MailItemsAccessed' ? 50 : 6,
    ResultStatus: 'Succeeded',
    UserKey: person.id,
    UserType: 0,
    Version: 1,
    Workload: signIn || operation === 'Update user.' ? 'AzureActiveDirectory' : operation.startsWith('File') ? 'SharePoint' : 'Exchange',
    ClientIP: person.address,
    UserId: person.upn,
    ...(signIn
      ? {
          ActorIpAddress: person.address,
          ApplicationId: 'd3590ed6-52b3-4102-aeff-aad2292ab01c',
          ObjectId: '00000002-0000-0ff1-ce00-000000000000',
          ErrorNumber: '0',
          InterSystemsId: guid(random),
          IntraSystemId: guid(random),
          Actor: [
            { ID: person.id, Type: 0 },
            { ID: person.upn, Type: 5 },
          ],
          Target: [{ ID: '00000002-0000-0ff1-ce00-000000000000', Type: 0 }],
          ExtendedProperties: [
            { Name: 'ResultStatusDetail', Value: 'Success' },
            { Name: 'UserAgent', Value: person.agent },
            { Name: 'RequestType', Value: 'OAuth2:Authorize' },
          ],
          DeviceProperties: [
            { Name: 'OS', Value: 'Windows 10' },
            { Name: 'BrowserType', Value: 'Edge' },
            { Name: 'SessionId', Value: guid(random) },
          ],
          ModifiedProperties: [],
        }
      : {}),
    ...(cmdlet
      ? {
          ObjectId: `${person.upn}\\rule`,
          OriginatingServer: 'AM0PR04MB5043 (15.20.4219.025)',
          Parameters: [
            { Name: 'Identity', Value: person.upn },
            { Name: 'Name', Value: 'Newsletters' },
            { Name: 'MoveToFolder', Value: 'Newsletters' },
            { Name: 'StopProcessingRules', Value: 'False' },
          ],
        }
      : {}),
    ClientInfoString: 'Client=OWA;Action=ViaProxy',
    Folders: Array.from({ length: 12 }, (_, index) => ({
      Path: `\\Inbox\\Project ${index}`,
      FolderItems: Array.from({ length: 2 }, () => ({
        InternetMessageId: `<${guid(random)}@mail.contoso.example>`,
        SizeInBytes: Math.floor(random() * 100_000),
      })),
      Id: guid(random),
    })),
    OperationCount: 24,
  };
}

export const recordKinds = ['sign-in', 'directory-audit', 'unified-audit'] as const;
export type RecordKind = (typeof recordKinds)[number];

export interface Mix {
  readonly only?: RecordKind | undefined;
  /** The same people's month before this one: what they were doing when their habits were learnt. */
  readonly before?: boolean;
}

/** JSON texts of `count` records over one month: 52 parts sign-ins, 18 directory audits, 26 unified audit; or of one kind. */
export function mixedRecords(count: number, seed: number, { only, before = false }: Mix = {}): string[] {
  const persons = people(randomOf(1), 2_000);
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, number) => {
    const person = pick(random, persons);
    const time = new Date(start + Math.floor((number / count) * month) - (before ? month : 0)).toISOString();
    const part = random() * 96;
    const kind = only ?? (part < 52 ? 'sign-in' : part < 70 ? 'directory-audit' : 'unified-audit');
    return JSON.stringify(
      kind === 'sign-in'
        ? signIn(random, person, time)
        : kind === 'directory-audit'
          ? audit(random, person, time)
          : unified(random, person, time),
    );
  });
}

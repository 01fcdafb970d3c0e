// Lines of a made-up export for bench/check.ts: ordinary people, the same line for the same number.

/** A small generator with a seed (mulberry32): the same number gives the same record. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0').slice(-length);
const guidOf = (kind: number, number: number): string => `${hex(number, 8)}-0000-4000-8000-${hex(kind, 4)}${hex(number, 8)}`;
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
];
const apps = ['Microsoft Teams', 'Office 365 Exchange Online', 'Microsoft Office', 'One Outlook Web', 'SharePoint Online Web Client'];
const firstTime = Date.UTC(2026, 5, 1);
const filler = 'notApplied'.padEnd(60, '-');

interface Person {
  readonly id: string;
  readonly upn: string;
  readonly address: string;
  readonly agent: string;
}

function personOf(number: number): Person {
  return {
    id: guidOf(1, number),
    upn: `person${number}@contoso.example`,
    address: `198.51.100.${number % 250}`,
    agent: agents[number % agents.length] ?? '',
  };
}

/** One line with its newline, about 4 KB. */
export function exportLine(number: number, users: number): string {
  const random = randomOf(number);
  const person = personOf(Math.floor(random() * users));
  const time = new Date(firstTime + number * 9000).toISOString();
  const kind = random();
  const record =
    kind < 0.55 ? signIn(number, person, time, random) : kind < 0.74 ? audit(number, person, time) : unified(number, person, time);
  return `${JSON.stringify(record)}\n`;
}

function signIn(number: number, person: Person, createdDateTime: string, random: () => number) {
  const app = Math.floor(random() * apps.length);
  const failed = random() < 0.02;
  return {
    id: guidOf(2, number),
    createdDateTime,
    userDisplayName: person.upn,
    userPrincipalName: person.upn,
    userId: person.id,
    appId: guidOf(3, app),
    appDisplayName: apps[app],
    ipAddress: person.address,
    clientAppUsed: 'Browser',
    userAgent: person.agent,
    correlationId: guidOf(4, number),
    conditionalAccessStatus: 'success',
    isInteractive: true,
    riskDetail: 'none',
    riskState: 'none',
    riskLevelDuringSignIn: 'none',
    resourceDisplayName: 'Office 365 Exchange Online',
    resourceId: guidOf(5, 1),
    status: failed ? { errorCode: 50126, failureReason: 'Error validating credentials.' } : { errorCode: 0, failureReason: 'Other.' },
    deviceDetail: { deviceId: '', displayName: '', operatingSystem: 'Windows10', browser: 'Edge 126', isCompliant: true, isManaged: true },
    location: { city: 'Bern', state: 'Bern', countryOrRegion: 'CH', geoCoordinates: { latitude: 46.9, longitude: 7.4 } },
    autonomousSystemNumber: 64496,
    appliedConditionalAccessPolicies: Array.from({ length: 10 }, (_, i) => ({
      id: guidOf(6, i),
      displayName: `Policy ${i} for everybody`,
      enforcedGrantControls: [],
      enforcedSessionControls: [],
      result: filler,
    })),
    authenticationDetails: Array.from({ length: 3 }, () => ({
      authenticationStepDateTime: createdDateTime,
      authenticationMethod: 'Previously satisfied',
      succeeded: true,
      authenticationStepResultDetail: 'First factor requirement satisfied by claim in the token',
      authenticationStepRequirement: 'Primary authentication',
    })),
  };
}

function audit(number: number, person: Person, activityDateTime: string) {
  return {
    id: `Directory_${guidOf(7, number)}`,
    category: 'UserManagement',
    correlationId: guidOf(7, number),
    result: 'success',
    resultReason: '',
    activityDisplayName: 'Update user',
    activityDateTime,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: { user: null, app: { appId: null, displayName: 'Directory Sync', servicePrincipalId: guidOf(8, 1) } },
    targetResources: [
      {
        id: person.id,
        displayName: null,
        type: 'User',
        userPrincipalName: person.upn,
        modifiedProperties: Array.from({ length: 20 }, (_, i) => ({
          displayName: `Attribute${i}`,
          oldValue: '["an older value of this attribute"]',
          newValue: '["a newer value of this attribute"]',
        })),
      },
    ],
    additionalDetails: [{ key: 'UserType', value: 'Member' }],
  };
}

function unified(number: number, person: Person, time: string) {
  return {
    CreationTime: time.slice(0, 19),
    Id: guidOf(9, number),
    Operation: 'MailItemsAccessed',
    OrganizationId: guidOf(10, 1),
    RecordType: 50,
    ResultStatus: 'Succeeded',
    UserKey: `1003200${hex(number, 9)}`,
    UserType: 0,
    Workload: 'Exchange',
    UserId: person.upn,
    ClientIPAddress: person.address,
    ClientInfoString: 'Client=OWA;Action=ViaProxy',
    MailboxOwnerUPN: person.upn,
    OperationProperties: [
      { Name: 'MailAccessType', Value: 'Bind' },
      { Name: 'IsThrottled', Value: 'False' },
    ],
    Folders: Array.from({ length: 4 }, (_, i) => ({
      Id: `LgAAAAB${i}`.padEnd(60, 'x'),
      Path: '\\Inbox',
      FolderItems: Array.from({ length: 5 }, (_, j) => ({
        InternetMessageId: `<${number}-${i}-${j}@mail.contoso.example>`,
        SizeInBytes: 40_000,
      })),
    })),
  };
}

// Rows that the Entra admin centre's "Download" writes (CSV, and JSON with the same headings) -> a record in Graph's spelling. Used by to-activity.ts.
import { type Cells, type Column, completeSignIn, recordOf } from './columns.ts';
import { name, type Raw } from './values.ts';

/** Headings wander in case and blanks ("Application ID ", "Autonomous system  number"): letters and digits decide, the first column of a name wins. */
export function headingsOf(row: Raw): Cells {
  const cells = new Map<string, unknown>();
  for (const [heading, value] of Object.entries(row)) {
    const key = heading.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
    if (!cells.has(key) && value !== '' && value !== null && value !== undefined) cells.set(key, value);
  }
  return cells;
}

const signInColumns: readonly Column[] = [
  ['dateutc', 'createdDateTime', 'text'],
  ['requestid', 'id', 'text'],
  ['correlationid', 'correlationId', 'text'],
  ['userid', 'userId', 'text'],
  ['user', 'userDisplayName', 'text'],
  ['username', 'userPrincipalName', 'text'],
  ['usertype', 'userType', 'text'],
  ['serviceprincipalid', 'servicePrincipalId', 'text'],
  ['serviceprincipalname', 'servicePrincipalName', 'text'],
  ['credentialkeyid', 'servicePrincipalCredentialKeyId', 'text'],
  ['credentialthumbprint', 'servicePrincipalCredentialThumbprint', 'text'],
  ['application', 'appDisplayName', 'text'],
  ['applicationid', 'appId', 'text'],
  ['resource', 'resourceDisplayName', 'text'],
  ['resourceid', 'resourceId', 'text'],
  ['resourcetenantid', 'resourceTenantId', 'text'],
  ['hometenantid', 'homeTenantId', 'text'],
  ['ipaddress', 'ipAddress', 'text'],
  ['useragent', 'userAgent', 'text'],
  ['clientapp', 'clientAppUsed', 'text'],
  ['failurereason', 'status.failureReason', 'text'],
  ['deviceid', 'deviceDetail.deviceId', 'text'],
  ['browser', 'deviceDetail.browser', 'text'],
  ['operatingsystem', 'deviceDetail.operatingSystem', 'text'],
  ['compliant', 'deviceDetail.isCompliant', 'boolean'],
  ['managed', 'deviceDetail.isManaged', 'boolean'],
  ['jointype', 'deviceDetail.trustType', 'text'],
  ['multifactorauthenticationauthmethod', 'mfaDetail.authMethod', 'text'],
  ['multifactorauthenticationauthdetail', 'mfaDetail.authDetail', 'text'],
  ['authenticationrequirement', 'authenticationRequirement', 'word'],
  ['authenticationprotocol', 'authenticationProtocol', 'word'],
  ['originaltransfermethod', 'originalTransferMethod', 'word'],
  ['incomingtokentype', 'incomingTokenType', 'word'],
  ['crosstenantaccesstype', 'crossTenantAccessType', 'word'],
  ['clientcredentialtype', 'clientCredentialType', 'word'],
  ['conditionalaccess', 'conditionalAccessStatus', 'word'],
  ['uniquetokenidentifier', 'uniqueTokenIdentifier', 'text'],
  ['sessionid', 'sessionId', 'text'],
  ['signinidentifier', 'signInIdentifier', 'text'],
  ['autonomoussystemnumber', 'autonomousSystemNumber', 'number'],
  ['flaggedforreview', 'flaggedForReview', 'boolean'],
  ['tokenissuertype', 'tokenIssuerType', 'text'],
  ['tokenissuername', 'tokenIssuerName', 'text'],
];

export function portalSignIn(cells: Cells): Raw {
  const record = recordOf(cells, signInColumns);
  const [city, state, country] = placeOf(name(cells.get('location')));
  if (country !== '') record['location'] = { city, state, countryOrRegion: country };
  const succeeded = name(cells.get('status')).toLowerCase() === 'success';
  return completeSignIn(record, { errorCode: cells.get('signinerrorcode') ?? (succeeded ? 0 : undefined), country: undefined });
}

/** "Melbourne, Victoria, AU"; the country stands last, what is missing stands as an empty part. */
function placeOf(text: string): [string, string, string] {
  const parts = text.split(',').map((part) => part.trim());
  const country = parts.at(-1) ?? '';
  return [
    parts.length > 2 ? (parts[0] ?? '') : '',
    parts.length > 1 ? (parts.at(-2) ?? '') : '',
    /^[A-Z]{2}$/.test(country) ? country : '',
  ];
}

const auditColumns: readonly Column[] = [
  ['dateutc', 'activityDateTime', 'text'],
  ['correlationid', 'correlationId', 'text'],
  ['service', 'loggedByService', 'text'],
  ['category', 'category', 'text'],
  ['activity', 'activityDisplayName', 'text'],
  ['result', 'result', 'text'],
  ['resultreason', 'resultReason', 'text'],
];

const mostTargets = 10;
const mostProperties = 30;
const mostDetails = 20;

export function portalAudit(cells: Cells): Raw {
  const text = (heading: string): string | null => {
    const value = cells.get(heading);
    return typeof value === 'string' ? value : null;
  };
  const application = /app|service\s*principal/i.test(text('actortype') ?? '');
  const agent = text('useragent');
  const pairs = numberedFrom(mostDetails, (i) => ({
    key: text(`additionaldetail${i}key`),
    value: text(`additionaldetail${i}value`),
  })).filter((pair) => pair.key !== null);
  return {
    ...recordOf(cells, auditColumns),
    initiatedBy: application
      ? {
          user: null,
          app: {
            appId: null,
            displayName: text('actordisplayname'),
            servicePrincipalId: text('actorserviceprincipalid') ?? text('actorobjectid'),
          },
        }
      : {
          user: {
            id: text('actorobjectid'),
            displayName: text('actordisplayname'),
            userPrincipalName: text('actoruserprincipalname'),
            ipAddress: text('ipaddress'),
          },
          app: null,
        },
    targetResources: numberedFrom(mostTargets, (i) => ({
      id: text(`target${i}objectid`) ?? text(`target${i}id`),
      displayName: text(`target${i}displayname`),
      type: text(`target${i}type`)?.replaceAll(' ', '') ?? null,
      userPrincipalName: text(`target${i}userprincipalname`),
      modifiedProperties: numberedFrom(mostProperties, (j) => ({
        displayName: text(`target${i}modifiedproperty${j}name`),
        oldValue: text(`target${i}modifiedproperty${j}oldvalue`),
        newValue: text(`target${i}modifiedproperty${j}newvalue`),
      })).filter((property) => property.displayName !== null),
    })).filter((target) => target.id !== null || target.displayName !== null || target.userPrincipalName !== null),
    additionalDetails: agent === null ? pairs : [...pairs, { key: 'User-Agent', value: agent }],
  };
}

const numberedFrom = <T>(most: number, make: (i: number) => T): T[] => Array.from({ length: most }, (_, i) => make(i + 1));

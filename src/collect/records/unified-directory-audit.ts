// The Graph view of a directory event that the unified audit recorded (RecordType 8): one written table, so that one rule serves both feeds. Used by unified-audit.ts.
import { type Party, partyOf } from './unified-people.ts';
import { addressOf, guid, isRaw, jsonOf, name, named, objects, type Raw } from './values.ts';

/** extendedAuditEventCategory -> Graph's category. */
const categories = new Map([
  ['User', 'UserManagement'],
  ['Role', 'RoleManagement'],
  ['Group', 'GroupManagement'],
  ['Application', 'ApplicationManagement'],
  ['ServicePrincipal', 'ApplicationManagement'],
  ['Device', 'Device'],
  ['Policy', 'Policy'],
  ['AuthorizationPolicy', 'AuthorizationPolicy'],
  ['Company', 'DirectoryManagement'],
  ['Domain', 'DirectoryManagement'],
]);

export function derivedDirectoryAudit(record: Raw, time: number | undefined): Raw {
  const extended = record['ExtendedProperties'];
  const target = partyOf(record['Target']);
  const category = categories.get(named(extended, 'extendedAuditEventCategory'));
  return {
    id: name(record['Id']),
    ...(time === undefined ? {} : { activityDateTime: new Date(time).toISOString() }),
    activityDisplayName: name(record['Operation']).replace(/\.$/, ''),
    ...(category === undefined ? {} : { category }),
    correlationId: guid(record['InterSystemsId']),
    result: /^(success|true)$/i.test(name(record['ResultStatus'])) ? 'success' : 'failure',
    initiatedBy: initiatedBy(record),
    targetResources: [
      {
        id: target.id || null,
        displayName: target.label || null,
        type: target.kind || null,
        userPrincipalName: target.upn || null,
        modifiedProperties: objects(record['ModifiedProperties']).map((property) => ({
          displayName: name(property['Name']),
          oldValue: graphValue(property['OldValue']),
          newValue: graphValue(property['NewValue']),
        })),
      },
    ],
    additionalDetails: details(named(extended, 'additionalDetails')),
  };
}

function initiatedBy(record: Raw): Raw {
  const doer: Party = partyOf(record['Actor']);
  if (doer.kind === 'ServicePrincipal')
    return { user: null, app: { appId: doer.appId || null, displayName: doer.label || null, servicePrincipalId: doer.id || null } };
  const user = {
    id: doer.kind === 'User' ? doer.id : null,
    userPrincipalName: doer.upn || name(record['UserId']) || null,
    ipAddress: addressOf(record['ActorIpAddress']) || addressOf(record['ClientIP']) || null,
  };
  return { user, app: null };
}

/** Graph writes values as JSON in a text (`"\"x\""`, `[true]`); the unified audit writes scalars bare and arrays with line breaks. */
function graphValue(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (!/^\s*[[{]/.test(value)) return JSON.stringify(value);
  const parsed = jsonOf(value);
  return parsed === undefined ? JSON.stringify(value) : JSON.stringify(parsed);
}

function details(text: string): Raw[] {
  const parsed = jsonOf(text);
  return isRaw(parsed)
    ? Object.entries(parsed).map(([key, value]) => ({ key, value: typeof value === 'string' ? value : JSON.stringify(value) }))
    : [];
}

// Fields of Graph's directoryAudit, with Log Analytics' and SigmaHQ's spellings of them.
import type { FieldTable, Source } from './field-table.ts';
import { missing } from './field-table.ts';
import { modifiedProperties } from './modified-properties.ts';
import { addValue, entriesNamed, oneOrMany, splitEntryName } from './named-entries.ts';
import { own, pathReader, valuesAt } from './read-path.ts';

const known = [
  'id',
  'activityDateTime',
  'activityDisplayName',
  'category',
  'correlationId',
  'loggedByService',
  'operationType',
  'result',
  'resultReason',
  'initiatedBy',
  'initiatedBy.user',
  'initiatedBy.user.id',
  'initiatedBy.user.displayName',
  'initiatedBy.user.userPrincipalName',
  'initiatedBy.user.ipAddress',
  'initiatedBy.user.userType',
  'initiatedBy.user.homeTenantId',
  'initiatedBy.user.homeTenantName',
  'initiatedBy.app',
  'initiatedBy.app.appId',
  'initiatedBy.app.displayName',
  'initiatedBy.app.servicePrincipalId',
  'initiatedBy.app.servicePrincipalName',
  'targetResources',
  'targetResources.id',
  'targetResources.displayName',
  'targetResources.type',
  'targetResources.userPrincipalName',
  'targetResources.groupType',
  'targetResources.modifiedProperties',
  'targetResources.modifiedProperties.displayName',
  'targetResources.modifiedProperties.oldValue',
  'targetResources.modifiedProperties.newValue',
  'additionalDetails',
  'additionalDetails.key',
  'additionalDetails.value',
] as const;

/** Keys met in additionalDetails. */
const details = [
  'additionalInfo',
  'AppId',
  'AppOwnerOrganizationId',
  'DeviceId',
  'DeviceOSType',
  'DeviceTrustType',
  'ipaddr',
  'Method',
  'MoreInfo',
  'Policy',
  'Reason',
  'RoleDefinitionOriginId',
  'TargetTenant',
  'User-Agent',
  'UserType',
];

/** `Service Principal` is how the portal and public rules write Graph's `ServicePrincipal`. */
function targetTypes(record: Source): unknown {
  const targets = own(record, 'targetResources');
  if (targets === undefined) return undefined;
  const types = valuesAt(targets, ['type']).flatMap((type) => (type === 'ServicePrincipal' ? [type, 'Service Principal'] : [type]));
  return oneOrMany(types);
}

const texts = (values: readonly unknown[]): unknown => oneOrMany(values.filter((value) => typeof value === 'string' && value !== ''));

/** Whoever did it, by any of their names. */
function initiator(record: Source): unknown {
  const by = own(record, 'initiatedBy');
  if (by === undefined) return undefined;
  const names = ['userPrincipalName', 'displayName', 'id'].flatMap((key) => valuesAt(by, ['user', key]));
  return texts([...names, ...['displayName', 'appId', 'servicePrincipalId'].flatMap((key) => valuesAt(by, ['app', key]))]);
}

/** Whatever it was done to, by any of its names. */
function target(record: Source): unknown {
  const targets = own(record, 'targetResources');
  if (targets === undefined) return undefined;
  return texts(['displayName', 'userPrincipalName', 'id'].flatMap((key) => valuesAt(targets, [key])));
}

const result = pathReader('result', true);
const resultReason = pathReader('resultReason', true);

/** SigmaHQ's `Status` holds the result in some rules and its reason in others. */
function resultWords(record: Source): unknown {
  const word = result(record);
  const reason = resultReason(record);
  if (word === undefined && reason === undefined) return undefined;
  return texts([word, reason]);
}

function modified(entry: string, side: 'new' | 'old'): (record: Source) => unknown {
  return (record) => {
    const targets = own(record, 'targetResources');
    if (targets === undefined) return undefined;
    const values: unknown[] = [];
    for (const list of valuesAt(targets, ['modifiedProperties']))
      entriesNamed(list, entry, (found) => addValue(values, side === 'new' ? found['newValue'] : found['oldValue']));
    return oneOrMany(values);
  };
}

function detail(key: string): (record: Source) => unknown {
  return (record) => {
    const list = own(record, 'additionalDetails');
    if (list === undefined) return undefined;
    const values: unknown[] = [];
    entriesNamed(list, key, (found) => addValue(values, found['value']));
    return oneOrMany(values);
  };
}

const consentReason = modified('consentaction.reason', 'new');

/** Why a consent was refused: in the reason of the result, or among the changed properties. */
function consentFailure(record: Source): unknown {
  const reason = resultReason(record);
  const action = consentReason(record);
  if (reason === undefined && action === undefined) return undefined;
  const values = [reason, ...(Array.isArray(action) ? action : [action])].filter((value) => value !== undefined && value !== missing);
  return texts(values);
}

const knownProperties = new Map(modifiedProperties.map((name) => [name.toLowerCase(), name]));
const knownDetails = new Map(details.map((name) => [name.toLowerCase(), name]));
const propertiesPrefix = /^(?:targetresources\.)?modifiedproperties\./;
const detailsPrefix = /^additionaldetails\./;

export const directoryAuditFields: FieldTable = {
  shape: 'directory-audit',
  known,
  complete: true,
  direct: {
    activityDisplayName: (record) => record['activityDisplayName'],
    category: (record) => record['category'],
    loggedByService: (record) => record['loggedByService'],
    result: (record) => record['result'],
  },
  operations: ['activityDisplayName'],
  encoded: ['targetResources.modifiedProperties.oldValue', 'targetResources.modifiedProperties.newValue'],
  derived: { targetTypes, initiator, target, resultWords, consentFailure },
  suggestions: [...modifiedProperties, ...details.map((name) => `additionalDetails.${name}`)],
  named(name) {
    const lower = name.toLowerCase();
    if (detailsPrefix.test(lower)) {
      const key = lower.replace(detailsPrefix, '');
      return {
        path: `additionalDetails.${knownDetails.get(key) ?? name.slice('additionalDetails.'.length)}`,
        known: knownDetails.has(key),
        read: detail(key),
      };
    }
    const prefixed = propertiesPrefix.test(lower);
    const { entry, side } = splitEntryName(lower.replace(propertiesPrefix, ''));
    const proper = knownProperties.get(entry);
    if (proper === undefined && !prefixed) return undefined;
    return {
      path: `modifiedProperties.${proper ?? entry}${side === 'old' ? '.oldValue' : ''}`,
      known: proper !== undefined,
      read: modified(entry, side),
    };
  },
  aliases: {
    // Log Analytics (AuditLogs)
    TimeGenerated: 'activityDateTime',
    OperationName: 'activityDisplayName',
    AADOperationType: 'operationType',
    ResultDescription: 'resultReason',
    ResultType: 'result',
    Identity: 'initiator',
    // SigmaHQ
    'properties.message': 'activityDisplayName',
    message: 'activityDisplayName',
    ActivityType: 'activityDisplayName',
    Activity: 'activityDisplayName',
    ActivityName: 'activityDisplayName',
    Operation: 'activityDisplayName',
    operationName: 'activityDisplayName',
    Status: 'resultWords',
    StatusReason: 'resultReason',
    ResultStatus: 'result',
    failure_status_reason: 'consentFailure',
    InitiatedBy: 'initiator',
    'Initiatied.By': 'initiator',
    'Initiated.By': 'initiator',
    InitiatiedBy: 'initiator',
    Actor: 'initiator',
    User: 'initiator',
    Username: 'initiator',
    Target: 'target',
    Targets: 'target',
    'targetResources.type': 'targetTypes',
    Service: 'loggedByService',
    IPAddress: 'initiatedBy.user.ipAddress',
    ipAddress: 'initiatedBy.user.ipAddress',
    UserAgent: 'additionalDetails.User-Agent',
    'TargetResources.modifiedProperties.name': 'targetResources.modifiedProperties.displayName',
    'modifiedProperties.displayName': 'targetResources.modifiedProperties.displayName',
    'modifiedProperties.newValue': 'targetResources.modifiedProperties.newValue',
    'modifiedProperties.oldValue': 'targetResources.modifiedProperties.oldValue',
    modifiedProperties: 'targetResources.modifiedProperties',
  },
};

// Fields of the four snapshot shapes (ConfigChange): what changed, and the object before and after as its source spells it.
import type { Shape } from '../../../contracts/activity.ts';
import type { FieldTable, Source } from './field-table.ts';
import { missing } from './field-table.ts';
import { joined, own, valuesAt } from './read-path.ts';

const servicePrincipal = [
  'id',
  'appId',
  'appDisplayName',
  'displayName',
  'accountEnabled',
  'appOwnerOrganizationId',
  'createdDateTime',
  'disabledByMicrosoftStatus',
  'homepage',
  'keyCredentials',
  'keyCredentials.displayName',
  'keyCredentials.endDateTime',
  'keyCredentials.keyId',
  'keyCredentials.startDateTime',
  'keyCredentials.type',
  'keyCredentials.usage',
  'passwordCredentials',
  'passwordCredentials.displayName',
  'passwordCredentials.endDateTime',
  'passwordCredentials.hint',
  'passwordCredentials.keyId',
  'passwordCredentials.startDateTime',
  'replyUrls',
  'servicePrincipalType',
  'signInAudience',
  'tags',
  'verifiedPublisher',
  'verifiedPublisher.addedDateTime',
  'verifiedPublisher.displayName',
  'verifiedPublisher.verifiedPublisherId',
];
const permissionGrant = ['id', 'clientId', 'consentType', 'principalId', 'resourceId', 'scope'];
const exchangeObject = ['AdminDisplayName', 'Guid', 'Identity', 'Name', 'WhenChanged', 'WhenChangedUTC', 'WhenCreatedUTC'];
const inboundConnector = [
  ...exchangeObject,
  'ClientHostNames',
  'Enabled',
  'AssociatedAcceptedDomains',
  'CloudServicesMailEnabled',
  'Comment',
  'ConnectorSource',
  'ConnectorType',
  'EFSkipIPs',
  'EFSkipLastIP',
  'EFSkipMailGateway',
  'EFTestMode',
  'EFUsers',
  'RequireTls',
  'RestrictDomainsToCertificate',
  'RestrictDomainsToIPAddresses',
  'ScanAndDropRecipients',
  'SenderDomains',
  'SenderIPAddresses',
  'TlsSenderCertificateName',
  'TreatMessagesAsInternal',
  'TrustedOrganizations',
];
const transportRule = [
  ...exchangeObject,
  'Actions',
  'ActivationDate',
  'AddToRecipients',
  'ApplyHtmlDisclaimerText',
  'BlindCopyTo',
  'Comments',
  'Conditions',
  'CopyTo',
  'CreatedBy',
  'DeleteMessage',
  'Description',
  'Exceptions',
  'From',
  'FromScope',
  'ExpiryDate',
  'HeaderContainsMessageHeader',
  'HeaderContainsWords',
  'HeaderMatchesMessageHeader',
  'LastModifiedBy',
  'ManuallyModified',
  'Mode',
  'ModerateMessageByUser',
  'PrependSubject',
  'Priority',
  'Quarantine',
  'RecipientDomainIs',
  'RedirectMessageTo',
  'RejectMessageReasonText',
  'RemoveHeader',
  'RouteMessageOutboundConnector',
  'SenderDomainIs',
  'SenderIpRanges',
  'SentTo',
  'SentToScope',
  'SetAuditSeverity',
  'SetHeaderName',
  'SetHeaderValue',
  'SetSCL',
  'State',
  'StopRuleProcessing',
  'SubjectContainsWords',
  'SubjectOrBodyContainsWords',
];

/** A property of the object by itself means its new state; of a removed object, its last. */
function bare(path: string): (record: Source) => unknown {
  const segments = path.split('.');
  return (record) => {
    const object = own(record, 'after') ?? own(record, 'before');
    const found = valuesAt(object, segments);
    return found.length === 0 ? missing : joined(found);
  };
}

function table(shape: Shape, properties: readonly string[]): FieldTable {
  const envelope = ['change', 'id', 'name', 'changed'];
  return {
    shape,
    known: [...envelope, 'before', 'after', ...properties.flatMap((name) => [`after.${name}`, `before.${name}`])],
    complete: false,
    operations: [],
    encoded: [],
    derived: {},
    suggestions: properties,
    named(name) {
      const proper = properties.find((property) => property.toLowerCase() === name.toLowerCase());
      return proper === undefined ? undefined : { path: proper, known: true, read: bare(proper) };
    },
    aliases: {},
  };
}

export const configChangeFields: readonly FieldTable[] = [
  table('service-principal', servicePrincipal),
  table('permission-grant', permissionGrant),
  table('inbound-connector', inboundConnector),
  table('transport-rule', transportRule),
];

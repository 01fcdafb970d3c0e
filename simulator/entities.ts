// The declared shape of every object that Graph and Exchange answer with: property names and JSON kinds. Read by projection, by the conformance test and by probe.ts.
// Sources: Graph CSDL of 2026-08-20 and typings; Exchange records measured July 2026.

import { kinds, mailboxEntities, policyEntities } from './policy-entities.ts';

export type Kind = 'text' | 'flag' | 'number' | 'object' | 'list' | 'any';
export interface Entity {
  readonly name: string;
  readonly properties: Readonly<Record<string, Kind>>;
  /** What an answer holds when $select is absent; absent: everything. */
  readonly defaults?: readonly string[];
  /** Objects of several types: each holds only some of the properties. */
  readonly mixed?: boolean;
}

const signInShared = {
  ...kinds(
    'text',
    'id createdDateTime userDisplayName userPrincipalName userId appId appDisplayName ipAddress clientAppUsed userAgent correlationId conditionalAccessStatus riskDetail riskLevelAggregated riskLevelDuringSignIn riskState resourceDisplayName resourceId homeTenantId resourceTenantId servicePrincipalId servicePrincipalName',
  ),
  ...kinds('flag', 'isInteractive'),
  ...kinds('object', 'status deviceDetail location'),
  ...kinds('list', 'riskEventTypes_v2 appliedConditionalAccessPolicies'),
};
const directoryAudit: Entity = {
  name: 'directoryAudit',
  properties: {
    ...kinds('text', 'id category correlationId result resultReason activityDisplayName activityDateTime loggedByService operationType'),
    ...kinds('object', 'initiatedBy'),
    ...kinds('list', 'targetResources additionalDetails'),
  },
};

export const entities = {
  signIn: { name: 'signIn', properties: signInShared },
  signInBeta: {
    name: 'signIn',
    properties: {
      ...signInShared,
      ...kinds(
        'text',
        'authenticationProtocol originalTransferMethod incomingTokenType authenticationRequirement sessionId uniqueTokenIdentifier crossTenantAccessType userType clientCredentialType servicePrincipalCredentialKeyId',
      ),
      ...kinds('number', 'autonomousSystemNumber'),
      ...kinds('list', 'signInEventTypes authenticationDetails'),
    },
  },
  directoryAudit,
  riskDetection: {
    name: 'riskDetection',
    properties: {
      ...kinds('object', 'location'),
      ...kinds(
        'text',
        'id requestId correlationId riskEventType riskState riskLevel riskDetail source detectionTimingType activity tokenIssuerType ipAddress activityDateTime detectedDateTime lastUpdatedDateTime userId userDisplayName userPrincipalName additionalInfo',
      ),
    },
  },
  securityAlert: {
    name: 'alert',
    properties: {
      ...kinds(
        'text',
        'id providerAlertId incidentId status severity classification determination serviceSource detectionSource productName detectorId tenantId title description recommendedActions category assignedTo alertWebUrl incidentWebUrl actorDisplayName threatDisplayName threatFamilyName createdDateTime lastUpdateDateTime resolvedDateTime firstActivityDateTime lastActivityDateTime',
      ),
      ...kinds('object', 'additionalData'),
      ...kinds('list', 'mitreTechniques systemTags comments evidence'),
    },
  },
  auditLogQuery: {
    name: 'auditLogQuery',
    properties: {
      ...kinds('text', 'id displayName filterStartDateTime filterEndDateTime keywordFilter status'),
      ...kinds(
        'list',
        'recordTypeFilters serviceFilters operationFilters userPrincipalNameFilters ipAddressFilters objectIdFilters administrativeUnitIdFilters',
      ),
    },
  },
  auditLogRecord: {
    name: 'auditLogRecord',
    properties: {
      ...kinds(
        'text',
        'id createdDateTime auditLogRecordType operation organizationId userType userId service objectId userPrincipalName clientIp',
      ),
      ...kinds('list', 'administrativeUnits'),
      ...kinds('object', 'auditData'),
    },
  },
  user: {
    name: 'user',
    properties: {
      ...kinds(
        'text',
        'id displayName givenName surname userPrincipalName mail jobTitle mobilePhone officeLocation preferredLanguage department country city usageLocation userType createdDateTime signInSessionsValidFromDateTime lastPasswordChangeDateTime onPremisesImmutableId onPremisesSamAccountName',
      ),
      ...kinds('flag', 'accountEnabled onPremisesSyncEnabled'),
      ...kinds('list', 'businessPhones proxyAddresses otherMails assignedLicenses'),
    },
    defaults:
      'businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName id'.split(
        ' ',
      ),
  },
  method: {
    name: 'authenticationMethod',
    mixed: true,
    properties: {
      ...kinds(
        'text',
        '@odata.type id createdDateTime displayName deviceTag phoneAppVersion phoneNumber phoneType smsSignInState model aaGuid emailAddress keyStrength secretKey startDateTime password passkeyType',
      ),
      ...kinds('number', 'lifetimeInMinutes'),
      ...kinds('flag', 'isUsable'),
    },
  },
  group: {
    name: 'group',
    properties: {
      ...kinds('text', 'id displayName description mail mailNickname createdDateTime'),
      ...kinds('flag', 'securityEnabled mailEnabled isAssignableToRole'),
      ...kinds('list', 'groupTypes'),
    },
  },
  /** Members and memberships: users, groups, roles and service principals together. */
  directoryObject: {
    name: 'directoryObject',
    mixed: true,
    properties: {
      ...kinds('text', '@odata.type id displayName userPrincipalName mail jobTitle givenName surname roleTemplateId appId description'),
      ...kinds('flag', 'securityEnabled accountEnabled'),
    },
  },
  directoryRole: {
    name: 'directoryRole',
    properties: { ...kinds('text', 'id displayName description roleTemplateId'), ...kinds('list', 'members') },
    defaults: ['id', 'displayName', 'description', 'roleTemplateId'],
  },
  roleDefinition: {
    name: 'unifiedRoleDefinition',
    properties: { ...kinds('text', 'id displayName description templateId'), ...kinds('flag', 'isBuiltIn isEnabled') },
  },
  roleAssignment: {
    name: 'unifiedRoleAssignment',
    properties: { ...kinds('text', 'id principalId roleDefinitionId directoryScopeId'), ...kinds('object', 'principal') },
    defaults: ['id', 'principalId', 'roleDefinitionId', 'directoryScopeId'],
  },
  servicePrincipal: {
    name: 'servicePrincipal',
    properties: {
      ...kinds(
        'text',
        'id appId appDisplayName displayName appOwnerOrganizationId createdDateTime disabledByMicrosoftStatus homepage servicePrincipalType signInAudience',
      ),
      ...kinds('flag', 'accountEnabled'),
      ...kinds('list', 'replyUrls keyCredentials passwordCredentials tags appRoles oauth2PermissionScopes servicePrincipalNames'),
      ...kinds('object', 'verifiedPublisher info'),
    },
  },
  application: {
    name: 'application',
    properties: {
      ...kinds('text', 'id appId displayName createdDateTime signInAudience publisherDomain'),
      ...kinds('list', 'keyCredentials passwordCredentials requiredResourceAccess identifierUris tags'),
      ...kinds('object', 'verifiedPublisher web spa publicClient'),
    },
  },
  permissionGrant: { name: 'oAuth2PermissionGrant', properties: kinds('text', 'id clientId consentType principalId resourceId scope') },
  appRoleAssignment: {
    name: 'appRoleAssignment',
    properties: kinds('text', 'id appRoleId createdDateTime principalDisplayName principalId principalType resourceDisplayName resourceId'),
  },
  subscribedSku: {
    name: 'subscribedSku',
    properties: {
      ...kinds('text', 'id accountId accountName appliesTo capabilityStatus skuId skuPartNumber'),
      ...kinds('number', 'consumedUnits'),
      ...kinds('object', 'prepaidUnits'),
      ...kinds('list', 'servicePlans subscriptionIds'),
    },
  },
  organization: {
    name: 'organization',
    properties: {
      ...kinds('text', 'id displayName tenantType partnerTenantType countryLetterCode createdDateTime'),
      ...kinds('flag', 'onPremisesSyncEnabled'),
      ...kinds(
        'list',
        'technicalNotificationMails securityComplianceNotificationMails securityComplianceNotificationPhones marketingNotificationEmails businessPhones verifiedDomains assignedPlans',
      ),
      ...kinds('object', 'privacyProfile'),
    },
  },
  ...policyEntities,
  ...mailboxEntities,
  inboundConnector: {
    name: 'InboundConnector',
    properties: {
      ...kinds(
        'text',
        'ConnectorType ConnectorSource Comment TlsSenderCertificateName AdminDisplayName Name Identity WhenChangedUTC WhenCreatedUTC Guid',
      ),
      ...kinds(
        'flag',
        'Enabled RequireTls RestrictDomainsToIPAddresses RestrictDomainsToCertificate CloudServicesMailEnabled TreatMessagesAsInternal EFTestMode EFSkipLastIP IsValid',
      ),
      ...kinds(
        'list',
        'SenderIPAddresses SenderDomains TrustedOrganizations ClientHostNames AssociatedAcceptedDomains ScanAndDropRecipients EFSkipIPs EFSkipMailGateway EFUsers',
      ),
    },
  },
  transportRule: {
    name: 'TransportRule',
    properties: {
      ...kinds(
        'text',
        'Comments CreatedBy LastModifiedBy ActivationDate ExpiryDate Description State Mode RuleErrorAction SenderAddressLocation FromScope SentToScope SetAuditSeverity PrependSubject RemoveHeader SetHeaderName SetHeaderValue Identity Guid Name WhenChanged DlpPolicy RouteMessageOutboundConnector',
      ),
      ...kinds('number', 'Priority SetSCL'),
      ...kinds('flag', 'ManuallyModified DeleteMessage Quarantine StopRuleProcessing IsValid'),
      ...kinds('list', 'Conditions Exceptions Actions BlindCopyTo CopyTo RedirectMessageTo AddToRecipients'),
    },
  },
  organizationConfig: {
    name: 'OrganizationConfig',
    properties: {
      ...kinds('text', 'Name DisplayName Identity Guid'),
      ...kinds('flag', 'AuditDisabled RejectDirectSend OAuth2ClientProfileEnabled IsDehydrated'),
    },
  },
} as const satisfies Record<string, Entity>;

type Json = Readonly<Record<string, unknown>>;

/** Only the properties that are declared and asked for. */
export function project(entity: Entity, record: Json, select?: readonly string[]): Json {
  const names = select ?? entity.defaults ?? Object.keys(entity.properties);
  const kept =
    names.includes('@odata.type') || !('@odata.type' in record) || !('@odata.type' in entity.properties)
      ? names
      : ['@odata.type', ...names];
  return Object.fromEntries(
    kept.filter((name) => Object.hasOwn(record, name) && Object.hasOwn(entity.properties, name)).map((name) => [name, record[name]]),
  );
}

const kindOf = (value: unknown): Kind =>
  typeof value === 'string'
    ? 'text'
    : typeof value === 'boolean'
      ? 'flag'
      : typeof value === 'number'
        ? 'number'
        : Array.isArray(value)
          ? 'list'
          : 'object';

/** Where a real object differs from what is declared: one sentence each. null fits every kind. */
export function differences(entity: Entity, record: Json): readonly string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const declared = Object.hasOwn(entity.properties, name) ? entity.properties[name] : undefined;
    if (declared === undefined)
      return name.startsWith('@odata.') ? [] : [`${entity.name}.${name} is not declared (answers ${kindOf(value)})`];
    if (value === null || declared === 'any' || kindOf(value) === declared) return [];
    return [`${entity.name}.${name} is declared as ${declared} and answers ${kindOf(value)}`];
  });
}

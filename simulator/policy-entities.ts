// The declared shapes of policies, partners, domains and mailboxes. A part of entities.ts, which everybody reads.
// Sources: Graph CSDL of 2026-08-20; resource pages of v1.0; reference pages of Exchange PowerShell.
import type { Entity, Kind } from './entities.ts';

export const kinds = (kind: Kind, names: string): Record<string, Kind> => Object.fromEntries(names.split(' ').map((name) => [name, kind]));

export const policyEntities = {
  domain: {
    name: 'domain',
    properties: {
      ...kinds('text', 'id authenticationType availabilityStatus'),
      ...kinds('flag', 'isAdminManaged isDefault isInitial isRoot isVerified'),
      ...kinds('number', 'passwordNotificationWindowInDays passwordValidityPeriodInDays'),
      ...kinds('list', 'supportedServices'),
      ...kinds('object', 'state'),
    },
  },
  federation: {
    name: 'internalDomainFederation',
    properties: {
      ...kinds(
        'text',
        '@odata.type id displayName issuerUri metadataExchangeUri signingCertificate nextSigningCertificate passiveSignInUri activeSignInUri signOutUri preferredAuthenticationProtocol promptLoginBehavior federatedIdpMfaBehavior passwordResetUri',
      ),
      ...kinds('flag', 'isSignedAuthenticationRequestRequired'),
      ...kinds('object', 'signingCertificateUpdateStatus'),
    },
  },
  securityDefaults: {
    name: 'identitySecurityDefaultsEnforcementPolicy',
    properties: { ...kinds('text', 'id displayName description'), ...kinds('flag', 'isEnabled') },
  },
  conditionalAccessPolicy: {
    name: 'conditionalAccessPolicy',
    properties: {
      ...kinds('text', 'id displayName createdDateTime modifiedDateTime state templateId'),
      ...kinds('object', 'conditions grantControls sessionControls'),
    },
  },
  authenticationMethodsPolicy: {
    name: 'authenticationMethodsPolicy',
    properties: {
      ...kinds('text', 'id displayName description lastModifiedDateTime policyVersion policyMigrationState'),
      ...kinds('number', 'reconfirmationInDays'),
      ...kinds('object', 'registrationEnforcement'),
      ...kinds('list', 'authenticationMethodConfigurations'),
    },
  },
  partner: {
    name: 'crossTenantAccessPolicyConfigurationPartner',
    properties: {
      ...kinds('text', 'tenantId'),
      ...kinds('flag', 'isServiceProvider isInMultiTenantOrganization'),
      ...kinds(
        'object',
        'automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound b2bDirectConnectInbound b2bDirectConnectOutbound inboundTrust tenantRestrictions',
      ),
    },
  },
  relationship: {
    name: 'delegatedAdminRelationship',
    properties: {
      ...kinds(
        'text',
        '@odata.etag id displayName status duration autoExtendDuration createdDateTime activatedDateTime endDateTime lastModifiedDateTime',
      ),
      ...kinds('object', 'customer accessDetails'),
    },
  },
} as const satisfies Record<string, Entity>;

export const mailboxEntities = {
  outboundConnector: {
    name: 'OutboundConnector',
    properties: {
      ...kinds(
        'text',
        'ConnectorType ConnectorSource Comment TlsDomain TlsSettings AdminDisplayName Name Identity WhenChangedUTC WhenCreatedUTC Guid LastValidationTimestamp',
      ),
      ...kinds(
        'flag',
        'Enabled UseMXRecord AllAcceptedDomains CloudServicesMailEnabled IsTransportRuleScoped RouteAllMessagesViaOnPremises SenderRewritingEnabled TestMode IsValidated IsValid',
      ),
      ...kinds('list', 'RecipientDomains SmartHosts ValidationRecipients'),
    },
  },
  inboxRule: {
    name: 'InboxRule',
    properties: {
      ...kinds('text', 'Name Identity Description MailboxOwnerId MoveToFolder CopyToFolder ErrorType'),
      ...kinds('number', 'Priority RuleIdentity'),
      ...kinds('flag', 'Enabled InError SupportedByTask DeleteMessage SoftDeleteMessage MarkAsRead StopProcessingRules IsValid'),
      ...kinds(
        'list',
        'ForwardTo ForwardAsAttachmentTo RedirectTo From FromAddressContainsWords SubjectContainsWords SubjectOrBodyContainsWords BodyContainsWords HeaderContainsWords',
      ),
    },
  },
  mailbox: {
    name: 'Mailbox',
    properties: {
      ...kinds(
        'text',
        'Guid Identity Name DisplayName UserPrincipalName PrimarySmtpAddress ExternalDirectoryObjectId RecipientTypeDetails ForwardingAddress ForwardingSmtpAddress WhenChangedUTC WhenCreatedUTC',
      ),
      ...kinds('flag', 'DeliverToMailboxAndForward AuditEnabled HiddenFromAddressListsEnabled IsValid'),
      ...kinds('list', 'GrantSendOnBehalfTo EmailAddresses'),
    },
  },
  mailboxPermission: {
    name: 'MailboxPermission',
    properties: {
      ...kinds('text', 'Identity User InheritanceType'),
      ...kinds('flag', 'IsInherited Deny IsValid'),
      ...kinds('list', 'AccessRights'),
    },
  },
  recipientPermission: {
    name: 'RecipientPermission',
    properties: {
      ...kinds('text', 'Identity Trustee AccessControlType InheritanceType'),
      ...kinds('flag', 'IsInherited IsValid'),
      ...kinds('list', 'AccessRights'),
    },
  },
} as const satisfies Record<string, Entity>;

// Policies, partners, domains, contacts and mailboxes of a tenant as they were before the history begins. Called by directory.ts; attacks change them.
import type { TenantState } from '../tenant-state.ts';
import { contoso } from './constants.ts';
import { furnishMailbox } from './mailboxes.ts';
import { peopleOf } from './people.ts';
import { guid } from './random.ts';

const yearMs = 365 * 86_400_000;
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
const exchangeTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}.0000000Z`;

/** The domain of Contoso whose people sign in at a server of their own. */
export const federatedDomain = `legacy.${contoso.domain}`;
/** Contoso's service provider. */
export const providerTenant = guid('provider', 'tenant');

export function furnishSettings(tenant: TenantState, before: number): void {
  const { settings, domain, licensed } = tenant;
  const made = before - yearMs;
  const domainObject = (id: string, authenticationType: 'Managed' | 'Federated', isDefault: boolean) => ({
    id,
    authenticationType,
    availabilityStatus: null,
    isAdminManaged: true,
    isDefault,
    isInitial: false,
    isRoot: true,
    isVerified: true,
    supportedServices: ['Email', 'OfficeCommunicationsOnline'],
    passwordNotificationWindowInDays: null,
    passwordValidityPeriodInDays: 2147483647,
    state: null,
  });
  settings.domains.write(domain, domainObject(domain, 'Managed', true), 0);
  if (tenant.id === contoso.id) {
    settings.domains.write(federatedDomain, domainObject(federatedDomain, 'Federated', false), 0);
    settings.federations.write(federatedDomain, federationObject(tenant, `https://sts.${domain}`, 'MIIC-sts-contoso-2025'), 0);
  }
  settings.organization.write(tenant.id, organizationObject(tenant), 0);
  settings.securityDefaults.write(
    'policy',
    {
      id: '00000000-0000-0000-0000-000000000005',
      displayName: 'Security Defaults',
      description: 'Security defaults is a set of basic identity security mechanisms recommended by Microsoft.',
      isEnabled: !licensed,
    },
    0,
  );
  for (const [name, users, control] of licensed
    ? ([
        ['Everybody: second factor', { includeUsers: ['All'], excludeUsers: [] }, 'mfa'],
        ['Everybody: no old protocols', { includeUsers: ['All'], excludeUsers: [] }, 'block'],
      ] as const)
    : []) {
    const id = guid(tenant.id, 'policy', name);
    settings.conditionalAccess.write(id, accessPolicy(id, name, users, control, iso(made)), 0);
  }
  settings.authenticationMethods.write('policy', methodsPolicy(iso(made)), 0);
  if (licensed) {
    settings.partners.write(providerTenant, partnerObject(providerTenant, true), 0);
    const id = `${guid(tenant.id, 'relationship')}-${guid(tenant.id, 'customer')}`;
    settings.relationships.write(id, relationshipObject(id, tenant, made), 0);
  }
  const outbound = outboundObject(tenant, 'Outbound to on-premises', [`mail.${domain}`], 'HybridWizard', made);
  settings.outboundConnectors.write(outbound.Guid, outbound, 0);
  for (const person of peopleOf[tenant.id] ?? []) if (!person.guest) furnishMailbox(tenant, person, made);
}

export const federationObject = (tenant: { readonly id: string }, issuer: string, certificate: string) => ({
  '@odata.type': '#microsoft.graph.internalDomainFederation',
  id: guid(tenant.id, 'federation'),
  displayName: 'Sign-in server',
  issuerUri: `${issuer}/adfs/services/trust`,
  metadataExchangeUri: `${issuer}/adfs/services/trust/mex`,
  signingCertificate: certificate,
  nextSigningCertificate: null,
  passiveSignInUri: `${issuer}/adfs/ls`,
  activeSignInUri: `${issuer}/adfs/services/trust/2005/usernamemixed`,
  signOutUri: `${issuer}/adfs/ls`,
  preferredAuthenticationProtocol: 'wsFed',
  promptLoginBehavior: 'nativeSupport',
  federatedIdpMfaBehavior: 'rejectMfaByFederatedIdp',
  passwordResetUri: null,
  isSignedAuthenticationRequestRequired: false,
  signingCertificateUpdateStatus: null,
});

const organizationObject = (tenant: TenantState) => ({
  id: tenant.id,
  displayName: tenant.name,
  tenantType: 'AAD',
  partnerTenantType: null,
  countryLetterCode: tenant.licensed ? 'NO' : 'US',
  createdDateTime: '2015-03-02T09:00:00Z',
  onPremisesSyncEnabled: true,
  businessPhones: [],
  technicalNotificationMails: [`it@${tenant.domain}`],
  marketingNotificationEmails: [],
  securityComplianceNotificationMails: [],
  securityComplianceNotificationPhones: [],
  privacyProfile: null,
  verifiedDomains: [
    { name: tenant.domain, isDefault: true, isInitial: false, type: 'Managed', capabilities: 'Email, OfficeCommunicationsOnline' },
  ],
  assignedPlans: [],
});

const accessPolicy = (
  id: string,
  displayName: string,
  users: Readonly<Record<string, unknown>>,
  control: 'mfa' | 'block',
  made: string,
) => ({
  id,
  templateId: null,
  displayName,
  createdDateTime: made,
  modifiedDateTime: null,
  state: 'enabled',
  conditions: {
    clientAppTypes: control === 'block' ? ['exchangeActiveSync', 'other'] : ['all'],
    applications: { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] },
    users: { includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [], ...users },
    locations: null,
    platforms: null,
    signInRiskLevels: [],
    userRiskLevels: [],
  },
  grantControls: { operator: 'OR', builtInControls: [control], customAuthenticationFactors: [], termsOfUse: [] },
  sessionControls: null,
});

const methodsPolicy = (made: string) => ({
  id: 'authenticationMethodsPolicy',
  displayName: 'Authentication Methods Policy',
  description: 'The tenant-wide policy that controls which authentication methods are allowed in the tenant',
  lastModifiedDateTime: made,
  policyVersion: '1.5',
  policyMigrationState: 'migrationComplete',
  reconfirmationInDays: null,
  registrationEnforcement: { authenticationMethodsRegistrationCampaign: { snoozeDurationInDays: 1, state: 'default' } },
  authenticationMethodConfigurations: [
    ['MicrosoftAuthenticator', 'enabled'],
    ['Fido2', 'enabled'],
    ['SoftwareOath', 'enabled'],
    ['Sms', 'disabled'],
    ['Voice', 'disabled'],
    ['Email', 'disabled'],
    ['TemporaryAccessPass', 'disabled'],
  ].map(([id, state]) => ({
    '@odata.type': `#microsoft.graph.${String(id).charAt(0).toLowerCase()}${String(id).slice(1)}AuthenticationMethodConfiguration`,
    id,
    state,
    includeTargets: [{ targetType: 'group', id: 'all_users', isRegistrationRequired: false }],
    excludeTargets: [],
  })),
});

/** A partner organisation of the cross-tenant access policy. */
export const partnerObject = (tenantId: string, isServiceProvider: boolean) => ({
  tenantId,
  isServiceProvider,
  isInMultiTenantOrganization: false,
  automaticUserConsentSettings: { inboundAllowed: null, outboundAllowed: null },
  b2bCollaborationInbound: null,
  b2bCollaborationOutbound: null,
  b2bDirectConnectInbound: null,
  b2bDirectConnectOutbound: null,
  inboundTrust: null,
  tenantRestrictions: null,
});

const relationshipObject = (id: string, tenant: TenantState, made: number) => ({
  id,
  displayName: 'Support of a customer',
  status: 'active',
  duration: 'P730D',
  autoExtendDuration: 'PT0S',
  createdDateTime: iso(made),
  activatedDateTime: iso(made),
  endDateTime: iso(made + 2 * yearMs),
  lastModifiedDateTime: iso(made),
  customer: { tenantId: guid(tenant.id, 'customer'), displayName: 'A customer' },
  accessDetails: { unifiedRoles: [{ roleDefinitionId: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451' }] },
});

/** An outbound connector as Get-OutboundConnector spells it. */
export const outboundObject = (
  tenant: { readonly id: string },
  name: string,
  hosts: readonly string[],
  source: 'AdminUI' | 'HybridWizard',
  at: number,
) => ({
  Enabled: true,
  UseMXRecord: false,
  Comment: '',
  ConnectorType: 'OnPremises',
  ConnectorSource: source,
  RecipientDomains: ['*'],
  SmartHosts: hosts,
  TlsDomain: null,
  TlsSettings: 'EncryptionOnly',
  IsTransportRuleScoped: false,
  RouteAllMessagesViaOnPremises: false,
  CloudServicesMailEnabled: source === 'HybridWizard',
  AllAcceptedDomains: false,
  SenderRewritingEnabled: false,
  TestMode: false,
  ValidationRecipients: [],
  IsValidated: true,
  LastValidationTimestamp: null,
  AdminDisplayName: '',
  Name: name,
  Identity: name,
  WhenChangedUTC: exchangeTime(at),
  WhenCreatedUTC: exchangeTime(at),
  Guid: guid(tenant.id, 'outbound-connector', name),
  IsValid: true,
});

// Exchange's inbound connectors and transport rules as its cmdlets spell them. Used by worlds/directory.ts and attacks/.
import type { TenantState } from '../tenant-state.ts';
import { guid } from './random.ts';

const yearMs = 365 * 86_400_000;

export interface ConnectorFacts {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly source: 'Default' | 'AdminUI' | 'HybridWizard';
  readonly type: 'Partner' | 'OnPremises';
  readonly internal?: boolean;
  readonly comment?: string;
}
/** An inbound connector as Get-InboundConnector spells it. */
export function connectorObject(tenant: { readonly id: string }, facts: ConnectorFacts, at: number) {
  const when = `${new Date(at).toISOString().slice(0, 19)}.0000000Z`;
  return {
    Enabled: true,
    ConnectorType: facts.type,
    ConnectorSource: facts.source,
    Comment: facts.comment ?? '',
    SenderIPAddresses: facts.addresses,
    SenderDomains: ['smtp:*;1'],
    TrustedOrganizations: [],
    ClientHostNames: [],
    AssociatedAcceptedDomains: [],
    RequireTls: true,
    RestrictDomainsToIPAddresses: false,
    RestrictDomainsToCertificate: false,
    CloudServicesMailEnabled: facts.internal ?? false,
    TreatMessagesAsInternal: facts.internal ?? false,
    TlsSenderCertificateName: null,
    EFTestMode: false,
    ScanAndDropRecipients: [],
    EFSkipLastIP: false,
    EFSkipIPs: [],
    EFSkipMailGateway: [],
    EFUsers: [],
    AdminDisplayName: '',
    Name: facts.name,
    Identity: facts.name,
    WhenChangedUTC: when,
    WhenCreatedUTC: when,
    Guid: guid(tenant.id, 'connector', facts.name),
    IsValid: true,
  };
}
/** A transport rule as Get-TransportRule spells it. */
export function transportRuleObject(
  tenant: { readonly id: string },
  name: string,
  priority: number,
  by: string,
  at: number,
  action: Readonly<Record<string, unknown>>,
) {
  return {
    Priority: priority,
    DlpPolicy: null,
    Comments: null,
    CreatedBy: by,
    LastModifiedBy: by,
    ManuallyModified: false,
    ActivationDate: null,
    ExpiryDate: null,
    Description: '',
    Conditions: null,
    Exceptions: null,
    Actions: Object.keys(action).map((key) => `Microsoft.Exchange.MessagingPolicies.Rules.Tasks.${key}Action`),
    State: 'Enabled',
    Mode: 'Enforce',
    RuleErrorAction: 'Ignore',
    SenderAddressLocation: 'Header',
    FromScope: null,
    SentToScope: null,
    BlindCopyTo: null,
    CopyTo: null,
    RedirectMessageTo: null,
    AddToRecipients: null,
    RouteMessageOutboundConnector: null,
    DeleteMessage: false,
    Quarantine: false,
    StopRuleProcessing: false,
    PrependSubject: null,
    RemoveHeader: null,
    SetHeaderName: null,
    SetHeaderValue: null,
    SetSCL: null,
    SetAuditSeverity: null,
    ...action,
    Identity: name,
    Guid: guid(tenant.id, 'transport-rule', name),
    Name: name,
    IsValid: true,
    WhenChanged: `${new Date(at).toISOString().slice(0, 19)}.0000000+00:00`,
  };
}

/** A gateway, in Contoso a hybrid connector too, and a banner rule. */
export function furnishMailFlow(tenant: TenantState, before: number): void {
  const connectors: readonly ConnectorFacts[] = [
    {
      name: 'Mail gateway',
      addresses: ['192.0.2.25', '192.0.2.26'],
      source: 'AdminUI',
      type: 'OnPremises',
      comment: 'Filters all mail before delivery',
    },
    ...(tenant.licensed
      ? [
          {
            name: 'Inbound from on-premises',
            addresses: ['192.0.2.40'],
            source: 'HybridWizard',
            type: 'OnPremises',
            internal: true,
          } as const,
        ]
      : []),
  ];
  for (const facts of connectors) {
    const connector = connectorObject(tenant, facts, before - yearMs);
    tenant.connectors.write(connector.Guid, connector, 0);
  }
  const rule = transportRuleObject(tenant, 'External mail banner', 0, 'Mail team', before - yearMs, {
    PrependSubject: '[External] ',
    FromScope: 'NotInOrganization',
  });
  tenant.transportRules.write(rule.Guid, rule, 0);
}

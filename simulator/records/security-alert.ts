// An alert as Graph's alerts_v2 spells it (reference: Graph A.1 and the security.alert type), with one person as evidence. Used by worlds/ and attacks/.
import { guid } from '../worlds/random.ts';

export interface AlertFacts {
  readonly key: string;
  readonly time: number;
  /** When it last changed: what Defender did about it is written into the alert. */
  readonly changedAt: number;
  readonly tenant: string;
  readonly title: string;
  readonly category: string;
  readonly severity: 'informational' | 'low' | 'medium' | 'high';
  readonly service:
    | 'microsoftDefenderForOffice365'
    | 'microsoftDefenderForCloudApps'
    | 'microsoft365Defender'
    | 'azureAdIdentityProtection';
  readonly user: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string };
  /** `remediated` with what was done, in Defender's words. */
  readonly remediation?: string;
}

const products: Readonly<Record<AlertFacts['service'], string>> = {
  microsoftDefenderForOffice365: 'Microsoft Defender for Office 365',
  microsoftDefenderForCloudApps: 'Microsoft Defender for Cloud Apps',
  microsoft365Defender: 'Microsoft Defender XDR',
  azureAdIdentityProtection: 'Microsoft Entra ID Protection',
};

export function alertRecord(facts: AlertFacts): Readonly<Record<string, unknown>> {
  const id = guid('alert', facts.key);
  const created = new Date(facts.time).toISOString();
  const [name = '', domain = ''] = facts.user.userPrincipalName.split('@');
  return {
    id,
    providerAlertId: id,
    incidentId: String(100 + facts.key.length),
    status: facts.remediation === undefined ? 'new' : 'resolved',
    severity: facts.severity,
    classification: null,
    determination: null,
    serviceSource: facts.service,
    detectionSource: facts.service,
    productName: products[facts.service],
    detectorId: guid('detector', facts.title),
    tenantId: facts.tenant,
    title: facts.title,
    description: facts.title,
    recommendedActions: '',
    category: facts.category,
    assignedTo: null,
    alertWebUrl: `https://security.microsoft.com/alerts/${id}`,
    incidentWebUrl: null,
    actorDisplayName: null,
    threatDisplayName: null,
    threatFamilyName: null,
    createdDateTime: created,
    lastUpdateDateTime: new Date(facts.changedAt).toISOString(),
    resolvedDateTime: facts.remediation === undefined ? null : new Date(facts.changedAt).toISOString(),
    firstActivityDateTime: created,
    lastActivityDateTime: created,
    additionalData: null,
    mitreTechniques: [],
    systemTags: [],
    comments: [],
    evidence: [
      {
        '@odata.type': '#microsoft.graph.security.userEvidence',
        createdDateTime: created,
        verdict: 'suspicious',
        remediationStatus: facts.remediation === undefined ? 'none' : 'remediated',
        remediationStatusDetails: facts.remediation ?? null,
        roles: ['compromised'],
        detailedRoles: [],
        tags: [],
        userAccount: {
          accountName: name,
          domainName: domain,
          userSid: null,
          azureAdUserId: facts.user.id,
          userPrincipalName: facts.user.userPrincipalName,
          displayName: facts.user.displayName,
        },
      },
    ],
  };
}

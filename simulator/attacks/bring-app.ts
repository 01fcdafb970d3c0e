// The attacker's own application: what it leaves in the directory and in the audit log. Used by attacker.ts.
import type { AuditTarget } from '../records/directory-audit.ts';
import type { PermissionGrant } from '../tenant-state.ts';
import { resources } from '../worlds/catalogue.ts';
import { servicePrincipalId } from '../worlds/directory.ts';
import { guid } from '../worlds/random.ts';
import type { Step } from './attack.ts';
import type { Hand } from './hand.ts';

/** A new application, its secret, its service principal and the victim's consent, with the audits that each leaves. */
export function bringApp(hand: Hand, step: Step & { do: 'app' }, time: number): void {
  const { tenant, run } = hand;
  const appId = guid(run, 'app');
  const objectId = guid(run, 'application');
  const spId = servicePrincipalId(tenant.id, appId);
  const created = new Date(time).toISOString();
  const secret = {
    keyId: guid(run, 'secret'),
    displayName: 'backup',
    hint: 'q7T',
    startDateTime: created,
    endDateTime: new Date(time + 63_072_000_000).toISOString(),
    secretText: null,
    customKeyIdentifier: null,
  };
  const publisher = { displayName: null, verifiedPublisherId: null, addedDateTime: null };
  const shared = {
    appId,
    displayName: step.name,
    createdDateTime: created,
    signInAudience: 'AzureADMyOrg',
    keyCredentials: [],
    tags: [],
    verifiedPublisher: publisher,
  };
  const replyUrls = ['https://backup.attacker.example/callback'];
  tenant.applications.write(
    objectId,
    {
      ...shared,
      id: objectId,
      publisherDomain: tenant.domain,
      passwordCredentials: [secret],
      requiredResourceAccess: [],
      identifierUris: [],
      web: { redirectUris: replyUrls },
    },
    time,
  );
  tenant.servicePrincipals.write(
    spId,
    {
      ...shared,
      id: spId,
      appDisplayName: step.name,
      accountEnabled: true,
      appOwnerOrganizationId: tenant.id,
      disabledByMicrosoftStatus: null,
      homepage: null,
      replyUrls,
      servicePrincipalType: 'Application',
      passwordCredentials: [],
      appRoles: [],
      oauth2PermissionScopes: [],
      info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
      servicePrincipalNames: [appId],
    },
    time,
  );
  const grant = {
    id: guid(run, 'grant'),
    clientId: spId,
    consentType: 'Principal',
    principalId: hand.victim.id,
    resourceId: servicePrincipalId(tenant.id, resources.graph.id),
    scope: step.scope,
  };
  tenant.permissionGrants.write(grant.id, grant, time);

  auditApp(hand, { step, time, appId, objectId, spId, grant, secret });
}

interface BroughtApp {
  readonly step: Step & { do: 'app' };
  readonly time: number;
  readonly appId: string;
  readonly objectId: string;
  readonly spId: string;
  readonly grant: PermissionGrant & { readonly resourceId: string };
  readonly secret: { readonly keyId: string; readonly displayName: string };
}

function auditApp(hand: Hand, { step, time, appId, objectId, spId, grant, secret }: BroughtApp): void {
  const { run } = hand;
  const app: AuditTarget = { id: objectId, displayName: step.name, type: 'Application' };
  const sp: AuditTarget = { id: spId, displayName: step.name, type: 'ServicePrincipal' };
  const core = { service: 'Core Directory', category: 'ApplicationManagement' } as const;
  hand.audit(time, 'Add application', {
    ...core,
    operation: 'Add',
    targets: [
      {
        ...app,
        changes: [
          ['AppId', null, [appId]],
          ['DisplayName', null, [step.name]],
        ],
      },
    ],
  });
  hand.audit(time + 1000, 'Add service principal', {
    ...core,
    operation: 'Add',
    targets: [
      {
        ...sp,
        changes: [
          ['AccountEnabled', null, [true]],
          ['AppPrincipalId', null, [appId]],
          ['DisplayName', null, [step.name]],
        ],
      },
    ],
  });
  hand.audit(time + 2000, 'Update application – Certificates and secrets management ', {
    ...core,
    operation: 'Update',
    targets: [
      {
        ...app,
        changes: [
          ['KeyDescription', [], [`[KeyIdentifier=${secret.keyId},KeyType=Password,KeyUsage=Verify,DisplayName=${secret.displayName}]`]],
          ['Included Updated Properties', null, 'KeyDescription'],
        ],
      },
    ],
  });
  const correlation = guid(run, 'consent');
  const permissions = `[] => [[Id: ${grant.id}, ClientId: ${spId}, PrincipalId: ${grant.principalId}, ResourceId: ${grant.resourceId}, ConsentType: Principal, Scope: ${step.scope}]]; `;
  hand.audit(time + 4000, 'Add delegated permission grant', {
    ...core,
    operation: 'Assign',
    correlation,
    targets: [
      {
        id: grant.resourceId,
        displayName: resources.graph.name,
        type: 'ServicePrincipal',
        changes: [
          ['DelegatedPermissionGrant.Scope', null, step.scope],
          ['DelegatedPermissionGrant.ConsentType', null, 'Principal'],
          ['ServicePrincipal.ObjectID', null, spId],
        ],
      },
      sp,
    ],
  });
  hand.audit(time + 4000, 'Consent to application', {
    ...core,
    operation: 'Assign',
    correlation,
    targets: [
      {
        ...sp,
        changes: [
          ['ConsentContext.IsAdminConsent', null, 'False'],
          ['ConsentContext.IsAppOnly', null, 'False'],
          ['ConsentContext.OnBehalfOfAll', null, 'False'],
          ['ConsentContext.Tags', null, ''],
          ['ConsentAction.Permissions', null, permissions],
          ['TargetId.ServicePrincipalNames', null, appId],
        ],
      },
    ],
  });
}

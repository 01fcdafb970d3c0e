// An application of another tenant is let in by people, and reads with what it was given. Used by attacker.ts.
import type { User } from '../tenant-state.ts';
import { resources } from '../worlds/catalogue.ts';
import { servicePrincipalId } from '../worlds/directory.ts';
import { deskOf, homeOf } from '../worlds/networks.ts';
import { peopleOf } from '../worlds/people.ts';
import { guid } from '../worlds/random.ts';
import type { ForeignApp, Step } from './attack.ts';
import type { Hand } from './hand.ts';
import { named } from './sign-in-steps.ts';

/** The application's principal, made by the first consent. */
function letIn(hand: Hand, app: ForeignApp, time: number): string {
  const { tenant } = hand;
  const id = servicePrincipalId(tenant.id, app.id);
  if (tenant.servicePrincipals.current(id) !== undefined) return id;
  tenant.servicePrincipals.write(
    id,
    {
      id,
      appId: app.id,
      appDisplayName: app.name,
      displayName: app.name,
      accountEnabled: true,
      appOwnerOrganizationId: guid(app.id, 'home'),
      createdDateTime: new Date(time).toISOString(),
      disabledByMicrosoftStatus: null,
      homepage: null,
      replyUrls: [app.replyUrl],
      servicePrincipalType: 'Application',
      signInAudience: 'AzureADMultipleOrgs',
      tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
      keyCredentials: [],
      passwordCredentials: [],
      verifiedPublisher: {
        displayName: app.publisher,
        verifiedPublisherId: app.publisher === null ? null : '7654321',
        addedDateTime: app.publisher === null ? null : new Date(time - 86_400_000).toISOString(),
      },
      appRoles: [],
      oauth2PermissionScopes: [],
      info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
      servicePrincipalNames: [app.id],
    },
    time,
  );
  return id;
}

function consent(hand: Hand, step: Step & { do: 'consent' }, user: User, time: number, atHome: boolean): void {
  const { tenant } = hand;
  const person = (peopleOf[tenant.id] ?? []).find(({ id }) => id === user.id);
  const home = atHome && person !== undefined ? { network: homeOf(person), browser: deskOf(person, time) } : undefined;
  const clientId = letIn(hand, step.app, time);
  const grant = {
    id: guid(hand.run, 'grant', step.app.id, user.id),
    clientId,
    consentType: 'Principal',
    principalId: user.id,
    resourceId: servicePrincipalId(tenant.id, resources.graph.id),
    scope: step.scope,
  };
  tenant.permissionGrants.write(grant.id, grant, time);
  hand.record(time - 5000, {
    user: named(user),
    app: step.app,
    resource: resources.graph,
    error: 0,
    ...home,
    ...(home !== undefined && { session: guid(user.id, 'home', time), managed: guid(user.id, 'device') }),
  });
  hand.audit(time, 'Consent to application', {
    service: 'Core Directory',
    category: 'ApplicationManagement',
    operation: 'Assign',
    ...(home !== undefined && { by: { user, address: home.network.address, userAgent: home.browser.userAgent } }),
    targets: [
      {
        id: clientId,
        displayName: step.app.name,
        type: 'ServicePrincipal',
        changes: [
          ['ConsentContext.IsAdminConsent', null, 'False'],
          ['ConsentContext.IsAppOnly', null, 'False'],
          ['ConsentContext.OnBehalfOfAll', null, 'False'],
          ['ConsentContext.Tags', null, 'WindowsAzureActiveDirectoryIntegratedApp'],
          [
            'ConsentAction.Permissions',
            null,
            `[] => [[Id: ${grant.id}, ClientId: ${clientId}, PrincipalId: ${user.id}, ResourceId: ${grant.resourceId}, ConsentType: Principal, Scope: ${step.scope}]]; `,
          ],
          ['TargetId.ServicePrincipalNames', null, step.app.id],
        ],
      },
    ],
  });
}

/** The victim and so many others, a quarter of an hour apart, each from home; or the thief with the victim's session. */
export function letForeignAppIn(hand: Hand, step: Step & { do: 'consent' }, time: number): void {
  const people = [hand.victim, ...hand.bystanders.slice(0, step.others)];
  for (const [index, user] of people.entries()) consent(hand, step, user, time + index * 900_000, step.who === 'people');
}

/** The application redeems its long-lived token from its own network and reads the victim's mail. */
export function readAsForeignApp(hand: Hand, step: Step & { do: 'app-reads' }, time: number): void {
  hand.record(time, {
    user: named(hand.victim),
    app: step.app,
    resource: resources.graph,
    error: 0,
    silent: true,
    browser: { userAgent: '', browser: '', system: '' },
    token: 'refreshToken',
    session: guid(hand.run, 'session', step.app.id),
  });
  hand.unified(time + 1000, 'MailItemsAccessed', 50, {
    more: { OperationCount: step.items, ClientAppId: step.app.id, AppId: step.app.id, ClientInfoString: 'Client=REST;' },
  });
}

// Products that are set up by their own guides and look like attacks: a mail gateway, a migration tool, a help desk. Played by tests.

import { clients, resources } from '../catalogue.ts';
import { userOf } from '../day.ts';
import { servicePrincipalId } from '../directory.ts';
import { connectorObject, transportRuleObject } from '../mail-flow.ts';
import type { Person } from '../people.ts';
import { guid } from '../random.ts';
import { appRoleIds, directoryRoles } from '../roles.ts';
import type { Scribe } from './scribe.ts';

const second = 1000;
const minute = 60_000;
const core = { service: 'Core Directory', category: 'ApplicationManagement' } as const;

/** A gateway's own onboarding: one connector for its addresses and four rules that remove its own headers, in a burst. */
export function mailGateway(scribe: Scribe, at: number): void {
  const { tenant } = scribe;
  const admin = scribe.person('jonas.weber');
  scribe.signIn(admin, at - minute, { app: clients.exchange, resource: resources.exchange, strong: true });
  const addresses = ['192.0.2.60', '192.0.2.61'];
  const connector = connectorObject(tenant, { name: 'Secure mail inbound', addresses, source: 'AdminUI', type: 'OnPremises' }, at);
  tenant.connectors.write(connector.Guid, connector, at);
  scribe.exchange(admin, at, 'New-InboundConnector', {
    objectId: connector.Name,
    parameters: { Name: connector.Name, ConnectorType: 'OnPremises', SenderIPAddresses: addresses.join(';'), RequireTls: 'True' },
  });
  for (const [index, header] of ['X-SM-incoming', 'X-SM-outgoing', 'X-SM-internal', 'X-SM-key'].entries()) {
    const time = at + (index + 1) * 2 * second;
    const name = `Secure mail ${index + 1}`;
    const rule = transportRuleObject(tenant, name, index + 1, admin.given, time, { RemoveHeader: header });
    tenant.transportRules.write(rule.Guid, rule, time);
    scribe.exchange(admin, time, 'New-TransportRule', { objectId: name, parameters: { Name: name, RemoveHeader: header } });
  }
}

interface Product {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly replyUrl: string;
}

function install(scribe: Scribe, product: Product, at: number): string {
  const { tenant } = scribe;
  const id = servicePrincipalId(tenant.id, product.id);
  tenant.servicePrincipals.write(
    id,
    {
      id,
      appId: product.id,
      appDisplayName: product.name,
      displayName: product.name,
      accountEnabled: true,
      appOwnerOrganizationId: guid(product.id, 'home'),
      createdDateTime: new Date(at).toISOString(),
      disabledByMicrosoftStatus: null,
      homepage: null,
      replyUrls: [product.replyUrl],
      servicePrincipalType: 'Application',
      signInAudience: 'AzureADMultipleOrgs',
      tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
      keyCredentials: [],
      passwordCredentials: [],
      verifiedPublisher: { displayName: product.publisher, verifiedPublisherId: '2345678', addedDateTime: '2019-05-02T09:00:00Z' },
      appRoles: [],
      oauth2PermissionScopes: [],
      info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
      servicePrincipalNames: [product.id],
    },
    at,
  );
  return id;
}

function consent(scribe: Scribe, person: Person, time: number, product: Product, scope: string, forAll: boolean): void {
  const { tenant } = scribe;
  const clientId = servicePrincipalId(tenant.id, product.id);
  const grant = {
    id: guid(product.id, 'grant', tenant.id, forAll ? 'all' : person.id),
    clientId,
    consentType: forAll ? 'AllPrincipals' : 'Principal',
    principalId: forAll ? null : person.id,
    resourceId: servicePrincipalId(tenant.id, resources.graph.id),
    scope,
  };
  tenant.permissionGrants.write(grant.id, grant, time);
  const permissions = `[] => [[Id: ${grant.id}, ClientId: ${clientId}, PrincipalId: ${grant.principalId ?? ''}, ResourceId: ${grant.resourceId}, ConsentType: ${grant.consentType}, Scope: ${scope}]]; `;
  scribe.audit(person, time, 'Consent to application', {
    ...core,
    operation: 'Assign',
    targets: [
      {
        id: clientId,
        displayName: product.name,
        type: 'ServicePrincipal',
        changes: [
          ['ConsentContext.IsAdminConsent', null, forAll ? 'True' : 'False'],
          ['ConsentContext.IsAppOnly', null, 'False'],
          ['ConsentContext.OnBehalfOfAll', null, forAll ? 'True' : 'False'],
          ['ConsentAction.Permissions', null, permissions],
          ['TargetId.ServicePrincipalNames', null, product.id],
        ],
      },
    ],
  });
}

/** A migration to this tenant: an application over every mailbox, Exchange Administrator for it, and then it reads everybody's mail. */
export function migrationTool(scribe: Scribe, at: number): void {
  const { tenant } = scribe;
  const admin = scribe.person('ingrid.solberg');
  const product = {
    id: guid('mover', 'app'),
    name: 'Mailbox Mover',
    publisher: 'Mover Software GmbH',
    replyUrl: 'https://app.mover.example/signin',
  };
  scribe.signIn(admin, at - minute, { app: clients.officeHome, resource: resources.officeHome, strong: true });
  const id = install(scribe, product, at);
  consent(scribe, admin, at + 5 * second, product, 'User.Read.All Directory.Read.All', true);
  const exchange = servicePrincipalId(tenant.id, resources.exchange.id);
  const permission = appRoleIds['Exchange.ManageAsApp'] ?? '';
  const assignment = {
    id: guid(product.id, 'role', tenant.id),
    appRoleId: permission,
    createdDateTime: new Date(at + 10 * second).toISOString(),
    principalDisplayName: product.name,
    principalId: id,
    principalType: 'ServicePrincipal',
    resourceDisplayName: resources.exchange.name,
    resourceId: exchange,
  };
  tenant.appRoleAssignments.write(assignment.id, assignment, at + 10 * second);
  scribe.audit(admin, at + 10 * second, 'Add app role assignment to service principal', {
    ...core,
    operation: 'Assign',
    targets: [
      {
        id: exchange,
        displayName: resources.exchange.name,
        type: 'ServicePrincipal',
        changes: [
          ['AppRole.Id', null, permission],
          ['AppRole.Value', null, 'Exchange.ManageAsApp'],
          ['ServicePrincipal.DisplayName', null, product.name],
          ['ServicePrincipal.AppId', null, product.id],
        ],
      },
    ],
  });
  const role = directoryRoles.exchangeAdministrator;
  const held = guid(product.id, 'held', tenant.id);
  tenant.roleAssignments.write(held, { id: held, principalId: id, roleDefinitionId: role.id, directoryScopeId: '/' }, at + minute);
  scribe.audit(admin, at + minute, 'Add member to role', {
    service: 'Core Directory',
    category: 'RoleManagement',
    operation: 'Assign',
    targets: [
      {
        id,
        displayName: product.name,
        type: 'ServicePrincipal',
        changes: [
          ['Role.DisplayName', null, role.name],
          ['Role.TemplateId', null, role.id],
        ],
      },
    ],
  });
  for (const [index, person] of scribe.people.entries())
    scribe.exchange(person, at + (5 + index) * minute, 'MailItemsAccessed', {
      recordType: 50,
      more: { UserType: 5, AppId: product.id, ClientAppId: product.id, OperationCount: 900, ClientInfoString: 'Client=WebServices;' },
    });
}

/** A help desk's day: passes for people with a new phone, new passwords, and a ticket system that people let in. */
export function helpDesk(scribe: Scribe, at: number): void {
  const technician = scribe.person('grace.mbeki');
  const product = {
    id: guid('tickets', 'app'),
    name: 'Ticket Desk',
    publisher: 'Ticket Desk Ltd',
    replyUrl: 'https://ticketdesk.example/oauth',
  };
  scribe.signIn(technician, at - minute, { app: clients.officeHome, resource: resources.officeHome, strong: true });
  install(scribe, product, at);
  const callers = scribe.people.filter(({ id, roles }) => id !== technician.id && roles.length === 0).slice(4, 12);
  for (const [index, person] of callers.entries()) {
    const time = at + index * 10 * minute;
    const targets = [{ ...userOf(person), id: person.id, type: 'User' as const }];
    if (index % 2 === 0)
      scribe.audit(technician, time, 'Admin registered security info', {
        service: 'Authentication Methods',
        category: 'UserManagement',
        operation: 'Add',
        reason: 'Admin registered temporary access pass method for user',
        targets,
      });
    else
      scribe.audit(technician, time, 'Reset password (by admin)', {
        service: 'Core Directory',
        category: 'UserManagement',
        operation: 'Update',
        targets,
      });
    scribe.signIn(person, time + 4 * minute, { app: product });
    consent(scribe, person, time + 5 * minute, product, 'offline_access User.Read Mail.Read', false);
  }
}

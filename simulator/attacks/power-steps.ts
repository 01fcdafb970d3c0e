// Power for applications: what the thief gives the own one, and a key for one that was there before. Used by attacker.ts.
import { resources } from '../worlds/catalogue.ts';
import { crmAppId, servicePrincipalId } from '../worlds/directory.ts';
import { guid } from '../worlds/random.ts';
import { appRoleIds, directoryRoles } from '../worlds/roles.ts';
import type { Step } from './attack.ts';
import type { Hand } from './hand.ts';
import { technician } from './sign-in-steps.ts';

const core = { service: 'Core Directory', category: 'ApplicationManagement' } as const;

/** Exchange.ManageAsApp with an administrator's consent, and the roles Global Administrator and Exchange Administrator, a minute apart. */
export function empower(hand: Hand, time: number): void {
  const { tenant, app } = hand;
  const exchange = servicePrincipalId(tenant.id, resources.exchange.id);
  const permission = appRoleIds['Exchange.ManageAsApp'] ?? '';
  const name = String(tenant.servicePrincipals.current(app.servicePrincipal)?.displayName ?? '');
  const assignment = {
    id: guid(hand.run, 'app-role'),
    appRoleId: permission,
    createdDateTime: new Date(time).toISOString(),
    principalDisplayName: name,
    principalId: app.servicePrincipal,
    principalType: 'ServicePrincipal',
    resourceDisplayName: resources.exchange.name,
    resourceId: exchange,
  };
  tenant.appRoleAssignments.write(assignment.id, assignment, time);
  hand.audit(time, 'Add app role assignment to service principal', {
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
          ['ServicePrincipal.DisplayName', null, name],
          ['ServicePrincipal.AppId', null, app.id],
          ['ServicePrincipal.ObjectID', null, app.servicePrincipal],
        ],
      },
      { id: app.servicePrincipal, displayName: name, type: 'ServicePrincipal' },
    ],
  });
  hand.audit(time + 30_000, 'Consent to application', {
    ...core,
    operation: 'Assign',
    targets: [
      {
        id: app.servicePrincipal,
        displayName: name,
        type: 'ServicePrincipal',
        changes: [
          ['ConsentContext.IsAdminConsent', null, 'True'],
          ['ConsentContext.IsAppOnly', null, 'True'],
          ['ConsentContext.OnBehalfOfAll', null, 'True'],
          ['TargetId.ServicePrincipalNames', null, app.id],
        ],
      },
    ],
  });
  for (const [index, role] of [directoryRoles.globalAdministrator, directoryRoles.exchangeAdministrator].entries()) {
    const id = guid(hand.run, 'assignment', role.id);
    const at = time + (index + 1) * 60_000;
    tenant.roleAssignments.write(id, { id, principalId: app.servicePrincipal, roleDefinitionId: role.id, directoryScopeId: '/' }, at);
    hand.audit(at, 'Add member to role', {
      service: 'Core Directory',
      category: 'RoleManagement',
      operation: 'Assign',
      targets: [
        {
          id: app.servicePrincipal,
          displayName: name,
          type: 'ServicePrincipal',
          changes: [
            ['Role.ObjectID', null, guid(tenant.id, 'role', role.id)],
            ['Role.DisplayName', null, role.name],
            ['Role.TemplateId', null, role.id],
          ],
        },
        { id: guid(tenant.id, 'role', role.id), displayName: role.name, type: 'Role' },
      ],
    });
  }
}

/** A key for the customer relations application: whoever has it acts in that application's name. */
export function addKey(hand: Hand, { by }: Step & { do: 'credential' }, time: number): void {
  const { tenant, run } = hand;
  const id = servicePrincipalId(tenant.id, crmAppId);
  const before = tenant.servicePrincipals.current(id);
  if (before === undefined) return;
  const keyId = guid(run, 'key');
  const key = {
    keyId,
    displayName: 'sync',
    hint: 'p3X',
    startDateTime: new Date(time).toISOString(),
    endDateTime: new Date(time + 31_536_000_000).toISOString(),
    secretText: null,
    customKeyIdentifier: null,
  };
  const keys = Array.isArray(before['passwordCredentials']) ? (before['passwordCredentials'] as readonly unknown[]) : [];
  tenant.servicePrincipals.write(id, { ...before, passwordCredentials: [...keys, key] }, time);
  hand.audit(time, 'Add service principal credentials', {
    ...core,
    ...(by !== undefined && { by: { user: technician(hand, by) } }),
    operation: 'Add',
    targets: [
      {
        id,
        displayName: before.displayName,
        type: 'ServicePrincipal',
        changes: [
          ['KeyDescription', [], [`[KeyIdentifier=${keyId},KeyType=Password,KeyUsage=Verify,DisplayName=sync]`]],
          ['Included Updated Properties', null, 'KeyDescription'],
        ],
      },
    ],
  });
}

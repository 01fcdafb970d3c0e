// What ordinary people do beside signing in: a new phone, a consent, mail, files, a mail rule. Used by worlds/ordinary.ts.
import { auditRecord } from '../records/directory-audit.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import { type Browser, clients, type Network, resources } from './catalogue.ts';
import { type Day, type Setting, userOf } from './day.ts';
import { crmAppId, servicePrincipalId } from './directory.ts';
import { authenticatorMethod, methodKey } from './methods.ts';
import type { Person } from './people.ts';
import { guid, type Random } from './random.ts';

const minuteMs = 60_000;

export function newPhone(day: Day, setting: Setting, person: Person, time: number, network: Network, desk: Browser): void {
  const user = userOf(person);
  day.signIn(person, time, { app: clients.mySignins, resource: resources.myProfile, network, browser: desk, managed: true, strong: true });
  const method = authenticatorMethod(
    person.id,
    time + 4 * minuteMs,
    person.phone === 'safariPhone' ? 'iPhone 17' : 'Pixel 10',
    `new ${setting.day}`,
  );
  const audit = (offset: number, activity: string, reason: string, operation: 'Add' | 'Delete'): void => {
    const at = time + offset * minuteMs;
    day.directoryAudits.push({
      time: at,
      record: auditRecord({
        key: day.key(person),
        time: at,
        activity,
        category: 'UserManagement',
        service: 'Authentication Methods',
        operation,
        reason,
        by: { user: { ...user, ipAddress: network.address } },
        targets: [{ id: user.id, displayName: user.displayName, type: 'User', userPrincipalName: user.userPrincipalName }],
        userAgent: desk.userAgent,
      }),
    });
  };
  audit(4, 'User registered security info', 'User registered Authenticator App with Notification and Code', 'Add');
  audit(9, 'User deleted security info', 'User deleted Authenticator App with Notification and Code', 'Delete');
  day.effects.push({ time: time + 4 * minuteMs, apply: (tenant, at) => tenant.methods.write(methodKey(method), method, at) });
}

export function consent(day: Day, setting: Setting, person: Person, time: number, network: Network, desk: Browser): void {
  const user = userOf(person);
  const clientId = servicePrincipalId(setting.tenant.id, crmAppId);
  const grant = {
    id: guid(setting.tenant.id, 'grant', person.id, setting.day),
    clientId,
    consentType: 'Principal',
    principalId: person.id,
    resourceId: servicePrincipalId(setting.tenant.id, resources.graph.id),
    scope: 'openid profile User.Read',
  };
  day.directoryAudits.push({
    time,
    record: auditRecord({
      key: day.key(person),
      time,
      activity: 'Consent to application',
      category: 'ApplicationManagement',
      service: 'Core Directory',
      operation: 'Assign',
      by: { user: { ...user, ipAddress: network.address } },
      targets: [
        {
          id: clientId,
          displayName: 'Northwind CRM',
          type: 'ServicePrincipal',
          changes: [
            ['ConsentContext.IsAdminConsent', null, 'False'],
            ['ConsentContext.IsAppOnly', null, 'False'],
            ['ConsentContext.OnBehalfOfAll', null, 'False'],
            ['ConsentContext.Tags', null, 'WindowsAzureActiveDirectoryIntegratedApp'],
            [
              'ConsentAction.Permissions',
              null,
              `[] => [[Id: ${grant.id}, ClientId: ${clientId}, PrincipalId: ${person.id}, ResourceId: ${grant.resourceId}, ConsentType: Principal, Scope: ${grant.scope}]]; `,
            ],
            ['TargetId.ServicePrincipalNames', null, crmAppId],
          ],
        },
      ],
      userAgent: desk.userAgent,
    }),
  });
  day.effects.push({ time, apply: (tenant, at) => tenant.permissionGrants.write(grant.id, grant, at) });
}

export function mailAndFiles(day: Day, setting: Setting, person: Person, time: number, network: Network, r: Random): void {
  const common = { tenant: setting.tenant.id, user: userOf(person), address: network.address };
  day.unifiedAudit.push({
    time,
    record: unifiedRecord({
      ...common,
      key: day.key(person),
      time,
      operation: 'MailItemsAccessed',
      workload: 'Exchange',
      recordType: 50,
      more: { OperationCount: r.int(1, 12) },
    }),
  });
  if (r.chance(0.5)) {
    const objectId = `https://${setting.tenant.domain}/sites/team/Documents/Report ${r.int(1, 90)}.docx`;
    day.unifiedAudit.push({
      time: time + minuteMs,
      record: unifiedRecord({
        ...common,
        key: day.key(person),
        time: time + minuteMs,
        operation: 'FileAccessed',
        workload: 'SharePoint',
        recordType: 6,
        objectId,
      }),
    });
  }
  if (r.chance(1 / 150))
    day.unifiedAudit.push({
      time: time + 2 * minuteMs,
      record: unifiedRecord({
        ...common,
        key: day.key(person),
        time: time + 2 * minuteMs,
        operation: 'New-InboxRule',
        workload: 'Exchange',
        recordType: 1,
        objectId: `${person.given.toLowerCase()}\\Newsletters`,
        parameters: { Name: 'Newsletters', FromAddressContainsWords: 'news@vendor.example', MoveToFolder: 'Newsletters' },
      }),
    });
}

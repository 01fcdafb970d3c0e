// What the few people who run a tenant of a thousand do in a month, as the logs tell it: passwords, passes, joiners, guests, devices, roles, applications, policies, mailboxes and mail flow. Played by
// ordinary-month.test.ts beside what everybody does.
import type { AuditTarget } from '../../../simulator/records/directory-audit.ts';
import { servicePrincipalId } from '../../../simulator/worlds/directory.ts';
import type { MonthRecord } from '../../../simulator/worlds/ordinary.ts';
import type { Person } from '../../../simulator/worlds/people.ts';
import { guid } from '../../../simulator/worlds/random.ts';

import { core, Desk, dayMs, jobs, minute, rolesOf, type Setting, userTarget } from './desk.ts';

const users = { category: 'UserManagement', service: core } as const;
const methods = { category: 'UserManagement', service: 'Authentication Methods' } as const;

function aboutPeople(desk: Desk): void {
  const { r } = desk;
  const helper = desk.who('helpdesk');
  desk.times(3, (at) =>
    desk.audit(helper, at, 'Reset user password', { ...users, operation: 'Update', targets: [userTarget(r.pick(desk.others))] }),
  );
  desk.times(0.4, (at) =>
    desk.audit(helper, at, 'Admin registered security info', {
      ...methods,
      operation: 'Add',
      reason: 'Admin registered temporary access pass method for user',
      targets: [userTarget(r.pick(desk.others))],
    }),
  );
  desk.times(0.4, (at) =>
    desk.audit(helper, at, 'Admin deleted security info', {
      ...methods,
      operation: 'Delete',
      reason: 'Admin deleted Authenticator App with Notification and Code method for user',
      targets: [userTarget(r.pick(desk.others))],
    }),
  );
  desk.times(4, (at) => {
    const person = r.pick(desk.others);
    desk.audit(person, at, 'Change user password', { ...users, operation: 'Update', targets: [userTarget(person)] });
  });
  desk.times(1, (at) => {
    const number = r.int(2000, 9000);
    const joiner: AuditTarget = {
      id: guid('joiner', number, at),
      displayName: `Joiner ${number}`,
      type: 'User',
      userPrincipalName: `joiner.${number}@contoso.example`,
    };
    const by = desk.who('users');
    desk.audit(by, at, 'Add user', { ...users, operation: 'Add', targets: [{ ...joiner, changes: [['AccountEnabled', null, [true]]] }] });
    desk.audit(by, at + minute, 'Change user license', { ...users, operation: 'Update', targets: [joiner] });
    desk.audit(by, at + 2 * minute, 'Add member to group', {
      category: 'GroupManagement',
      service: core,
      operation: 'Assign',
      targets: [joiner, { id: guid('group', 'everybody'), displayName: 'All staff', type: 'Group' }],
    });
  });
  desk.times(0.5, (at) => {
    const leaver: AuditTarget = {
      id: guid('leaver', at),
      displayName: 'Leaver',
      type: 'User',
      userPrincipalName: `leaver.${at}@contoso.example`,
    };
    desk.audit(desk.who('users'), at, 'Disable account', { ...users, operation: 'Update', targets: [leaver] });
    desk.audit(desk.who('users'), at + minute, 'Delete user', { ...users, operation: 'Delete', targets: [leaver] });
  });
  desk.times(1, (at) => {
    const guest: AuditTarget = {
      id: guid('guest', at),
      displayName: 'Guest',
      type: 'User',
      userPrincipalName: `guest_partner.example#EXT#@contoso.example`,
    };
    const by = r.pick(desk.others);
    desk.audit(by, at, 'Invite external user', { ...users, operation: 'Add', targets: [guest] });
    desk.audit(by, at + 1000, 'Add user', { ...users, operation: 'Add', targets: [guest] });
  });
  desk.times(4, (at) => {
    const person = r.pick(desk.others);
    const device: AuditTarget = { id: guid('device', at), displayName: `LAPTOP-${r.int(1000, 9999)}`, type: 'Device' };
    const registration = { category: 'Device', service: 'Device Registration Service' } as const;
    desk.audit(person, at, 'Register device', { ...registration, operation: 'Add', targets: [device] });
    desk.audit(person, at + 1000, 'Add registered owner to device', {
      ...registration,
      service: core,
      operation: 'Assign',
      targets: [userTarget(person), device],
    });
  });
}

function aboutRoles(desk: Desk): void {
  const role = (at: number, activity: string, by: Person, person: Person, name: string): void =>
    desk.audit(by, at, activity, {
      category: 'RoleManagement',
      service: core,
      operation: 'Assign',
      targets: [
        {
          ...userTarget(person),
          changes: [
            ['Role.DisplayName', null, name],
            ['Role.TemplateId', null, guid('role', name)],
          ],
        },
      ],
    });
  // The two who hold their roles by activation.
  for (const job of ['users', 'applications'] as const)
    desk.times(0.8, (at) => role(at, 'Add member to role completed (PIM activation)', desk.who(job), desk.who(job), rolesOf[job]));
  desk.times(0.15, (at) =>
    role(
      at,
      'Add member to role',
      desk.who('global'),
      desk.r.pick(desk.others),
      desk.r.pick(['Groups Administrator', 'Reports Reader', 'Teams Administrator', 'License Administrator']),
    ),
  );
  desk.times(0.1, (at) =>
    desk.audit(desk.who('global'), at, 'Update conditional access policy', {
      category: 'Policy',
      service: core,
      operation: 'Update',
      targets: [{ id: guid('policy', 'mfa'), displayName: 'Multifactor for everybody', type: 'Policy' }],
    }),
  );
}

export interface Product {
  readonly appId: string;
  readonly name: string;
  readonly publisher: string;
  readonly domain: string;
}
export const products: readonly Product[] = ['Expenses', 'Whiteboards', 'Surveys', 'Signatures'].map((name) => ({
  appId: guid('product', name),
  name: `Fabrikam ${name}`,
  publisher: 'Fabrikam Software',
  domain: 'fabrikam.example',
}));

function aboutApplications(desk: Desk, tenant: string, index: number): void {
  const by = desk.who('applications');
  const own = { category: 'ApplicationManagement', service: core } as const;
  // One product a week is let in for everybody.
  const product = index % 7 === 2 ? products[Math.floor(index / 7)] : undefined;
  if (product !== undefined) {
    const at = desk.moment();
    const sp = { id: servicePrincipalId(tenant, product.appId), displayName: product.name, type: 'ServicePrincipal' } as const;
    desk.audit(desk.who('global'), at, 'Add service principal', {
      ...own,
      operation: 'Add',
      targets: [{ ...sp, changes: [['AppPrincipalId', null, [product.appId]]] }],
    });
    desk.audit(desk.who('global'), at + 2000, 'Consent to application', {
      ...own,
      operation: 'Assign',
      targets: [
        {
          ...sp,
          changes: [
            ['ConsentContext.IsAdminConsent', null, 'True'],
            ['ConsentContext.IsAppOnly', null, 'False'],
            ['ConsentContext.OnBehalfOfAll', null, 'True'],
            [
              'ConsentAction.Permissions',
              null,
              `[] => [[Id: x, ClientId: ${sp.id}, PrincipalId: , ResourceId: y, ConsentType: AllPrincipals, Scope: openid profile User.Read]]; `,
            ],
            ['TargetId.ServicePrincipalNames', null, product.appId],
          ],
        },
      ],
    });
  }
  // A secret that runs out gets its successor.
  desk.times(0.15, (at) =>
    desk.audit(by, at, 'Update application – Certificates and secrets management ', {
      ...own,
      operation: 'Update',
      targets: [
        {
          id: guid(tenant, 'application', 'reports'),
          displayName: 'Monthly reports',
          type: 'Application',
          changes: [
            [
              'KeyDescription',
              '["[KeyIdentifier=old,KeyType=Password,KeyUsage=Verify,DisplayName=2025]"]',
              '["[KeyIdentifier=old,KeyType=Password,KeyUsage=Verify,DisplayName=2025]","[KeyIdentifier=new,KeyType=Password,KeyUsage=Verify,DisplayName=2026]"]',
            ],
          ],
        },
      ],
    }),
  );
  desk.times(0.1, (at) => {
    const name = `Internal tool ${index}`;
    const app: AuditTarget = { id: guid('own app', index), displayName: name, type: 'Application' };
    desk.audit(by, at, 'Add application', { ...own, operation: 'Add', targets: [{ ...app, changes: [['DisplayName', null, [name]]] }] });
    desk.audit(by, at + 1000, 'Add owner to application', { ...own, operation: 'Assign', targets: [userTarget(by), app] });
    desk.audit(by, at + 2000, 'Update application', {
      ...own,
      operation: 'Update',
      targets: [{ ...app, changes: [['AppAddress', '[]', '[{"AddressType":0,"Address":"https://tools.contoso.example/signin"}]']] }],
    });
  });
}

function aboutMail(desk: Desk, index: number): void {
  const { r } = desk;
  desk.times(1, (at) => {
    const shared = `team.${r.int(1, 60)}@contoso.example`;
    desk.exchange(at, 'Add-MailboxPermission', shared, {
      Identity: shared,
      User: r.pick(desk.others).upn,
      AccessRights: 'FullAccess',
      InheritanceType: 'All',
    });
    desk.exchange(at + 5000, 'Add-RecipientPermission', shared, {
      Identity: shared,
      Trustee: r.pick(desk.others).upn,
      AccessRights: 'SendAs',
    });
  });
  desk.times(0.2, (at) => {
    const leaver = r.pick(desk.others).upn;
    desk.exchange(at, 'Set-Mailbox', leaver, {
      Identity: leaver,
      ForwardingAddress: r.pick(desk.others).upn,
      DeliverToMailboxAndForward: 'True',
    });
  });
  desk.times(0.5, (at) =>
    desk.exchange(at, 'Set-CASMailbox', 'x', { Identity: r.pick(desk.others).upn, PopEnabled: 'False', ImapEnabled: 'False' }),
  );
  if (index === 9)
    desk.exchange(desk.moment(), 'New-TransportRule', 'Disclaimer', {
      Name: 'Disclaimer',
      ApplyHtmlDisclaimerText: 'Confidential',
      FromScope: 'InOrganization',
    });
  if (index === 16 || index === 23)
    desk.exchange(desk.moment(), 'Set-TransportRule', 'Disclaimer', {
      Identity: 'Disclaimer',
      ApplyHtmlDisclaimerText: 'Confidential, and more',
    });
  if (index === 12)
    desk.exchange(desk.moment(), 'Set-InboundConnector', 'Mail gateway', {
      Identity: 'Mail gateway',
      TlsSenderCertificateName: 'mail.gateway.example',
    });
}

/** By time. Weekends are quiet. */
export function administratorsMonth(setting: Setting): MonthRecord[] {
  const records: MonthRecord[] = [];
  for (let index = 0; index < setting.days; index++) {
    const midnight = setting.from + index * dayMs;
    const weekday = new Date(midnight).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const desk = new Desk(setting, midnight);
    for (const job of jobs) desk.signIn(job);
    aboutPeople(desk);
    aboutRoles(desk);
    aboutApplications(desk, setting.tenant.id, index);
    aboutMail(desk, index);
    const { signIns, directoryAudits, unifiedAudit } = desk.day;
    records.push(
      ...signIns.map((one) => ({ ...one, source: 'sign-ins' as const })),
      ...directoryAudits.map((one) => ({ ...one, source: 'directory-audits' as const })),
      ...unifiedAudit.map((one) => ({ ...one, source: 'unified-audit' as const })),
    );
  }
  return records.sort((a, b) => a.time - b.time);
}

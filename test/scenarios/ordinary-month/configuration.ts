// What changes in a tenant's configuration in an ordinary month, as differences of two readings: products and own applications that come, secrets that are renewed, consents, a policy, a domain, a
// contact, a connector, mail flow rules, shared mailboxes. Used by ordinary-month.test.ts.

import { resources } from '../../../simulator/worlds/catalogue.ts';
import { servicePrincipalId } from '../../../simulator/worlds/directory.ts';
import { connectorObject, transportRuleObject } from '../../../simulator/worlds/mail-flow.ts';
import { guid, random } from '../../../simulator/worlds/random.ts';
import { appRoleIds } from '../../../simulator/worlds/roles.ts';
import type { SnapshotFeed } from '../../../src/collect/feed.ts';
import { feeds } from '../../../src/collect/feeds.ts';
import { snapshotChanges } from '../../../src/collect/snapshot.ts';
import type { Activity } from '../../../src/contracts/activity.ts';
import { products } from './administrators.ts';
import type { Setting } from './desk.ts';

const dayMs = 86_400_000;
type Thing = Record<string, unknown>;

const feedOf = (id: string): SnapshotFeed => {
  const feed = feeds.find((one) => one.id === id);
  if (feed?.kind !== 'snapshot') throw new Error(`there is no snapshot feed ${id}`);
  return feed;
};
const nobody = { displayName: null, verifiedPublisherId: null, addedDateTime: null };

/** By time. */
export function configurationMonth({ tenant, people, from, days }: Setting): Activity[] {
  const activities: Activity[] = [];
  const change = (feed: string, day: number, before: Thing | undefined, after: Thing | undefined): void => {
    const now = from + day * dayMs + 14 * 3_600_000;
    const listed = (one: Thing | undefined): Thing[] => (one === undefined ? [] : [one]);
    activities.push(...snapshotChanges(feedOf(feed), listed(before), listed(after), { tenant: tenant.id, now, since: now - 1_800_000 }));
  };
  const iso = (day: number): string => new Date(from + day * dayMs).toISOString();
  const application = (appId: string, displayName: string, day: number): Thing => ({
    id: servicePrincipalId(tenant.id, appId),
    appId,
    displayName,
    accountEnabled: true,
    createdDateTime: iso(day),
    disabledByMicrosoftStatus: null,
    keyCredentials: [],
    passwordCredentials: [],
    servicePrincipalType: 'Application',
    tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
  });
  const secret = (name: string, day: number): Thing => ({
    keyId: guid('secret', name),
    displayName: name,
    hint: 'abc',
    startDateTime: iso(day),
    endDateTime: iso(day + 365),
  });

  for (const [week, { appId, name, publisher, domain }] of products.entries()) {
    const day = week * 7 + 2;
    const sp = application(appId, name, day);
    change('service-principals', day, undefined, {
      ...sp,
      appOwnerOrganizationId: guid('fabrikam', 'home'),
      replyUrls: [`https://app.${domain}/signin`],
      verifiedPublisher: { displayName: publisher, verifiedPublisherId: '3456789', addedDateTime: '2021-03-01T09:00:00Z' },
    });
    change('permission-grants', day, undefined, {
      id: guid('grant', appId),
      clientId: sp['id'],
      consentType: 'AllPrincipals',
      principalId: null,
      resourceId: servicePrincipalId(tenant.id, resources.graph.id),
      scope: 'openid profile User.Read',
    });
    if (week === 1)
      change('app-role-assignments', day, undefined, {
        id: guid('assignment', appId),
        appRoleId: appRoleIds['User.Read.All'],
        permission: 'User.Read.All',
        createdDateTime: iso(day),
        principalDisplayName: name,
        principalId: sp['id'],
        principalType: 'ServicePrincipal',
        resourceDisplayName: resources.graph.name,
        resourceId: servicePrincipalId(tenant.id, resources.graph.id),
      });
  }
  for (const day of [4, 11, 18]) {
    const own = {
      ...application(guid('own', day), `Internal tool ${day}`, day),
      appOwnerOrganizationId: tenant.id,
      verifiedPublisher: nobody,
    };
    const replyUrls = [`https://tools.${tenant.domain}/signin`];
    change('service-principals', day, undefined, { ...own, replyUrls });
    const registered = { ...own, id: guid('own application', day), signInAudience: 'AzureADMyOrg', web: { redirectUris: replyUrls } };
    change('applications', day, undefined, registered);
    change('applications', day + 1, registered, { ...registered, passwordCredentials: [secret(`first ${day}`, day + 1)] });
  }
  const reports = {
    ...application(guid(tenant.id, 'app', 'reports'), 'Monthly reports', -400),
    signInAudience: 'AzureADMyOrg',
    verifiedPublisher: nobody,
  };
  change(
    'applications',
    8,
    { ...reports, passwordCredentials: [secret('old', -360)] },
    { ...reports, passwordCredentials: [secret('old', -360), secret('new', 8)] },
  );
  change(
    'applications',
    15,
    { ...reports, passwordCredentials: [secret('old', -360), secret('new', 8)] },
    { ...reports, passwordCredentials: [secret('new', 8)] },
  );

  const r = random('configuration', tenant.id);
  for (let day = 0; day < days; day++)
    for (let count = 0; count < 2; count++) {
      const person = r.pick(people);
      const grant = {
        id: guid('own grant', day, count),
        clientId: servicePrincipalId(tenant.id, r.pick(products).appId),
        consentType: 'Principal',
        principalId: person.id,
      };
      change('permission-grants', day, undefined, {
        ...grant,
        resourceId: servicePrincipalId(tenant.id, resources.graph.id),
        scope: 'openid profile User.Read',
      });
    }

  const policy = {
    id: guid('policy', 'mfa'),
    displayName: 'Multifactor for everybody',
    state: 'enabled',
    createdDateTime: iso(-300),
    modifiedDateTime: iso(-100),
    conditions: { users: { includeUsers: ['All'], excludeUsers: [], excludeGroups: [] }, applications: { includeApplications: ['All'] } },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    sessionControls: null,
  };
  change('conditional-access', 5, undefined, {
    ...policy,
    id: guid('policy', 'new'),
    displayName: 'Managed devices for finance',
    state: 'enabledForReportingButNotEnforced',
    createdDateTime: iso(5),
  });
  change(
    'conditional-access',
    19,
    { ...policy, id: guid('policy', 'new'), state: 'enabledForReportingButNotEnforced' },
    { ...policy, id: guid('policy', 'new'), state: 'enabled', modifiedDateTime: iso(19) },
  );
  const added = {
    id: `brand.${tenant.domain}`,
    authenticationType: 'Managed',
    isAdminManaged: true,
    isDefault: false,
    isInitial: false,
    isRoot: false,
    isVerified: false,
    supportedServices: [],
  };
  change('domains', 10, undefined, added);
  change('domains', 11, added, { ...added, isVerified: true, supportedServices: ['Email'] });
  const organization = { id: tenant.id, displayName: 'Contoso', technicalNotificationMails: [`it@${tenant.domain}`] };
  change('organization', 17, organization, {
    ...organization,
    technicalNotificationMails: [`it@${tenant.domain}`, `service.desk@${tenant.domain}`],
  });

  const gateway: Thing = connectorObject(
    tenant,
    { name: 'Mail gateway', addresses: ['192.0.2.25', '192.0.2.26'], source: 'AdminUI', type: 'OnPremises' },
    from - 300 * dayMs,
  );
  change('exchange.inbound-connectors', 12, gateway, { ...gateway, TlsSenderCertificateName: 'mail.gateway.example' });
  const disclaimer: Thing = transportRuleObject(tenant, 'Disclaimer', 3, 'Person', from + 9 * dayMs, {
    ApplyHtmlDisclaimerText: 'Confidential',
  });
  change('exchange.transport-rules', 9, undefined, disclaimer);
  change('exchange.transport-rules', 16, disclaimer, { ...disclaimer, ApplyHtmlDisclaimerText: 'Confidential, and more' });
  return activities.sort((a, b) => a.time - b.time);
}

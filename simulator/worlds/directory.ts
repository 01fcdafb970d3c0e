// Furnishes a tenant with its people, groups, roles, applications and mail flow as they were before the history begins. Called by world.ts.
import type { Method, TenantState } from '../tenant-state.ts';
import { places, resources } from './catalogue.ts';
import { apps, contoso, responderGroup, responders } from './constants.ts';
import { furnishMailFlow } from './mail-flow.ts';
import { authenticatorMethod, methodKey, methodTypes, passwordMethodId } from './methods.ts';
import { type Person, peopleOf } from './people.ts';
import { guid, random } from './random.ts';
import { appRoleIds, directoryRoles, guardGrants, privilegedRoles } from './roles.ts';
import { furnishSettings } from './settings.ts';

const yearMs = 365 * 86_400_000;
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
/** A Microsoft-owned application's home tenant. */
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Object id of an application's service principal in a tenant. */
export const servicePrincipalId = (tenant: string, appId: string): string => guid(tenant, 'service-principal', appId.toLowerCase());

function furnishPerson(tenant: TenantState, person: Person, before: number): void {
  const made = before - yearMs - random(person.id).int(0, 900) * 86_400_000;
  const { place } = person;
  tenant.users.write(
    person.id,
    {
      id: person.id,
      displayName: `${person.given} ${person.surname}`,
      givenName: person.given,
      surname: person.surname,
      userPrincipalName: person.upn,
      mail: person.guest ? `${person.upn.split('_partner.example')[0]}@partner.example` : person.upn,
      jobTitle: person.title,
      department: person.department,
      mobilePhone: null,
      businessPhones: [],
      officeLocation: places[place].city,
      city: places[place].city,
      country: places[place].country,
      usageLocation: places[place].country,
      preferredLanguage: person.language,
      userType: person.guest ? 'Guest' : 'Member',
      accountEnabled: true,
      createdDateTime: iso(made),
      signInSessionsValidFromDateTime: iso(made),
      lastPasswordChangeDateTime: iso(made),
      onPremisesSyncEnabled: person.synchronised ? true : null,
      onPremisesImmutableId: person.synchronised ? Buffer.from(person.id).toString('base64') : null,
      onPremisesSamAccountName: person.synchronised ? (person.upn.split('@')[0] ?? null) : null,
      proxyAddresses: [`SMTP:${person.upn}`],
      otherMails: [],
      assignedLicenses: person.human && !person.guest ? [{ skuId: skuOf(tenant).skuId, disabledPlans: [] }] : [],
      passwordGeneration: 0,
    },
    0,
  );
  const password: Method = {
    '@odata.type': methodTypes.password,
    id: passwordMethodId,
    createdDateTime: iso(made),
    password: null,
    isDefault: false,
    userId: person.id,
  };
  tenant.methods.write(methodKey(password), password, 0);
  if (person.human && random(person.id, 'strong').chance(0.8)) {
    const own = {
      ...authenticatorMethod(person.id, made + 3_600_000, person.phone === 'safariPhone' ? 'iPhone' : 'Pixel', 'first'),
      isDefault: true,
    };
    tenant.methods.write(methodKey(own), own, 0);
  }
  for (const role of person.roles) {
    const id = guid(tenant.id, 'assignment', person.id, role);
    tenant.roleAssignments.write(id, { id, principalId: person.id, roleDefinitionId: directoryRoles[role].id, directoryScopeId: '/' }, 0);
  }
}

export const skuOf = (tenant: { readonly licensed: boolean }): { skuId: string; skuPartNumber: string } =>
  tenant.licensed
    ? { skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965', skuPartNumber: 'SPE_E3' }
    : { skuId: '18181a46-0d4e-45cd-891e-60aabd171b4e', skuPartNumber: 'STANDARDPACK' };

interface AppRow {
  readonly appId: string;
  readonly name: string;
  readonly owner: string;
  readonly publisher?: string;
  readonly permissions?: readonly string[];
  readonly roles?: readonly string[];
}

function furnishApp(tenant: TenantState, app: AppRow, before: number): void {
  const id = servicePrincipalId(tenant.id, app.appId);
  const isResource = app.appId === resources.graph.id || app.appId === resources.exchange.id;
  tenant.servicePrincipals.write(
    id,
    {
      id,
      appId: app.appId,
      appDisplayName: app.name,
      displayName: app.name,
      accountEnabled: true,
      appOwnerOrganizationId: app.owner,
      createdDateTime: iso(before - yearMs),
      disabledByMicrosoftStatus: null,
      homepage: null,
      replyUrls: app.owner === microsoftTenant ? [] : [`https://app.${tenant.domain}/signin`],
      servicePrincipalType: 'Application',
      signInAudience: 'AzureADMultipleOrgs',
      tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
      keyCredentials: [],
      passwordCredentials: [],
      verifiedPublisher: { displayName: app.publisher ?? null, verifiedPublisherId: app.publisher ? '1234567' : null, addedDateTime: null },
      info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
      servicePrincipalNames: [app.appId],
      oauth2PermissionScopes: [],
      appRoles: isResource
        ? Object.entries(appRoleIds).flatMap(([value, roleId]) =>
            (value === 'Exchange.ManageAsApp') === (app.appId === resources.exchange.id)
              ? [{ id: roleId, value, displayName: value, isEnabled: true, allowedMemberTypes: ['Application'] }]
              : [],
          )
        : [],
    },
    0,
  );
  for (const permission of app.permissions ?? []) {
    const resource = permission === 'Exchange.ManageAsApp' ? resources.exchange : resources.graph;
    const assignmentId = guid(tenant.id, 'app-role', app.appId, permission);
    tenant.appRoleAssignments.write(
      assignmentId,
      {
        id: assignmentId,
        appRoleId: appRoleIds[permission] ?? '',
        createdDateTime: iso(before - yearMs),
        principalDisplayName: app.name,
        principalId: id,
        principalType: 'ServicePrincipal',
        resourceDisplayName: resource.name,
        resourceId: servicePrincipalId(tenant.id, resource.id),
      },
      0,
    );
  }
  for (const role of app.roles ?? []) {
    const assignmentId = guid(tenant.id, 'assignment', id, role);
    tenant.roleAssignments.write(assignmentId, { id: assignmentId, principalId: id, roleDefinitionId: role, directoryScopeId: '/' }, 0);
  }
}

export const crmAppId = guid('crm', 'app');

/** Everything a tenant holds before `before` (epoch ms), visible to readers at once. */
export function furnish(tenant: TenantState, before: number): void {
  for (const person of peopleOf[tenant.id] ?? []) furnishPerson(tenant, person, before);
  const applications: readonly AppRow[] = [
    { appId: resources.graph.id, name: resources.graph.name, owner: microsoftTenant },
    { appId: resources.exchange.id, name: resources.exchange.name, owner: microsoftTenant },
    {
      appId: apps.reader,
      name: 'Tenant Guard Reader',
      owner: contoso.id,
      permissions: guardGrants.reader.permissions,
      roles: guardGrants.reader.directoryRoles,
    },
    {
      appId: apps.responder,
      name: 'Tenant Guard Responder',
      owner: contoso.id,
      permissions: guardGrants.responder.permissions,
      roles: guardGrants.responder.directoryRoles,
    },
    {
      appId: crmAppId,
      name: 'Northwind CRM',
      owner: guid('northwind', 'tenant'),
      publisher: 'Northwind Software',
      permissions: ['User.Read.All'],
    },
  ];
  for (const app of applications) furnishApp(tenant, app, before);
  const crmGrant = guid(tenant.id, 'grant', 'crm');
  tenant.permissionGrants.write(
    crmGrant,
    {
      id: crmGrant,
      clientId: servicePrincipalId(tenant.id, crmAppId),
      consentType: 'AllPrincipals',
      principalId: null,
      resourceId: servicePrincipalId(tenant.id, resources.graph.id),
      scope: 'openid profile User.Read Contacts.Read',
    },
    0,
  );
  const ownApp = guid(tenant.id, 'application', 'reports');
  tenant.applications.write(
    ownApp,
    {
      id: ownApp,
      appId: guid(tenant.id, 'app', 'reports'),
      displayName: 'Monthly reports',
      createdDateTime: iso(before - yearMs),
      signInAudience: 'AzureADMyOrg',
      publisherDomain: tenant.domain,
      keyCredentials: [],
      passwordCredentials: [
        {
          keyId: guid(tenant.id, 'secret', 'reports'),
          displayName: 'reports',
          hint: 'rpt',
          startDateTime: iso(before - yearMs),
          endDateTime: iso(before + yearMs),
          secretText: null,
          customKeyIdentifier: null,
        },
      ],
      requiredResourceAccess: [],
      identifierUris: [],
      tags: [],
      verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
      web: { redirectUris: [] },
      spa: { redirectUris: [] },
      publicClient: { redirectUris: [] },
    },
    0,
  );
  if (tenant.id === contoso.id)
    tenant.groups.write(
      responderGroup,
      group(responderGroup, 'Tenant Guard responders', [responders.first.id, responders.second.id], true, before),
      0,
    );
  const everyone = guid(tenant.id, 'group', 'everyone');
  const members = (peopleOf[tenant.id] ?? []).filter((person) => person.human).map((person) => person.id);
  tenant.groups.write(everyone, group(everyone, `All of ${tenant.name}`, members, false, before), 0);
  furnishMailFlow(tenant, before);
  furnishSettings(tenant, before);
}

const group = (id: string, displayName: string, memberIds: readonly string[], isAssignableToRole: boolean, before: number) => ({
  id,
  displayName,
  description: displayName,
  mail: null,
  mailNickname: displayName.replaceAll(' ', ''),
  createdDateTime: iso(before - yearMs),
  securityEnabled: true,
  mailEnabled: false,
  groupTypes: [],
  isAssignableToRole,
  memberIds,
});

/** True for people whom only a Privileged Authentication Administrator may block. */
export const isPrivileged = (roles: readonly string[]): boolean => roles.some((role) => privilegedRoles.includes(role));

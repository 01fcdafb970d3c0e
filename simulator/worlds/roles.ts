// Directory roles by name and template id (Microsoft's built-in role list), and the application permissions of the guard's two registrations. Used by worlds/ and handlers.

export const directoryRoles = {
  globalAdministrator: { id: '62e90394-69f5-4237-9190-012177145e10', name: 'Global Administrator' },
  privilegedRoleAdministrator: { id: 'e8611ab8-c189-46e8-94e1-60213ab1f814', name: 'Privileged Role Administrator' },
  privilegedAuthenticationAdministrator: { id: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13', name: 'Privileged Authentication Administrator' },
  authenticationAdministrator: { id: 'c4e39bd9-1100-46d3-8c65-fb160da0071f', name: 'Authentication Administrator' },
  userAdministrator: { id: 'fe930be7-5e62-47db-91af-98c3a49a38b1', name: 'User Administrator' },
  exchangeAdministrator: { id: '29232cdf-9323-42fd-ade2-1d097af3e4de', name: 'Exchange Administrator' },
  securityAdministrator: { id: '194ae4cb-b126-40b2-bd5b-6091b380977d', name: 'Security Administrator' },
  securityReader: { id: '5d6b6bb7-de71-4623-b4af-96380a352509', name: 'Security Reader' },
  globalReader: { id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', name: 'Global Reader' },
  directorySynchronisation: { id: 'd29b2b05-8046-44ba-8758-1e26182fcf32', name: 'Directory Synchronization Accounts' },
  applicationAdministrator: { id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', name: 'Application Administrator' },
} as const;
export type RoleName = keyof typeof directoryRoles;

/** Holders of these may only be blocked, or lose methods, by a Privileged Authentication Administrator or Global Administrator (Graph users resource, sensitive actions). */
export const privilegedRoles: readonly string[] = [
  directoryRoles.globalAdministrator.id,
  directoryRoles.privilegedRoleAdministrator.id,
  directoryRoles.privilegedAuthenticationAdministrator.id,
];
export const mayActOnPrivileged: readonly string[] = [
  directoryRoles.privilegedAuthenticationAdministrator.id,
  directoryRoles.globalAdministrator.id,
];

/** App-role ids of the permissions that the simulated tenants grant (Graph permissions reference; Exchange's manifest sample). */
export const appRoleIds: Readonly<Record<string, string>> = {
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'Policy.Read.All': '246dd0d5-5bd0-4def-940b-0421030a5b68',
  'Domain.Read.All': 'dbb9058a-0e50-45d7-ae91-66909b5d4664',
  'DelegatedAdminRelationship.Read.All': 'f6e9e124-4586-492f-adc0-c6f96e4823fd',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'User.RevokeSessions.All': '77f3a031-c388-4f99-b373-dc68676a979e',
  'User.EnableDisableAccount.All': '3011c876-62b7-4ada-afa2-506cbbecc68c',
  'User-PasswordProfile.ReadWrite.All': 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7',
  'UserAuthenticationMethod.Read.All': '38d9df27-64da-44fd-b7c5-a6fbac20248f',
  'UserAuthenticationMethod.ReadWrite.All': '50483e42-d915-4231-9639-7fdb7fd190e5',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
  'RoleManagement.Read.Directory': '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
  'GroupMember.Read.All': '98830695-27a2-44f7-8c18-0c3ebc9698f6',
  'Group.Read.All': '5b567255-7703-4780-807c-7be8301ae99b',
  'SecurityEvents.ReadWrite.All': 'd903a879-88e0-4c09-b0c9-82f6a1333f84',
  'IdentityRiskEvent.Read.All': '6e472fd1-ad78-48da-a0f0-97ab2c6b769e',
  'SecurityAlert.Read.All': '472e4a4d-bb4a-4026-98d1-0b0d74cb74a5',
  'AuditLogsQuery.Read.All': '5e1e9171-754d-478c-812c-f1755a9a4c2d',
  'Exchange.ManageAsApp': 'dc50a0fb-09a3-484d-be87-e023b12c6440',
  'ActivityFeed.Read': '594c1fb6-4f81-4475-ae41-0c394909246c',
};
/** Roles of other services than Graph. */
export const resourceOfRole: Readonly<Record<string, 'exchange' | 'activity'>> = {
  'Exchange.ManageAsApp': 'exchange',
  'ActivityFeed.Read': 'activity',
};

export interface AppGrant {
  readonly permissions: readonly string[];
  readonly directoryRoles: readonly string[];
}
/** What an administrator granted to the guard, in every simulated tenant alike. */
export const guardGrants: Readonly<Record<'reader' | 'responder', AppGrant>> = {
  reader: {
    permissions: [
      'AuditLog.Read.All',
      'Policy.Read.All',
      'Domain.Read.All',
      'DelegatedAdminRelationship.Read.All',
      'User.Read.All',
      'Directory.Read.All',
      'UserAuthenticationMethod.Read.All',
      'Application.Read.All',
      'Organization.Read.All',
      'RoleManagement.Read.Directory',
      'GroupMember.Read.All',
      'IdentityRiskEvent.Read.All',
      'SecurityAlert.Read.All',
      'AuditLogsQuery.Read.All',
      'Exchange.ManageAsApp',
      'ActivityFeed.Read',
    ],
    directoryRoles: [directoryRoles.globalReader.id, directoryRoles.securityReader.id],
  },
  responder: {
    permissions: [
      'User.RevokeSessions.All',
      'User.EnableDisableAccount.All',
      'User-PasswordProfile.ReadWrite.All',
      'User.Read.All',
      'UserAuthenticationMethod.ReadWrite.All',
      'RoleManagement.Read.Directory',
      'GroupMember.Read.All',
      'Exchange.ManageAsApp',
    ],
    directoryRoles: [directoryRoles.userAdministrator.id, directoryRoles.exchangeAdministrator.id],
  },
};

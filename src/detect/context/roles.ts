// Which directory roles make an account worth more to a thief. Called by context.ts.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, roles marked as privileged, and Exchange Administrator.

/** Template id and names (the current one and older spellings that logs still carry), lower case. */
const privileged: readonly (readonly [string, ...string[]])[] = [
  ['62e90394-69f5-4237-9190-012177145e10', 'global administrator', 'company administrator', 'tenantadmins'],
  ['e8611ab8-c189-46e8-94e1-60213ab1f814', 'privileged role administrator'],
  ['7be44c8a-adaf-4e2a-84d6-ab2649e08a13', 'privileged authentication administrator'],
  ['c4e39bd9-1100-46d3-8c65-fb160da0071f', 'authentication administrator'],
  ['0526716b-113d-4c15-b2c8-68e3c22b9f80', 'authentication policy administrator'],
  ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', 'application administrator'],
  ['158c047a-c907-4556-b7ef-446551a6b5f7', 'cloud application administrator'],
  ['b1be1c3e-b65d-4f19-8427-f6fa0d97feb9', 'conditional access administrator'],
  ['194ae4cb-b126-40b2-bd5b-6091b380977d', 'security administrator'],
  ['29232cdf-9323-42fd-ade2-1d097af3e4de', 'exchange administrator', 'exchange service administrator'],
  ['f28a1f50-f6e7-4571-818b-6a12f2af6b6c', 'sharepoint administrator', 'sharepoint service administrator'],
  ['fe930be7-5e62-47db-91af-98c3a49a38b1', 'user administrator', 'user account administrator'],
  ['729827e3-9c14-49f7-bb1b-9608f156bbb8', 'helpdesk administrator', 'password administrator (helpdesk)'],
  ['966707d0-3269-4727-9be2-8c3a10f19b9d', 'password administrator'],
  ['3a2c62db-5318-420d-8d74-23affee5d9d5', 'intune administrator', 'intune service administrator'],
  ['7698a772-787b-4ac8-901f-60d6b08affd2', 'cloud device administrator'],
  ['8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2', 'hybrid identity administrator'],
  ['be2f45a1-457d-42af-a067-6ec1fa63bc45', 'external identity provider administrator'],
  ['8329153b-31d0-4727-b945-745eb3bc5f31', 'domain name administrator'],
  ['9360feb5-f418-4baa-8175-e2a00bac4301', 'directory writers'],
  ['d29b2b05-8046-44ba-8758-1e26182fcf32', 'directory synchronization accounts'],
];
const known = new Set(privileged.flat());

/** True for a privileged role's name or template id, in any case. */
export const isPrivilegedRole = (role: string): boolean => known.has(role.trim().toLowerCase());

/** Undefined where the roles were not read. */
export const isPrivileged = (roles: readonly string[] | undefined): boolean | undefined => roles?.some(isPrivilegedRole);

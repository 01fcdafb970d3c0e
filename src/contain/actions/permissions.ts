// The permissions that actions declare, with their published ids. All are the responder's: the reader can never write.
import type { Permission } from '../../contracts/permission.ts';

const graph = (name: string, id: string): Permission => ({ kind: 'graph', name, id, holder: 'responder' });

export const readUsers = graph('User.Read.All', 'df021288-bdef-4463-88db-98f22de89214');
export const readRoles = graph('RoleManagement.Read.Directory', '483bed4a-2ad3-4361-a73b-c83ccdbdc53c');
export const enableDisable = graph('User.EnableDisableAccount.All', '3011c876-62b7-4ada-afa2-506cbbecc68c');
export const passwordProfile = graph('User-PasswordProfile.ReadWrite.All', 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7');
export const revokeSessions = graph('User.RevokeSessions.All', '77f3a031-c388-4f99-b373-dc68676a979e');
export const authenticationMethods = graph('UserAuthenticationMethod.ReadWrite.All', '50483e42-d915-4231-9639-7fdb7fd190e5');
/** Blocking and changing methods of people without a role needs at least this beside the permissions. */
export const userAdministrator: Permission = {
  kind: 'directory-role',
  name: 'User Administrator',
  id: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  holder: 'responder',
};
export const exchangeManage: Permission = {
  kind: 'exchange',
  name: 'Exchange.ManageAsApp',
  id: 'dc50a0fb-09a3-484d-be87-e023b12c6440',
  holder: 'responder',
};
export const exchangeAdministrator: Permission = {
  kind: 'directory-role',
  name: 'Exchange Administrator',
  id: '29232cdf-9323-42fd-ade2-1d097af3e4de',
  holder: 'responder',
};

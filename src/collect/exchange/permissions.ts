// What reading Exchange's configuration needs: the app role and, in every tenant, a directory role of the service principal (reference: exchange-online, C.2).
import type { Permission } from '../../contracts/permission.ts';

export const exchangeManageAsApp: Permission = {
  kind: 'exchange',
  name: 'Exchange.ManageAsApp',
  id: 'dc50a0fb-09a3-484d-be87-e023b12c6440',
  holder: 'reader',
};
export const securityReader: Permission = {
  kind: 'directory-role',
  name: 'Security Reader',
  id: '5d6b6bb7-de71-4623-b4af-96380a352509',
  holder: 'reader',
};
export const needs = { permission: `${exchangeManageAsApp.name} with the role ${securityReader.name}` };

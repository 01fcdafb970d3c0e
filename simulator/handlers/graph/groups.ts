// Groups, activated directory roles, role assignments. Source: Graph reference A.1 and A.7.
import { entities } from '../../entities.ts';
import { type Call, type Handler, reading } from '../../handler.ts';
import { notFound, page, single } from '../../odata/query.ts';
import type { Group, TenantState } from '../../tenant-state.ts';
import { responderGroup } from '../../worlds/constants.ts';
import { guid } from '../../worlds/random.ts';
import { directoryRoles } from '../../worlds/roles.ts';

type Json = Readonly<Record<string, unknown>>;
const roleReaders = ['RoleManagement.Read.Directory', 'Directory.Read.All', 'RoleManagement.Read.All'];
const groupReaders = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];
const objects = { 'v1.0': entities.directoryObject, beta: entities.directoryObject };
const roleId = (tenant: TenantState, template: string): string => guid(tenant.id, 'directory-role', template);

/** A user or service principal as a member of something. */
function memberObject(tenant: TenantState, id: string, now: number): readonly Json[] {
  const user = tenant.users.read(id, now);
  if (user !== undefined) return [{ '@odata.type': '#microsoft.graph.user', ...user }];
  const principal = tenant.servicePrincipals.read(id, now);
  return principal === undefined ? [] : [{ '@odata.type': '#microsoft.graph.servicePrincipal', ...principal }];
}

const roleObject = (tenant: TenantState, role: { readonly id: string; readonly name: string }): Json => ({
  '@odata.type': '#microsoft.graph.directoryRole',
  id: roleId(tenant, role.id),
  displayName: role.name,
  description: role.name,
  roleTemplateId: role.id,
});

/** Groups and roles of which a principal is a member. */
export function memberObjects(call: Call, principalId: string): readonly Json[] {
  const groups = call.tenant.groups
    .list(call.now)
    .flatMap(([, group]) => (group.memberIds.includes(principalId) ? [{ '@odata.type': '#microsoft.graph.group', ...group }] : []));
  const held = call.tenant.roleAssignments
    .list(call.now)
    .flatMap(([, assignment]) => (assignment.principalId === principalId ? [assignment.roleDefinitionId] : []));
  const roles = Object.values(directoryRoles).flatMap((role) => (held.includes(role.id) ? [roleObject(call.tenant, role)] : []));
  return [...groups, ...roles];
}

const groupOf = (call: Call): Group | undefined => call.tenant.groups.read((call.params.id ?? '').toLowerCase(), call.now);

const group: Handler = reading({
  id: 'graph.groups.get',
  service: 'graph',
  method: 'GET',
  path: '/groups/{id}',
  source: 'get-group page',
  certainty: 'documented',
  permissions: groupReaders,
  entity: { 'v1.0': entities.group, beta: entities.group },
  odata: { select: true },
  success: 200,
  example: { params: { id: responderGroup } },
  run: (call) => {
    const found = groupOf(call);
    return found === undefined ? notFound(call, call.params.id ?? '') : single(call, entities.group, found);
  },
});

const groupFields = {
  id: { kind: 'string', operators: ['eq'] },
  displayName: { kind: 'string', operators: ['eq', 'startsWith'] },
  securityEnabled: { kind: 'boolean', operators: ['eq'] },
} as const;
const groups: Handler = reading({
  id: 'graph.groups.list',
  service: 'graph',
  method: 'GET',
  path: '/groups',
  source: 'list-groups page',
  certainty: 'documented',
  permissions: groupReaders,
  entity: { 'v1.0': entities.group, beta: entities.group },
  odata: { select: true, filter: { 'v1.0': groupFields, beta: groupFields }, top: { max: 999, fallback: 100 } },
  success: 200,
  example: { query: { $top: '2' } },
  run: (call) =>
    page(
      call,
      groups,
      call.tenant.groups.list(call.now).map(([, found]) => found),
    ),
});

const members = (name: 'members' | 'transitiveMembers'): Handler => {
  const handler: Handler = reading({
    id: `graph.groups.${name}`,
    service: 'graph',
    method: 'GET',
    path: `/groups/{id}/${name}`,
    source: 'list-members page',
    certainty: 'documented',
    permissions: groupReaders,
    entity: objects,
    odata: { select: true, top: { max: 999, fallback: 100 } },
    success: 200,
    example: { params: { id: responderGroup } },
    run: (call) => {
      const found = groupOf(call);
      return found === undefined
        ? notFound(call, call.params.id ?? '')
        : page(
            call,
            handler,
            found.memberIds.flatMap((id) => memberObject(call.tenant, id, call.now)),
          );
    },
  });
  return handler;
};

const holders = (call: Call, template: string): readonly Json[] =>
  call.tenant.roleAssignments
    .list(call.now)
    .flatMap(([, assignment]) =>
      assignment.roleDefinitionId === template ? memberObject(call.tenant, assignment.principalId, call.now) : [],
    );

const activatedRoles: Handler = reading({
  id: 'graph.directoryRoles.list',
  service: 'graph',
  method: 'GET',
  path: '/directoryRoles',
  source: 'Graph reference A.7: only activated roles; $expand=members',
  certainty: 'documented',
  permissions: roleReaders,
  entity: { 'v1.0': entities.directoryRole, beta: entities.directoryRole },
  odata: { select: true, expand: ['members'] },
  success: 200,
  example: { query: { $expand: 'members' } },
  run: (call) => {
    const roles = Object.values(directoryRoles).flatMap((role) => {
      const who = holders(call, role.id);
      const pick = ({ '@odata.type': type, id, displayName, userPrincipalName }: Json): Json => ({
        '@odata.type': type,
        id,
        displayName,
        ...(userPrincipalName !== undefined && { userPrincipalName }),
      });
      return who.length === 0 ? [] : [{ ...roleObject(call.tenant, role), members: who.map(pick) }];
    });
    return page(
      call,
      activatedRoles,
      roles.map(({ '@odata.type': _type, ...role }: Json) => role),
    );
  },
});

const roleMembers: Handler = reading({
  id: 'graph.directoryRoles.members',
  service: 'graph',
  method: 'GET',
  path: '/directoryRoles/{id}/members',
  source: 'list-members-of-directoryRole page',
  certainty: 'documented',
  permissions: roleReaders,
  entity: objects,
  odata: { select: true },
  success: 200,
  example: { params: { id: guid('6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01', 'directory-role', directoryRoles.globalAdministrator.id) } },
  run: (call) => {
    const role = Object.values(directoryRoles).find((known) => roleId(call.tenant, known.id) === call.params.id?.toLowerCase());
    return role === undefined ? notFound(call, call.params.id ?? '') : page(call, roleMembers, holders(call, role.id));
  },
});

const roleMembersByTemplate: Handler = reading({
  id: 'graph.directoryRoles.membersByTemplate',
  service: 'graph',
  method: 'GET',
  path: "/directoryRoles(roleTemplateId='{template}')/members",
  source: 'Graph reference A.7: alternate key of directoryRole',
  certainty: 'documented',
  permissions: roleReaders,
  entity: objects,
  odata: { select: true },
  success: 200,
  example: { params: { template: directoryRoles.globalAdministrator.id } },
  run: (call) => page(call, roleMembersByTemplate, holders(call, (call.params.template ?? '').toLowerCase())),
});

const assignmentFields = {
  principalId: { kind: 'guid', operators: ['eq'] },
  roleDefinitionId: { kind: 'guid', operators: ['eq'] },
  id: { kind: 'string', operators: ['eq'] },
} as const;
const roleAssignments: Handler = reading({
  id: 'graph.roleAssignments.list',
  service: 'graph',
  method: 'GET',
  path: '/roleManagement/directory/roleAssignments',
  source: 'Graph reference A.7: unifiedRoleAssignment, $filter on role or principal, $expand=principal',
  certainty: 'documented',
  permissions: roleReaders,
  entity: { 'v1.0': entities.roleAssignment, beta: entities.roleAssignment },
  odata: {
    select: true,
    filter: { 'v1.0': assignmentFields, beta: assignmentFields },
    expand: ['principal'],
    top: { max: 999, fallback: 100 },
  },
  success: 200,
  example: { query: { $filter: `roleDefinitionId eq '${directoryRoles.globalAdministrator.id}'` } },
  run: (call) =>
    page(
      call,
      roleAssignments,
      call.tenant.roleAssignments.list(call.now).map(([, assignment]) => {
        const [principal] = memberObject(call.tenant, assignment.principalId, call.now);
        return {
          ...assignment,
          principal: principal && {
            '@odata.type': principal['@odata.type'],
            id: principal.id,
            displayName: principal.displayName,
            userPrincipalName: principal.userPrincipalName,
            accountEnabled: principal.accountEnabled,
          },
        };
      }),
    ),
});

const roleDefinitions: Handler = reading({
  id: 'graph.roleDefinitions.list',
  service: 'graph',
  method: 'GET',
  path: '/roleManagement/directory/roleDefinitions',
  source: 'unifiedRoleDefinition page: built-in roles have their template id as id',
  certainty: 'documented',
  permissions: roleReaders,
  entity: { 'v1.0': entities.roleDefinition, beta: entities.roleDefinition },
  odata: { select: true, top: { max: 999, fallback: 100 } },
  success: 200,
  example: {},
  run: (call) =>
    page(
      call,
      roleDefinitions,
      Object.values(directoryRoles).map((role) => ({
        id: role.id,
        displayName: role.name,
        description: role.name,
        templateId: role.id,
        isBuiltIn: true,
        isEnabled: true,
      })),
    ),
});

export const groupHandlers: readonly Handler[] = [
  groups,
  group,
  members('members'),
  members('transitiveMembers'),
  activatedRoles,
  roleMembers,
  roleMembersByTemplate,
  roleAssignments,
  roleDefinitions,
];

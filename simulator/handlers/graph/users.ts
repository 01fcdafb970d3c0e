// Users: list, read, block and enable, password, end sessions, memberships. Source: Graph reference A.1, A.4 and the users resource page.
import { z } from 'zod';
import { entities } from '../../entities.ts';
import { type Call, type Handler, type Reply, reading, writing } from '../../handler.ts';
import type { FilterFields } from '../../odata/filter.ts';
import { denied, noContent, notFound, ok, page, single } from '../../odata/query.ts';
import { auditRecord } from '../../records/directory-audit.ts';
import { readUser, rolesOf, type TenantState, type User } from '../../tenant-state.ts';
import { victims } from '../../worlds/constants.ts';
import { isPrivileged } from '../../worlds/directory.ts';
import { guid } from '../../worlds/random.ts';
import { directoryRoles, mayActOnPrivileged } from '../../worlds/roles.ts';
import { memberObjects } from './groups.ts';

const userFields: FilterFields = {
  id: { kind: 'string', operators: ['eq'] },
  userPrincipalName: { kind: 'string', operators: ['eq', 'startsWith'] },
  displayName: { kind: 'string', operators: ['eq', 'startsWith'] },
  mail: { kind: 'string', operators: ['eq', 'startsWith'] },
  jobTitle: { kind: 'string', operators: ['eq', 'startsWith'] },
  department: { kind: 'string', operators: ['eq', 'startsWith'] },
  userType: { kind: 'string', operators: ['eq'] },
  accountEnabled: { kind: 'boolean', operators: ['eq'] },
  onPremisesSyncEnabled: { kind: 'boolean', operators: ['eq'] },
};
const entity = { 'v1.0': entities.user, beta: entities.user };
const readers = ['User.Read.All', 'Directory.Read.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'];
const example = { params: { id: victims.contoso.finance.id } };
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

const list: Handler = reading({
  id: 'graph.users.list',
  service: 'graph',
  method: 'GET',
  path: '/users',
  source: 'Graph reference A.1; default properties and page sizes of the list-users page',
  certainty: 'documented',
  permissions: readers,
  entity,
  odata: {
    select: true,
    filter: { 'v1.0': userFields, beta: userFields },
    orderby: ['displayName', 'userPrincipalName'],
    top: { max: 999, fallback: 100 },
    count: true,
  },
  success: 200,
  example: { query: { $select: 'id,displayName,jobTitle', $filter: 'accountEnabled eq true', $top: '5' } },
  run: (call) =>
    page(
      call,
      list,
      call.tenant.users.list(call.now).map(([, user]) => user),
    ),
});

const get: Handler = reading({
  id: 'graph.users.get',
  service: 'graph',
  method: 'GET',
  path: '/users/{id}',
  source: 'Graph reference A.1; default properties of the get-user page',
  certainty: 'documented',
  permissions: readers,
  entity,
  odata: { select: true },
  success: 200,
  example: { ...example, query: { $select: 'id,accountEnabled,signInSessionsValidFromDateTime' } },
  run: (call) => {
    const user = readUser(call.tenant, call.params.id ?? '', call.now);
    return user === undefined ? notFound(call, call.params.id ?? '') : single(call, entities.user, user);
  },
});

/** Writes an audit of what the calling app did to a user. */
export function auditOfApp(
  call: Call,
  user: User,
  activity: string,
  changes: readonly (readonly [string, unknown, unknown])[],
  service: 'Core Directory' | 'Authentication Methods' = 'Core Directory',
  reason?: string,
): void {
  const record = auditRecord({
    key: call.authority.fresh(),
    time: call.now,
    activity,
    category: 'UserManagement',
    service,
    operation: 'Update',
    ...(reason !== undefined && { reason }),
    by: { app: { displayName: call.caller.displayName, servicePrincipalId: call.caller.principalId } },
    targets: [{ id: user.id, displayName: user.displayName, type: 'User', userPrincipalName: user.userPrincipalName, changes }],
  });
  call.world.log(call.tenant, 'directoryAudits', call.now, record);
}

/** The application permission alone does not reach people with the highest roles. */
export const mayTouch = (call: Call, user: User): boolean =>
  !isPrivileged(rolesOf(call.tenant, user.id)) || call.caller.wids.some((role) => mayActOnPrivileged.includes(role));

const change = z
  .strictObject({
    accountEnabled: z.boolean(),
    passwordProfile: z.strictObject({
      password: z.string().min(8).max(256),
      forceChangePasswordNextSignIn: z.boolean().optional(),
      forceChangePasswordNextSignInWithMfa: z.boolean().optional(),
    }),
  })
  .partial()
  .refine((body) => body.accountEnabled !== undefined || body.passwordProfile !== undefined, 'nothing to change');

function mayChange(call: Call, user: User, body: z.output<typeof change>): boolean {
  const has = (...names: readonly string[]): boolean => names.some((name) => call.caller.roles.includes(name));
  if (body.accountEnabled !== undefined && !has('User.EnableDisableAccount.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'))
    return false;
  if (body.passwordProfile !== undefined) {
    const role = [directoryRoles.userAdministrator.id, ...mayActOnPrivileged].some((id) => call.caller.wids.includes(id));
    if (!role || !has('User-PasswordProfile.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All')) return false;
  }
  return mayTouch(call, user);
}

const update: Handler = writing({
  id: 'graph.users.update',
  service: 'graph',
  method: 'PATCH',
  path: '/users/{id}',
  source: 'Graph reference A.4.2 to A.4.4: sensitive actions, roles that an app needs for privileged targets and for passwords',
  certainty: 'documented',
  permissions: ['User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  success: 204,
  example: { ...example, body: { accountEnabled: true } },
  body: change,
  run: (call, body) => {
    const user = currentUser(call);
    if (user === undefined) return notFound(call, call.params.id ?? '');
    if (!mayChange(call, user, body)) return denied(call);
    const enabled = body.accountEnabled ?? user.accountEnabled;
    const password = body.passwordProfile !== undefined;
    call.tenant.users.write(
      user.id,
      {
        ...user,
        accountEnabled: enabled,
        passwordGeneration: user.passwordGeneration + (password ? 1 : 0),
        ...(password && { signInSessionsValidFromDateTime: iso(call.now), lastPasswordChangeDateTime: iso(call.now) }),
      },
      call.now,
    );
    if (enabled !== user.accountEnabled)
      auditOfApp(call, user, enabled ? 'Enable account' : 'Disable account', [['AccountEnabled', [user.accountEnabled], [enabled]]]);
    if (password) auditOfApp(call, user, 'Reset password', []);
    return noContent(call);
  },
});

/** A user as the service itself knows it: writes act on the newest state, whatever replicas still serve. */
export function currentUser(call: Pick<Call, 'tenant' | 'params'>): User | undefined {
  const wanted = (call.params.id ?? '').toLowerCase();
  return (
    call.tenant.users.current(wanted) ?? call.tenant.users.all().find(([, user]) => user.userPrincipalName.toLowerCase() === wanted)?.[1]
  );
}

const revoke: Handler = reading({
  id: 'graph.users.revokeSignInSessions',
  service: 'graph',
  method: 'POST',
  path: '/users/{id}/revokeSignInSessions',
  source: 'Graph reference A.4.1: no body, 200 with value true although the documentation says 204 (known issue)',
  certainty: 'documented',
  permissions: ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  success: 200,
  example,
  run: (call) => {
    const user = currentUser(call);
    if (user === undefined) return notFound(call, call.params.id ?? '');
    const validFrom = iso(call.now);
    call.tenant.users.write(user.id, { ...user, signInSessionsValidFromDateTime: validFrom }, call.now);
    auditOfApp(call, user, 'Update StsRefreshTokenValidFrom Timestamp', [
      ['StsRefreshTokensValidFrom', [user.signInSessionsValidFromDateTime], [validFrom]],
    ]);
    return ok(call, { '@odata.context': `${call.base}/${call.version}/$metadata#Edm.Boolean`, value: true });
  },
});

const groupsOf = (tenant: TenantState, userId: string, now: number): readonly string[] =>
  tenant.groups.list(now).flatMap(([id, group]) => (group.memberIds.includes(userId) ? [id] : []));

function memberGroups(
  id: string,
  body: z.ZodType<{ groupIds: string[] } | { securityEnabledOnly: boolean }>,
  sample: Readonly<Record<string, unknown>>,
): Handler {
  return writing({
    id: `graph.users.${id}`,
    service: 'graph',
    method: 'POST',
    path: `/users/{id}/${id}`,
    source: 'directoryObject member-group actions, v1.0 pages: ids of the groups of which the user is a member, directly or not',
    certainty: 'documented',
    permissions: ['User.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'],
    success: 200,
    example: { ...example, body: sample },
    body,
    run: (call, asked): Reply => {
      const user = readUser(call.tenant, call.params.id ?? '', call.now);
      if (user === undefined) return notFound(call, call.params.id ?? '');
      const wanted = 'groupIds' in asked ? asked.groupIds.map((group) => group.toLowerCase()) : undefined;
      const value = groupsOf(call.tenant, user.id, call.now).filter((group) => wanted?.includes(group) ?? true);
      return ok(call, { '@odata.context': `${call.base}/${call.version}/$metadata#Collection(Edm.String)`, value });
    },
  });
}

const memberOf = (name: 'memberOf' | 'transitiveMemberOf'): Handler => {
  const handler: Handler = reading({
    id: `graph.users.${name}`,
    service: 'graph',
    method: 'GET',
    path: `/users/{id}/${name}`,
    source: 'list-memberOf page: groups and activated directory roles',
    certainty: 'documented',
    permissions: ['User.Read.All', 'GroupMember.Read.All', 'Directory.Read.All'],
    entity: { 'v1.0': entities.directoryObject, beta: entities.directoryObject },
    odata: { select: true, top: { max: 999, fallback: 100 } },
    success: 200,
    example,
    run: (call) => {
      const user = readUser(call.tenant, call.params.id ?? '', call.now);
      return user === undefined ? notFound(call, call.params.id ?? '') : page(call, handler, memberObjects(call, user.id));
    },
  });
  return handler;
};

export const userHandlers: readonly Handler[] = [
  list,
  get,
  update,
  revoke,
  memberGroups('checkMemberGroups', z.strictObject({ groupIds: z.array(z.guid()).min(1).max(20) }), { groupIds: [guid('no', 'group')] }),
  memberGroups('getMemberGroups', z.strictObject({ securityEnabledOnly: z.boolean() }), { securityEnabledOnly: true }),
  memberOf('memberOf'),
  memberOf('transitiveMemberOf'),
];

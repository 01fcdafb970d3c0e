// A directory as the set-up hooks see it through Microsoft Graph: app registrations, service principals, grants. Keeps what it was told, as the service does.
import type { Answer, Call, Method } from '../../infra/setup/call.ts';

type Row = Record<string, unknown>;
const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const answer = (status: number, body: Row = {}): Answer => ({ status, body });
const refusal = (status: number, code: string, message: string) => answer(status, { error: { code, message } });

export interface Directory {
  readonly call: Call;
  /** Every request that was not a read: `METHOD path`. */
  readonly writes: string[];
  readonly applications: Row[];
  readonly principals: Row[];
  readonly assignments: Row[];
  readonly roles: Row[];
  readonly delegated: Row[];
  readonly credentials: Row[];
}

/** `mayGrant: false`: the signed-in person owns app registrations, but may consent to nothing and assign no role. */
export function directory({ mayGrant = true, mayRegister = true } = {}): Directory {
  const applications: Row[] = [];
  const principals: Row[] = [
    { id: guid(901), appId: '00000003-0000-0000-c000-000000000000' },
    { id: guid(902), appId: '00000002-0000-0ff1-ce00-000000000000' },
  ];
  const assignments: Row[] = [];
  const roles: Row[] = [];
  const delegated: Row[] = [];
  const credentials: Row[] = [];
  const writes: string[] = [];
  let next = 1;
  const denied = refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  const list = (rows: readonly Row[], keep: (row: Row) => boolean = () => true) => answer(200, { value: rows.filter(keep) });
  const add = (rows: Row[], body: unknown) => {
    const row = { id: guid(next++), ...(body as Row) };
    rows.push(row);
    return answer(201, row);
  };

  const routes: readonly (readonly [Method, RegExp, (body: unknown, found: readonly string[]) => Answer])[] = [
    [
      'PATCH',
      /^\/v1\.0\/applications\(uniqueName='(.+)'\)$/,
      (body, [, name]) => {
        if (!mayRegister) return denied;
        const existing = applications.find((row) => row['uniqueName'] === name);
        if (existing === undefined) return add(applications, { ...(body as Row), uniqueName: name, appId: guid(100 + next) });
        Object.assign(existing, body);
        return answer(204);
      },
    ],
    [
      'GET',
      /^\/v1\.0\/applications\((uniqueName|appId)='(.+)'\)\?/,
      (_, [, key, value]) => {
        const found = applications.find((row) => row[key ?? ''] === value);
        return found === undefined ? refusal(404, 'Request_ResourceNotFound', 'No such application.') : answer(200, found);
      },
    ],
    [
      'PATCH',
      /^\/v1\.0\/applications\/([^/(]+)$/,
      (body, [, id]) => {
        const found = applications.find((row) => row['id'] === id);
        Object.assign(found ?? {}, body);
        return answer(found === undefined ? 404 : 204);
      },
    ],
    ['GET', /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials$/, (_, [, id]) => list(credentials, (row) => row['of'] === id)],
    [
      'POST',
      /^\/v1\.0\/applications\/([^/]+)\/federatedIdentityCredentials$/,
      (body, [, id]) => add(credentials, { ...(body as Row), of: id }),
    ],
    [
      'PATCH',
      /^\/v1\.0\/applications\/[^/]+\/federatedIdentityCredentials\/(.+)$/,
      (body, [, id]) => {
        Object.assign(credentials.find((row) => row['id'] === id) ?? {}, body);
        return answer(204);
      },
    ],
    [
      'GET',
      /^\/v1\.0\/servicePrincipals\(appId='(.+)'\)\?/,
      (_, [, appId]) => {
        const found = principals.find((row) => row['appId'] === appId);
        return found === undefined ? refusal(404, 'Request_ResourceNotFound', 'No such service principal.') : answer(200, found);
      },
    ],
    ['POST', /^\/v1\.0\/servicePrincipals$/, (body) => add(principals, body)],
    [
      'GET',
      /^\/v1\.0\/servicePrincipals\/([^/]+)\/appRoleAssignments$/,
      (_, [, id]) => list(assignments, (row) => row['principalId'] === id),
    ],
    ['POST', /^\/v1\.0\/servicePrincipals\/[^/]+\/appRoleAssignedTo$/, (body) => (mayGrant ? add(assignments, body) : denied)],
    ['GET', /^\/v1\.0\/roleManagement\/directory\/roleAssignments\?/, () => (mayGrant ? list(roles) : denied)],
    ['POST', /^\/v1\.0\/roleManagement\/directory\/roleAssignments$/, (body) => (mayGrant ? add(roles, body) : denied)],
    ['GET', /^\/v1\.0\/oauth2PermissionGrants\?/, () => (mayGrant ? list(delegated) : denied)],
    ['POST', /^\/v1\.0\/oauth2PermissionGrants$/, (body) => (mayGrant ? add(delegated, body) : denied)],
  ];

  const call: Call = async (method, path, body) => {
    if (method !== 'GET') writes.push(`${method} ${path}`);
    for (const [wanted, pattern, handle] of routes) {
      const found = wanted === method ? pattern.exec(path) : null;
      if (found !== null) return handle(body, found);
    }
    throw new Error(`the fake directory does not know ${method} ${path}`);
  };
  return {
    call,
    writes,
    applications,
    principals,
    assignments,
    roles,
    delegated,
    credentials,
  };
}

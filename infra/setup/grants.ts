// What an installation must be granted in its home tenant: trust in the guard's identity, application permissions, directory roles, the console's address. Whatever
// the deploying person may not do is returned as a request that an administrator can make. Called by infra/hooks/grant.ts; doing it again changes nothing.
import type { Permission } from '../../src/contracts/permission.ts';
import { consoleScope } from '../../src/tenants/authenticate.ts';
import { type Answer, type Call, type Method, ok, reasonOf, rowsOf, SetupError } from './call.ts';
import type { Cloud } from './clouds.ts';
import { neededBy, resourceApps, type Wished } from './permissions.ts';
import { ensurePrincipal, type Registration } from './registrations.ts';

/** A request that is still to be made, by somebody with the role. */
export interface Pending {
  readonly why: string;
  readonly method: Method;
  readonly path: string;
  readonly body: unknown;
}

export interface Granter {
  readonly done: readonly string[];
  readonly pending: readonly Pending[];
  trustIdentity(registration: Registration, identity: { readonly principalId: string; readonly homeTenant: string }): Promise<void>;
  setConsoleAddress(registration: Registration, url: string): Promise<void>;
  consentToConsole(registration: Registration): Promise<void>;
  grant(registration: Registration, holder: Permission['holder'], wished?: Wished): Promise<void>;
}

export function createGranter({ graph, cloud }: { readonly graph: Call; readonly cloud: Cloud }): Granter {
  const done: string[] = [];
  const pending: Pending[] = [];
  const principals = new Map<string, Promise<string>>();
  const principalOf = (appId: string) => {
    const known = principals.get(appId) ?? ensurePrincipal(graph, appId);
    principals.set(appId, known);
    return known;
  };

  async function write(why: string, method: Method, path: string, body: unknown): Promise<void> {
    const answer = await graph(method, path, body);
    if (ok(answer) || alreadyThere(answer)) done.push(why);
    else if (answer.status === 401 || answer.status === 403) pending.push({ why, method, path, body });
    else throw new SetupError(`${why}: ${reasonOf(answer)}`);
  }

  async function grantDirectoryRole(principalId: string, permission: Permission): Promise<void> {
    const filter = encodeURIComponent(`principalId eq '${principalId}'`);
    const held = await graph('GET', `/v1.0/roleManagement/directory/roleAssignments?$filter=${filter}`);
    // Who may not look may not assign either: the request goes to the administrator.
    if (ok(held) && rowsOf(held, 'directory roles').some((row) => row['roleDefinitionId'] === permission.id)) return;
    await write(`${permission.name} (directory role)`, 'POST', '/v1.0/roleManagement/directory/roleAssignments', {
      principalId,
      roleDefinitionId: permission.id,
      directoryScopeId: '/',
    });
  }

  return {
    done,
    pending,

    async trustIdentity({ objectId, appId }, { principalId, homeTenant }) {
      const path = `/v1.0/applications/${objectId}/federatedIdentityCredentials`;
      const body = {
        name: 'tenant-guard-identity',
        issuer: `${cloud.authority}/${homeTenant}/v2.0`,
        subject: principalId,
        audiences: [cloud.exchangeAudience],
        description: 'The managed identity of the Tenant Guard function app.',
      };
      const existing = rowsOf(await graph('GET', path), `the federated credentials of ${appId}`).find((row) => row['name'] === body.name);
      if (existing !== undefined && existing['subject'] === body.subject && existing['issuer'] === body.issuer) return;
      const { name: _, ...changed } = body;
      if (existing === undefined) await write(`trust of ${appId} in the guard's identity`, 'POST', path, body);
      else await write(`trust of ${appId} in the guard's new identity`, 'PATCH', `${path}/${String(existing['id'])}`, changed);
    },

    async setConsoleAddress({ objectId }, url) {
      await write('sign-in address of the console', 'PATCH', `/v1.0/applications/${objectId}`, { spa: { redirectUris: [url] } });
    },

    async consentToConsole({ principalId }) {
      const filter = encodeURIComponent(`clientId eq '${principalId}'`);
      const held = await graph('GET', `/v1.0/oauth2PermissionGrants?$filter=${filter}`);
      const rows = ok(held) ? rowsOf(held, 'delegated grants') : [];
      const wanted = [
        { resourceId: principalId, scope: consoleScope },
        { resourceId: await principalOf(resourceApps.graph), scope: 'openid profile' },
      ];
      for (const { resourceId, scope } of wanted) {
        if (rows.some((row) => row['resourceId'] === resourceId && row['consentType'] === 'AllPrincipals')) continue;
        const body = { clientId: principalId, consentType: 'AllPrincipals', resourceId, scope };
        await write(`sign-in to the console (${scope})`, 'POST', '/v1.0/oauth2PermissionGrants', body);
      }
    },

    async grant({ principalId }, holder, wished = {}) {
      const needed = neededBy(holder, wished).map(({ permission }) => permission);
      const held = rowsOf(await graph('GET', `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`), `permissions of the ${holder}`);
      for (const permission of needed) {
        if (permission.kind === 'directory-role') {
          await grantDirectoryRole(principalId, permission);
          continue;
        }
        const resourceId = await principalOf(resourceApps[permission.kind]);
        if (held.some((row) => row['appRoleId'] === permission.id && row['resourceId'] === resourceId)) continue;
        const body = { principalId, resourceId, appRoleId: permission.id };
        await write(`${permission.name} for the ${holder}`, 'POST', `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, body);
      }
    },
  };
}

/** Two deployments side by side, or a list read from a replica that lags. */
function alreadyThere(answer: Answer): boolean {
  const error = answer.body['error'] as { code?: unknown; message?: unknown } | undefined;
  const says = `${String(error?.code)} ${String(error?.message)}`;
  return answer.status === 409 || (answer.status === 400 && /already exists|conflicting object/i.test(says));
}

/** Lines to hand to a Global or Privileged Role Administrator. One quoting for both shells: the body has no single quote. */
export function asCommands(pending: readonly Pending[], cloud: Cloud): string[] {
  return pending.map(({ why, method, path, body }) => {
    const json = JSON.stringify(body).replaceAll("'", '');
    return `# ${why}\naz rest --method ${method} --url '${cloud.graph}${path}' --headers Content-Type=application/json --body '${json}'`;
  });
}

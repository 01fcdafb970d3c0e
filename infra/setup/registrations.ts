// The three app registrations of an installation: reader, responder, console. Made before provisioning (infra/hooks/register.ts), found again by their unique name.
import { createHash } from 'node:crypto';
import { consoleScope } from '../../src/tenants/authenticate.ts';
import { type Call, ok, reasonOf, SetupError, textOf } from './call.ts';
import { neededBy, resourceApps, type Wished } from './permissions.ts';

export type Role = 'reader' | 'responder' | 'console';
export interface Registration {
  /** The application's object id: what changes to the registration address. */
  readonly objectId: string;
  /** The client id: what everybody else calls it. */
  readonly appId: string;
  /** The service principal's object id in the home tenant. */
  readonly principalId: string;
}

const uniqueName = (environment: string, role: Role) => `tenant-guard-${environment}-${role}`;

/** App roles as the registration lists them, for consent pages; directory roles cannot be listed there. */
function requiredAccess(holder: 'reader' | 'responder', wished: Wished) {
  const needed = neededBy(holder, wished).map(({ permission }) => permission);
  return (['graph', 'exchange', 'activity'] as const)
    .map((kind) => ({
      resourceAppId: resourceApps[kind],
      resourceAccess: needed.filter((permission) => permission.kind === kind).map(({ id }) => ({ id, type: 'Role' })),
    }))
    .filter(({ resourceAccess }) => resourceAccess.length > 0);
}

function wanted(environment: string, role: Role, feeds: readonly string[]) {
  const displayName = `Tenant Guard ${role} (${environment})`;
  if (role === 'console') return { displayName, signInAudience: 'AzureADMyOrg', api: { requestedAccessTokenVersion: 2 } };
  return {
    displayName,
    signInAudience: 'AzureADMultipleOrgs',
    requiredResourceAccess: requiredAccess(role, { feeds }),
    // In a customer's tenant nobody may add a credential of their own to our service principal.
    servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true },
  };
}

/** The scope's id must be a GUID and stay the same: it follows from the app's id. */
function scopeId(appId: string): string {
  const hash = createHash('sha256').update(`${appId} ${consoleScope}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

const consoleApi = (appId: string) => ({
  identifierUris: [`api://${appId}`],
  // The time of the sign-in itself: undoing and dismissing ask for a fresh one.
  optionalClaims: { accessToken: [{ name: 'auth_time', essential: false }] },
  api: {
    requestedAccessTokenVersion: 2,
    oauth2PermissionScopes: [
      {
        id: scopeId(appId),
        value: consoleScope,
        type: 'User',
        isEnabled: true,
        adminConsentDisplayName: 'Use Tenant Guard',
        adminConsentDescription: 'Lets a responder see incidents and act on them in Tenant Guard.',
        userConsentDisplayName: 'Use Tenant Guard',
        userConsentDescription: 'See incidents and act on them in Tenant Guard.',
      },
    ],
  },
});

/**
 * Makes the registration and its service principal, or brings them up to date. Doing it again changes nothing.
 * @param feeds optional ones that are read: consent pages list what they need
 * Throws SetupError in the service's words, with what the deploying person lacks where that is the reason.
 */
export async function ensureRegistration(
  graph: Call,
  environment: string,
  role: Role,
  feeds: readonly string[] = [],
): Promise<Registration> {
  const path = `/v1.0/applications(uniqueName='${encodeURIComponent(uniqueName(environment, role))}')`;
  const upserted = await graph('PATCH', path, wanted(environment, role, feeds), { prefer: 'create-if-missing' });
  if (!ok(upserted))
    throw new SetupError(`The ${role} app registration could not be written: ${reasonOf(upserted)}.${lacking(upserted.status)}`);
  const application = upserted.status === 201 ? upserted : await graph('GET', `${path}?$select=id,appId`);
  const objectId = textOf(application, 'id', `the ${role} app registration`);
  const appId = textOf(application, 'appId', `the ${role} app registration`);
  if (role === 'console') {
    const exposed = await graph('PATCH', `/v1.0/applications/${objectId}`, consoleApi(appId));
    if (!ok(exposed)) throw new SetupError(`The console's scope could not be written: ${reasonOf(exposed)}`);
  }
  return { objectId, appId, principalId: await ensurePrincipal(graph, appId) };
}

/** The service principal of an app in the home tenant; made if missing. */
export async function ensurePrincipal(graph: Call, appId: string): Promise<string> {
  const path = `/v1.0/servicePrincipals(appId='${appId}')?$select=id`;
  const found = await graph('GET', path);
  if (found.status !== 404) return textOf(found, 'id', `the service principal of ${appId}`);
  return textOf(await graph('POST', '/v1.0/servicePrincipals', { appId }), 'id', `the new service principal of ${appId}`);
}

const lacking = (status: number) =>
  status === 403
    ? ' Registering applications needs the Entra role Application Developer where the tenant does not let everybody do it.'
    : '';

/** A registration of the home tenant by its client id. Throws SetupError if there is none. */
export async function findRegistration(graph: Call, appId: string): Promise<Registration> {
  const application = await graph('GET', `/v1.0/applications(appId='${encodeURIComponent(appId)}')?$select=id,appId`);
  return { objectId: textOf(application, 'id', `the app registration ${appId}`), appId, principalId: await ensurePrincipal(graph, appId) };
}

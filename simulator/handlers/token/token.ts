// The token endpoint: applications by a federated assertion, people by code and refresh token. Source: auth reference D.1 to D.3 (exchange, error codes) and identity platform v2.0 token claims.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Call, type Handler, type Reply, writing } from '../../handler.ts';
import { tokenError } from '../../refusals.ts';
import { appTokenSeconds } from '../../tokens.ts';
import { consentKey } from '../../world.ts';
import { resources } from '../../worlds/catalogue.ts';
import { activityPath, apps, contoso, identity } from '../../worlds/constants.ts';
import { servicePrincipalId } from '../../worlds/directory.ts';
import { appRoleIds, resourceOfRole } from '../../worlds/roles.ts';
import type { Code, Grants } from './people.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Names under which the resources are asked for and accepted: the real ones, and this simulator’s addresses. */
function audienceOf(scope: string): 'graph' | 'exchange' | 'activity' | undefined {
  const resource = scope.replace(/\/\.default$/, '');
  if (resource === scope) return undefined;
  if (resource === audiences.activity || resource === resources.activity.id || resource.endsWith(activityPath)) return 'activity';
  const host = URL.canParse(resource) ? new URL(resource).hostname : resource;
  if (host === 'graph.microsoft.com' || host === 'localhost' || resource === resources.graph.id) return 'graph';
  return host === 'outlook.office365.com' || host === '127.0.0.1' || resource === resources.exchange.id ? 'exchange' : undefined;
}
export const audiences = {
  graph: 'https://graph.microsoft.com',
  exchange: 'https://outlook.office365.com',
  activity: 'https://manage.office.com',
} as const;

const shared = {
  client_id: z.string(),
  scope: z.string().optional(),
  client_info: z.string().optional(),
  claims: z.string().optional(),
  'x-client-SKU': z.string().optional(),
  'x-client-VER': z.string().optional(),
  'x-client-OS': z.string().optional(),
  'x-client-CPU': z.string().optional(),
  'x-ms-lib-capability': z.string().optional(),
  'x-client-current-telemetry': z.string().optional(),
  'x-client-last-telemetry': z.string().optional(),
  'client-request-id': z.string().optional(),
};
const body = z.discriminatedUnion('grant_type', [
  z.strictObject({
    ...shared,
    grant_type: z.literal('client_credentials'),
    scope: z.string(),
    client_assertion_type: z.string().optional(),
    client_assertion: z.string().optional(),
    client_secret: z.string().optional(),
  }),
  z.strictObject({
    ...shared,
    grant_type: z.literal('authorization_code'),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string(),
  }),
  z.strictObject({ ...shared, grant_type: z.literal('refresh_token'), refresh_token: z.string(), redirect_uri: z.string().optional() }),
]);
type Body = z.output<typeof body>;

const refuse = (call: Call, status: number, error: string, code: number, message: string): Reply =>
  tokenError(call.trace, status, error, code, message);

async function forApplication(call: Call, request: Body & { grant_type: 'client_credentials' }): Promise<Reply> {
  const grant = call.world.consents.get(consentKey(call.tenant.id, request.client_id));
  if (grant === undefined)
    return refuse(
      call,
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${request.client_id}' was not found in the directory '${call.tenant.name}'.`,
    );
  if (request.client_secret !== undefined) return refuse(call, 401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  if (request.client_assertion_type !== assertionType || request.client_assertion === undefined)
    return refuse(
      call,
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  const claims = await call.authority.verify(request.client_assertion, [identity.audience]);
  if (claims === 'expired') return refuse(call, 401, 'invalid_client', 700024, 'Client assertion is not within its valid time range.');
  if (claims === 'audience')
    return refuse(call, 400, 'invalid_request', 700212, 'No matching federated identity record found for presented assertion audience.');
  if (typeof claims === 'string')
    return refuse(
      call,
      401,
      'invalid_client',
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application.',
    );
  if (claims.iss !== issuer(call, contoso.id))
    return refuse(
      call,
      401,
      'invalid_client',
      700211,
      `No matching federated identity record found for presented assertion issuer '${claims.iss}'.`,
    );
  if (claims.sub !== identity.principalId)
    return refuse(
      call,
      400,
      'invalid_request',
      70021,
      `No matching federated identity record found for presented assertion subject '${claims.sub}'.`,
    );
  const resource = audienceOf(request.scope);
  if (resource === undefined)
    return refuse(
      call,
      400,
      'invalid_resource',
      500011,
      `The resource principal named ${request.scope} was not found in the tenant named ${call.tenant.name}.`,
    );

  const principalId = servicePrincipalId(call.tenant.id, request.client_id);
  const roles = grant.permissions.filter((name) => appRoleIds[name] !== undefined && (resourceOfRole[name] ?? 'graph') === resource);
  const token = await call.authority.sign(
    {
      aud: audiences[resource],
      iss: `https://sts.windows.net/${call.tenant.id}/`,
      tid: call.tenant.id,
      oid: principalId,
      sub: principalId,
      appid: request.client_id.toLowerCase(),
      app_displayname: request.client_id === apps.reader ? 'Tenant Guard Reader' : 'Tenant Guard Responder',
      appidacr: '2',
      idtyp: 'app',
      ...(roles.length > 0 && { roles }),
      wids: grant.directoryRoles,
      ver: '1.0',
    },
    appTokenSeconds,
  );
  return {
    status: 200,
    headers: noStore,
    json: { token_type: 'Bearer', expires_in: appTokenSeconds, ext_expires_in: appTokenSeconds, access_token: token },
  };
}
const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };
/** Tokens for people and for the managed identity name the address that the caller used. */
export const issuer = (call: Pick<Call, 'base' | 'world'>, tenant: string): string => `${call.base}/${tenant}/v2.0`;

async function forPerson(call: Call, grants: Grants, code: Code, scope: string): Promise<Reply> {
  const user = call.tenant.users.current(code.user);
  if (user === undefined || !user.accountEnabled) return refuse(call, 400, 'invalid_grant', 50057, 'The user account is disabled.');
  if (Date.parse(user.signInSessionsValidFromDateTime) > code.signedInAt)
    return refuse(
      call,
      400,
      'invalid_grant',
      50173,
      'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
    );
  const names = scope.split(' ').filter((name) => name !== '');
  const own = names.flatMap((name) => (name.startsWith(`api://${apps.console}/`) ? [name.slice(`api://${apps.console}/`.length)] : []));
  const common = {
    iss: issuer(call, call.tenant.id),
    tid: call.tenant.id,
    oid: user.id,
    sub: createHash('sha256').update(`${user.id} ${code.clientId}`).digest('base64url'),
    name: user.displayName,
    preferred_username: user.userPrincipalName,
    auth_time: Math.floor(code.signedInAt / 1000),
    amr: code.strong ? ['pwd', 'mfa'] : ['pwd'],
    acr: '1',
    ver: '2.0',
  };
  const accessToken = await call.authority.sign(
    own.length > 0
      ? { ...common, aud: apps.console, azp: code.clientId, azpacr: '0', scp: own.filter((name) => name === 'Guard.Act').join(' ') }
      : { ...common, aud: resources.graph.id, appid: code.clientId, scp: 'openid profile User.Read' },
    3600,
  );
  const idToken = await call.authority.sign(
    { ...common, aud: code.clientId, ...(code.nonce !== undefined && { nonce: code.nonce }) },
    3600,
  );
  const refresh = names.includes('offline_access') ? call.authority.fresh() : undefined;
  if (refresh !== undefined) grants.refresh.set(refresh, { ...code, expiresAt: call.now + 86_400_000 });
  return {
    status: 200,
    headers: noStore,
    json: {
      token_type: 'Bearer',
      scope,
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: accessToken,
      id_token: idToken,
      ...(refresh && { refresh_token: refresh }),
    },
  };
}

function codeOf(call: Call, grants: Grants, request: Body & { grant_type: 'authorization_code' }): Code | Reply {
  const code = grants.codes.get(request.code);
  grants.codes.delete(request.code);
  if (code === undefined || code.tenant !== call.tenant.id || code.clientId !== request.client_id)
    return refuse(call, 400, 'invalid_grant', 9002313, 'Invalid request. The code is malformed, used or not meant for this client.');
  if (code.expiresAt <= call.now) return refuse(call, 400, 'invalid_grant', 70008, 'The provided authorization code has expired.');
  if (code.redirectUri !== request.redirect_uri)
    return refuse(
      call,
      400,
      'invalid_request',
      500112,
      'The reply address does not match the reply address provided when requesting the authorization code.',
    );
  const challenge = createHash('sha256').update(request.code_verifier).digest('base64url');
  return code.challenge === challenge
    ? code
    : refuse(
        call,
        400,
        'invalid_grant',
        501481,
        'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
      );
}

export function tokenHandler(grants: Grants): Handler {
  return writing({
    id: 'token.issue',
    service: 'token',
    method: 'POST',
    path: '/{tenant}/oauth2/v2.0/token',
    source: 'Auth reference D.3: exchange and AADSTS codes; identity platform access-token claims',
    certainty: 'recollected',
    // MSAL repeats its correlation id in the query.
    parameters: ['client-request-id'],
    encoding: 'form',
    /** Without an assertion the answer is the documented 7000218. */
    success: 401,
    example: {
      params: { tenant: contoso.id },
      body: { grant_type: 'client_credentials', client_id: apps.reader, scope: 'https://graph.microsoft.com/.default' },
    },
    body,
    run: async (call, request) => {
      if (request.grant_type === 'client_credentials') return forApplication(call, request);
      if (request.grant_type === 'authorization_code') {
        const code = codeOf(call, grants, request);
        return 'status' in code ? code : forPerson(call, grants, code, request.scope ?? code.scope);
      }
      const held = grants.refresh.get(request.refresh_token);
      grants.refresh.delete(request.refresh_token);
      if (held === undefined || held.tenant !== call.tenant.id || held.clientId !== request.client_id || held.expiresAt <= call.now)
        return refuse(call, 400, 'invalid_grant', 700082, 'The refresh token has expired due to inactivity, or was used before.');
      return forPerson(call, grants, held, request.scope ?? held.scope);
    },
  });
}

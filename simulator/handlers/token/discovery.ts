// What token users look up first: OpenID configuration, published keys, instance discovery; and the managed-identity endpoint of App Service. Source: OpenID metadata document; App Service managed-identity REST protocol.
import { type Call, type Handler, reading } from '../../handler.ts';
import { contoso, identity, identityHeader, identityPath } from '../../worlds/constants.ts';
import { issuer } from './token.ts';

const example = { params: { tenant: contoso.id } };

const configuration = (call: Call) => {
  const root = `${call.base}/${call.tenant.id}`;
  return {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${root}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuer(call, call.tenant.id),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'oid'],
    tenant_region_scope: 'EU',
  };
};

export const discoveryHandlers: readonly Handler[] = [
  reading({
    id: 'token.openidConfiguration',
    service: 'token',
    method: 'GET',
    path: '/{tenant}/v2.0/.well-known/openid-configuration',
    source: 'OpenID metadata document of the identity platform v2.0',
    certainty: 'documented',
    parameters: ['appid'],
    success: 200,
    example,
    run: (call) => ({ status: 200, json: configuration(call) }),
  }),
  reading({
    id: 'token.keys',
    service: 'token',
    method: 'GET',
    path: '/{tenant}/discovery/v2.0/keys',
    source: 'Signing keys of the identity platform v2.0',
    certainty: 'documented',
    success: 200,
    example,
    run: (call) => ({ status: 200, json: call.authority.keys }),
  }),
  reading({
    id: 'token.instanceDiscovery',
    service: 'token',
    method: 'GET',
    path: '/common/discovery/instance',
    source: 'Instance discovery as MSAL asks for it',
    certainty: 'recollected',
    parameters: ['api-version', 'authorization_endpoint'],
    success: 200,
    example: { query: { 'api-version': '1.1' } },
    run: (call) => ({
      status: 200,
      json: {
        tenant_discovery_endpoint: `${call.base}/${contoso.id}/v2.0/.well-known/openid-configuration`,
        'api-version': '1.1',
        metadata: [
          { preferred_network: new URL(call.base).host, preferred_cache: new URL(call.base).host, aliases: [new URL(call.base).host] },
        ],
      },
    }),
  }),
];

/** Signs a token of the managed identity for a resource. `authorityUrl`: where Entra (the simulator's https address) issues it. */
const identityToken = (call: Pick<Call, 'authority'>, authorityUrl: string, resource: string): Promise<string> =>
  call.authority.sign(
    {
      aud: resource,
      iss: `${authorityUrl}/${contoso.id}/v2.0`,
      tid: contoso.id,
      oid: identity.principalId,
      sub: identity.principalId,
      azp: identity.clientId,
      appid: identity.clientId,
      idtyp: 'app',
      ver: '2.0',
    },
    86_400,
  );

/** `authorityUrl` is known only once the https port is open. */
export const identityHandler = (authorityUrl: () => string): Handler =>
  reading({
    id: 'identity.token',
    service: 'identity',
    method: 'GET',
    path: identityPath,
    source: 'App Service managed identity, REST protocol 2019-08-01: X-IDENTITY-HEADER, expires_on in epoch seconds; tokens live a day',
    certainty: 'documented',
    parameters: ['resource', 'api-version', 'client_id'],
    success: 200,
    example: { query: { resource: identity.audience, 'api-version': '2019-08-01', client_id: identity.clientId } },
    run: async (call) => {
      const bad = (message: string, status = 400) => ({ status, json: { statusCode: status, message } });
      if (call.headers['x-identity-header'] !== identityHeader) return bad('X-IDENTITY-HEADER is missing or wrong', 401);
      if (call.query.get('api-version') !== '2019-08-01') return bad('api-version must be 2019-08-01');
      const resource = call.query.get('resource');
      if (resource === null) return bad('resource is missing');
      if (call.query.get('client_id')?.toLowerCase() !== identity.clientId)
        return bad(`No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.`);
      return {
        status: 200,
        json: {
          access_token: await identityToken(call, authorityUrl(), resource),
          expires_on: String(Math.floor(call.now / 1000) + 86_400),
          resource,
          token_type: 'Bearer',
          client_id: identity.clientId,
        },
      };
    },
  });

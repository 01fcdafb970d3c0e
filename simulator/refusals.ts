// The documented refusals of each service: status and error body for every class of bad request. Used by dispatch.ts; the conformance test asserts them literally.
import type { Reply } from './handler.ts';

export type ServiceName = 'token' | 'people' | 'identity' | 'graph' | 'exchange' | 'activity' | 'azure' | 'teams' | 'control';

interface Trace {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly now: number;
}

/** Graph's error envelope (reference: Graph A.8), with the request ids also as headers. */
export function graphError(
  trace: Trace,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'request-id': trace.requestId, 'client-request-id': trace.clientRequestId, ...headers },
    json: {
      error: {
        code,
        message,
        innerError: {
          date: new Date(trace.now).toISOString().slice(0, 19),
          'request-id': trace.requestId,
          'client-request-id': trace.clientRequestId,
        },
      },
    },
  };
}

/** The Management Activity API's error envelope, with its AF codes. */
export const activityError = (status: number, code: string, message: string): Reply => ({ status, json: { error: { code, message } } });

/** Exchange's error envelope (reference: Exchange C.4): the outer message is useless, the inner one tells. */
export function exchangeError(status: number, message: string, type: string): Reply {
  return {
    status,
    json: {
      error: {
        code: status === 404 ? 'NotFound' : 'BadRequest',
        message: 'Error executing cmdlet',
        details: [{ code: 'Context', target: '', message: `|${type}|${message}` }],
        innererror: {
          message: 'Error executing cmdlet',
          type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
          internalexception: { message, type, stacktrace: '' },
        },
      },
    },
  };
}

/** The app role is there, the directory role is not: 403 whose body is a run of NUL bytes (measured July 2026). */
export const exchangeForbidden = (): Reply => ({ status: 403, bytes: Buffer.alloc(64), contentType: 'application/octet-stream' });

/** Entra's token error: `error`, `error_description` that begins with the AADSTS code, `error_codes`. */
export function tokenError(trace: Trace, status: number, error: string, code: number, message: string): Reply {
  const timestamp = new Date(trace.now).toISOString().replace('T', ' ').slice(0, 19);
  return {
    status,
    json: {
      error,
      error_description: `AADSTS${code}: ${message} Trace ID: ${trace.requestId} Correlation ID: ${trace.clientRequestId} Timestamp: ${timestamp}Z`,
      error_codes: [code],
      timestamp: `${timestamp}Z`,
      trace_id: trace.requestId,
      correlation_id: trace.clientRequestId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

const plain = (status: number, message: string): Reply => ({ status, json: { error: message } });

/** What a service says to a path that it does not have. */
export function unknownPath(service: ServiceName | undefined, trace: Trace, path: string): Reply {
  const segment = path.split('/').findLast((part) => part !== '') ?? '';
  if (service === 'graph') return graphError(trace, 400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
  if (service === 'exchange')
    return exchangeError(404, `Resource not found for the segment '${segment}'.`, 'Microsoft.OData.ODataException');
  if (service === 'token' || service === 'people')
    return tokenError(trace, 404, 'invalid_request', 900144, `The path ${path} is not an endpoint of this service.`);
  return plain(404, `Nothing is served at ${path}`);
}

export function wrongMethod(service: ServiceName, trace: Trace): Reply {
  if (service === 'graph')
    return graphError(trace, 405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
  if (service === 'exchange')
    return exchangeError(405, 'The requested resource does not support this http method.', 'System.Web.Http.HttpException');
  if (service === 'token' || service === 'people')
    return tokenError(
      trace,
      405,
      'invalid_request',
      900561,
      'The endpoint only accepts another method. Received a different request method.',
    );
  return plain(405, 'This method is not served here');
}

export function unknownQuery(service: ServiceName, trace: Trace, name: string): Reply {
  if (service === 'graph') return graphError(trace, 400, 'BadRequest', `The query parameter '${name}' is not supported.`);
  if (service === 'exchange')
    return exchangeError(400, `The query parameter '${name}' is not supported.`, 'Microsoft.OData.ODataException');
  if (service === 'token' || service === 'people')
    return tokenError(trace, 400, 'invalid_request', 900144, `The parameter '${name}' is not known.`);
  return plain(400, `The query option "${name}" is not known`);
}

export function badBody(service: ServiceName, trace: Trace, detail: string, unknownName: string | undefined): Reply {
  if (service === 'graph')
    return graphError(
      trace,
      400,
      'Request_BadRequest',
      unknownName === undefined
        ? `Invalid value specified: ${detail}`
        : `Property '${unknownName}' does not exist as a declared property or extension property.`,
    );
  if (service === 'exchange')
    return unknownName === undefined
      ? exchangeError(400, detail, 'Microsoft.OData.ODataException')
      : exchangeError(
          400,
          `A parameter cannot be found that matches parameter name '${unknownName}'.`,
          'System.Management.Automation.ParameterBindingException',
        );
  if (service === 'token' || service === 'people')
    return tokenError(trace, 400, 'invalid_request', 900144, `The request body must contain the right parameters: ${detail}`);
  return plain(400, detail);
}

export type TokenFault = 'absent' | 'malformed' | 'signature' | 'expired' | 'audience' | 'tenant';
const graphTokenWords: Readonly<Record<TokenFault, string>> = {
  absent: 'Access token is empty.',
  malformed: 'JWT is not well formed, there are no dots (.). The token needs to be in JWS or JWE Compact Serialization Format.',
  signature: 'Access token validation failure. Invalid signature.',
  expired: 'Lifetime validation failed, the token is expired.',
  audience: 'Access token validation failure. Invalid audience.',
  tenant: 'Access token validation failure. Invalid tenant.',
};

/** Continuous access evaluation: the token was issued before it was revoked; a new one that names these claims is accepted. */
export function revokedToken(service: ServiceName, trace: Trace, revokedAt: number): Reply {
  const claims = Buffer.from(
    JSON.stringify({ access_token: { nbf: { essential: true, value: String(Math.floor(revokedAt / 1000)) } } }),
  ).toString('base64');
  const challenge = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;
  if (service !== 'graph') return { status: 401, text: '', headers: { 'www-authenticate': challenge } };
  return graphError(
    trace,
    401,
    'InvalidAuthenticationToken',
    'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
    { 'www-authenticate': challenge },
  );
}

export function badToken(service: ServiceName, trace: Trace, fault: TokenFault): Reply {
  if (service === 'graph')
    return graphError(trace, 401, 'InvalidAuthenticationToken', graphTokenWords[fault], {
      'www-authenticate': 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
    });
  if (service === 'activity') return { status: 401, json: { Message: 'Authorization has been denied for this request.' } };
  return {
    status: 401,
    text: '',
    headers: { 'www-authenticate': `Bearer client_id="00000002-0000-0ff1-ce00-000000000000", error="invalid_token"` },
  };
}

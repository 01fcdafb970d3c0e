// Gets a token and turns the ways in which that fails into ServiceError, so that a missing consent reads as "denied", not as a crash. Used by the clients of the services beside it.
import type { TokenCredential } from '@azure/identity';
import { ServiceError } from './connections.ts';
import { SignInSilentError } from './sign-in.ts';

/** Code of the error where the sign-in service answers nobody: no matter of this tenant or its consent. */
export const signInSilent = 'SignInSilent';

/** `AADSTS700016: Application … was not found` -> `AADSTS700016`. */
function aadCode(message: string): string {
  return /AADSTS\d+/.exec(message)?.[0] ?? 'TokenUnavailable';
}

/**
 * The claims that a service asks for where it no longer accepts a token (continuous access evaluation: rights or sessions were revoked before the token ran out).
 * Undefined for any other 401.
 */
export function claimsAskedFor(response: Response): string | undefined {
  return claimsIn(response.status, response.headers.get('www-authenticate'));
}

/** … where an answer is a part of another one. */
export function claimsIn(status: number, challenge: string | null): string | undefined {
  const claims = status === 401 ? /claims="([A-Za-z0-9+/=_-]+)"/.exec(challenge ?? '')?.[1] : undefined;
  return claims === undefined ? undefined : Buffer.from(claims, 'base64').toString('utf8');
}

/**
 * Always as a client that understands challenges: such tokens are kept apart from others, so that one which replaced a revoked token is also what is found the next time.
 * @param claims of a challenge: the kept token is passed over. Throws ServiceError('token'): status 401 where Entra ID answered no, 0 where nobody answered.
 */
export async function accessToken(credential: TokenCredential, scope: string, claims?: string): Promise<string> {
  try {
    const token = await credential.getToken(scope, { enableCae: true, ...(claims === undefined ? {} : { claims }) });
    if (token === null) throw new Error('no token was issued');
    return token.token;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof SignInSilentError) throw new ServiceError('token', 0, signInSilent, message, { cause });
    const code = aadCode(message);
    // What MSAL says of a mistyped tenant id, and of a sign-in service that does not answer.
    const why = message.includes('endpoints_resolution_error')
      ? 'the sign-in service knows no tenant with this id, or could not be reached (endpoints_resolution_error); check the id'
      : message.split('\n')[0];
    throw new ServiceError('token', code === 'TokenUnavailable' ? 0 : 401, code, `no token for ${scope}: ${why}`, { cause });
  }
}

/**
 * Sends with a token of this scope; a service that no longer accepts it is asked once more with a new one. Nothing was carried out before, so it can be asked again, whatever it is.
 * @param ask sends the request with this token
 */
export async function askWithToken(
  credential: TokenCredential,
  scope: string,
  ask: (token: string) => Promise<Response>,
): Promise<Response> {
  const response = await ask(await accessToken(credential, scope));
  const claims = claimsAskedFor(response);
  if (claims === undefined) return response;
  await response.body?.cancel();
  return ask(await accessToken(credential, scope, claims));
}

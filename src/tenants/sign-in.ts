// How the service that gives tokens fares, as every request to it tells: with nobody there no tenant can be read once its tokens run out, and each would wait for its own time-outs. Called by credentials.ts.
import type { ClientAssertionCredentialOptions, GetTokenOptions, TokenCredential } from '@azure/identity';
import type { Clock } from '../contracts/clock.ts';
import type { Breaker } from './breaker.ts';

/** Its name at the breaker. */
export const signInHost = 'sign-in';
/** A token comes within a second or two. */
const answerMs = 15_000;
/** The library asks for a new token five minutes before the old one runs out. */
const renewedMs = 5.5 * 60_000;

export type TokenPolicy = NonNullable<ClientAssertionCredentialOptions['additionalPolicies']>[number]['policy'];

/** Nobody answered where tokens come from, or nobody was asked, since it answers nobody. */
export class SignInSilentError extends Error {
  override readonly name = 'SignInSilentError';
}

export interface SignIn {
  readonly policy: TokenPolicy;
  /** Asks whenever it is asked. Throws SignInSilentError where nobody answered. */
  atOnce(credential: TokenCredential): TokenCredential;
  /** For what can wait for a later round: a token that is at hand is given, and one that is not is asked for only if the breaker lets it. */
  yielding(credential: TokenCredential): TokenCredential;
}

/** Of one credential: a tenant and an application. */
export function createSignIn({
  breaker,
  clock,
  tenant,
  authority,
}: {
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly tenant: string;
  /** Address of the service. */
  readonly authority: string;
}): SignIn {
  /** Its last request got no answer. */
  let isSilent = false;
  /** Until when there are tokens, by scope. */
  const kept = new Map<string, number>();
  const silent = (cause?: unknown): SignInSilentError =>
    new SignInSilentError(`sign-in to Microsoft itself fails: ${new URL(authority).host} gives no tokens`, { cause });

  async function ask(credential: TokenCredential, scopes: string | string[], options?: GetTokenOptions) {
    try {
      const token = await credential.getToken(scopes, options);
      if (token !== null) kept.set(String(scopes), token.expiresOnTimestamp);
      return token;
    } catch (cause) {
      throw isSilent ? silent(cause) : cause;
    }
  }

  return {
    policy: {
      name: 'how-sign-in-fares',
      async sendRequest(request, next) {
        request.timeout = answerMs;
        try {
          const response = await next(request);
          isSilent = response.status >= 500;
          return response;
        } catch (error) {
          isSilent = true;
          throw error;
        } finally {
          if (isSilent) breaker.failed(signInHost, tenant);
          else breaker.succeeded(signInHost);
        }
      },
    },
    atOnce: (credential) => ({ getToken: (scopes, options) => ask(credential, scopes, options) }),
    yielding: (credential) => ({
      async getToken(scopes, options) {
        const isAtHand = options?.claims === undefined && (kept.get(String(scopes)) ?? 0) - clock.now() > renewedMs;
        if (!isAtHand && breaker.closedUntil(signInHost) !== undefined) throw silent();
        return ask(credential, scopes, options);
      },
    }),
  };
}

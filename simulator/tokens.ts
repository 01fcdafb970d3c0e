// The token authority: one RS256 key per run, tokens for applications, the managed identity and people, and their validation. Used by the token endpoints and by dispatch.ts.
import { exportJWK, generateKeyPair, type JWTPayload, errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../src/contracts/clock.ts';
import type { TokenFault } from './refusals.ts';
import { guid } from './worlds/random.ts';

export interface Authority {
  /** The published key set. */
  readonly keys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Signs claims; exp is `lifetime` seconds after now. */
  sign(claims: Readonly<Record<string, unknown>>, lifetime: number): Promise<string>;
  /** Validates signature, lifetime and audience. */
  verify(token: string, audiences: readonly string[]): Promise<JWTPayload | TokenFault>;
  /** A fresh identifier that cannot be guessed from outside. */
  fresh(): string;
}

/** Access tokens of applications live 3,599 seconds, as Entra's answer says. */
export const appTokenSeconds = 3599;

export async function createAuthority({ clock }: { readonly clock: Clock }): Promise<Authority> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = guid('key', jwk.n ?? '')
    .replaceAll('-', '')
    .slice(0, 27);
  return {
    keys: { keys: [{ ...jwk, kid, x5t: kid, use: 'sig', alg: 'RS256' }] },
    fresh: () => crypto.randomUUID(),
    sign: async (claims, lifetime) => {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ ...claims, uti: crypto.randomUUID().replaceAll('-', '').slice(0, 22) })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + lifetime)
        .sign(privateKey);
    },
    verify: async (token, audiences) => {
      if (token.split('.').length !== 3) return 'malformed';
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['RS256'],
          audience: [...audiences],
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'tid', 'oid'],
        });
        return payload;
      } catch (error) {
        if (error instanceof joseErrors.JWTExpired) return 'expired';
        if (error instanceof joseErrors.JWTClaimValidationFailed) return error.claim === 'aud' ? 'audience' : 'expired';
        if (error instanceof joseErrors.JWSSignatureVerificationFailed) return 'signature';
        return 'malformed';
      }
    },
  };
}

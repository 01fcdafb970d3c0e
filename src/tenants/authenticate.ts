// Who acts: proven by a validated access token of the console's app registration, never by what a request says of itself. Every check has a test that fails without it.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../contracts/clock.ts';

export interface Person {
  readonly oid: string;
  readonly tenant: string;
  readonly name: string;
  /** The account's name of sign-in, where the token tells. */
  readonly username?: string;
  /** Epoch ms of the sign-in itself (not of the token), where the token tells. */
  readonly signedInAt: number | undefined;
}

/** Says no with a code for the console and a sentence for people; never with the token's content. */
export class NotAuthenticatedError extends Error {
  override readonly name = 'NotAuthenticatedError';
  readonly code:
    | 'no-token'
    | 'bad-token'
    | 'expired'
    | 'wrong-audience'
    | 'wrong-client'
    | 'wrong-issuer'
    | 'wrong-tenant'
    | 'no-scope'
    | 'not-a-person';
  constructor(code: NotAuthenticatedError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface AuthenticatorOptions {
  /** `https://login.microsoftonline.com/{home tenant}/v2.0`. */
  readonly authority: string;
  readonly homeTenant: string;
  readonly audience: string;
  readonly clock: Clock;
  /** Published keys; by default those of the authority. */
  readonly keys?: JWTVerifyGetKey;
}

/** The one delegated scope of the console's app registration. */
export const consoleScope = 'Guard.Act';
const clockToleranceSeconds = 60;

const claims = z.object({
  oid: z.guid(),
  tid: z.guid(),
  scp: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  azp: z.string().optional(),
  appid: z.string().optional(),
  idtyp: z.string().optional(),
  auth_time: z.number().optional(),
});

export interface Authenticator {
  /** `authorization`: the header's value. Throws NotAuthenticatedError. */
  authenticate(authorization: string | null): Promise<Person>;
}

export function createAuthenticator({ authority, homeTenant, audience, clock, keys }: AuthenticatorOptions): Authenticator {
  const published = keys ?? createRemoteJWKSet(new URL(`${authority.replace(/\/v2\.0$/, '')}/discovery/v2.0/keys`));
  return {
    async authenticate(authorization) {
      const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
      if (token === undefined) throw new NotAuthenticatedError('no-token', 'Sign in first.');
      const payload = await verified(token, published, { authority, audience, now: clock.now() });
      const parsed = claims.safeParse(payload);
      if (!parsed.success) throw new NotAuthenticatedError('bad-token', 'This token names no person.');
      const person = parsed.data;
      if (person.tid !== homeTenant) throw new NotAuthenticatedError('wrong-tenant', 'Only accounts of the guard’s own tenant may act.');
      // An application's token has roles but no delegated scope: no person is behind it.
      if (person.idtyp === 'app') throw new NotAuthenticatedError('not-a-person', 'An application cannot act here.');
      // Another app that was given the scope could press in a person's name without their knowing.
      if ((person.azp ?? person.appid)?.toLowerCase() !== audience.toLowerCase())
        throw new NotAuthenticatedError('wrong-client', 'This token was made for another application’s page.');
      if (!(person.scp ?? '').split(' ').includes(consoleScope))
        throw new NotAuthenticatedError('no-scope', 'This token was made for something else.');
      return {
        oid: person.oid,
        tenant: person.tid,
        ...(person.preferred_username === undefined ? {} : { username: person.preferred_username }),
        name: person.name ?? person.preferred_username ?? person.oid,
        signedInAt: person.auth_time === undefined ? undefined : person.auth_time * 1000,
      };
    },
  };
}

async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { authority: string; audience: string; now: number },
): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: expected.authority,
      audience: expected.audience,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(expected.now),
    });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw new NotAuthenticatedError('expired', 'Your sign-in has expired. Sign in again.', cause);
    if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'aud')
      throw new NotAuthenticatedError('wrong-audience', 'This token was made for another application.', cause);
    if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'iss')
      throw new NotAuthenticatedError('wrong-issuer', 'This token was not issued by the guard’s own tenant.', cause);
    throw new NotAuthenticatedError('bad-token', 'Your sign-in has ended. Sign in again.', cause);
  }
}

// Who acts is proven by a token. Each test takes one check away from a token that is otherwise good; if that check were missing, the test would fail.
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authenticator, createAuthenticator } from '../../src/tenants/authenticate.ts';

const home = '11111111-1111-4111-8111-111111111111';
const audience = '22222222-2222-4222-8222-222222222222';
const authority = `https://login.example.com/${home}/v2.0`;
const oid = '33333333-3333-4333-8333-333333333333';
const now = Date.UTC(2026, 0, 5, 9, 0, 0);
const seconds = now / 1000;

type Claims = Record<string, unknown>;
const good: Claims = { oid, tid: home, azp: audience, scp: 'Guard.Act', name: 'Ann Example', auth_time: seconds - 60 };

let authenticator: Authenticator;
let sign: (claims: Claims, change?: (token: SignJWT) => SignJWT) => Promise<string>;
let signWithoutExpiry: (claims: Claims) => Promise<string>;
let foreignKey: CryptoKey;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  foreignKey = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
  authenticator = createAuthenticator({
    authority,
    homeTenant: home,
    audience,
    clock: { now: () => now },
    keys: createLocalJWKSet({ keys: [jwk] }),
  });
  signWithoutExpiry = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(authority)
      .setAudience(audience)
      .setIssuedAt(seconds - 30)
      .sign(privateKey);
  sign = (claims, change = (token) => token) =>
    change(
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(authority)
        .setAudience(audience)
        .setIssuedAt(seconds - 30)
        .setExpirationTime(seconds + 3600),
    ).sign(privateKey);
});

const refusal = (authorization: string | null) =>
  authenticator.authenticate(authorization).then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe('a person is known by a validated token only', () => {
  it('accepts a good token and takes who it is from there', async () => {
    expect(await authenticator.authenticate(`Bearer ${await sign(good)}`)).toEqual({
      oid,
      tenant: home,
      name: 'Ann Example',
      signedInAt: now - 60_000,
    });
  });
  it('takes the name of sign-in from the token, so that a case about it can be told', async () => {
    const token = await sign({ ...good, preferred_username: 'ann@contoso.example' });
    expect(await authenticator.authenticate(`Bearer ${token}`)).toMatchObject({ username: 'ann@contoso.example' });
  });
  it('refuses a token that another application asked for, or that names none', async () => {
    expect(await refusal(`Bearer ${await sign({ ...good, azp: '44444444-4444-4444-8444-444444444444' })}`)).toBe('wrong-client');
    expect(await refusal(`Bearer ${await sign({ ...good, azp: undefined })}`)).toBe('wrong-client');
    expect(await refusal(`Bearer ${await sign({ ...good, azp: undefined, appid: audience.toUpperCase() })}`)).toBe('accepted');
  });
  it('refuses a request without a token, and one with something else', async () => {
    expect(await refusal(null)).toBe('no-token');
    expect(await refusal('Basic YTpi')).toBe('no-token');
  });
  it('refuses a token signed by somebody else', async () => {
    const forged = await new SignJWT(good)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(authority)
      .setAudience(audience)
      .setIssuedAt(seconds - 30)
      .setExpirationTime(seconds + 3600)
      .sign(foreignKey);
    expect(await refusal(`Bearer ${forged}`)).toBe('bad-token');
  });
  it('refuses a token without a signature', async () => {
    const bare = new UnsecuredJWT(good)
      .setIssuer(authority)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .encode();
    expect(await refusal(`Bearer ${bare}`)).not.toBe('accepted');
    expect(await refusal(`Bearer ${bare}x`)).toBe('bad-token');
  });
  it('refuses an expired token', async () => {
    expect(await refusal(`Bearer ${await sign(good, (token) => token.setExpirationTime(seconds - 120))}`)).toBe('expired');
  });
  it('refuses a token that never expires', async () => {
    expect(await refusal(`Bearer ${await signWithoutExpiry(good)}`)).toBe('bad-token');
  });
  it('refuses a token that is not valid yet', async () => {
    expect(await refusal(`Bearer ${await sign(good, (token) => token.setNotBefore(seconds + 600))}`)).toBe('bad-token');
  });
  it('refuses a token for another application', async () => {
    expect(await refusal(`Bearer ${await sign(good, (token) => token.setAudience('https://graph.microsoft.com'))}`)).toBe('wrong-audience');
  });
  it('refuses a token of another issuer', async () => {
    expect(await refusal(`Bearer ${await sign(good, (token) => token.setIssuer('https://login.example.com/elsewhere/v2.0'))}`)).toBe(
      'wrong-issuer',
    );
  });
  it('refuses a person of another tenant, even if the issuer were right', async () => {
    expect(await refusal(`Bearer ${await sign({ ...good, tid: '44444444-4444-4444-8444-444444444444' })}`)).toBe('wrong-tenant');
  });
  it('refuses a token without the console’s scope', async () => {
    expect(await refusal(`Bearer ${await sign({ ...good, scp: 'User.Read' })}`)).toBe('no-scope');
    expect(await refusal(`Bearer ${await sign({ ...good, scp: 'Guard.Acting' })}`)).toBe('no-scope');
  });
  it('refuses an application’s own token, whatever it carries', async () => {
    expect(await refusal(`Bearer ${await sign({ ...good, idtyp: 'app' })}`)).toBe('not-a-person');
  });
  it('refuses a token that names no person', async () => {
    expect(await refusal(`Bearer ${await sign({ ...good, oid: 'not a guid' })}`)).toBe('bad-token');
  });
});

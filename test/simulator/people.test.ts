// How people sign in: the page, the code with PKCE, what the tokens say, and what is refused.
import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { apps, contoso, responders } from '../../simulator/worlds/constants.ts';
import { type Answered, manualClock, send, startSimulator } from './support.ts';

const clock = manualClock();
let simulator: Simulator;
let authority: string;
const verifier = 'a-verifier-of-at-least-forty-three-characters-0123456789';
const redirect = 'http://localhost:7071/api/console';
const request = {
  client_id: apps.console,
  response_type: 'code',
  redirect_uri: redirect,
  scope: `openid profile offline_access api://${apps.console}/Guard.Act`,
  state: 's1',
  nonce: 'n1',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

beforeAll(async () => {
  simulator = await startSimulator({ clock });
  authority = `${simulator.httpUrl}/${contoso.id}`;
});
afterAll(() => simulator.close());

const authorize = (changes: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  send(simulator, `${authority}/oauth2/v2.0/authorize?${new URLSearchParams({ ...request, ...changes })}`);
const redeem = (form: Readonly<Record<string, string>>, headers = {}): Promise<Answered> =>
  send(simulator, `${authority}/oauth2/v2.0/token`, { form: { client_id: apps.console, ...form }, headers });
async function signIn(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await authorize({ login_hint: responders.first.upn, ...changes });
  expect(answer.status, answer.text).toBe(302);
  return new URL(String(answer.headers.location)).searchParams.get('code') ?? '';
}
const codeForm = async (): Promise<Record<string, string>> => ({
  grant_type: 'authorization_code',
  code: await signIn(),
  redirect_uri: redirect,
  code_verifier: verifier,
});
async function claimsOf(token: unknown, audience: string): Promise<Record<string, unknown>> {
  const keys = (await send(simulator, `${authority}/discovery/v2.0/keys`)).json() as unknown as JSONWebKeySet;
  const { payload } = await jwtVerify(String(token), createLocalJWKSet(keys), {
    issuer: `${authority}/v2.0`,
    audience,
    currentDate: new Date(clock.now()),
  });
  return payload;
}

describe('signing in as a person', () => {
  beforeEach(() => clock.advance(1));

  it('shows who may sign in, the responders first, and nobody who is no person', async () => {
    const { status, text, headers } = await authorize();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text.indexOf('Ingrid Solberg')).toBeLessThan(text.indexOf('Marta Ferrer'));
    expect(text).not.toContain('Scanner');
  });

  it('issues tokens that the published keys prove, with who, when and how', async () => {
    const answer = (await redeem(await codeForm())).json();
    const access = await claimsOf(answer.access_token, apps.console);
    expect(access).toMatchObject({
      oid: responders.first.id,
      tid: contoso.id,
      scp: 'Guard.Act',
      azp: apps.console,
      ver: '2.0',
      auth_time: Math.floor(clock.now() / 1000),
      amr: ['pwd', 'mfa'],
      preferred_username: responders.first.upn,
      name: 'Ingrid Solberg',
    });
    expect(await claimsOf(answer.id_token, apps.console)).toMatchObject({ nonce: 'n1', oid: responders.first.id });
  });

  it('says in the token when no second factor was used, and keeps the time of the sign-in over a refresh', async () => {
    const code = await signIn({ strength: 'password' });
    const signedInAt = Math.floor(clock.now() / 1000);
    const first = (await redeem({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier })).json();
    clock.advance(600);
    const second = (await redeem({ grant_type: 'refresh_token', refresh_token: String(first.refresh_token) })).json();
    expect(await claimsOf(second.access_token, apps.console)).toMatchObject({ auth_time: signedInAt, amr: ['pwd'] });
    const again = await redeem({ grant_type: 'refresh_token', refresh_token: String(first.refresh_token) });
    expect([again.status, again.json().error]).toEqual([400, 'invalid_grant']);
  });

  it.each([
    [
      9002313,
      'a code that was used before',
      async () => {
        const form = await codeForm();
        await redeem(form);
        return form;
      },
    ],
    [
      501481,
      'another verifier',
      async () => ({ ...(await codeForm()), code_verifier: 'something-else-that-is-long-enough-for-a-verifier' }),
    ],
    [500112, 'another redirect address', async () => ({ ...(await codeForm()), redirect_uri: 'http://localhost:1/' })],
    [
      70008,
      'a code after ten minutes',
      async () => {
        const form = await codeForm();
        clock.advance(601);
        return form;
      },
    ],
  ])('answers AADSTS%i to %s', async (code, _name, form) => {
    const answer = await redeem(await form());
    expect([answer.status, answer.json().error_codes]).toEqual([400, [code]]);
  });

  it.each([
    [700016, { client_id: apps.reader }],
    [50011, { redirect_uri: 'https://attacker.example/' }],
    [900144, { code_challenge_method: 'plain' }],
    [900144, { response_type: 'token' }],
  ])('refuses with AADSTS%i a request with %o', async (code, changes) => {
    const answer = await authorize(changes);
    expect([answer.status, answer.json().error_codes]).toEqual([400, [code]]);
  });

  it('tells a silent request that nobody is signed in', async () => {
    const answer = await authorize({ prompt: 'none' });
    expect(new URL(String(answer.headers.location)).searchParams.get('error')).toBe('login_required');
  });

  it('lets nobody in whose account is blocked, and ends tokens with the sessions', async () => {
    const person = simulator.world.tenants.get(contoso.id)?.users.current(responders.second.id);
    if (person === undefined) throw new Error('the responder is missing');
    const code = await signIn({ login_hint: responders.second.upn });
    const { users } = simulator.world.tenants.get(contoso.id) ?? {};
    users?.write(person.id, { ...person, accountEnabled: false }, clock.now());
    expect((await authorize({ login_hint: responders.second.upn })).text).toContain('AADSTS50057');
    const answer = await redeem({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
    expect(answer.json().error_codes).toEqual([50057]);
    users?.write(person.id, { ...person, signInSessionsValidFromDateTime: new Date(clock.now() + 60_000).toISOString() }, clock.now());
    const ended = await redeem({
      grant_type: 'authorization_code',
      code: await signIn({ login_hint: responders.second.upn }),
      redirect_uri: redirect,
      code_verifier: verifier,
    });
    expect(ended.json().error_codes).toEqual([50173]);
    users?.write(person.id, person, clock.now());
  });

  it('answers browsers of other origins at the token endpoint, and nowhere else', async () => {
    const headers = { origin: 'http://localhost:7071' };
    const preflight = await send(simulator, `${authority}/oauth2/v2.0/token`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, headers.origin]);
    expect((await redeem(await codeForm(), headers)).headers['access-control-allow-origin']).toBe(headers.origin);
    expect((await send(simulator, `${simulator.controlUrl}/world`, { headers })).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('escapes what a request brings into the page', async () => {
    expect((await authorize({ state: '"><script>alert(1)</script>' })).text).not.toContain('<script>');
  });
});

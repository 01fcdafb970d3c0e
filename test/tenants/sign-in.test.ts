// A sign-in service that answers nobody: found out once for all tenants, asked again by one, and no hindrance to whoever holds a token. The official credential against a service on this computer.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientAssertionCredential } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../simulator/certificate.ts';
import { readOutcomeOf } from '../../src/collect/read-outcome.ts';
import { accessToken } from '../../src/tenants/access-token.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { createSignIn, signInHost } from '../../src/tenants/sign-in.ts';
import { manualClock } from '../support/manual-clock.ts';

let server: Server;
let address: string;
let mode: 'well' | 'gone' | 'broken' | 'refuses';
let asked = 0;

beforeAll(async () => {
  const { key, cert } = await makeCertificate();
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  server = createServer({ key, cert }, (request, response) => {
    asked++;
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (mode === 'gone') request.socket.destroy();
    else if (mode === 'broken') reply(503, {});
    else if (request.method === 'GET') {
      const of = `${address}${request.url?.replace(/\/v2\.0\/.*$/, '')}`;
      reply(200, {
        issuer: `${of}/v2.0`,
        authorization_endpoint: `${of}/authorize`,
        token_endpoint: `${of}/token`,
        jwks_uri: `${of}/keys`,
      });
    } else if (mode === 'refuses') reply(400, { error: 'unauthorized_client', error_description: 'AADSTS700016: no such application' });
    else reply(200, { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: `token-${asked}` });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  address = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});
beforeEach(() => {
  mode = 'well';
  asked = 0;
});

function setUp() {
  const clock = manualClock(Date.now());
  const breaker = createBreaker({ clock });
  const of = (n: number) => {
    const tenant = `0000000${n}-0000-4000-8000-000000000000`;
    const signIn = createSignIn({ breaker, clock, tenant, authority: address });
    const credential = new ClientAssertionCredential(tenant, '1c0e5a7d-2f84-4b6e-8d31-7a9c4e2b0a11', async () => 'assertion', {
      authorityHost: address,
      disableInstanceDiscovery: true,
      additionalPolicies: [{ policy: signIn.policy, position: 'perRetry' }],
      retryOptions: { maxRetries: 1, retryDelayInMs: 1 },
    });
    return { yielding: signIn.yielding(credential), atOnce: signIn.atOnce(credential) };
  };
  /** Until the breaker opens: each failure of the host, and each try again, counts. */
  const outage = (tenants: readonly ReturnType<typeof of>[]) =>
    Promise.all(tenants.flatMap(({ yielding }) => [1, 2].map(() => accessToken(yielding, scope).catch(() => undefined))));
  return { clock, breaker, of, outage };
}
const scope = 'https://graph.example.com/.default';
const silent = {
  service: 'token',
  status: 0,
  code: 'SignInSilent',
  message: expect.stringContaining('sign-in to Microsoft itself fails: localhost'),
};

describe('a sign-in service that answers nobody', () => {
  it.each(['gone', 'broken'] as const)(
    'is left alone after ten failures of three tenants, asked again by one, and heard by all (%s)',
    async (how) => {
      const { clock, breaker, of, outage } = setUp();
      const tenants = [1, 2, 3, 4].map(of);
      mode = how;
      await outage(tenants);
      expect(breaker.closedUntil(signInHost)).toBe(clock.now() + 30_000);
      expect(breaker.closedUntil('graph')).toBeUndefined();
      asked = 0;
      for (const { yielding } of tenants) await expect(accessToken(yielding, scope)).rejects.toMatchObject(silent);
      expect(asked).toBe(0);

      clock.advance(30_000);
      mode = 'well';
      const answers = await Promise.allSettled(tenants.map(({ yielding }) => accessToken(yielding, scope)));
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      await Promise.all(tenants.map(({ yielding }) => accessToken(yielding, scope)));
    },
  );

  it('hinders nobody who holds a token, and nobody who acts', async () => {
    const { breaker, of, outage } = setUp();
    const [held, ...others] = [1, 2, 3, 4].map(of);
    if (held === undefined) throw new Error('no tenant');
    const token = await accessToken(held.yielding, scope);
    mode = 'gone';
    await outage(others);
    expect(breaker.closedUntil(signInHost)).toBeDefined();
    expect(await accessToken(held.yielding, scope)).toBe(token);
    // A token of another scope, or in place of a revoked one, is not at hand.
    await expect(accessToken(held.yielding, 'https://exchange.example.com/.default')).rejects.toMatchObject(silent);
    await expect(accessToken(held.yielding, scope, '{"access_token":{}}')).rejects.toMatchObject(silent);
    mode = 'well';
    expect(await accessToken(others[0]?.atOnce ?? held.atOnce, scope)).toMatch(/^token-/);
    expect(breaker.closedUntil(signInHost)).toBeUndefined();
  });

  it('is told from a tenant whose consent is missing: a refusal is an answer', async () => {
    const { breaker, of, outage } = setUp();
    const tenants = [1, 2, 3, 4].map(of);
    mode = 'refuses';
    await outage(tenants);
    await outage(tenants);
    expect(breaker.closedUntil(signInHost)).toBeUndefined();
    await expect(accessToken(of(5).yielding, scope)).rejects.toMatchObject({ service: 'token', status: 401, code: 'AADSTS700016' });
  });

  it('is one sentence of coverage, the same for all feeds', async () => {
    const { of } = setUp();
    mode = 'gone';
    const outcomes = await Promise.all(
      [scope, 'https://exchange.example.com/.default'].map((audience) =>
        accessToken(of(1).yielding, audience).catch((error: unknown) => readOutcomeOf(error, { permission: 'none' }, 0)),
      ),
    );
    const cause = `sign-in to Microsoft itself fails: ${new URL(address).host} gives no tokens`;
    expect(outcomes).toEqual([
      { status: 'failed', cause },
      { status: 'failed', cause },
    ]);
  });
});

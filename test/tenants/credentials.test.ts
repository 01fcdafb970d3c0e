// Two applications in each of two tenants: a token of one is never sent for another, with the official credential against the simulated sign-in service.
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { apps, contoso, fabrikam, identity } from '../../simulator/worlds/constants.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { createCredentials } from '../../src/tenants/credentials.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await createSimulator({ clock: { now: () => Date.now() }, historyDays: 0, ordinary: false });
  setDefaultCACertificates([...getCACertificates('default'), simulator.certificate]);
  vi.stubEnv('IDENTITY_ENDPOINT', simulator.identity.endpoint);
  vi.stubEnv('IDENTITY_HEADER', simulator.identity.header);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

describe('tokens', () => {
  it('are kept apart by tenant and application, also when they are asked for again', async () => {
    const clock = { now: () => Date.now() };
    const credentials = createCredentials({
      clock,
      breaker: createBreaker({ clock }),
      config: {
        identity: { clientId: identity.clientId },
        apps: { reader: apps.reader, responder: apps.responder, console: apps.console },
        hosts: { authority: simulator.url, graph: simulator.url, exchange: simulator.exchangeUrl, activity: simulator.url },
      },
    });
    const pairs = [contoso.id, fabrikam.id].flatMap((tenant) => (['reader', 'responder'] as const).map((app) => ({ tenant, app })));
    const tokens = new Set<string>();
    for (let round = 0; round < 2; round++)
      for (const { tenant, app } of pairs) {
        const token = await credentials.for(tenant, app).getToken(`${simulator.url}/.default`);
        expect(decodeJwt(token?.token ?? '')).toMatchObject({ tid: tenant, appid: apps[app] });
        tokens.add(token?.token ?? '');
      }
    // The second round found each in its own cache.
    expect(tokens.size).toBe(pairs.length);
  });
});

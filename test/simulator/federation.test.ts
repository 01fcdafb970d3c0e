// How the guard proves itself: managed identity, federated assertion, the official clients over TLS, and every way to be refused.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertionType } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { consentKey } from '../../simulator/world.ts';
import { apps, contoso, fabrikam, identity, identityHeader } from '../../simulator/worlds/constants.ts';
import { guardGrants } from '../../simulator/worlds/roles.ts';
import { type Answered, manualClock, send, startSimulator } from './support.ts';

const clock = manualClock();
let simulator: Simulator;
let folder: string;
let certificateFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  certificateFile = join(folder, 'ca.pem');
  simulator = await startSimulator({ clock, certificateFile });
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

function runChild(): Promise<{ code: number | null; out: string; err: string }> {
  const program = fileURLToPath(new URL('federated-client.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify({ url: simulator.url, exchangeUrl: simulator.exchangeUrl })], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: certificateFile,
      IDENTITY_ENDPOINT: simulator.identity.endpoint,
      IDENTITY_HEADER: simulator.identity.header,
    },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (part) => {
    out += part;
  });
  child.stderr.on('data', (part) => {
    err += part;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const assertion = (changes: Readonly<Record<string, unknown>> = {}, lifetime = 3600): Promise<string> =>
  simulator.authority.sign(
    {
      aud: identity.audience,
      iss: `${simulator.url}/${contoso.id}/v2.0`,
      tid: contoso.id,
      oid: identity.principalId,
      sub: identity.principalId,
      ...changes,
    },
    lifetime,
  );
const ask = (form: Readonly<Record<string, string>>, tenant: string = contoso.id): Promise<Answered> =>
  send(simulator, `${simulator.url}/${tenant}/oauth2/v2.0/token`, { form });
const wellFormed = {
  grant_type: 'client_credentials',
  client_id: apps.reader,
  scope: 'https://graph.microsoft.com/.default',
  client_assertion_type: assertionType,
};

describe('the federated credential', () => {
  it('works with the official clients: managed identity, assertion, Graph paging, Exchange and the audit log in both tenants', async () => {
    const { code, out, err } = await runChild();
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      Contoso: {
        organization: [{ id: contoso.id, displayName: 'Contoso' }],
        users: 36,
        pages: 4,
        connectors: ['Mail gateway', 'Inbound from on-premises'],
        contents: 0,
      },
      Fabrikam: {
        organization: [{ id: fabrikam.id, displayName: 'Fabrikam' }],
        users: 32,
        pages: 4,
        connectors: ['Mail gateway'],
        contents: 0,
      },
    });
  });

  it('carries roles of the asked resource only, directory roles, and says that it is an app', async () => {
    for (const [scope, has, hasNot] of [
      ['https://graph.microsoft.com/.default', 'AuditLog.Read.All', 'Exchange.ManageAsApp'],
      ['https://outlook.office365.com/.default', 'Exchange.ManageAsApp', 'AuditLog.Read.All'],
      ['https://manage.office.com/.default', 'ActivityFeed.Read', 'AuditLog.Read.All'],
    ] as const) {
      const answer = await ask({ ...wellFormed, scope, client_assertion: await assertion() });
      expect(answer.status).toBe(200);
      const claims = JSON.parse(Buffer.from(String(answer.json().access_token).split('.')[1] ?? '', 'base64url').toString()) as Record<
        string,
        unknown
      >;
      expect(claims).toMatchObject({
        tid: contoso.id,
        appid: apps.reader,
        idtyp: 'app',
        ver: '1.0',
        wids: guardGrants.reader.directoryRoles,
      });
      expect(claims.roles).toContain(has);
      expect(claims.roles).not.toContain(hasNot);
    }
  });

  it.each([
    [
      700016,
      'an app that was never consented to',
      async () => ({ ...wellFormed, client_id: apps.console, client_assertion: await assertion() }),
    ],
    [7000215, 'a secret', async () => ({ ...wellFormed, client_secret: 'x' })],
    [7000218, 'nothing that proves it', async () => wellFormed],
    [70021, 'another subject', async () => ({ ...wellFormed, client_assertion: await assertion({ sub: 'somebody-else' }) })],
    [
      700211,
      'another issuer',
      async () => ({ ...wellFormed, client_assertion: await assertion({ iss: `${simulator.url}/${fabrikam.id}/v2.0` }) }),
    ],
    [
      700212,
      'another audience',
      async () => ({ ...wellFormed, client_assertion: await assertion({ aud: 'https://graph.microsoft.com' }) }),
    ],
    [700024, 'an expired assertion', async () => ({ ...wellFormed, client_assertion: await assertion({}, -60) })],
    [700027, 'an assertion that it did not sign', async () => ({ ...wellFormed, client_assertion: 'not.a.token' })],
    [
      500011,
      'a resource that is not there',
      async () => ({ ...wellFormed, scope: 'https://vault.azure.net/.default', client_assertion: await assertion() }),
    ],
    [900144, 'an unknown field', async () => ({ ...wellFormed, password: 'x' })],
  ])('answers AADSTS%i to %s', async (code, _name, form) => {
    const answer = await ask(await form());
    expect([400, 401]).toContain(answer.status);
    expect(answer.json()).toMatchObject({ error_codes: [code], error_description: expect.stringContaining(`AADSTS${code}: `) });
  });

  it('answers AADSTS90002 for an unknown tenant, and 700016 once the consent was withdrawn', async () => {
    const unknown = await ask({ ...wellFormed, client_assertion: await assertion() }, 'nobody.example');
    expect([unknown.status, unknown.json().error_codes]).toEqual([400, [90002]]);
    simulator.world.consents.delete(consentKey(fabrikam.id, apps.reader));
    const withdrawn = await ask({ ...wellFormed, client_assertion: await assertion() }, fabrikam.id);
    simulator.world.consents.set(consentKey(fabrikam.id, apps.reader), guardGrants.reader);
    expect(withdrawn.json().error_codes).toEqual([700016]);
  });
});

describe('the managed identity', () => {
  const query = new URLSearchParams({ resource: identity.audience, 'api-version': '2019-08-01', client_id: identity.clientId });
  it('gives a token to whom knows the header', async () => {
    const answer = await send(simulator, `${simulator.identity.endpoint}?${query}`, { headers: { 'X-IDENTITY-HEADER': identityHeader } });
    expect(answer.json()).toMatchObject({
      token_type: 'Bearer',
      resource: identity.audience,
      client_id: identity.clientId,
      expires_on: String(clock.now() / 1000 + 86_400),
    });
  });
  it.each([
    ['without the header', query, {}, 401],
    [
      'for another identity',
      new URLSearchParams({ ...Object.fromEntries(query), client_id: apps.reader }),
      { 'X-IDENTITY-HEADER': identityHeader },
      400,
    ],
    [
      'without a resource',
      new URLSearchParams({ 'api-version': '2019-08-01', client_id: identity.clientId }),
      { 'X-IDENTITY-HEADER': identityHeader },
      400,
    ],
    [
      'in another protocol version',
      new URLSearchParams({ ...Object.fromEntries(query), 'api-version': '2017-09-01' }),
      { 'X-IDENTITY-HEADER': identityHeader },
      400,
    ],
  ])('refuses %s', async (_name, asked, headers, status) => {
    expect((await send(simulator, `${simulator.identity.endpoint}?${asked}`, { headers })).status).toBe(status);
  });
});

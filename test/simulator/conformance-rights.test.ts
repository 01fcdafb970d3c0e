// Every handler times every class of bad token, missing right and bad body: status and body, asserted literally.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audiences } from '../../simulator/handlers/token/token.ts';
import { fabrikam } from '../../simulator/worlds/constants.ts';
import {
  addressOf,
  allDirectoryRoles,
  allRoles,
  asIs,
  type Bench,
  bench,
  exchangeBody,
  graphBody,
  handlers,
  named,
  of,
} from './conformance-cases.ts';
import { send, startSimulator, token } from './support.ts';

let all: Bench;
beforeAll(async () => {
  all = await bench(await startSimulator());
});
afterAll(() => all.simulator.close());

describe('tokens', () => {
  const faults: [string, string, () => Promise<string | undefined>][] = [
    ['no token', 'Access token is empty.', async () => undefined],
    [
      'a token that is none',
      'JWT is not well formed, there are no dots (.). The token needs to be in JWS or JWE Compact Serialization Format.',
      async () => 'nonsense',
    ],
    ['an expired token', 'Lifetime validation failed, the token is expired.', () => token(all.simulator, { lifetime: -10 })],
    [
      'a token for another service',
      'Access token validation failure. Invalid audience.',
      () => token(all.simulator, { audience: 'https://vault.azure.net' }),
    ],
    [
      'a token of a tenant that does not exist',
      'Access token validation failure. Invalid tenant.',
      () => token(all.simulator, { tenant: '00000000-0000-4000-8000-00000000dead' }),
    ],
    [
      'a token with a broken signature',
      'Access token validation failure. Invalid signature.',
      async () => {
        const [head, payload, signature = ''] = (await token(all.simulator)).split('.');
        return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      },
    ],
  ];
  describe.each(faults)('%s', (_name, message, make) => {
    it.each(named(of('graph')))('is refused by %s', async (_id, handler) => {
      const answer = await send(all.simulator, addressOf(all, handler), { ...asIs(all, handler), token: await make() });
      expect([answer.status, answer.json()]).toEqual([401, graphBody('InvalidAuthenticationToken', message)]);
    });
  });
  it.each(named(of('exchange')))('%s answers 401 without body to no, expired and foreign tokens', async (_id, handler) => {
    const tokens = [
      undefined,
      await token(all.simulator, { audience: audiences.exchange, lifetime: -10 }),
      all.graph,
      await token(all.simulator, { audience: audiences.exchange, tenant: fabrikam.id, roles: allRoles, wids: allDirectoryRoles }),
    ];
    for (const bad of tokens) {
      const answer = await send(all.simulator, addressOf(all, handler), { ...asIs(all, handler), token: bad });
      expect([answer.status, answer.text]).toEqual([401, '']);
    }
  });
});

describe('a missing right', () => {
  it.each(named(of('graph')))('is refused by %s with 403', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler), {
      ...asIs(all, handler),
      token: await token(all.simulator, { roles: allRoles.filter((role) => !handler.permissions?.includes(role)) }),
    });
    const expected = handler.reporting
      ? graphBody('Authentication_MSGraphPermissionMissing', expect.stringContaining('AuditLog.Read.All'))
      : graphBody('Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    expect([answer.status, answer.json()]).toEqual([403, expected]);
  });
  it.each(named(of('exchange')))('%s answers 401 without the app role and NUL bytes without the directory role', async (_id, handler) => {
    const noRole = await send(all.simulator, addressOf(all, handler), {
      ...asIs(all, handler),
      token: await token(all.simulator, { audience: audiences.exchange, roles: [], wids: allDirectoryRoles }),
    });
    expect([noRole.status, noRole.text]).toEqual([401, '']);
    const noDirectoryRole = await send(all.simulator, addressOf(all, handler), {
      ...asIs(all, handler),
      token: await token(all.simulator, { audience: audiences.exchange, wids: [] }),
    });
    expect([noDirectoryRole.status, noDirectoryRole.bytes.every((byte) => byte === 0), noDirectoryRole.bytes.length > 0]).toEqual([
      403,
      true,
      true,
    ]);
  });
});

describe('a body', () => {
  const json = handlers.filter((handler) => handler.hasBody && handler.encoding !== 'form');
  it.each(named(json))('%s refuses what is no JSON', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler), { ...asIs(all, handler), raw: '{"broken":' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toHaveProperty('error');
  });
  it.each(named(json.filter((handler) => handler.service !== 'teams')))('%s refuses an unknown field', async (_id, handler) => {
    const body: Record<string, unknown> = { ...handler.example.body, noSuchField: 1 };
    if (handler.service === 'exchange') {
      const input = handler.example.body?.CmdletInput as Record<string, unknown>;
      delete body.noSuchField;
      body.CmdletInput = { ...input, Parameters: { ...(input.Parameters as Record<string, unknown>), NoSuchField: 1 } };
    }
    const answer = await send(all.simulator, addressOf(all, handler), { ...asIs(all, handler), body });
    expect(answer.status).toBe(400);
    if (handler.service === 'graph')
      expect(answer.json()).toEqual(
        graphBody('Request_BadRequest', "Property 'noSuchField' does not exist as a declared property or extension property."),
      );
    if (handler.service === 'exchange')
      expect(answer.json()).toEqual(
        exchangeBody(
          "A parameter cannot be found that matches parameter name 'NoSuchField'.",
          'System.Management.Automation.ParameterBindingException',
        ),
      );
  });
  it.each(named(of('graph').filter((handler) => handler.method === 'POST' && !handler.hasBody)))('%s takes none', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler), { ...asIs(all, handler), body: { noSuchField: 1 } });
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('Request_BadRequest', "Property 'noSuchField' does not exist as a declared property or extension property."),
    ]);
  });
  it('Exchange refuses an unknown cmdlet', async () => {
    const [first] = of('exchange');
    if (first === undefined) throw new Error('no Exchange handler');
    const answer = await send(all.simulator, addressOf(all, first), {
      ...asIs(all, first),
      body: { CmdletInput: { CmdletName: 'Get-Everything', Parameters: {} } },
    });
    expect([answer.status, answer.json()]).toEqual([
      400,
      exchangeBody(
        "The term 'Get-Everything' is not recognized as the name of a cmdlet.",
        'System.Management.Automation.CommandNotFoundException',
      ),
    ]);
  });
});

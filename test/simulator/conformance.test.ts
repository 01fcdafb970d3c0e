// Every handler times every class of refusal: status and body, asserted literally. A new handler is covered as soon as it is in the registry.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../../simulator/entities.ts';
import type { Handler } from '../../simulator/handler.ts';
import { createRegistry } from '../../simulator/handlers/index.ts';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { fabrikam, identityHeader } from '../../simulator/worlds/constants.ts';
import { guardGrants } from '../../simulator/worlds/roles.ts';
import { type Asking, manualClock, send, startSimulator, token } from './support.ts';

const handlers = createRegistry({ authorityUrl: () => '', requests: [] });
const clock = manualClock();
let simulator: Simulator;
let everything: string;
let everythingExchange: string;

const allRoles = [...new Set(handlers.flatMap((handler) => handler.permissions ?? []))];
const allDirectoryRoles = [
  ...new Set(handlers.flatMap((handler) => handler.directoryRoles ?? [])),
  ...guardGrants.responder.directoryRoles,
];

beforeAll(async () => {
  simulator = await startSimulator({ clock });
  everything = await token(simulator, { roles: allRoles, wids: allDirectoryRoles });
  everythingExchange = await token(simulator, { roles: allRoles, wids: allDirectoryRoles, audience: audiences.exchange });
});
afterAll(() => simulator.close());

function addressOf(handler: Handler, more: Readonly<Record<string, string>> = {}): string {
  const base =
    handler.service === 'exchange'
      ? simulator.exchangeUrl
      : ['identity', 'control'].includes(handler.service)
        ? simulator.httpUrl
        : simulator.url;
  const path = handler.path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(handler.example.params?.[name] ?? ''));
  const query = new URLSearchParams({ ...handler.example.query, ...more }).toString();
  return `${base}${handler.service === 'graph' ? '/v1.0' : ''}${path}${query === '' ? '' : `?${query}`}`;
}
const asIs = (handler: Handler): Asking => ({
  method: handler.method,
  token: handler.service === 'graph' ? everything : handler.service === 'exchange' ? everythingExchange : undefined,
  ...(handler.example.body !== undefined &&
    (handler.encoding === 'form' ? { form: handler.example.body as Record<string, string> } : { body: handler.example.body })),
  ...(handler.service === 'identity' && { headers: { 'x-identity-header': identityHeader } }),
});
const named = (list: readonly Handler[]): [string, Handler][] => list.map((handler) => [handler.id, handler]);
const of = (...services: readonly string[]): readonly Handler[] => handlers.filter((handler) => services.includes(handler.service));
const innerError = {
  date: '2026-03-09T10:00:00',
  'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  'client-request-id': expect.any(String),
};
const graphBody = (code: string, message: unknown) => ({ error: { code, message, innerError } });
const exchangeBody = (message: string, type: string) => ({
  error: {
    code: 'BadRequest',
    message: 'Error executing cmdlet',
    details: [{ code: 'Context', target: '', message: `|${type}|${message}` }],
    innererror: {
      message: 'Error executing cmdlet',
      type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
      internalexception: { message, type, stacktrace: '' },
    },
  },
});
const aadBody = (code: number) =>
  expect.objectContaining({
    error: expect.any(String),
    error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)),
    error_codes: [code],
    trace_id: expect.any(String),
    correlation_id: expect.any(String),
  });

describe('every handler', () => {
  it('has an id of its own, a source and a path', () => {
    expect(new Set(handlers.map((handler) => handler.id)).size).toBe(handlers.length);
    for (const handler of handlers) {
      expect(handler.source.length, handler.id).toBeGreaterThan(10);
      if (handler.service === 'graph' || handler.service === 'exchange') expect(handler.permissions, handler.id).not.toHaveLength(0);
    }
  });

  it.each(named(handlers))('%s answers its example as declared', async (_id, handler) => {
    const missing = handler.id.startsWith('graph.methods.delete') || handler.id.startsWith('exchange.Remove');
    const answer = await send(simulator, addressOf(handler), asIs(handler));
    expect(answer.status, answer.text).toBe(missing ? 404 : handler.success);
    const entity = handler.entity?.['v1.0'];
    if (entity === undefined) return;
    const body = answer.json();
    const objects = (Array.isArray(body.value) ? body.value : [body]) as Record<string, unknown>[];
    expect(objects.length, 'the example should find something').toBeGreaterThan(handler.id === 'graph.directoryAudits.list' ? -1 : 0);
    const plain = objects.map((object) => Object.fromEntries(Object.entries(object).filter(([name]) => !/.@(odata|data)\./.test(name))));
    expect(plain.flatMap((object) => differences(entity, object))).toEqual([]);
  });
});

describe('an unknown path', () => {
  it.each(named(of('graph')))('below %s answers 400 BadRequest', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler).replace(/(\?|$)/, '/x/noSuchSegment$1'), { ...asIs(handler) });
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', "Resource not found for the segment 'noSuchSegment'.")]);
  });
  it.each(named(of('exchange')))('below %s answers 404 in Exchange’s form', async (_id, handler) => {
    const answer = await send(simulator, `${addressOf(handler)}/x/noSuchSegment`, asIs(handler));
    const body = exchangeBody("Resource not found for the segment 'noSuchSegment'.", 'Microsoft.OData.ODataException');
    expect([answer.status, answer.json()]).toEqual([404, { error: { ...body.error, code: 'NotFound' } }]);
  });
  it.each(named(of('token', 'people', 'identity', 'teams', 'control')))('below %s answers 404', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler).replace(/(\?|$)/, '/x/noSuchSegment$1'), asIs(handler));
    expect(answer.status).toBe(404);
    expect(answer.json()).toHaveProperty('error');
  });
});

describe('a wrong method', () => {
  it.each(named(handlers))('on %s answers 405', async (_id, handler) => {
    const taken = handlers.filter((other) => other.path === handler.path).map((other) => other.method);
    const method = ['PUT', 'DELETE'].find((one) => !taken.includes(one as Handler['method'])) ?? 'PUT';
    const answer = await send(simulator, addressOf(handler), { token: asIs(handler).token, method });
    expect(answer.status).toBe(405);
    if (handler.service === 'graph')
      expect(answer.json()).toEqual(graphBody('Request_BadRequest', 'Specified HTTP method is not allowed for the request target.'));
    else if (handler.service === 'exchange')
      expect(answer.json()).toEqual(
        exchangeBody('The requested resource does not support this http method.', 'System.Web.Http.HttpException'),
      );
    else if (handler.service === 'token' || handler.service === 'people') expect(answer.json()).toEqual(aadBody(900561));
    else expect(answer.json()).toEqual({ error: 'This method is not served here' });
  });
});

describe('an unknown query option', () => {
  it.each(named(handlers))('on %s answers 400', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $noSuchOption: '1' }), asIs(handler));
    expect(answer.status).toBe(400);
    if (handler.service === 'graph')
      expect(answer.json()).toEqual(graphBody('BadRequest', "The query parameter '$noSuchOption' is not supported."));
    else if (handler.service === 'exchange')
      expect(answer.json()).toEqual(
        exchangeBody("The query parameter '$noSuchOption' is not supported.", 'Microsoft.OData.ODataException'),
      );
    else if (handler.service === 'token' || handler.service === 'people') expect(answer.json()).toEqual(aadBody(900144));
    else expect(answer.json()).toEqual({ error: 'The query option "$noSuchOption" is not known' });
  });
});

describe('query options of Graph', () => {
  const declaring = (option: 'filter' | 'select' | 'orderby' | 'top' | 'expand') =>
    of('graph').filter((handler) => handler.odata?.[option] !== undefined);
  it.each(named(declaring('filter')))('%s refuses a filter on an unknown field', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $filter: "noSuchField eq 'x'" }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('BadRequest', `Could not find a property named 'noSuchField' on type 'microsoft.graph.${handler.entity?.['v1.0'].name}'.`),
    ]);
  });
  it.each(named(declaring('filter')))('%s refuses an operator that the field does not take', async (_id, handler) => {
    const [field] =
      Object.entries(handler.odata?.filter?.['v1.0'] ?? {}).find(([, one]) => !one.operators.includes('ne') && !one.collection) ?? [];
    const answer = await send(simulator, addressOf(handler, { $filter: `${field} ne null` }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('Request_UnsupportedQuery', 'Unsupported property filter clause: ne.')]);
  });
  it.each(named(declaring('filter')))('%s refuses a filter that is none', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $filter: '(((' }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', expect.stringContaining('Invalid filter clause'))]);
  });
  it.each(named(declaring('select')))('%s refuses an unknown property in $select', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $select: 'id,noSuchProperty' }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody(
        'BadRequest',
        `Could not find a property named 'noSuchProperty' on type 'microsoft.graph.${handler.entity?.['v1.0'].name}'.`,
      ),
    ]);
  });
  it.each(named(declaring('orderby')))('%s refuses to sort by what it cannot sort by', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $orderby: 'id' }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('Request_UnsupportedQuery', "Sorting not supported for property 'id'."),
    ]);
  });
  it.each(named(declaring('top')))('%s refuses a page size out of range and a foreign skip token', async (_id, handler) => {
    const tooMany = await send(simulator, addressOf(handler, { $top: '100000' }), asIs(handler));
    expect([tooMany.status, tooMany.json()]).toEqual([
      400,
      graphBody('BadRequest', `Invalid page size specified: '100000'. Must be between 1 and ${handler.odata?.top?.max} inclusive.`),
    ]);
    const foreign = await send(simulator, addressOf(handler, { $skiptoken: 'abc' }), asIs(handler));
    expect([foreign.status, foreign.json()]).toEqual([400, graphBody('BadRequest', 'Skip token is not valid.')]);
  });
  it.each(named(declaring('expand')))('%s refuses to expand what it does not have', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler, { $expand: 'noSuchLink' }), asIs(handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', expect.stringContaining("'noSuchLink'"))]);
  });
});

describe('tokens', () => {
  const faults: [string, string, () => Promise<string | undefined>][] = [
    ['no token', 'Access token is empty.', async () => undefined],
    [
      'a token that is none',
      'JWT is not well formed, there are no dots (.). The token needs to be in JWS or JWE Compact Serialization Format.',
      async () => 'nonsense',
    ],
    ['an expired token', 'Lifetime validation failed, the token is expired.', () => token(simulator, { lifetime: -10 })],
    [
      'a token for another service',
      'Access token validation failure. Invalid audience.',
      () => token(simulator, { audience: 'https://vault.azure.net' }),
    ],
    [
      'a token of a tenant that does not exist',
      'Access token validation failure. Invalid tenant.',
      () => token(simulator, { tenant: '00000000-0000-4000-8000-00000000dead' }),
    ],
    [
      'a token with a broken signature',
      'Access token validation failure. Invalid signature.',
      async () => {
        const [head, payload, signature = ''] = (await token(simulator)).split('.');
        return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      },
    ],
  ];
  describe.each(faults)('%s', (_name, message, make) => {
    it.each(named(of('graph')))('is refused by %s', async (_id, handler) => {
      const answer = await send(simulator, addressOf(handler), { ...asIs(handler), token: await make() });
      expect([answer.status, answer.json()]).toEqual([401, graphBody('InvalidAuthenticationToken', message)]);
    });
  });
  it.each(named(of('exchange')))('%s answers 401 without body to no, expired and foreign tokens', async (_id, handler) => {
    const tokens = [
      undefined,
      await token(simulator, { audience: audiences.exchange, lifetime: -10 }),
      everything,
      await token(simulator, { audience: audiences.exchange, tenant: fabrikam.id, roles: allRoles, wids: allDirectoryRoles }),
    ];
    for (const bad of tokens) {
      const answer = await send(simulator, addressOf(handler), { ...asIs(handler), token: bad });
      expect([answer.status, answer.text]).toEqual([401, '']);
    }
  });
});

describe('a missing right', () => {
  it.each(named(of('graph')))('is refused by %s with 403', async (_id, handler) => {
    const answer = await send(simulator, addressOf(handler), {
      ...asIs(handler),
      token: await token(simulator, { roles: allRoles.filter((role) => !handler.permissions?.includes(role)) }),
    });
    const expected = handler.reporting
      ? graphBody('Authentication_MSGraphPermissionMissing', expect.stringContaining('AuditLog.Read.All'))
      : graphBody('Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
    expect([answer.status, answer.json()]).toEqual([403, expected]);
  });
  it.each(named(of('exchange')))('%s answers 401 without the app role and NUL bytes without the directory role', async (_id, handler) => {
    const noRole = await send(simulator, addressOf(handler), {
      ...asIs(handler),
      token: await token(simulator, { audience: audiences.exchange, roles: [], wids: allDirectoryRoles }),
    });
    expect([noRole.status, noRole.text]).toEqual([401, '']);
    const noDirectoryRole = await send(simulator, addressOf(handler), {
      ...asIs(handler),
      token: await token(simulator, { audience: audiences.exchange, wids: [] }),
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
    const answer = await send(simulator, addressOf(handler), { ...asIs(handler), raw: '{"broken":' });
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
    const answer = await send(simulator, addressOf(handler), { ...asIs(handler), body });
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
    const answer = await send(simulator, addressOf(handler), { ...asIs(handler), body: { noSuchField: 1 } });
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('Request_BadRequest', "Property 'noSuchField' does not exist as a declared property or extension property."),
    ]);
  });
  it('Exchange refuses an unknown cmdlet', async () => {
    const [first] = of('exchange');
    if (first === undefined) throw new Error('no Exchange handler');
    const answer = await send(simulator, addressOf(first), {
      ...asIs(first),
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

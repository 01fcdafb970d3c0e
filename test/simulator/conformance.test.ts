// Every handler times every class of bad path, method and query: status and body, asserted literally. A new handler is covered as soon as it is in the registry.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from '../../simulator/entities.ts';
import type { Handler } from '../../simulator/handler.ts';
import { aadBody, addressOf, asIs, type Bench, bench, exchangeBody, graphBody, handlers, named, of } from './conformance-cases.ts';
import { send, startSimulator } from './support.ts';

let all: Bench;
beforeAll(async () => {
  all = await bench(await startSimulator());
});
afterAll(() => all.simulator.close());

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
    const answer = await send(all.simulator, addressOf(all, handler), asIs(all, handler));
    expect(answer.status, answer.text).toBe(missing ? 404 : handler.success);
    if (handler.service === 'graph' && handler.method === 'GET')
      expect((await send(all.simulator, addressOf(all, handler, {}, 'beta'), asIs(all, handler))).status).toBe(handler.success);
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
    const answer = await send(all.simulator, addressOf(all, handler).replace(/(\?|$)/, '/x/noSuchSegment$1'), { ...asIs(all, handler) });
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', "Resource not found for the segment 'noSuchSegment'.")]);
  });
  it.each(named(of('exchange')))('below %s answers 404 in Exchange’s form', async (_id, handler) => {
    const answer = await send(all.simulator, `${addressOf(all, handler)}/x/noSuchSegment`, asIs(all, handler));
    const body = exchangeBody("Resource not found for the segment 'noSuchSegment'.", 'Microsoft.OData.ODataException');
    expect([answer.status, answer.json()]).toEqual([404, { error: { ...body.error, code: 'NotFound' } }]);
  });
  it.each(named(of('token', 'people', 'identity', 'teams', 'control')))('below %s answers 404', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler).replace(/(\?|$)/, '/x/noSuchSegment$1'), asIs(all, handler));
    expect(answer.status).toBe(404);
    expect(answer.json()).toHaveProperty('error');
  });
});

describe('a wrong method', () => {
  it.each(named(handlers))('on %s answers 405', async (_id, handler) => {
    const taken = handlers.filter((other) => other.path === handler.path).map((other) => other.method);
    const method = ['PUT', 'DELETE'].find((one) => !taken.includes(one as Handler['method'])) ?? 'PUT';
    const answer = await send(all.simulator, addressOf(all, handler), { token: asIs(all, handler).token, method });
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
    const answer = await send(all.simulator, addressOf(all, handler, { $noSuchOption: '1' }), asIs(all, handler));
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
    const answer = await send(all.simulator, addressOf(all, handler, { $filter: "noSuchField eq 'x'" }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('BadRequest', `Could not find a property named 'noSuchField' on type 'microsoft.graph.${handler.entity?.['v1.0'].name}'.`),
    ]);
  });
  it.each(named(declaring('filter')))('%s refuses an operator that the field does not take', async (_id, handler) => {
    const [field] =
      Object.entries(handler.odata?.filter?.['v1.0'] ?? {}).find(([, one]) => !one.operators.includes('ne') && !one.collection) ?? [];
    const answer = await send(all.simulator, addressOf(all, handler, { $filter: `${field} ne null` }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('Request_UnsupportedQuery', 'Unsupported property filter clause: ne.')]);
  });
  it.each(named(declaring('filter')))('%s refuses a filter that is none', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler, { $filter: '(((' }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', expect.stringContaining('Invalid filter clause'))]);
  });
  it.each(named(declaring('select')))('%s refuses an unknown property in $select', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler, { $select: 'id,noSuchProperty' }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody(
        'BadRequest',
        `Could not find a property named 'noSuchProperty' on type 'microsoft.graph.${handler.entity?.['v1.0'].name}'.`,
      ),
    ]);
  });
  it.each(named(declaring('orderby')))('%s refuses to sort by what it cannot sort by', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler, { $orderby: 'id' }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([
      400,
      graphBody('Request_UnsupportedQuery', "Sorting not supported for property 'id'."),
    ]);
  });
  it.each(named(declaring('top')))('%s refuses a page size out of range and a foreign skip token', async (_id, handler) => {
    const tooMany = await send(all.simulator, addressOf(all, handler, { $top: '100000' }), asIs(all, handler));
    expect([tooMany.status, tooMany.json()]).toEqual([
      400,
      graphBody('BadRequest', `Invalid page size specified: '100000'. Must be between 1 and ${handler.odata?.top?.max} inclusive.`),
    ]);
    const foreign = await send(all.simulator, addressOf(all, handler, { $skiptoken: 'abc' }), asIs(all, handler));
    expect([foreign.status, foreign.json()]).toEqual([400, graphBody('BadRequest', 'Skip token is not valid.')]);
  });
  it.each(named(declaring('expand')))('%s refuses to expand what it does not have', async (_id, handler) => {
    const answer = await send(all.simulator, addressOf(all, handler, { $expand: 'noSuchLink' }), asIs(all, handler));
    expect([answer.status, answer.json()]).toEqual([400, graphBody('BadRequest', expect.stringContaining("'noSuchLink'"))]);
  });
});

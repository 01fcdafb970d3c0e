import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange } from '../../src/tenants/exchange.ts';
import { createGraph } from '../../src/tenants/graph.ts';

const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.UTC(2100, 0) }) };
const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const started = async (server: Server): Promise<Server> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

describe('where requests go', () => {
  let service: Server;
  let stranger: Server;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    stranger = await started(
      createServer((request, response) => {
        asked.push(`stranger ${request.url}`);
        response.end('{}');
      }),
    );
    service = await started(
      createServer((request, response) => {
        asked.push(`service ${request.url}`);
        if (request.url?.endsWith('/paged') === true)
          response.end(JSON.stringify({ value: [], '@odata.nextLink': `${addressOf(stranger)}/next` }));
        else if (request.url?.startsWith('/v1.0/many/delta') === true)
          response.end(JSON.stringify({ value: [], '@odata.nextLink': `${addressOf(stranger)}/v1.0/many/delta?$skiptoken=x` }));
        else if (request.url?.startsWith('/v1.0/apps/delta') === true)
          response.end(
            JSON.stringify({ value: [{ id: 'a' }], '@odata.deltaLink': `${addressOf(stranger)}/v1.0/apps/delta?$deltatoken=x` }),
          );
        else if (request.url?.startsWith('/v1.0/none/delta') === true) response.end(JSON.stringify({ value: [] }));
        else response.writeHead(307, { location: `${addressOf(stranger)}/elsewhere` }).end();
      }),
    );
  });
  afterEach(() => {
    service.close();
    stranger.close();
  });

  const graph = () => createGraph({ host: addressOf(service), credential });

  it('a redirect is not followed: neither Graph’s nor Exchange’s', async () => {
    await expect(graph().request('POST', '/moved', { body: { secret: true } })).rejects.toMatchObject({ status: 0, code: 'Unreachable' });
    const exchange = createExchange({ host: addressOf(service), tenant: 'contoso', credential });
    await expect(exchange.invoke('Get-InboundConnector')).rejects.toMatchObject({ status: 0, code: 'Unreachable' });
    expect(asked.filter((request) => request.startsWith('stranger'))).toEqual([]);
  });

  it('a next page on another host is refused', async () => {
    const pages = async () => {
      for await (const page of graph().pages('/paged')) expect(page).toEqual([]);
    };
    await expect(pages()).rejects.toMatchObject({ code: 'ForeignNextLink' });
    expect(asked.filter((request) => request.startsWith('stranger'))).toEqual([]);
  });

  it('a delta query follows no link to another host, nor one that was kept and leads there, and gives none of what came with it', async () => {
    const read = async (path: string, since?: string) => {
      const pages = [];
      for await (const page of graph().delta(path, since === undefined ? {} : { since })) pages.push(page);
      return pages;
    };
    await expect(read('/apps')).rejects.toMatchObject({ code: 'ForeignDeltaLink', status: 0 });
    await expect(read('/many')).rejects.toMatchObject({ code: 'ForeignDeltaLink' });
    await expect(read('/apps', `${addressOf(stranger)}/v1.0/apps/delta?$deltatoken=x`)).rejects.toMatchObject({ code: 'ForeignDeltaLink' });
    await expect(read('/none')).rejects.toMatchObject({ code: 'NoDelta' });
    expect(asked.filter((request) => request.startsWith('stranger'))).toEqual([]);
  });

  it.each(['.', '..'])('an id "%s", which would lead to another object, is never sent', async (id) => {
    await expect(graph().request('PATCH', `/users/${encodeURIComponent(id)}`, { body: {} })).rejects.toMatchObject({ code: 'BadPath' });
    expect(asked).toEqual([]);
  });
});

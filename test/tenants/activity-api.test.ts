// The client of the Management Activity API against a server that answers as the service does, and as one that leads astray.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createActivityApi } from '../../src/tenants/activity-api.ts';
import { ServiceError } from '../../src/tenants/connections.ts';

const host = 'https://activity.example';
const tenant = '11111111-1111-4111-8111-111111111111';
const publisher = '22222222-2222-4222-8222-222222222222';
const feed = `${host}/api/v1.0/${tenant}/activity/feed`;
const from = Date.UTC(2026, 2, 2, 10, 0, 0);
const to = from + 3_600_000;

let asked: {
  readonly method: string;
  readonly address: URL;
  readonly authorization: string | null;
  readonly redirect: string | undefined;
}[] = [];
let answers: (Response | Error)[] = [];
beforeAll(() => {
  vi.stubGlobal('fetch', async (input: URL, init: RequestInit) => {
    asked.push({
      method: init.method ?? '',
      address: new URL(input),
      authorization: new Headers(init.headers).get('authorization'),
      redirect: init.redirect,
    });
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('not expected');
    return answer;
  });
});
afterAll(() => vi.unstubAllGlobals());
afterEach(() => {
  asked = [];
  answers = [];
});

const scopes: unknown[] = [];
const api = createActivityApi({
  host,
  tenant,
  publisher,
  credential: {
    getToken: async (scope) => {
      scopes.push(scope);
      return { token: 't0ken', expiresOnTimestamp: to };
    },
  },
});
const json = (body: unknown, headers: Record<string, string> = {}, status = 200) => new Response(JSON.stringify(body), { status, headers });
const listed = (id: string, uri = `${feed}/audit/${id}`) => ({
  contentType: 'Audit.Exchange',
  contentId: id,
  contentUri: uri,
  contentCreated: '2026-03-02T10:05:11.123Z',
  contentExpiration: '2026-03-09T10:05:11.123Z',
});
const all = async () => {
  const found = [];
  for await (const page of api.content('Audit.Exchange', from, to)) found.push(...page);
  return found;
};
const refusal = async (work: () => Promise<unknown>): Promise<ServiceError> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the client of the Management Activity API', () => {
  it('lists a window in whole seconds, names its publisher, and asks for a token of that service', async () => {
    answers = [json([listed('a')])];
    expect(await all()).toEqual([{ id: 'a', uri: `${feed}/audit/a`, created: Date.UTC(2026, 2, 2, 10, 5, 11, 123) }]);
    const { origin, pathname, searchParams } = asked[0]?.address ?? new URL(host);
    expect(`${origin}${pathname}`).toBe(`${feed}/subscriptions/content`);
    expect(Object.fromEntries(searchParams)).toEqual({
      contentType: 'Audit.Exchange',
      startTime: '2026-03-02T10:00:00',
      endTime: '2026-03-02T11:00:00',
      PublisherIdentifier: publisher,
    });
    expect(asked[0]).toMatchObject({ method: 'GET', authorization: 'Bearer t0ken', redirect: 'error' });
    expect(scopes.at(-1)).toBe('https://activity.example/.default');
  });
  it('follows NextPageUri, a header, until it is absent; times without a zone are UTC', async () => {
    const next = `${feed}/subscriptions/content?contentType=Audit.Exchange&nextPage=50`;
    answers = [json([listed('a')], { NextPageUri: next }), json([{ ...listed('b'), contentCreated: '2026-03-02T10:06:00' }])];
    expect((await all()).map(({ id, created }) => [id, created])).toEqual([
      ['a', Date.UTC(2026, 2, 2, 10, 5, 11, 123)],
      ['b', Date.UTC(2026, 2, 2, 10, 6, 0)],
    ]);
    expect(asked[1]?.address.searchParams.get('nextPage')).toBe('50');
  });
  it.each([
    ['another host', `https://evil.example/api/v1.0/${tenant}/activity/feed/subscriptions/content`],
    ['another port', `${host}:8443/api/v1.0/${tenant}/activity/feed/subscriptions/content`],
    ['plain http', `http://activity.example/api/v1.0/${tenant}/activity/feed/subscriptions/content`],
    ['another tenant', `${host}/api/v1.0/33333333-3333-4333-8333-333333333333/activity/feed/subscriptions/content`],
    ['out of the feed', `${feed}/../../../../x`],
    ['a host in front of an @', `https://activity.example@evil.example/api/v1.0/${tenant}/activity/feed/x`],
  ])('gives no token to a page or content on %s', async (_where, address) => {
    answers = [json([], { NextPageUri: address })];
    expect(await refusal(all)).toMatchObject({ service: 'activity', code: 'ForeignAddress' });
    expect(await refusal(() => api.read({ id: 'x', uri: address, created: from }))).toMatchObject({ code: 'ForeignAddress' });
    expect(asked).toHaveLength(1);
  });
  it('reads the records of content, however the service spells the tenant', async () => {
    answers = [json([{ Id: '1' }, 'nonsense'])];
    expect(
      await api.read({ id: 'a', uri: `${feed.toUpperCase().replace('HTTPS://ACTIVITY.EXAMPLE', host)}/audit/a`, created: from }),
    ).toEqual([{ Id: '1' }, 'nonsense']);
    expect(asked[0]?.address.searchParams.get('PublisherIdentifier')).toBe(publisher);
  });
  it('a subscription that runs already is as good as one just started', async () => {
    answers = [json({ error: { code: 'AF20024', message: 'The subscription is already enabled. No property change.' } }, {}, 400)];
    await api.start('Audit.Exchange');
    expect(asked[0]).toMatchObject({ method: 'POST' });
    answers = [json({ error: { code: 'AF20020', message: 'no such type' } }, {}, 400)];
    expect(await refusal(() => api.start('Audit.Exchange'))).toMatchObject({ status: 400, code: 'AF20020' });
  });
  it('errors keep status, code and Retry-After, and the first line of the message', async () => {
    answers = [json({ error: { code: 'AF429', message: 'Too many requests.\r\n   at Some.Stack()' } }, { 'retry-after': '7' }, 429)];
    const error = await refusal(all);
    expect(error).toMatchObject({ service: 'activity', status: 429, code: 'AF429', retryAfterSeconds: 7 });
    expect(error.message).toBe('listing Audit.Exchange: Too many requests.');
    answers = [new Response('<html>', { status: 502 })];
    expect(await refusal(all)).toMatchObject({ status: 502, code: 'Http502' });
  });
  it('what is no answer is an error that says so', async () => {
    answers = [new Response('<html>')];
    expect(await refusal(all)).toMatchObject({ status: 0, code: 'NoListing' });
    answers = [json({ value: [] })];
    expect(await refusal(() => api.read({ id: 'a', uri: `${feed}/audit/a`, created: from }))).toMatchObject({ code: 'NoRecords' });
    answers = [new Error('socket hang up')];
    expect(await refusal(all)).toMatchObject({ code: 'Unreachable', message: 'listing Audit.Exchange: socket hang up' });
    expect(await refusal(() => api.read({ id: 'a', uri: 'nowhere', created: from }))).toMatchObject({ code: 'NoAddress' });
  });
  it('stops reading an answer that would fill the memory', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given++;
        controller.enqueue(new Uint8Array(1_048_576));
      },
    });
    answers = [new Response(endless)];
    expect(await refusal(() => api.read({ id: 'a', uri: `${feed}/audit/a`, created: from }))).toMatchObject({ code: 'TooLarge' });
    expect(given).toBeLessThan(40);
  });
});

describe('a token that was revoked before it ran out', () => {
  const challenge = (): Response =>
    new Response('{}', {
      status: 401,
      headers: {
        'www-authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from('{"access_token":{}}').toString('base64')}"`,
      },
    });

  it('is asked for anew with the claims, once', async () => {
    answers = [challenge(), Response.json([])];
    await expect(api.read({ id: 'c', uri: `${feed}/audit/c`, created: from })).resolves.toEqual([]);
    expect(asked).toHaveLength(2);
  });
  it('and refused again is a refusal', async () => {
    answers = [challenge(), challenge()];
    await expect(api.read({ id: 'c', uri: `${feed}/audit/c`, created: from })).rejects.toMatchObject({ service: 'activity', status: 401 });
    expect(asked).toHaveLength(2);
  });
});

// Small reads that travel together: one request for many, an answer and an error for each.
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/tenants/connections.ts';
import { retryAfterSeconds } from '../../src/tenants/graph.ts';
import { createBatcher } from '../../src/tenants/graph-batch.ts';

type Sent = { readonly requests: readonly { readonly id: string; readonly method: string; readonly url: string }[] };
type Reply = (request: Sent['requests'][number]) => object | undefined;

function batcher(reply: Reply, together?: (sent: Sent) => Promise<Record<string, unknown>>) {
  const sent: string[][] = [];
  const renewed: string[] = [];
  const read = createBatcher({
    single: async (url) => {
      sent.push([url]);
      return { alone: url };
    },
    together: async (body) => {
      const { requests } = body as Sent;
      sent.push(requests.map(({ url }) => url));
      if (together !== undefined) return together(body as Sent);
      // In another order than asked: the service promises none.
      return { responses: requests.flatMap((request) => reply(request) ?? []).reverse() };
    },
    renew: async (claims) => renewed.push(claims),
    retryAfter: (header) => retryAfterSeconds(header, Date.UTC(2026, 0, 5)),
  });
  return { read, sent, renewed };
}
const good: Reply = ({ id, url }) => ({ id, status: 200, body: { url } });
const outcome = async (read: Promise<unknown>): Promise<unknown> =>
  read.catch((error: unknown) => (error instanceof ServiceError ? [error.status, error.code, error.retryAfterSeconds] : error));

describe('reads that travel together', () => {
  it('are one request, and each gets its own answer whatever the order', async () => {
    const { read, sent } = batcher(good);
    expect(await Promise.all([read('/a?$select=id'), read('/b'), read('/c')])).toEqual([
      { url: '/a?$select=id' },
      { url: '/b' },
      { url: '/c' },
    ]);
    expect(sent).toEqual([['/a?$select=id', '/b', '/c']]);
  });
  it('one alone goes as it is; what is asked later goes later', async () => {
    const { read, sent } = batcher(good);
    expect(await read('/a')).toEqual({ alone: '/a' });
    await read('/b');
    expect(sent).toEqual([['/a'], ['/b']]);
  });
  it('whose token was revoked are asked again, once and only they, with another one', async () => {
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from('{"nbf":1}').toString('base64')}"`;
    const revoked: Reply = ({ id }) => ({
      id,
      status: 401,
      headers: { 'WWW-Authenticate': challenge },
      body: { error: { code: 'InvalidAuthenticationToken', message: 'revoked' } },
    });
    const { read, sent, renewed } = batcher((request) => (request.url === '/c' || renewed.length > 0 ? good(request) : revoked(request)));
    expect(await Promise.all([read('/a'), read('/b'), read('/c')])).toEqual([{ url: '/a' }, { url: '/b' }, { url: '/c' }]);
    expect([sent, renewed]).toEqual([
      [
        ['/a', '/b', '/c'],
        ['/a', '/b'],
      ],
      ['{"nbf":1}'],
    ]);
    const hopeless = batcher(revoked);
    expect(await Promise.all([outcome(hopeless.read('/a')), outcome(hopeless.read('/b'))])).toEqual([
      [401, 'InvalidAuthenticationToken', undefined],
      [401, 'InvalidAuthenticationToken', undefined],
    ]);
    expect(hopeless.sent).toHaveLength(2);
  });
  it('more than twenty are several requests', async () => {
    const { read, sent } = batcher(good);
    await Promise.all(Array.from({ length: 45 }, (_, index) => read(`/${index}`)));
    expect(sent.map((urls) => urls.length)).toEqual([20, 20, 5]);
  });
  it('a refusal is one read’s own, with its code and its pause; the others go on', async () => {
    const { read } = batcher(({ id, url }) =>
      url === '/throttled'
        ? { id, status: 429, headers: { 'Retry-After': '17' }, body: { error: { code: 'TooManyRequests', message: 'no' } } }
        : url === '/denied'
          ? { id, status: 403, body: 'not JSON' }
          : url === '/odd'
            ? { id, status: 200, body: 'text' }
            : url === '/lost'
              ? undefined
              : good({ id, url, method: 'GET' }),
    );
    const asked = ['/throttled', '/denied', '/odd', '/lost', '/good'].map((url) => outcome(read(url)));
    expect(await Promise.all(asked)).toEqual([
      [429, 'TooManyRequests', 17],
      [403, 'Http403', undefined],
      [0, 'NoJson', undefined],
      [0, 'NoAnswer', undefined],
      { url: '/good' },
    ]);
  });
  it('where the whole batch fails, every read fails; an answer that is none is a failure', async () => {
    const failed = batcher(good, () => Promise.reject(new ServiceError('graph', 503, 'serviceNotAvailable', 'later')));
    expect(await Promise.all(['/a', '/b'].map((url) => outcome(failed.read(url))))).toEqual([
      [503, 'serviceNotAvailable', undefined],
      [503, 'serviceNotAvailable', undefined],
    ]);
    const odd = batcher(good, async () => ({ value: [] }));
    expect(await Promise.all(['/a', '/b'].map((url) => outcome(odd.read(url))))).toEqual([
      [0, 'NoBatch', undefined],
      [0, 'NoBatch', undefined],
    ]);
  });
});

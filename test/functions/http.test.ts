import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Guard } from '../../functions/guard.ts';
import { bodyOf, cached, forPerson } from '../../functions/http.ts';

const person = { oid: 'a1000000-0000-4000-8000-000000000001', tenant: 'home', name: 'Ann Example', signedInAt: undefined };
const guard = { authenticator: { authenticate: async () => person } } as unknown as Guard;
const url = 'https://guard.example.com/api/state';
const post = (body: string) => new HttpRequest({ url, method: 'POST', body: { string: body } });

async function answerOf(request: HttpRequest, handle: Parameters<typeof forPerson>[1]) {
  const logged: unknown[] = [];
  const context = new InvocationContext({
    invocationId: 'call-1',
    functionName: 'state',
    logHandler: (level, ...rest) => logged.push([level, ...rest]),
  });
  return { answer: await forPerson(async () => guard, handle)(request, context), logged };
}

describe('answers to requests', () => {
  const schema = z.strictObject({ kind: z.enum(['contain']) });

  it.each([
    ['no JSON', '{', 'no JSON'],
    ['another shape', '{"kind":"<script>"}', 'not understood: kind'],
    ['a field too many', '{"kind":"contain","by":"somebody else"}', 'not understood: body'],
    ['a body of 20 KB', `"${'x'.repeat(20_000)}"`, 'too large'],
  ])('%s is the request’s fault: 400, the place named, nothing repeated', async (_name, sent, said) => {
    const { answer } = await answerOf(post(sent), async ({ request }) => ({ jsonBody: await bodyOf(request, schema) }));
    expect(answer).toMatchObject({ status: 400, jsonBody: { message: expect.stringContaining(said) } });
    expect(JSON.stringify(answer)).not.toMatch(/script|somebody|xxx/);
  });

  it('a body that says itself that it is too large is not read', async () => {
    const request = new HttpRequest({
      url,
      method: 'POST',
      headers: { 'content-length': '20000' },
      body: { string: '{"kind":"contain"}' },
    });
    const { answer } = await answerOf(request, async (asked) => ({ jsonBody: await bodyOf(asked.request, schema) }));
    expect(answer).toMatchObject({ status: 400, jsonBody: { code: 'too-large' } });
    expect(request.bodyUsed).toBe(false);
  });

  it('what one person may see is kept by nobody on the way', () => {
    expect(cached(new HttpRequest({ url, method: 'GET' }), {}).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('data of our own that does not fit is our fault: 500, in the log, and without a word of it in the answer', async () => {
    const { answer, logged } = await answerOf(post('{}'), async () => ({ jsonBody: schema.parse({ kind: 'stored' }) }));
    expect(answer).toMatchObject({ status: 500, jsonBody: { code: 'failed' } });
    expect(JSON.stringify(answer)).not.toContain('stored');
    expect(JSON.stringify(logged)).toContain('http.failed');
  });

  it('304 goes only to whoever would get the same content: another person’s ETag gives the whole answer', () => {
    const mine = cached(new HttpRequest({ url, method: 'GET' }), { person: 'Ann' });
    const etag = (mine.headers as Record<string, string>)['etag'] ?? '';
    const asks = () => new HttpRequest({ url, method: 'GET', headers: { 'if-none-match': etag } });
    expect(cached(asks(), { person: 'Ann' }).status).toBe(304);
    expect(cached(asks(), { person: 'Bea' })).toMatchObject({ body: '{"person":"Bea"}' });
  });
});

// The local runner behaves as the real Functions host was seen to; with TG_HOST_URL the same suite judges a real host.
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HostUnderTest, hostUnderTest } from './conformance-host.ts';
import { eventGridCases, type HttpCase, httpCases } from './http-cases.ts';

let host: HostUnderTest;
let work: QueueClient;
const observed: Record<string, unknown>[] = [];

const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** Empties the queue in which the app's functions tell what they saw. */
async function drain(): Promise<readonly Record<string, unknown>[]> {
  const seen = host.storage.getQueueClient('seen');
  const { receivedMessageItems } = await seen.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 30 });
  for (const item of receivedMessageItems) {
    observed.push(JSON.parse(Buffer.from(item.messageText, 'base64').toString('utf8')));
    await seen.deleteMessage(item.messageId, item.popReceipt);
  }
  return observed;
}

/** Waits until the app has told at least `count` things that fit, and gives them. */
async function told(fits: (observation: Record<string, unknown>) => boolean, count = 1): Promise<readonly Record<string, unknown>[]> {
  return await vi.waitUntil(
    async () => {
      const found = (await drain()).filter(fits);
      return found.length >= count ? found : undefined;
    },
    { timeout: 20_000, interval: 100 },
  );
}

async function poisoned(text: string): Promise<{ dequeueCount: number }> {
  const poison = host.storage.getQueueClient(`${host.workQueue}-poison`);
  return await vi.waitUntil(
    async () => {
      if (!(await poison.exists())) return undefined;
      const { receivedMessageItems } = await poison.receiveMessages({ numberOfMessages: 32, visibilityTimeout: 1 });
      return receivedMessageItems.find((item) => item.messageText === text);
    },
    { timeout: 20_000, interval: 300 },
  );
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends what is asked and nothing more; fetch would refuse some methods and add headers. */
async function ask(asked: Pick<HttpCase, 'request' | 'headers' | 'body'>): Promise<Answer> {
  const [method = '', path = ''] = asked.request.split(' ');
  const keyed = (text: string): string => text.replace('FUNCTION_KEY', host.keys.function).replace('EVENTGRID_KEY', host.keys.eventGrid);
  const url = new URL(host.url);
  const send = url.protocol === 'https:' ? secureRequest : request;
  return await new Promise((resolve, reject) => {
    const sent = send(
      {
        method,
        host: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname,
        port: url.port,
        path: keyed(path),
        headers: {
          host: url.host,
          ...Object.fromEntries(Object.entries(asked.headers ?? {}).map(([name, value]) => [name, keyed(value)])),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(asked.body);
  });
}

async function expectAnswer(expected: HttpCase): Promise<void> {
  const answer = await ask(expected);
  expect(answer.status).toBe(expected.status);
  expect(answer.headers).toMatchObject(expected.answer ?? {});
  if (expected.text !== undefined) expect(answer.body.toString('utf8')).toBe(expected.text);
  if (expected.json !== undefined) expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject(expected.json);
  if (expected.hex !== undefined) expect(answer.body.toString('hex')).toBe(expected.hex);
}

beforeAll(async () => {
  host = await hostUnderTest('*/2 * * * * *');
  work = host.storage.getQueueClient(host.workQueue);
  await work.createIfNotExists();
});
afterAll(async () => {
  await host?.close();
});

describe('HTTP', () => {
  it.each(httpCases)('$name: $request', expectAnswer);

  it('tells the client nothing of why a handler failed, and the log everything', async () => {
    const answer = await ask({ request: 'GET /api/shapes/throw' });
    expect(answer.body.length).toBe(0);
    if (!host.real) expect(host.log.map((line) => line.message).join('\n')).toContain('a secret reason');
  });

  it('gives one message per element of an array set on a queue output', async () => {
    await ask({ request: 'GET /api/shapes/queue1' });
    await ask({ request: 'GET /api/shapes/queueN' });
    const made = host.storage.getQueueClient('made');
    const { receivedMessageItems } = await made.receiveMessages({ numberOfMessages: 32 });
    const texts = receivedMessageItems.map((item) => Buffer.from(item.messageText, 'base64').toString());
    expect(texts.sort()).toEqual(['one', '{"n":1}', '{"n":2}']);
  });
});

describe('Event Grid webhook', () => {
  it.each(eventGridCases)('$name: $request', expectAnswer);

  it('calls the function once per event, with the data beside it', async () => {
    const calls = await told((observation) => 'eg' in observation, 6);
    expect(calls.map((call) => (call.data as { id: string }).id).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(calls.map((call) => (call.eg as { id: string }).id)).not.toContain('never');
  });
});

describe('queues', () => {
  it.each([
    ['an object', '{"a":{"b":1},"c":"x"}', 'object', { a: { b: 1 }, c: 'x' }],
    ['a number', '123', 'number', 123],
    ['a JSON string', '"str"', 'string', 'str'],
    ['broken JSON as text', '{"broken":', 'string', '{"broken":'],
    ['an empty message as text', '', 'string', ''],
  ])('hands over %s', async (_, text, type, value) => {
    await work.sendMessage(encoded(text));
    const [call] = await told((observation) => JSON.stringify(observation.work) === JSON.stringify(value));
    expect(call).toMatchObject({ type, metadata: { dequeueCount: 1 } });
  });

  it('describes the message, with its own top-level properties, and holds it for ten minutes', async () => {
    const before = Date.now();
    await work.sendMessage(encoded('{"mark":"described","nested":{"x":1}}'));
    const [call] = await told((observation) => (observation.work as { mark?: string } | null)?.mark === 'described');
    const metadata = call?.metadata as Record<string, unknown>;
    expect(metadata).toMatchObject({ dequeueCount: 1, mark: 'described', nested: { x: 1 } });
    expect(Object.keys(metadata).sort()).toEqual(
      ['dequeueCount', 'expirationTime', 'id', 'insertionTime', 'mark', 'nested', 'nextVisibleTime', 'popReceipt', 'queueTrigger'].sort(),
    );
    const held = Date.parse(String(metadata.nextVisibleTime)) - before;
    expect(held).toBeGreaterThan(595_000);
    expect(held).toBeLessThan(625_000);
    const kept = Date.parse(String(metadata.expirationTime)) - Date.parse(String(metadata.insertionTime));
    expect(kept).toBe(7 * 86_400_000);
  });

  it('tries a throwing function until maxDequeueCount, then puts the message on the poison queue as a new one', async () => {
    const text = encoded('{"do":"throw"}');
    await work.sendMessage(text);
    const tries = await told((observation) => (observation.work as { do?: string } | null)?.do === 'throw', 3);
    expect(tries.map((each) => (each.metadata as { dequeueCount: number }).dequeueCount)).toEqual([1, 2, 3]);
    expect(await poisoned(text)).toMatchObject({ dequeueCount: 1 });
  });

  it('puts text that is no base64 on the poison queue without calling the function', async () => {
    await work.sendMessage('no base64 at all!');
    await poisoned('no base64 at all!');
    expect((await drain()).filter((observation) => String(observation.work).includes('no base64'))).toEqual([]);
  });

  it('gives the message of a worker killed in mid-message to a new worker, with dequeueCount 2', async () => {
    await told((observation) => observation.hook === 'appStart');
    await work.sendMessage(encoded('{"do":"die"}'));
    const tries = await told((observation) => (observation.work as { do?: string } | null)?.do === 'die', 2);
    expect(tries.map((each) => (each.metadata as { dequeueCount: number }).dequeueCount)).toEqual([1, 2]);
    await told((observation) => observation.hook === 'appStart', 2);
    expect((await drain()).filter((observation) => observation.hook === 'appTerminate')).toEqual([]);
  });
});

describe('the worker', () => {
  it('answers 500 to a request whose worker died, and serves the next one with a new worker', async () => {
    const answer = await ask({ request: 'GET /api/shapes/die' });
    expect(answer.status).toBe(500);
    expect(answer.body.length).toBe(0);
    expect((await ask({ request: 'GET /api/shapes/string' })).status).toBe(200);
  });
});

describe('timers', () => {
  it('fires on schedule; a schedule under a minute has no status', async () => {
    const ticks = await told((observation) => 'tick' in observation, 2);
    expect(ticks[0]?.tick).toEqual({ schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false });
  });
});

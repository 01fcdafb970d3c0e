// The queue loop against a queue whose every call is seen.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueOptions } from '../../local/runner/host-json.ts';
import type { LogLine } from '../../local/runner/messages.ts';
import { type QueueMessage, type QueuePort, startQueue } from '../../local/runner/queues.ts';

const options: QueueOptions = {
  maxPollingInterval: 2000,
  visibilityTimeout: 30_000,
  batchSize: 16,
  newBatchThreshold: 8,
  maxDequeueCount: 5,
  messageEncoding: 'base64',
};

const message = (id: string, dequeueCount = 1): QueueMessage => ({
  id,
  text: Buffer.from(`{"n":"${id}"}`).toString('base64'),
  popReceipt: 'r0',
  dequeueCount,
  inserted: '2026-11-02T03:04:05.000Z',
  expires: '2026-11-09T03:04:05.000Z',
  nextVisible: '2026-11-02T03:14:05.000Z',
});

function setUp(given: { batches: readonly (readonly QueueMessage[] | Error)[]; invoke: () => Promise<unknown> }) {
  const batches = [...given.batches];
  const calls: unknown[][] = [];
  const log: LogLine[] = [];
  let receipt = 0;
  const port = (name: string): QueuePort => ({
    async receive(count, seconds) {
      calls.push([name, 'receive', count, seconds]);
      const batch = batches.shift() ?? [];
      if (batch instanceof Error) throw batch;
      return batch;
    },
    async hide(id, popReceipt, seconds) {
      calls.push([name, 'hide', id, popReceipt, seconds]);
      receipt += 1;
      return `r${receipt}`;
    },
    async remove(id, popReceipt) {
      calls.push([name, 'remove', id, popReceipt]);
    },
    async send(text) {
      calls.push([name, 'send', text]);
    },
  });
  const running = startQueue({
    name: 'work',
    trigger: 'in',
    queue: port('work'),
    poison: port('poison'),
    options,
    invoke: given.invoke,
    log: (line) => log.push(line),
    trace: () => '00-00000000000000000000000000000001-0000000000000001-01',
  });
  return {
    running,
    log,
    calls: () => calls.filter((call) => call[1] !== 'receive'),
    received: () => calls.filter((call) => call[1] === 'receive'),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a queue function', () => {
  it('holds a message for ten minutes, and again every five while it is worked on; then removes it by the newest receipt', async () => {
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { running, calls, received } = setUp({ batches: [[message('a')]], invoke: () => work });
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    expect(received()[0]).toEqual(['work', 'receive', 16, 600]);
    expect(calls()).toEqual([
      ['work', 'hide', 'a', 'r0', 600],
      ['work', 'hide', 'a', 'r1', 600],
    ]);
    finish();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls().at(-1)).toEqual(['work', 'remove', 'a', 'r2']);
    await running.stop();
  });

  it('gives a failed message back after visibilityTimeout', async () => {
    const { running, calls } = setUp({ batches: [[message('a', 4)]], invoke: () => Promise.reject(new Error('no')) });
    await vi.advanceTimersByTimeAsync(10);
    expect(calls()).toEqual([['work', 'hide', 'a', 'r0', 30]]);
    await running.stop();
  });

  it('puts a message that was tried maxDequeueCount times on the poison queue first, and only then removes it', async () => {
    const { running, calls } = setUp({ batches: [[message('a', 5)]], invoke: () => Promise.reject(new Error('no')) });
    await vi.advanceTimersByTimeAsync(10);
    expect(calls()).toEqual([
      ['poison', 'send', message('a').text],
      ['work', 'remove', 'a', 'r0'],
    ]);
    await running.stop();
  });

  it('asks for more only while at most newBatchThreshold are under way', async () => {
    const many = Array.from({ length: 9 }, (_, index) => message(`m${index}`));
    const { running, received } = setUp({ batches: [many], invoke: () => new Promise((resolve) => setTimeout(resolve, 1000)) });
    await vi.advanceTimersByTimeAsync(900);
    expect(received()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(received().length).toBeGreaterThan(1);
    await running.stop();
  });

  it('asks an empty queue ever more seldom, at most maxPollingInterval apart', async () => {
    const { running, received } = setUp({ batches: [], invoke: async () => undefined });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(received().length).toBeGreaterThan(29);
    expect(received().length).toBeLessThan(37);
    await running.stop();
  });

  it('says that the queue could not be read, and goes on', async () => {
    const { running, log, calls } = setUp({ batches: [new Error('refused'), [message('a')]], invoke: async () => undefined });
    await vi.advanceTimersByTimeAsync(2100);
    expect(log.map((line) => line.message)).toContain('The queue could not be read: Error: refused');
    expect(calls()).toEqual([['work', 'remove', 'a', 'r0']]);
    await running.stop();
  });

  it('waits, when stopped, until what is under way is settled', async () => {
    const { running, calls } = setUp({ batches: [[message('a')]], invoke: () => new Promise((resolve) => setTimeout(resolve, 5000)) });
    await vi.advanceTimersByTimeAsync(10);
    const stopping = running.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await stopping;
    expect(calls()).toEqual([['work', 'remove', 'a', 'r0']]);
  });
});

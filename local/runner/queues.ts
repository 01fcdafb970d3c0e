// Queue triggers: one loop per queue that takes messages, holds them while the app works, and deletes, returns or poisons them. Used by host.ts.
import type { QueueOptions } from './host-json.ts';
import type { InvocationRequest, Log, TypedData } from './messages.ts';

/** A message as it lies in the queue. Times are ISO 8601. */
export interface QueueMessage {
  readonly id: string;
  readonly text: string;
  readonly popReceipt: string;
  readonly dequeueCount: number;
  readonly inserted: string;
  readonly expires: string;
  readonly nextVisible: string;
}
/** The queue service, as far as a trigger and an output need it (storage-queue.ts, or a fake). */
export interface QueuePort {
  /** Messages that are now hidden for `seconds`; none when the queue does not exist. */
  receive(count: number, seconds: number): Promise<readonly QueueMessage[]>;
  /** Hides a message for `seconds` from now; the new pop receipt. */
  hide(id: string, popReceipt: string, seconds: number): Promise<string>;
  remove(id: string, popReceipt: string): Promise<void>;
  /** Adds a message, making the queue if it is missing. */
  send(text: string): Promise<void>;
}

/** A message is hidden for ten minutes while it is worked on, and again when half of that is over. */
const holdSeconds = 600;
const shortestPoll = 100;

export interface RunningQueue {
  /** Takes no further message; resolves when those under way are settled. */
  stop(): Promise<void>;
}

const fatal = new TextDecoder('utf-8', { fatal: true });

/** What the app is to get, or undefined when the text is not what the encoding says. */
function decode(text: string, encoding: QueueOptions['messageEncoding']): string | undefined {
  if (encoding === 'none') return text;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  try {
    return fatal.decode(Buffer.from(text, 'base64'));
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

/** What the trigger knows of a message, and the message's own top-level properties beside it. */
function metadataOf(message: QueueMessage, text: string): Record<string, TypedData> {
  const own: Record<string, TypedData> = Object.create(null);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      for (const [name, value] of Object.entries(parsed)) own[name] = { json: JSON.stringify(value) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  return {
    ...own,
    QueueTrigger: { string: text },
    DequeueCount: json(message.dequeueCount),
    Id: json(message.id),
    InsertionTime: json(message.inserted),
    ExpirationTime: json(message.expires),
    NextVisibleTime: json(message.nextVisible),
    PopReceipt: json(message.popReceipt),
  };
}

/** Serves one queue function until stopped. A failure of the queue service is logged and tried again at the slowest pace. */
export function startQueue(given: {
  readonly name: string;
  readonly trigger: string;
  readonly queue: QueuePort;
  readonly poison: QueuePort;
  readonly options: QueueOptions;
  readonly invoke: (request: InvocationRequest) => Promise<unknown>;
  readonly log: Log;
  readonly trace: () => string;
}): RunningQueue {
  const { name, queue, options, log } = given;
  const threshold = options.newBatchThreshold ?? Math.floor(options.batchSize / 2);
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  let wake = (): void => undefined;

  const say = (level: 'warning' | 'error', message: string): void => log({ level, category: 'host', message, function: name });

  async function poison(message: QueueMessage, popReceipt: string, why: string): Promise<void> {
    say('warning', `Message ${message.id} goes to the poison queue: ${why}`);
    await given.poison.send(message.text);
    await queue.remove(message.id, popReceipt);
  }

  async function work(message: QueueMessage): Promise<void> {
    const text = decode(message.text, options.messageEncoding);
    if (text === undefined) return poison(message, message.popReceipt, 'it is no base64');
    let receipt = message.popReceipt;
    let renewal: Promise<void> = Promise.resolve();
    const renew = setInterval(
      () => {
        renewal = queue.hide(message.id, receipt, holdSeconds).then(
          (fresh) => {
            receipt = fresh;
          },
          (error: unknown) => say('warning', `Message ${message.id} could not be held longer: ${error}`),
        );
      },
      (holdSeconds / 2) * 1000,
    );
    let failure: unknown;
    try {
      await given.invoke({
        inputData: [{ name: given.trigger, data: { string: text } }],
        triggerMetadata: metadataOf(message, text),
        traceContext: { traceParent: given.trace(), traceState: '' },
      });
    } catch (error) {
      failure = error ?? new Error('nothing was thrown');
    } finally {
      clearInterval(renew);
      await renewal;
    }
    if (failure === undefined) return await queue.remove(message.id, receipt);
    const why = failure instanceof Error ? failure.message : String(failure);
    say('error', `Failed (try ${message.dequeueCount} of ${options.maxDequeueCount}): ${why}`);
    if (message.dequeueCount >= options.maxDequeueCount) return await poison(message, receipt, 'it was tried often enough');
    await queue.hide(message.id, receipt, Math.round(options.visibilityTimeout / 1000));
  }

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function loop(): Promise<void> {
    let wait = shortestPoll;
    while (!stopped) {
      if (underWay.size > threshold) {
        await Promise.race(underWay);
        continue;
      }
      try {
        const messages = await queue.receive(options.batchSize, holdSeconds);
        for (const message of messages) {
          const working = work(message)
            .catch((error: unknown) => say('error', `Message ${message.id} could not be settled: ${error}`))
            .finally(() => underWay.delete(working));
          underWay.add(working);
        }
        wait = messages.length > 0 ? shortestPoll : Math.min(wait * 2, options.maxPollingInterval);
        if (messages.length > 0) continue;
      } catch (error) {
        if (stopped) break;
        say('warning', `The queue could not be read: ${error}`);
        wait = options.maxPollingInterval;
      }
      await pause(wait);
    }
  }
  const looping = loop();

  return {
    async stop() {
      stopped = true;
      wake();
      await looping;
      await Promise.all(underWay);
    },
  };
}

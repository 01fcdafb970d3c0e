// What Azure Functions does for the guard, told by a test: processes that die and are started anew, queues whose messages come again, a sweeper; every call passes a gate that may spoil it.
// Used by the fault scenarios.
import { InvocationContext } from '@azure/functions';
import { checks } from '../../../functions/checks.ts';
import type { Guard } from '../../../functions/guard.ts';
import { respond } from '../../../functions/respond.ts';
import { sweeper } from '../../../functions/sweeper.ts';
import type { QueueName } from '../../../src/contracts/bells.ts';
import type { Backend } from '../../../src/store/backend.ts';
import { type MemoryBackend, memoryBackend } from '../../../src/store/memory.ts';
import { createFaultCalls, DeathError, type FaultCalls, type FaultKind, type Gate } from '../../support/fault-calls.ts';
import { faultyBackend } from '../../support/faulty-backend.ts';
import type { FaultyFetch } from '../../support/faulty-fetch.ts';
import { type Between, startGuard, type TestGuard, type TestGuardOptions } from '../../support/guard.ts';
import type { ManualClock } from '../../support/manual-clock.ts';

export const queueNames = ['checks-hot', 'checks', 'respond'] as const satisfies readonly QueueName[];
/** What a failed message waits before it is tried again, and what a dead worker's message waits. */
const againSeconds = 60;
const hiddenSeconds = 600;
const mostTries = 5;

export type Job = (guard: TestGuard) => Promise<unknown>;

export interface HostOptions {
  readonly clock: ManualClock;
  /** What the computer's own `fetch` is while stories are told. */
  readonly wire: FaultyFetch;
  readonly plan: ReadonlyMap<number, FaultKind>;
  readonly guard: Pick<TestGuardOptions, 'start' | 'makeCloud'>;
  readonly between?: Pick<Between, 'feeds' | 'detector'>;
  /** Tables and blobs; queues are always in memory. */
  readonly storage?: Backend;
  /** What another worker does beside the job that is under way, where one overtakes. */
  readonly besides: readonly Job[];
  /** Called after every job. */
  readonly look?: (guard: TestGuard) => Promise<void>;
}
export interface Host {
  readonly faults: FaultCalls;
  readonly queues: MemoryBackend;
  /** What jobs ended with, deaths aside. */
  readonly errors: readonly unknown[];
  readonly poisoned: () => number;
  /** The process that lives now. */
  readonly guard: () => TestGuard;
  run(work: Job): Promise<'done' | 'failed' | 'died'>;
  /** All messages that can be seen, until none is left. */
  drain(): Promise<void>;
  sweep(): Promise<void>;
}

export async function startHost(options: HostOptions): Promise<Host> {
  const { clock, wire, besides } = options;
  const queues = memoryBackend({ clock });
  const backend: MemoryBackend =
    options.storage === undefined
      ? queues
      : { ...options.storage, send: queues.send, countMessages: queues.countMessages, take: queues.take };
  const errors: unknown[] = [];
  let poisoned = 0;
  let job: Job | undefined;
  const faults = createFaultCalls({
    clock,
    plan: options.plan,
    async other() {
      const work = job;
      if (work === undefined) return;
      const another = born(guard.restart());
      for (const one of [work, ...besides]) await within(another, one);
    },
  });

  /** What a process sends passes its own gate, the clients' requests as well. */
  const gates = new WeakMap<TestGuard, Gate>();
  let newest = faults.process();
  function born(process: TestGuard): TestGuard {
    gates.set(process, newest);
    return process;
  }
  function within<T>(process: TestGuard, work: (living: TestGuard) => Promise<T>): Promise<T> {
    return wire.within(gates.get(process) ?? newest, () => work(process));
  }
  let guard = born(
    await startGuard({
      ...options.guard,
      clock,
      backend,
      between: () => {
        const gate = faults.process();
        newest = gate;
        return { backend: (real) => faultyBackend(real, gate), ...options.between };
      },
    }),
  );

  async function run(work: Job): Promise<'done' | 'failed' | 'died'> {
    job = work;
    let end: 'done' | 'failed' | 'died' = 'done';
    try {
      await within(guard, work);
    } catch (error) {
      if (error instanceof DeathError) {
        end = 'died';
        guard = born(guard.restart());
      } else {
        end = 'failed';
        errors.push(error);
      }
    } finally {
      job = undefined;
    }
    const { look } = options;
    if (look !== undefined) await faults.aside(() => look(guard));
    return end;
  }

  const tries = new Map<string, number>();
  return {
    faults,
    queues,
    errors,
    poisoned: () => poisoned,
    guard: () => guard,
    run,
    async drain() {
      for (let worked = true; worked; ) {
        worked = false;
        for (const queue of queueNames) {
          const message = queues.take(queue);
          if (message === undefined) continue;
          worked = true;
          const end = await run((living) => handle(living, queue, message.text));
          const key = `${queue} ${message.text}`;
          if (end === 'done') {
            tries.delete(key);
            continue;
          }
          const count = (tries.get(key) ?? 0) + 1;
          tries.set(key, count);
          if (count < mostTries) await queues.send(queue, message.text, end === 'died' ? hiddenSeconds : againSeconds);
          else poisoned += 1;
        }
      }
    },
    async sweep() {
      await run(async (living) => sweeper(lazyOf(living)).handler(timer, context));
    },
  };
}

const context = new InvocationContext({ functionName: 'story' });
const timer = { isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: { last: '', next: '', lastUpdated: '' } };
// The triggers use no more of the guard than its rounds, its delivery and its containment.
const lazyOf = (living: TestGuard) => async () => living.deps as unknown as Guard;
export const handle = async (living: TestGuard, queue: (typeof queueNames)[number], text: string): Promise<void> => {
  const options = queue === 'respond' ? respond(lazyOf(living)) : checks(lazyOf(living), queue);
  await options.handler(JSON.parse(text), context);
};

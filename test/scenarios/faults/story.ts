// One tenant under a small attack, told tick by tick with timers, queues and workers as Azure Functions runs them, while chosen calls fail. Used by the fault scenarios.
import { InvocationContext } from '@azure/functions';
import { checks } from '../../../functions/checks.ts';
import type { Guard } from '../../../functions/guard.ts';
import { respond } from '../../../functions/respond.ts';
import { sweeper } from '../../../functions/sweeper.ts';
import { unifiedAudit } from '../../../src/collect/activity-log/unified-audit.ts';
import { transportRules } from '../../../src/collect/exchange/transport-rules.ts';
import { directoryAudits } from '../../../src/collect/graph/directory-audits.ts';
import { permissionGrants } from '../../../src/collect/graph/permission-grants.ts';
import { servicePrincipals } from '../../../src/collect/graph/service-principals.ts';
import { signInsInteractive } from '../../../src/collect/graph/sign-ins-interactive.ts';
import { type Lane, lanes, type QueueName } from '../../../src/contracts/bells.ts';
import type { Detector } from '../../../src/detect/detector.ts';
import type { Backend } from '../../../src/store/backend.ts';
import { type MemoryBackend, memoryBackend } from '../../../src/store/memory.ts';
import { createFaultCalls, DeathError, type FaultCalls, type FaultKind, type Gate } from '../../support/fault-calls.ts';
import { faultyBackend } from '../../support/faulty-backend.ts';
import type { FaultyFetch } from '../../support/faulty-fetch.ts';
import { contoso, startGuard, type TestGuard } from '../../support/guard.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { TapeCloud } from '../../support/tape-cloud.ts';
import { begin } from './tapes.ts';

const minute = 60_000;
const hour = 60 * minute;
export const feeds = [signInsInteractive, directoryAudits, unifiedAudit, servicePrincipals, permissionGrants, transportRules];
const queueNames = ['checks-hot', 'checks', 'respond'] as const satisfies readonly QueueName[];
/** What a failed message waits before it is tried again, and what a dead worker's message waits. */
const againSeconds = 60;
const hiddenSeconds = 600;
const mostTries = 5;

type Job = (guard: TestGuard) => Promise<unknown>;

export interface StoryOptions {
  readonly cloud: TapeCloud;
  /** What the computer's own `fetch` is while stories are told. */
  readonly wire: FaultyFetch;
  readonly detector: Detector;
  readonly plan?: ReadonlyMap<number, FaultKind>;
  /** After the first faulty tick nothing runs for so long. */
  readonly outageMs?: number;
  /** Tables and blobs; queues are always in memory. */
  readonly storage?: Backend;
  /** Called after every job. */
  readonly look?: (guard: TestGuard) => Promise<void>;
}
export interface Story {
  readonly guard: TestGuard;
  readonly faults: FaultCalls;
  /** Cards that the webhook took. */
  readonly posts: number;
  /** What jobs ended with, deaths aside. */
  readonly errors: readonly unknown[];
  readonly poisoned: number;
}

/** Bells by minute. The first tick learns what is there; calls are numbered from the second on. */
const attacked: readonly (readonly [number, readonly Lane[]])[] = [
  [10, ['fast', 'config']],
  [15, ['fast']],
  [100, ['fast', 'config', 'reconcile']],
];

const settling: readonly (readonly [number, readonly Lane[]])[] = [
  [5, ['fast']],
  [15, ['fast', 'config']],
  [35, ['reconcile']],
  [8 * 60, ['fast', 'reconcile']],
  [26 * 60, ['fast', 'config', 'reconcile']],
];

export async function tellStory(options: StoryOptions): Promise<Story> {
  const { cloud, wire, detector } = options;
  const clock = manualClock(begin);
  cloud.begin(clock);
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
    plan: options.plan ?? new Map(),
    async other() {
      const work = job;
      if (work === undefined) return;
      const another = born(guard.restart());
      await within(another, work);
      for (const lane of lanes)
        await within(another, (living) => handle(living, 'checks', JSON.stringify({ v: 1, tenant: contoso.id, lane })));
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
      start: begin,
      clock,
      backend,
      makeCloud: async () => cloud.simulator,
      between: () => {
        const gate = faults.process();
        newest = gate;
        return { backend: (real) => faultyBackend(real, gate), feeds, detector };
      },
    }),
  );

  /** undefined: the process died over it. */
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
  async function drain(): Promise<void> {
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
  }
  async function tick(at: number, rung: readonly Lane[]): Promise<void> {
    clock.set(Math.max(at, clock.now()));
    for (const lane of rung) await queues.send('checks', JSON.stringify({ v: 1, tenant: contoso.id, lane }), 0);
    await run(sweep);
    await drain();
  }

  await tick(begin, ['fast', 'config']);
  faults.arm();
  // What nobody subscribed to for three days is lost, and said to be.
  if (options.outageMs === undefined) cloud.unsubscribe();
  let outage = 0;
  for (const [minutes, rung] of attacked) {
    const before = faults.struck.length;
    await tick(begin + outage + minutes * minute, rung);
    if (before === 0 && faults.struck.length > 0) outage = options.outageMs ?? 0;
  }
  faults.disarm();
  // Then every later look is taken, with what was left in between.
  const rest = Math.max(clock.now(), begin + 2 * hour + outage);
  for (const [minutes, rung] of settling) await tick(rest + minutes * minute, rung);
  return { guard, faults, posts: cloud.simulator.control.posts().length, errors, poisoned };
}

const context = new InvocationContext({ functionName: 'story' });
const timer = { isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: { last: '', next: '', lastUpdated: '' } };
// The triggers use no more of the guard than its rounds and its delivery.
const lazyOf = (living: TestGuard) => async () => living.deps as unknown as Guard;
const sweep = async (living: TestGuard) => sweeper(lazyOf(living)).handler(timer, context);
const handle = async (living: TestGuard, queue: (typeof queueNames)[number], text: string) => {
  const options = queue === 'respond' ? respond(lazyOf(living)) : checks(lazyOf(living), queue);
  return options.handler(JSON.parse(text), context);
};

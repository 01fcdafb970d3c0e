// One tenant under a small attack, told tick by tick with timers, queues and workers as Azure Functions runs them, while chosen calls fail. Used by the fault scenarios.
import { InvocationContext } from '@azure/functions';
import { checks } from '../../../functions/checks.ts';
import type { Guard } from '../../../functions/guard.ts';
import { respond } from '../../../functions/respond.ts';
import { sweeper } from '../../../functions/sweeper.ts';
import type { Simulator } from '../../../simulator/server.ts';
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
import { contoso, startGuard, type TestGuard } from '../../support/guard.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { type TapeCloud, tapeConnection } from '../../support/tape-cloud.ts';
import { begin } from './tapes.ts';

const minute = 60_000;
const hour = 60 * minute;
const feeds = [signInsInteractive, directoryAudits, unifiedAudit, servicePrincipals, permissionGrants, transportRules];
const queueNames = ['checks-hot', 'checks', 'respond'] as const satisfies readonly QueueName[];
/** What a failed message waits before it is tried again, and what a dead worker's message waits. */
const againSeconds = 60;
const hiddenSeconds = 600;
const mostTries = 5;

export interface StoryOptions {
  readonly cloud: TapeCloud;
  readonly detector: Detector;
  /** Shared by all stories: only its names are used. */
  readonly simulator: Simulator;
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
  readonly posts: readonly string[];
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
  const clock = manualClock(begin);
  const queues = memoryBackend({ clock });
  const backend: MemoryBackend =
    options.storage === undefined
      ? queues
      : { ...options.storage, send: queues.send, countMessages: queues.countMessages, take: queues.take };
  const posts: string[] = [];
  const errors: unknown[] = [];
  let poisoned = 0;
  let job: ((guard: TestGuard) => Promise<unknown>) | undefined;
  const other = async () => {
    const work = job;
    if (work === undefined) return;
    const another = guard.restart();
    await work(another);
    for (const lane of lanes) await handle(another, 'checks', JSON.stringify({ v: 1, tenant: contoso.id, lane }));
  };
  const faults = createFaultCalls({ clock, plan: options.plan ?? new Map(), other });
  let guard = await startGuard({
    start: begin,
    clock,
    backend,
    makeCloud: async () => options.simulator,
    between: () => between(options, faults.process(), clock, posts),
  });

  /** undefined: the process died over it. */
  async function run(work: (guard: TestGuard) => Promise<unknown>): Promise<'done' | 'failed' | 'died'> {
    job = work;
    let end: 'done' | 'failed' | 'died' = 'done';
    try {
      await work(guard);
    } catch (error) {
      if (error instanceof DeathError) {
        end = 'died';
        guard = guard.restart();
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
  return { guard, faults, posts, errors, poisoned };
}

function between({ cloud, detector }: StoryOptions, gate: Gate, clock: ManualClock, posts: string[]) {
  const reader = tapeConnection(cloud, clock.now, gate);
  const post: typeof fetch = async (_address, init) =>
    gate.call(
      { name: 'POST card', writes: true },
      async () => {
        posts.push(String(init?.body));
        return new Response(null, { status: 202 });
      },
      () => new TypeError('fetch failed'),
    );
  return {
    backend: (real: Backend) => faultyBackend(real, gate),
    connect: () => ({ reader, responder: reader }),
    feeds,
    detector,
    fetch: post,
  };
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

// Plays Azure Functions for a whole guard in one process: timers, queues, Event Grid and people, on a manual clock, and starts a new process when one dies. Used by the crash scenarios.
import { InvocationContext } from '@azure/functions';
import { checks } from '../../../functions/checks.ts';
import { commands } from '../../../functions/commands.ts';
import { events } from '../../../functions/events.ts';
import type { Guard } from '../../../functions/guard.ts';
import { planner } from '../../../functions/planner.ts';
import { respond } from '../../../functions/respond.ts';
import { sweeper } from '../../../functions/sweeper.ts';
import type { QueueName } from '../../../src/contracts/bells.ts';
import { createPlanner } from '../../../src/rounds/planner.ts';
import type { CrashPoint } from '../../../src/store/crash-points.ts';
import type { MemoryBackend } from '../../../src/store/memory.ts';
import type { CrashInjector } from '../../../src/store/writer.ts';
import type { TestGuard } from '../../support/guard.ts';

/** What a process died of. Nothing but the host may catch it. */
export class DeathError extends Error {
  override readonly name = 'DeathError';
}

/** One write of the story: the nth pass of a point while the process did this job in this chapter. */
export interface Pass {
  readonly chapter: string;
  readonly job: string;
  readonly point: CrashPoint;
  readonly nth: number;
}
export interface Death extends Pass {
  readonly when: 'before' | 'after';
}

/** Hidden from other workers for so long: what the process that took the message died of shows after it. */
const visibilitySeconds = 600;
const queueNames = ['events', 'checks-hot', 'checks', 'respond'] as const satisfies readonly QueueName[];
const minute = 60_000;

export interface Host {
  /** The living process. */
  guard(): TestGuard;
  /** Every write that was done, in order. */
  readonly passes: readonly Pass[];
  /** Of the deaths that were asked for: those that came. */
  readonly died: ReadonlySet<Death>;
  chapter(name: string): void;
  /** Something that a person or a service asks for; undefined if the process died over it. */
  ask<T>(job: string, work: (guard: TestGuard) => Promise<T>): Promise<T | undefined>;
  /** Minutes of timers and queues, until the clock shows `time`. */
  until(time: number): Promise<void>;
  /** An Event Grid event: delivered again until it was taken. */
  deliver(event: unknown): Promise<void>;
}

export interface HostOptions {
  readonly backend: MemoryBackend;
  /** At most one of each chapter, and all before or all after their writes. */
  readonly deaths: readonly Death[];
  readonly start: (crash: CrashInjector) => Promise<TestGuard>;
}

export async function startHost({ backend, deaths, start }: HostOptions): Promise<Host> {
  const passes: Pass[] = [];
  const counts = new Map<string, number>();
  let chapter = 'start';
  let job = 'start';
  const died = new Set<Death>();

  /** Of one process: from its death on nothing that it still tries happens. */
  function mortal(): CrashInjector {
    let dead = false;
    const nth = new Map<string, number>();
    return (point, when) => {
      if (dead) throw new DeathError('the process is dead');
      const key = `${chapter}|${job}|${point}|${when}`;
      const count = (nth.get(key) ?? 0) + 1;
      nth.set(key, count);
      if (when === 'after') {
        const pass = `${chapter}|${job}|${point}`;
        counts.set(pass, (counts.get(pass) ?? 0) + 1);
        passes.push({ chapter, job, point, nth: counts.get(pass) ?? 0 });
      }
      const death = deaths.find(
        (one) => one.when === when && one.point === point && one.chapter === chapter && one.job === job && one.nth === count,
      );
      if (death === undefined || died.has(death)) return;
      died.add(death);
      dead = true;
      throw new DeathError(`died ${when} ${point} of ${job} in ${chapter}`);
    };
  }

  let guard: TestGuard;
  let functions: ReturnType<typeof functionsOf>;
  const live = (next: TestGuard) => {
    guard = next;
    functions = functionsOf(next);
  };
  for (;;) {
    try {
      live(await start(mortal()));
      break;
    } catch (error) {
      if (!(error instanceof DeathError)) throw error;
    }
  }

  async function ask<T>(what: string, work: (living: TestGuard) => Promise<T>): Promise<T | undefined> {
    job = what;
    try {
      return await work(guard);
    } catch (error) {
      if (!(error instanceof DeathError)) throw error;
      live(guard.restart(mortal()));
      return undefined;
    }
  }

  async function drain(): Promise<void> {
    for (let worked = true; worked; ) {
      worked = false;
      for (const queue of queueNames) {
        const message = backend.take(queue);
        if (message === undefined) continue;
        worked = true;
        const bell = JSON.parse(message.text) as { lane?: string; tenant: string };
        const lost = await diedOver(`${queue} ${bell.lane ?? ''}`.trim(), () => functions[queue](bell));
        // Half of the deaths lose the bell, so that due rows and timers alone have to bring the work back; the others see it again.
        if (lost && deaths[0]?.when === 'after') await backend.send(queue, message.text, visibilitySeconds);
      }
    }
  }
  async function diedOver(what: string, work: () => Promise<unknown>): Promise<boolean> {
    return (await ask(what, () => work().then(() => 'done'))) === undefined;
  }

  return {
    guard: () => guard,
    passes,
    died,
    chapter: (name) => {
      chapter = name;
    },
    ask,
    async until(time) {
      while (guard.clock.now() < time) {
        guard.clock.set(Math.min(time, guard.clock.now() + minute));
        await ask('planner', () => functions.planner());
        await ask('sweeper', () => functions.sweeper());
        await drain();
      }
    },
    async deliver(event) {
      while (await diedOver('commands', () => functions.commands(event)));
    },
  };
}

/** The triggers of functions/, as index.ts registers them. */
function functionsOf(living: TestGuard) {
  // The triggers below use no more of the guard than its rounds, its planner and its delivery.
  const guard = { ...living.deps, planner: createPlanner(living.deps) } as Guard;
  const lazy = async () => guard;
  const context = (functionName: string) => new InvocationContext({ functionName });
  const timer = { isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: { last: '', next: '', lastUpdated: '' } };
  const queue = (name: string, options: ReturnType<typeof respond>) => async (message: unknown) => options.handler(message, context(name));
  return {
    planner: async () => planner(lazy).handler(timer, context('planner')),
    sweeper: async () => sweeper(lazy).handler(timer, context('sweeper')),
    checks: queue('checks', checks(lazy, 'checks')),
    'checks-hot': queue('checks-hot', checks(lazy, 'checks-hot')),
    respond: queue('respond', respond(lazy)),
    events: queue('events', events(lazy)),
    commands: async (event: unknown) =>
      commands(lazy).handler(event as Parameters<ReturnType<typeof commands>['handler']>[0], context('commands')),
  };
}

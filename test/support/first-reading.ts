// The first minutes of a tenant that was put under guard, on a clock that jumps: the real planner, sweeper, queues' functions, limits and tasks against a simulated cloud that enforces Microsoft's limits.
// Used by scenarios/first-light-month.test.ts and bench/first-light.ts.
import { InvocationContext } from '@azure/functions';
import { virtualTime } from '../../bench/fleet/virtual-time.ts';
import { checks } from '../../functions/checks.ts';
import type { Guard } from '../../functions/guard.ts';
import type { World } from '../../simulator/world.ts';
import { createLimits } from '../../src/rounds/limits.ts';
import { createPlanner } from '../../src/rounds/planner.ts';
import { sweep } from '../../src/rounds/sweeper.ts';
import { runTask } from '../../src/rounds/tasks.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { contoso, fabrikam, startGuard } from './guard.ts';
import type { CloudSwitch } from './in-process-cloud.ts';
import { brokenLimits } from './kept-limits.ts';

const minuteMs = 60_000;

export interface ReadingMinute {
  readonly minute: number;
  /** Requests to the reporting API by now. */
  readonly requests: number;
  /** What coverage says of the interactive sign-ins, and how many are read. */
  readonly sentence: string;
  readonly signIns: number;
  /** Every log of the tenant was read to its end. */
  readonly isWhole: boolean;
  /** Cards in the channel. */
  readonly posts: readonly string[];
}

export interface FirstReading {
  /** Plays one minute. */
  next(): Promise<ReadingMinute>;
  /** Requests that the cloud refused, and sentences on limits that were not kept. */
  broken(): { readonly refused: number; readonly limits: readonly string[] };
}

/** @param fill adds to the world what it does not have of itself */
export async function firstReading(options: {
  readonly cloud: CloudSwitch;
  readonly start: number;
  readonly historyDays: number;
  /** Records on a page of a report. */
  readonly reportPage: number;
  readonly fill?: (world: World) => void;
}): Promise<FirstReading> {
  const { start } = options;
  const time = virtualTime(start);
  const still = (): never => {
    throw new Error('This clock is moved by its events alone');
  };
  const clock = { now: time.now, set: still, advance: still };
  const backend = memoryBackend({ clock });
  const simulator = { historyDays: options.historyDays, reportLimit: true };
  const guard = await startGuard({ start, clock, backend, makeCloud: options.cloud.make, simulator });
  const { world, control, handlers } = guard.simulator;
  world.settings.reportPage = options.reportPage;
  options.fill?.(world);
  const { store, registry } = guard.deps;
  const limits = createLimits({
    store,
    registry,
    clock,
    breaker: createBreaker({ clock }),
    wait: (milliseconds) => time.sleep(milliseconds),
  });
  const deps = { ...guard.deps, limits };
  const queues = (['checks-hot', 'checks'] as const).map((name) => ({
    name,
    handler: checks(async () => deps as unknown as Guard, name).handler,
  }));
  const planner = createPlanner(deps);

  function every(periodMs: number, at: number, work: () => Promise<unknown>): void {
    time.at(at, () => {
      time.job(async () => void (await work()));
      every(periodMs, at + periodMs, work);
    });
  }
  every(minuteMs, start, () => planner.tick());
  every(minuteMs, start + minuteMs / 2, () => sweep(deps));
  every(1000, start, async () => {
    for (const { name, handler } of queues)
      for (let message = backend.take(name); message !== undefined; message = backend.take(name)) {
        const bell: unknown = JSON.parse(message.text);
        time.job(async () => void (await handler(bell, new InvocationContext({ functionName: name }))));
      }
  });
  // What the queue `respond` does of it: the digest's bell of every minute, and the cards that wait.
  every(minuteMs, start + minuteMs - 1, async () => {
    const entry = await registry.entry(await registry.authorise(contoso.id, 'show'));
    if (entry.firstLight === undefined) await runTask(deps, contoso.id, 'first-light');
    for (const { id } of [contoso, fabrikam]) {
      const scope = await registry.authorise(id, 'finish');
      for (const due of await store.due.ofTenant(scope)) if (due.kind === 'outbox') await deps.deliver(scope, due.id.split(':')[0] ?? '');
    }
  });

  const reporting = new Set(handlers.filter((handler) => handler.reporting === true).map(({ id }) => id));
  let minute = 0;
  return {
    async next() {
      minute++;
      await time.runUntil(start + minute * minuteMs);
      const states = await store.state.feeds(await registry.authorise(contoso.id, 'show'));
      const coverage = tenantCoverage({ tenant: contoso.id, name: contoso.name }, guard.deps.feeds, states);
      const logs = guard.deps.feeds.filter(({ kind, source }) => kind === 'log' && source === 'reporting').map(({ id }) => id);
      return {
        minute,
        requests: control.requests().filter(({ handler, tenant }) => reporting.has(handler) && tenant === contoso.id).length,
        sentence: coverage.feeds.find(({ feed }) => feed === 'sign-ins.interactive')?.sentence ?? '',
        signIns: states.find(({ feed }) => feed === 'sign-ins.interactive')?.total ?? 0,
        isWhole: logs.every((id) => states.find(({ feed }) => feed === id)?.outcome.status === 'complete'),
        posts: world.posts.map(({ body }) => JSON.stringify(body)),
      };
    },
    broken() {
      const requests = control.requests();
      return { refused: requests.filter(({ status }) => status === 429).length, limits: brokenLimits(requests, handlers) };
    },
  };
}

// A fleet's day in minutes: the real planner, sweeper, rounds, limits and store functions on the in-memory store, with Microsoft and the Functions host played on a virtual clock. Called by ../fleet.ts
// and by test/rounds/fleet.test.ts.

import { type Bell, bell, type Lane } from '../../src/contracts/bells.ts';
import { createDetector } from '../../src/detect/detector.ts';
import type { RoundDependencies } from '../../src/rounds/dependencies.ts';
import { createLimits, type Rung } from '../../src/rounds/limits.ts';
import { createPlanner } from '../../src/rounds/planner.ts';
import { type RoundReport, runRound } from '../../src/rounds/round.ts';
import { sweep } from '../../src/rounds/sweeper.ts';
import { countOperations } from '../../src/store/count-operations.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { createMicrosoft, type FleetTenant, type Microsoft } from './microsoft.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

const minuteMs = 60_000;

export interface LaneCount {
  rounds: number;
  /** As billed: a second at least each. */
  milliseconds: number;
}

export interface Fleet {
  readonly time: VirtualTime;
  readonly deps: RoundDependencies;
  readonly microsoft: Microsoft;
  readonly lanes: Readonly<Record<Lane, LaneCount>>;
  /** Executions that are no rounds. */
  readonly others: Record<string, number>;
  readonly logBytes: () => number;
  readonly operations: () => ReadonlyMap<string, number>;
  /** Off: no timer rings and no message is taken, as if the app were down. */
  power: { on: boolean };
  /** One round beside those that the queues ring, on the next worker. */
  round(tenant: string, lane: Lane, rung?: Rung): Promise<RoundReport>;
  run(hours: number): Promise<void>;
}

/** Tenants with their own working hours; a twentieth is busy enough for four pages a round. `first`: those of another stamp. */
export function fleetOf(
  size: number,
  change: (tenant: FleetTenant, n: number) => FleetTenant = (tenant) => tenant,
  first = 0,
): FleetTenant[] {
  return Array.from({ length: size }, (_, place) => {
    const n = first + place;
    return change(
      {
        id: `${((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`,
        name: `Tenant ${n}`,
        users: 500,
        zone: (n % 12) - 4,
        pages: n % 20 === 0 ? 4 : n % 7 === 0 ? 2 : 1,
        latencyMs: 150 + (n % 10) * 50,
      },
      place,
    );
  });
}

export async function createFleet(options: {
  readonly tenants: readonly FleetTenant[];
  readonly start: number;
  readonly atOnce?: number;
  /** Workers that share nothing but the store: every round lands on the next one. */
  readonly workers?: number;
  /** By how much the clock of each worker is ahead of the real time (ms), in turn. */
  readonly clocksAhead?: readonly number[];
  /** How much of the past the first rounds read. */
  readonly firstReadDays?: number;
  /** A process that dies at a write. */
  readonly crash?: CrashInjector;
}): Promise<Fleet> {
  const { tenants, start, atOnce = 64, workers = 4, clocksAhead = [0], firstReadDays = 1, crash } = options;
  const time = virtualTime(start);
  const microsoft = createMicrosoft(time, tenants, firstReadDays);
  const memory = memoryBackend({ clock: time });
  const counter = countOperations(memory);
  const store = createStore({ backend: counter.backend, crash });
  const registry = createRegistry({ store, clock: time });
  for (const { id, name } of tenants) {
    await registry.add(id, name);
    await registry.update(id, (entry) => ({ ...entry, firstLight: { leader: id, at: start } }));
  }
  const connections = new Map(tenants.map((tenant) => [tenant.id, microsoft.connection(tenant)]));
  let logBytes = 0;
  let fresh = 0;
  const deps: RoundDependencies = {
    store,
    registry,
    connect: ({ tenant }) => {
      const reader = connections.get(tenant);
      if (reader === undefined) throw new Error(`no tenant ${tenant}`);
      return { reader, responder: reader };
    },
    directory: { read: async () => new Map() },
    detector: createDetector({ campaigns: [] }),
    feeds: microsoft.feeds,
    campaigns: [],
    clock: time,
    ids: { fresh: () => `worker-${fresh++}` },
    log: (event, fields) => {
      logBytes += JSON.stringify({ event, ...fields }).length;
    },
  };
  const processes = Array.from({ length: workers }, (_, n): RoundDependencies => {
    const ahead = clocksAhead[n % clocksAhead.length] ?? 0;
    const clock = { now: () => time.now() + ahead };
    const wait = (milliseconds: number) => time.sleep(milliseconds);
    return { ...deps, clock, limits: createLimits({ store, registry, clock, breaker: createBreaker({ clock }), wait }) };
  });
  const planner = createPlanner(deps);
  const zero = (): LaneCount => ({ rounds: 0, milliseconds: 0 });
  const lanes: Record<Lane, LaneCount> = { fast: zero(), config: zero(), reconcile: zero() };
  const others: Record<string, number> = { planner: 0, sweeper: 0 };
  const power = { on: true };
  /** Each queue's function scales on instances of its own. */
  const running = new Map<string, number>();

  let taken = 0;
  async function round(tenant: string, lane: Lane, rung: Rung = {}): Promise<RoundReport> {
    return runRound(processes[taken++ % workers] ?? deps, tenant, lane, rung);
  }
  async function take(tenant: string, lane: Lane, rung: Rung): Promise<void> {
    const begun = time.now();
    await round(tenant, lane, rung);
    lanes[lane].rounds++;
    lanes[lane].milliseconds += Math.max(1000, time.now() - begun);
  }

  function poll(): void {
    for (const queue of ['checks-hot', 'checks', 'respond']) {
      while (power.on && (running.get(queue) ?? 0) < atOnce) {
        const message = memory.take(queue);
        if (message === undefined) break;
        answer(queue, bell.parse(JSON.parse(message.text)));
      }
    }
  }
  function answer(queue: string, rung: Bell): void {
    if (!('lane' in rung)) {
      const name = 'task' in rung ? rung.task : 'respond';
      others[name] = (others[name] ?? 0) + 1;
      return;
    }
    running.set(queue, (running.get(queue) ?? 0) + 1);
    time.job(async () => {
      try {
        await take(rung.tenant, rung.lane, { slot: rung.slot, hint: rung.slot === undefined && queue === 'checks' });
      } finally {
        running.set(queue, (running.get(queue) ?? 1) - 1);
        time.at(time.now(), poll);
      }
    });
  }

  function every(milliseconds: number, first: number, work: () => Promise<unknown>, name: string): void {
    time.at(first, () => {
      if (power.on) {
        others[name] = (others[name] ?? 0) + 1;
        time.job(async () => void (await work()));
      }
      every(milliseconds, first + milliseconds, work, name);
    });
  }
  every(minuteMs, start, () => planner.tick(), 'planner');
  every(minuteMs, start + minuteMs / 2, () => sweep(deps), 'sweeper');
  // The host looks at its queues every second.
  const look = (at: number): void =>
    time.at(at, () => {
      poll();
      look(at + 1000);
    });
  look(start);

  return {
    time,
    deps,
    microsoft,
    lanes,
    others,
    logBytes: () => logBytes,
    operations: () => counter.counts(),
    power,
    round,
    run: (hours) => time.runUntil(time.now() + hours * 3_600_000),
  };
}

// One tenant under a small attack, told tick by tick with timers, queues and workers as Azure Functions runs them, while chosen calls fail. Used by the fault scenarios.
import { unifiedAudit } from '../../../src/collect/activity-log/unified-audit.ts';
import { transportRules } from '../../../src/collect/exchange/transport-rules.ts';
import type { Feed } from '../../../src/collect/feed.ts';
import { directoryAudits } from '../../../src/collect/graph/directory-audits.ts';
import { permissionGrants } from '../../../src/collect/graph/permission-grants.ts';
import { servicePrincipals } from '../../../src/collect/graph/service-principals.ts';
import { signInsInteractive } from '../../../src/collect/graph/sign-ins-interactive.ts';
import { type Lane, lanes } from '../../../src/contracts/bells.ts';
import type { Detector } from '../../../src/detect/detector.ts';
import type { Backend } from '../../../src/store/backend.ts';
import type { FaultCalls, FaultKind } from '../../support/fault-calls.ts';
import type { FaultyFetch } from '../../support/faulty-fetch.ts';
import { contoso, type TestGuard } from '../../support/guard.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { TapeCloud } from '../../support/tape-cloud.ts';
import { handle, startHost } from './host.ts';
import { begin } from './tapes.ts';

const minute = 60_000;
const hour = 60 * minute;
export const feeds = [signInsInteractive, directoryAudits, unifiedAudit, servicePrincipals, permissionGrants, transportRules];

export interface StoryOptions {
  readonly cloud: TapeCloud;
  /** What the computer's own `fetch` is while stories are told. */
  readonly wire: FaultyFetch;
  readonly detector: Detector;
  /** Default: those of `feeds`. */
  readonly feeds?: readonly Feed[];
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
  const host = await startHost({
    clock,
    wire,
    plan: options.plan ?? new Map(),
    guard: { start: begin, makeCloud: async () => cloud.simulator },
    between: { feeds: options.feeds ?? feeds, detector },
    besides: lanes.map((lane) => (living) => handle(living, 'checks', bellOf(lane))),
    ...(options.storage && { storage: options.storage }),
    ...(options.look && { look: options.look }),
  });
  const { faults, queues } = host;
  async function tick(at: number, rung: readonly Lane[]): Promise<void> {
    clock.set(Math.max(at, clock.now()));
    for (const lane of rung) await queues.send('checks', bellOf(lane), 0);
    await host.sweep();
    await host.drain();
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
  return { guard: host.guard(), faults, posts: cloud.simulator.control.posts().length, errors: host.errors, poisoned: host.poisoned() };
}

const bellOf = (lane: Lane): string => JSON.stringify({ v: 1, tenant: contoso.id, lane });

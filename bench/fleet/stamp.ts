// One stamp of tenants for a simulated time: what was read how often, what was asked for, what it costs. Called by ../fleet.ts.
import { createFleet, type Fleet, fleetOf } from './simulate.ts';

/** A Tuesday. */
const start = Date.UTC(2026, 2, 3);
const slow = 3;
const warmUpHours = 0.5;

export interface FleetFigures {
  readonly tenants: number;
  readonly hours: number;
  /** Seconds between two readings of a tenant's logs to their end: the longest of any. The slow one apart. */
  readonly longestSeconds: number;
  readonly medianSeconds: number;
  readonly slowSeconds: number;
  /** Requests to the reporting API in any ten seconds. */
  readonly mostFleet: number;
  readonly mostTenant: number;
  readonly refused: number;
  /** Per tenant and day. */
  readonly perTenantDay: {
    readonly executions: number;
    readonly seconds: number;
    readonly requests: number;
    readonly tableOperations: number;
    /** What the guard sends and the host takes and deletes. */
    readonly queueOperations: number;
    readonly blobWrites: number;
    readonly blobReads: number;
    readonly logKilobytes: number;
  };
  /** Of the timers, however many tenants there are. */
  readonly timerExecutionsPerDay: number;
  readonly realSeconds: number;
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, one) => total + one, 0);

interface Spent {
  readonly executions: number;
  readonly seconds: number;
  readonly timers: number;
  readonly requests: number;
  readonly tables: number;
  readonly queues: number;
  readonly blobWrites: number;
  readonly blobReads: number;
  readonly logBytes: number;
}

/** Rounds and the tenants' tasks; a task is billed for a second. Every message that is sent is taken and deleted by the host. */
function spent({ lanes, others, microsoft, operations, logBytes }: Fleet): Spent {
  const rounds = sum(Object.values(lanes).map((lane) => lane.rounds));
  const timers = (others['planner'] ?? 0) + (others['sweeper'] ?? 0);
  const tasks = sum(Object.values(others)) - timers;
  const counted = (what: RegExp): number => sum([...operations()].flatMap(([kind, count]) => (what.test(kind) ? [count] : [])));
  const sent = counted(/^send$/);
  const blobReads = counted(/^read /);
  const blobWrites = counted(/^(append|put) /);
  const queueCounts = counted(/^count messages$/);
  return {
    executions: rounds + tasks,
    seconds: sum(Object.values(lanes).map((lane) => lane.milliseconds)) / 1000 + tasks,
    timers,
    requests: sum(Object.values(microsoft.requests)),
    tables: counted(/./) - sent - blobReads - blobWrites - queueCounts,
    queues: sent * 3 + queueCounts,
    blobWrites,
    blobReads,
    logBytes: logBytes(),
  };
}

/** @param options.stamp which one of many: other tenants, other places of theirs in the cadence, other clocks */
export async function stampFigures(options: {
  readonly size: number;
  readonly hours: number;
  readonly oneIsSlow?: boolean;
  readonly stamp?: number;
}): Promise<FleetFigures> {
  const { size, hours, oneIsSlow = false, stamp = 0 } = options;
  const begun = performance.now();
  const tenants = fleetOf(size, (tenant, n) => (oneIsSlow && n === slow ? { ...tenant, latencyMs: 60_000 } : tenant), stamp * size);
  const fleet = await createFleet({ tenants, start });
  await fleet.run(warmUpHours);
  const { longest, most } = fleet.microsoft;
  longest.clear();
  const before = spent(fleet);
  await fleet.run(hours);
  const after = spent(fleet);
  const perDay = (what: keyof Spent): number => ((after[what] - before[what]) * 24) / hours;
  const gaps = tenants
    .flatMap(({ id }, n) => (oneIsSlow && n === slow ? [] : [longest.get(id) ?? Number.POSITIVE_INFINITY]))
    .sort((a, b) => a - b);
  return {
    tenants: size,
    hours,
    longestSeconds: (gaps.at(-1) ?? 0) / 1000,
    medianSeconds: (gaps[Math.floor(gaps.length / 2)] ?? 0) / 1000,
    slowSeconds: (longest.get(tenants[slow]?.id ?? '') ?? 0) / 1000,
    mostFleet: most.fleet,
    mostTenant: most.tenant,
    refused: fleet.microsoft.refused,
    perTenantDay: {
      executions: perDay('executions') / size,
      seconds: perDay('seconds') / size,
      requests: perDay('requests') / size,
      tableOperations: perDay('tables') / size,
      queueOperations: perDay('queues') / size,
      blobWrites: perDay('blobWrites') / size,
      blobReads: perDay('blobReads') / size,
      logKilobytes: perDay('logBytes') / size / 1000,
    },
    timerExecutionsPerDay: perDay('timers'),
    realSeconds: (performance.now() - begun) / 1000,
  };
}

// A stamp of 500 tenants for a simulated day, and 5,000 tenants on ten stamps: whether every log is read within its cadence, whether Microsoft's limits hold, whether a slow tenant harms others, what a
// tenant costs. `node bench/fleet.ts [--tenants N] [--hours H] [--stamps S] [--write]`; also called by the bench suite.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createFleet, type Fleet, fleetOf } from './fleet/simulate.ts';

/** A Tuesday. */
const start = Date.UTC(2026, 2, 3);
const slow = 3;
const warmUpHours = 0.5;
/** What docs/cost.md is made of: `--write`. */
const figuresFile = join(import.meta.dirname, 'fleet', 'figures.json');

export interface FleetFigures {
  readonly tenants: number;
  readonly hours: number;
  /** Seconds between two looks at a tenant's logs: the longest of any, by whether its users were at work or asleep at some time. The slow one apart. */
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

export async function stampFigures(size: number, hours: number, oneIsSlow: boolean): Promise<FleetFigures> {
  const begun = performance.now();
  const tenants = fleetOf(size, (tenant, n) => (oneIsSlow && n === slow ? { ...tenant, latencyMs: 60_000 } : tenant));
  const fleet = await createFleet({ tenants, start });
  await fleet.run(warmUpHours);
  fleet.microsoft.longest.clear();
  const before = spent(fleet);
  await fleet.run(hours);
  const after = spent(fleet);
  const perDay = (what: keyof Spent): number => ((after[what] - before[what]) * 24) / hours;
  const gaps = tenants
    .flatMap(({ id }, n) => (oneIsSlow && n === slow ? [] : [fleet.microsoft.longest.get(id) ?? Number.POSITIVE_INFINITY]))
    .sort((a, b) => a - b);
  return {
    tenants: size,
    hours,
    longestSeconds: (gaps.at(-1) ?? 0) / 1000,
    medianSeconds: (gaps[Math.floor(gaps.length / 2)] ?? 0) / 1000,
    slowSeconds: (fleet.microsoft.longest.get(tenants[slow]?.id ?? '') ?? 0) / 1000,
    mostFleet: fleet.microsoft.most.fleet,
    mostTenant: fleet.microsoft.most.tenant,
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

function print(what: string, { perTenantDay: day, ...figures }: FleetFigures): void {
  console.log(
    `${what}: longest between two looks ${figures.longestSeconds.toFixed(0)} s (median of tenants ${figures.medianSeconds.toFixed(0)} s${figures.slowSeconds > 0 ? `, the slow one ${figures.slowSeconds.toFixed(0)} s` : ''}); most in ten seconds ${figures.mostFleet} of 122, ${figures.mostTenant} of 5 a tenant, ${figures.refused} refused; took ${figures.realSeconds.toFixed(0)} s`,
  );
  console.log(
    `  a tenant and day: ${day.executions.toFixed(0)} executions, ${day.seconds.toFixed(0)} s billed, ${day.requests.toFixed(0)} requests, ${day.tableOperations.toFixed(0)} table, ${day.queueOperations.toFixed(0)} queue and ${(day.blobWrites + day.blobReads).toFixed(0)} blob operations, ${day.logKilobytes.toFixed(0)} kB of own log lines`,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      tenants: { type: 'string', default: '500' },
      hours: { type: 'string', default: '24' },
      stamps: { type: 'string', default: '10' },
    },
  });
  const figures = await stampFigures(Number(values.tenants), Number(values.hours), !values.write);
  print(`${values.tenants} tenants${values.write ? '' : ', one of which answers after 60 s'}, ${values.hours} hours`, figures);
  if (values.write)
    writeFileSync(figuresFile, `${JSON.stringify({ measured: new Date().toISOString().slice(0, 10), ...figures }, null, 2)}\n`);
  const flat: FleetFigures[] = [];
  // A stamp knows nothing of the others, so each is simulated alone; an hour each, since the day is the same for all.
  for (let stamp = 0; stamp < Number(values.stamps); stamp++) flat.push(await stampFigures(500, 1, false));
  if (flat.length > 0) {
    const executions = flat.map(({ perTenantDay }) => perTenantDay.executions);
    console.log(
      `${flat.length * 500} tenants on ${flat.length} stamps, one hour: ${Math.min(...executions).toFixed(1)} to ${Math.max(...executions).toFixed(1)} executions per tenant and day; most in ten seconds ${Math.max(...flat.map(({ mostFleet }) => mostFleet))}; refused ${sum(flat.map(({ refused }) => refused))}`,
    );
  }
}

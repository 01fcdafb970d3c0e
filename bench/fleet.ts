// A stamp of 500 tenants for a simulated day, and 5,000 tenants on ten stamps: whether every log is read within its cadence, whether Microsoft's limits hold, whether a slow tenant harms others, what a
// tenant costs. `node bench/fleet.ts [--tenants N] [--hours H] [--stamps S]`; also called by the bench suite.
import { parseArgs } from 'node:util';
import { createFleet, type Fleet, fleetOf } from './fleet/simulate.ts';

/** A Tuesday. */
const start = Date.UTC(2026, 2, 3);
const slow = 3;
const warmUpHours = 0.5;

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
    readonly storageOperations: number;
    readonly logKilobytes: number;
  };
  readonly realSeconds: number;
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, one) => total + one, 0);

/** Executions and seconds of rounds and of the tenants' tasks; a task is billed for a second. */
function spent({ lanes, others }: Fleet): { executions: number; seconds: number } {
  const rounds = sum(Object.values(lanes).map((lane) => lane.rounds));
  const rest = sum(Object.values(others));
  return { executions: rounds + rest, seconds: sum(Object.values(lanes).map((lane) => lane.milliseconds)) / 1000 + rest };
}

export async function stampFigures(size: number, hours: number, oneIsSlow: boolean): Promise<FleetFigures> {
  const begun = performance.now();
  const tenants = fleetOf(size, (tenant, n) => (oneIsSlow && n === slow ? { ...tenant, latencyMs: 60_000 } : tenant));
  const fleet = await createFleet({ tenants, start });
  await fleet.run(warmUpHours);
  fleet.longest.clear();
  const before = {
    ...spent(fleet),
    requests: sum(Object.values(fleet.microsoft.requests)),
    operations: sum(fleet.operations().values()),
    log: fleet.logBytes(),
  };
  await fleet.run(hours);
  const after = spent(fleet);
  const share = 24 / hours / size;
  const gaps = tenants
    .flatMap(({ id }, n) => (oneIsSlow && n === slow ? [] : [fleet.longest.get(id) ?? Number.POSITIVE_INFINITY]))
    .sort((a, b) => a - b);
  return {
    tenants: size,
    hours,
    longestSeconds: (gaps.at(-1) ?? 0) / 1000,
    medianSeconds: (gaps[Math.floor(gaps.length / 2)] ?? 0) / 1000,
    slowSeconds: (fleet.longest.get(tenants[slow]?.id ?? '') ?? 0) / 1000,
    mostFleet: fleet.microsoft.most.fleet,
    mostTenant: fleet.microsoft.most.tenant,
    refused: fleet.microsoft.refused,
    perTenantDay: {
      executions: (after.executions - before.executions) * share,
      seconds: (after.seconds - before.seconds) * share,
      requests: (sum(Object.values(fleet.microsoft.requests)) - before.requests) * share,
      storageOperations: (sum(fleet.operations().values()) - before.operations) * share,
      logKilobytes: ((fleet.logBytes() - before.log) * share) / 1000,
    },
    realSeconds: (performance.now() - begun) / 1000,
  };
}

function print(what: string, { perTenantDay: day, ...figures }: FleetFigures): void {
  console.log(
    `${what}: longest between two looks ${figures.longestSeconds.toFixed(0)} s (median of tenants ${figures.medianSeconds.toFixed(0)} s${figures.slowSeconds > 0 ? `, the slow one ${figures.slowSeconds.toFixed(0)} s` : ''}); most in ten seconds ${figures.mostFleet} of 122, ${figures.mostTenant} of 5 a tenant, ${figures.refused} refused; took ${figures.realSeconds.toFixed(0)} s`,
  );
  console.log(
    `  a tenant and day: ${day.executions.toFixed(0)} executions, ${day.seconds.toFixed(0)} s billed, ${day.requests.toFixed(0)} requests, ${day.storageOperations.toFixed(0)} storage operations, ${day.logKilobytes.toFixed(0)} kB of own log lines`,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      tenants: { type: 'string', default: '500' },
      hours: { type: 'string', default: '24' },
      stamps: { type: 'string', default: '10' },
    },
  });
  print(
    `${values.tenants} tenants, one of which answers after 60 s, ${values.hours} hours`,
    await stampFigures(Number(values.tenants), Number(values.hours), true),
  );
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

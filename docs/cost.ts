// docs/cost.md: what an installation costs, from operations counted by `npm run bench fleet` (bench/fleet/figures.json) and a dated list of prices. Called by generate.ts.
import figures from '../bench/fleet/figures.json' with { type: 'json' };
import { instanceGigabytes, prices } from '../src/tenants/prices.ts';

const daysPerMonth = 30.4;
const sizes = [1, 10, 100, 500];
/** What the Functions host and Application Insights write for each execution beside our own lines: request, trace and their envelopes. An estimate, to be replaced by a measured one. */
const telemetryBytesPerExecution = 1200;
/** A tenant of 500 users: some 40 MB of packed activities in 30 days, a few MB of rows. */
const blobGigabytes = 0.04;
const tableGigabytes = 0.005;
/** While nothing is on a queue the host looks every minute at each of the four and takes a lease for each timer. */
const idleQueueOperationsPerDay = 4 * 1440 + 2 * 2880;
const alertRules = 1;

interface Parts {
  readonly executions: number;
  readonly time: number;
  readonly storage: number;
  readonly logs: number;
}
const total = ({ executions, time, storage, logs }: Parts): number => executions + time + storage + logs;

/** A month of `tenants`, or of the timers alone for none. */
function parts(tenants: number): Parts {
  const day = figures.perTenantDay;
  const months = tenants * daysPerMonth;
  return {
    executions: (day.executions * months * prices.perMillionExecutions) / 1e6,
    time: day.seconds * months * instanceGigabytes * prices.perGigabyteSecond,
    storage:
      (day.tableOperations * months * prices.perMillionTableOperations +
        day.queueOperations * months * prices.perMillionQueueOperations +
        day.blobWrites * months * prices.perMillionBlobWrites +
        day.blobReads * months * prices.perMillionBlobReads) /
        1e6 +
      tenants * (blobGigabytes * prices.perGigabyteOfBlobs + tableGigabytes * prices.perGigabyteOfTables),
    logs: ((day.logKilobytes * 1000 + day.executions * telemetryBytesPerExecution) * months * prices.perGigabyteOfLogs) / 1e9,
  };
}

function fixedParts(): Parts & { readonly alerts: number } {
  const executions = figures.timerExecutionsPerDay * daysPerMonth;
  return {
    executions: (executions * prices.perMillionExecutions) / 1e6,
    time: executions * instanceGigabytes * prices.perGigabyteSecond,
    storage: (idleQueueOperationsPerDay * daysPerMonth * prices.perMillionQueueOperations) / 1e6,
    logs: (executions * (telemetryBytesPerExecution + 200) * prices.perGigabyteOfLogs) / 1e9,
    alerts: alertRules * prices.perAlertRule,
  };
}

const dollars = (amount: number): string => amount.toFixed(2);
const count = (value: number): string => Math.round(value).toLocaleString('en');

export function costPage(table: (head: readonly string[], rows: readonly (readonly string[])[]) => string): string {
  const fixed = fixedParts();
  const fixedTotal = total(fixed) + fixed.alerts;
  const day = figures.perTenantDay;
  const perTenant = (tenants: number): number => (total(parts(tenants)) + fixedTotal) / tenants;
  return `
# Cost

What an installation costs a month at list prices of ${prices.date} (East US, pay as you go, no free grants, no discounts; \`src/tenants/prices.ts\`), from what the simulated
fleet asked for (\`npm run bench fleet\`, measured ${figures.measured}: ${figures.tenants} tenants of 500 users, ${figures.hours} hours, the shipped planner, rounds and store). The console shows
each tenant's own requests and executions by day.

## A month, in US dollars

${table(
  ['tenants', 'executions', 'their time', 'storage', 'logs', 'fixed', 'in all', 'a tenant'],
  sizes.map((tenants) => {
    const { executions, time, storage, logs } = parts(tenants);
    return [
      String(tenants),
      dollars(executions),
      dollars(time),
      dollars(storage),
      dollars(logs),
      dollars(fixedTotal),
      dollars(total(parts(tenants)) + fixedTotal),
      `**${dollars(perTenant(tenants))}**`,
    ];
  }),
)}

The aim is 0.50 a tenant at 100 tenants: ${perTenant(100) <= 0.5 ? 'met' : '**missed**'}. Time is counted as if every execution had an instance of its own, a second at least; the plan bills an instance
once for all that it works on at the same time, so with tens of tenants and more the real figure is lower. An installation of more than 500 tenants is several of these, side by side.

## What was counted, a tenant and day

${table(
  ['what', 'a day'],
  [
    ['rounds and tasks, each an execution', count(day.executions)],
    ['seconds billed', count(day.seconds)],
    ['requests to Microsoft', count(day.requests)],
    ['table operations', count(day.tableOperations)],
    ['queue operations (sent, taken, deleted)', count(day.queueOperations)],
    ['blob writes; reads', `${count(day.blobWrites)}; ${count(day.blobReads)}`],
    ['our own log lines', `${count(day.logKilobytes)} kB`],
  ],
)}

## Fixed

Timers: ${count(figures.timerExecutionsPerDay)} executions a day (${dollars(fixed.executions + fixed.time)}), the host's look at idle queues (${dollars(fixed.storage)}), their logs (${dollars(fixed.logs)}), ${alertRules} alert rule (${dollars(fixed.alerts)}).
Off by default and not in the table: an always-ready instance for the first press of the night in under a second, Event Hub, Event Grid beyond its free events, Teams.

## Estimated, not counted

${count(telemetryBytesPerExecution)} bytes of the host's own telemetry per execution; ${blobGigabytes} GB of activities and ${tableGigabytes} GB of rows a tenant; idle looks at queues. Presses and cards cost a few hundred
operations each and are too rare to show.
`;
}

// A stamp of 500 tenants for a simulated day, and 5,000 tenants on ten stamps: whether every log is read within its cadence, whether Microsoft's limits hold, whether a slow tenant harms others, what a
// tenant costs. `node bench/fleet.ts [--tenants N] [--hours H] [--stamps S] [--processes P] [--keep FILE] [--write]`; also called by the bench suite.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type FleetFigures, stampFigures } from './fleet/stamp.ts';

/** What docs/cost.md is made of: `--write`. */
const figuresFile = join(import.meta.dirname, 'fleet', 'figures.json');
const perStamp = 500;

function print(what: string, { perTenantDay: day, ...figures }: FleetFigures): void {
  console.log(
    `${what}: longest between two readings of a log to its end ${figures.longestSeconds.toFixed(0)} s (median of tenants ${figures.medianSeconds.toFixed(0)} s${figures.slowSeconds > 0 ? `, the slow one ${figures.slowSeconds.toFixed(0)} s` : ''}); most in ten seconds ${figures.mostFleet} of 122, ${figures.mostTenant} of 5 a tenant, ${figures.refused} refused; took ${figures.realSeconds.toFixed(0)} s`,
  );
  console.log(
    `  a tenant and day: ${day.executions.toFixed(0)} executions, ${day.seconds.toFixed(0)} s billed, ${day.requests.toFixed(0)} requests, ${day.tableOperations.toFixed(0)} table, ${day.queueOperations.toFixed(0)} queue and ${(day.blobWrites + day.blobReads).toFixed(0)} blob operations, ${day.logKilobytes.toFixed(0)} kB of own log lines`,
  );
}

/** In a process of its own: stamps share nothing, here as in Azure. */
async function stampApart(stamp: number, hours: number): Promise<FleetFigures> {
  const child = spawn(process.execPath, [import.meta.filename, '--stamp', String(stamp), '--hours', String(hours)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as FleetFigures;
}

type KeptStamp = FleetFigures & { readonly stamp: number };

/** Stamps of an earlier run that was broken off, if it was as long. */
function keptStamps(file: string | undefined, hours: number): KeptStamp[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as KeptStamp).filter((one) => one.hours === hours);
}

/** So many at once; the figures of each as they come, which `keep` holds for the next run. */
async function manyStamps(count: number, processes: number, hours: number, keep: string | undefined): Promise<FleetFigures[]> {
  const figures = new Map(keptStamps(keep, hours).map(({ stamp, ...one }): [number, FleetFigures] => [stamp, one]));
  let next = 0;
  async function worker(): Promise<void> {
    while (next < count) {
      const stamp = next++;
      const one = figures.get(stamp) ?? (await stampApart(stamp, hours));
      if (!figures.has(stamp) && keep !== undefined) appendFileSync(keep, `${JSON.stringify({ stamp, ...one })}\n`);
      figures.set(stamp, one);
      print(`stamp ${stamp}, ${perStamp} tenants, ${hours} hours`, one);
    }
  }
  await Promise.all(Array.from({ length: processes }, worker));
  return [...figures].sort(([a], [b]) => a - b).flatMap(([stamp, one]) => (stamp < count ? [one] : []));
}

const least = (numbers: readonly number[]): number => Math.min(...numbers);
const most = (numbers: readonly number[]): number => Math.max(...numbers);

/** What holds for all stamps together. */
function togetherOf(stamps: readonly FleetFigures[], hours: number) {
  const between = (of: keyof FleetFigures['perTenantDay']) => {
    const numbers = stamps.map(({ perTenantDay }) => perTenantDay[of]);
    return { least: least(numbers), most: most(numbers) };
  };
  return {
    stamps: stamps.length,
    tenants: stamps.length * perStamp,
    hours,
    longestSeconds: most(stamps.map(({ longestSeconds }) => longestSeconds)),
    mostFleet: most(stamps.map(({ mostFleet }) => mostFleet)),
    mostTenant: most(stamps.map(({ mostTenant }) => mostTenant)),
    refused: stamps.reduce((sum, { refused }) => sum + refused, 0),
    executions: between('executions'),
    seconds: between('seconds'),
    requests: between('requests'),
    tableOperations: between('tableOperations'),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      tenants: { type: 'string', default: String(perStamp) },
      hours: { type: 'string', default: '24' },
      stamps: { type: 'string', default: '10' },
      processes: { type: 'string', default: '2' },
      /** A file of one line per stamp: what stands there is not run again. */
      keep: { type: 'string' },
      /** One of many, whose figures are given as JSON. */
      stamp: { type: 'string' },
    },
  });
  const [size, hours, stamps] = [Number(values.tenants), Number(values.hours), Number(values.stamps)];
  if (values.stamp !== undefined) console.log(JSON.stringify(await stampFigures({ size: perStamp, hours, stamp: Number(values.stamp) })));
  else {
    const stored = JSON.parse(readFileSync(figuresFile, 'utf8')) as Record<string, unknown>;
    const measured = new Date().toISOString().slice(0, 10);
    if (size > 0) {
      const slow = await stampFigures({ size, hours, oneIsSlow: true });
      print(`${size} tenants, one of which answers after 60 s, ${hours} hours`, slow);
      stored['besideASlowOne'] = slow;
    }
    if (stamps > 0) {
      const all = await manyStamps(stamps, Number(values.processes), hours, values.keep);
      const together = togetherOf(all, hours);
      console.log(`all together: ${JSON.stringify(together)}`);
      Object.assign(stored, { measured, ...all[0], together });
    }
    if (values.write) writeFileSync(figuresFile, `${JSON.stringify(stored, null, 2)}\n`);
  }
}

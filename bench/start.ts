// How fast the app starts: loading the bundle, and loading it plus the first finished queue message, each against an empty @azure/functions app. `npm run bench start`.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite } from '../local/azurite.ts';
import { build, projectRoot } from '../local/build.ts';
import { startWorker, type WorkerProcess } from '../local/runner/worker-process.ts';
import { runningSettings, storedSettings } from '../local/settings.ts';
import { startSimulator } from '../local/simulator-process.ts';
import { emptyApps } from './apps.ts';
import { ratioLine } from './figures.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const runs = Number(values.runs);

const [, empty, azurite, simulator] = await Promise.all([
  build(),
  emptyApps(),
  startAzurite({ root: projectRoot }),
  startSimulator({ root: projectRoot, data: join(projectRoot, '.local'), onLine: () => undefined }),
]);
const stored = storedSettings(projectRoot);
const settings = runningSettings({ stored, url: 'http://localhost:1', storage: azurite.connectionString, simulator: simulator.addresses });
const ours = join(projectRoot, 'dist', 'functions.cjs');

/** Loaded into the worker: it tells its processor time in microseconds when it ends. */
const telling =
  'process.on("exit", () => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write("used " + (userCPUTime + systemCPUTime) + "\\n"); })';

async function started(entry: string, heard: (line: string) => void): Promise<WorkerProcess> {
  const worker = startWorker({
    entry,
    cwd: projectRoot,
    environment: { PATH: process.env.PATH, ...settings },
    log: ({ message }) => heard(message),
    fresh: randomUUID,
    nodeFlags: [`--import=data:text/javascript,${encodeURIComponent(telling)}`],
  });
  const { loadError } = await worker.loaded;
  if (loadError !== undefined) throw new Error(loadError);
  return worker;
}

interface Took {
  /** Milliseconds from starting the process to its functions being known; with a message, to the function having worked on it. */
  readonly wall: number;
  /** Milliseconds of all its threads, to its end: holds beside other work too. */
  readonly processor: number;
}

async function measured(entry: string, message: string | undefined): Promise<Took> {
  let told: (milliseconds: number) => void = () => undefined;
  const processor = new Promise<number>((resolve) => {
    told = resolve;
  });
  const begun = performance.now();
  const worker = await started(entry, (line) => {
    const used = /^used (\d+)$/.exec(line)?.[1];
    if (used !== undefined) told(Number(used) / 1000);
  });
  if (message !== undefined) {
    const { functions } = await worker.loaded;
    const checks = functions.find((each) => each.name === 'checks');
    const trigger = Object.keys(checks?.bindings ?? {})[0];
    if (trigger === undefined) throw new Error('The app has no function "checks".');
    await worker.invoke('checks', { inputData: [{ name: trigger, data: { string: message } }], triggerMetadata: {} });
  }
  const wall = performance.now() - begun;
  await worker.stop(10_000);
  return { wall, processor: await processor };
}

async function compare(what: string, baseline: string, message: string | undefined): Promise<void> {
  const [ofOurs, ofEmpty]: [Took[], Took[]] = [[], []];
  // One of each to warm the file cache, then in turn, so that a slower minute of the machine hits both.
  for (let run = -1; run < runs; run += 1) {
    const [a, b] = [await measured(ours, message), await measured(baseline, message)];
    if (run < 0) continue;
    ofOurs.push(a);
    ofEmpty.push(b);
  }
  for (const kind of ['wall', 'processor'] as const)
    console.log(
      ratioLine(
        `${what}, ${kind} time`,
        ofOurs.map((took) => took[kind]),
        ofEmpty.map((took) => took[kind]),
        '2',
      ),
    );
}

try {
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  await Promise.all(['checks', 'checks-hot', 'respond', 'events'].map((name) => queues.createQueue(name)));
  await compare('bundle load', empty.empty, undefined);
  // A bell for nobody: what the guard itself needs to get to work, without the work (a round reads thirty days on its first run).
  const bell = JSON.stringify({ v: 1, tenant: '00000000-0000-4000-8000-000000000000', lane: 'fast' });
  await compare('load and first completed queue message', empty.queue, bell);
} finally {
  await simulator.close();
  await azurite.close();
}

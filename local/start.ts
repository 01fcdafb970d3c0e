// `npm start`: the whole guard on one computer. Azurite, the simulated cloud, the built functions in the local runner (or Core Tools), until Ctrl-C.
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAzurite } from './azurite.ts';
import { build, projectRoot } from './build.ts';
import { startCoreTools } from './core-tools.ts';
import { createLiveLog } from './live-log.ts';
import { openInBrowser } from './open-in-browser.ts';
import { takeRunLock } from './run-lock.ts';
import { startHost } from './runner/host.ts';
import type { LogLine } from './runner/messages.ts';
import { needs, runningSettings, storedSettings, tenantNames } from './settings.ts';
import { startSimulator } from './simulator-process.ts';
import { fileTimerStatus } from './timer-status.ts';

const usage = `npm start -- [options]
  --reset         begin anew: forget what an earlier start kept in .local
  --attack NAME   start this attack 20 seconds after the guard is up; --help lists them
  --tenant NAME   the attacked tenant (default contoso)
  --port NUMBER   where the console is (default 7071, or a free one)
  --open          open the console in the browser
  --func          run the functions in Azure Functions Core Tools instead of the local runner
  --verbose       show everything that is logged
  --help          this text`;

const data = join(projectRoot, '.local');

function options() {
  try {
    const { values } = parseArgs({
      options: {
        reset: { type: 'boolean', default: false },
        attack: { type: 'string' },
        tenant: { type: 'string', default: 'contoso' },
        port: { type: 'string' },
        open: { type: 'boolean', default: false },
        func: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) <= 65_535))
      throw new Error(`--port takes a number up to 65535, not "${values.port}"`);
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

/** The wished port if it can be had, else (unless it was asked for by name) any free one. */
async function freePort(wished: number, insist: boolean): Promise<number> {
  const listen = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(undefined));
      probe.listen(port, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
    });
  const port = (await listen(wished)) ?? (insist ? undefined : await listen(0));
  if (port === undefined) throw new Error(`Port ${wished} is taken. Choose another with --port, or leave it out.`);
  return port;
}

/** Resolves at the first SIGINT or SIGTERM. Later ones are the same Ctrl-C told again (by npm, by the terminal), or impatience: those end everything at once. */
function stopSignal(): Promise<string> {
  let first = 0;
  return new Promise((resolve) => {
    const heard = (signal: string): void => {
      if (first === 0) {
        first = Date.now();
        resolve(signal);
      } else if (Date.now() - first > 1500) process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, heard);
  });
}

async function untilAnswered(url: string, ended: Promise<unknown>): Promise<void> {
  let over = false;
  const watch = ended.finally(() => {
    over = true;
  });
  for (const deadline = Date.now() + 60_000; !over; ) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200 && /<html/i.test(await answer.text())) return;
    if (Date.now() > deadline)
      throw new Error(`${url} did not become a page in 60 s (it answered ${answer?.status ?? 'nothing'}); see .local/start.log.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await watch;
}

async function main(): Promise<number> {
  const chosen = options();
  if (chosen.help) {
    const { attacks } = await import('../simulator/attacks/index.ts');
    console.log(`${usage}\n\nAttacks:\n${attacks.map(({ id, title }) => `  ${id.padEnd(28)}${title}`).join('\n')}`);
    return 0;
  }
  const stopped = stopSignal();
  const lock = takeRunLock(join(data, 'run.json'));
  if ('heldBy' in lock) {
    const { pid, url } = lock.heldBy;
    console.error(
      `Tenant Guard already runs here (process ${pid})${url === '' ? ' and is just starting' : `: ${url}`}. End it with Ctrl-C first.`,
    );
    return 1;
  }
  if (chosen.reset) for (const kept of ['azurite', 'timers.json', 'start.log']) rmSync(join(data, kept), { recursive: true, force: true });
  const logFile = createWriteStream(join(data, 'start.log'));
  const endings: (() => Promise<unknown>)[] = [async () => new Promise((resolve) => logFile.end(resolve)), async () => lock.release()];
  try {
    const stored = storedSettings(projectRoot);
    const wanted = needs(stored);
    const live = createLiveLog({ tenants: tenantNames(stored), now: Date.now });
    // What is cut short by the end is in the log file; at the next start its queue message is there again.
    let ending = false;
    const log = (line: LogLine): void => {
      logFile.write(`${new Date().toISOString()} ${line.level} ${line.function ?? line.category} ${line.message}\n`);
      const text = chosen.verbose ? line.message : live(line);
      if (text !== undefined && !ending) console.log(text);
    };
    const said = (name: string) => (message: string) => logFile.write(`${new Date().toISOString()} ${name} ${message}\n`);

    if (wanted.azurite && existsSync(join(data, 'azurite')))
      console.log('Kept from before: the cases and the journal of the last start; --reset begins anew.');
    console.log('Starting storage, the simulated cloud and the functions …');
    const [port, azurite, simulator] = await Promise.all([
      freePort(Number(chosen.port ?? 7071), chosen.port !== undefined),
      wanted.azurite ? startAzurite({ root: projectRoot, folder: join(data, 'azurite') }) : undefined,
      wanted.simulator ? startSimulator({ root: projectRoot, data, onLine: said('simulator') }) : undefined,
      build(),
    ]);
    if (azurite !== undefined) endings.unshift(azurite.close);
    if (simulator !== undefined) endings.unshift(simulator.close);

    if (simulator !== undefined && azurite !== undefined) await simulator.deliverTo(azurite.connectionString);

    const url = `http://localhost:${port}`;
    const settings = runningSettings({ stored, url, storage: azurite?.connectionString, simulator: simulator?.addresses });
    const host = chosen.func
      ? startCoreTools({ root: projectRoot, port, settings, onLine: said('func') })
      : await startHost({
          entry: join(projectRoot, 'dist', 'functions.cjs'),
          root: projectRoot,
          settings,
          port,
          log,
          timerStatus: fileTimerStatus(join(data, 'timers.json')),
        });
    endings.unshift(() => host.close(3000));
    // The whole reason, as it lists every bad setting; where in the code it was found is in .local/start.log.
    if (host.loadError !== undefined) throw new Error(`the functions could not be loaded. ${host.loadError.split(/\n\s+at /, 1)[0]}`);

    const gone = Promise.race([azurite?.ended, simulator?.ended, host.ended].filter((each) => each !== undefined));
    const consoleUrl = `${url}/api/console`;
    await Promise.race([untilAnswered(consoleUrl, gone), stopped]);
    lock.announce(consoleUrl, azurite?.connectionString);
    console.log(`\nTenant Guard runs. Console: ${consoleUrl}`);
    if (simulator !== undefined)
      console.log(
        `Sign in as ${simulator.responder}. Start an attack in the console, or:\n  npm run attack -- --control ${simulator.addresses.controlUrl} --attack azure-ato\nCtrl-C ends everything.\n`,
      );
    if (chosen.open) openInBrowser(consoleUrl);
    if (chosen.attack !== undefined && simulator !== undefined) {
      const { attack, tenant } = { attack: chosen.attack, tenant: chosen.tenant };
      const timer = setTimeout(() => {
        simulator.attack(attack, tenant).then(
          () => console.log(`The attack ${attack} on ${tenant} has begun.`),
          (error: unknown) => console.error(`The attack could not be started: ${error instanceof Error ? error.message : error}`),
        );
      }, 20_000);
      endings.unshift(async () => clearTimeout(timer));
    }
    await Promise.race([gone, stopped]);
    console.log('\nEnding … What is under way goes on at the next start.');
    ending = true;
    return 0;
  } finally {
    for (const end of endings) await end();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`Tenant Guard could not run: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
// Nothing that is left may keep a finished start alive.
process.exit();

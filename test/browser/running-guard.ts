// The whole guard as `npm start` runs it (storage, simulated cloud, built functions, console) and a browser, for the tests of this folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, selectors } from 'playwright-core';
import { startAzurite } from '../../local/azurite.ts';
import { startBrowser } from '../../local/browser.ts';
import { build, projectRoot } from '../../local/build.ts';
import { startHost } from '../../local/runner/host.ts';
import type { LogLine } from '../../local/runner/messages.ts';
import { runningSettings, storedSettings } from '../../local/settings.ts';
import { startSimulator } from '../../local/simulator-process.ts';
import { azureBackend } from '../../src/store/azure.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createRegistry, type Registry } from '../../src/tenants/registry.ts';

export interface RunningGuard {
  /** The page's address. */
  readonly console: string;
  readonly browser: Browser;
  /** The guard's own rows, to put in what would take long to happen. */
  readonly store: Store;
  readonly registry: Registry;
  readonly log: readonly LogLine[];
  /** The simulator's controls: answers the parsed body. */
  control(path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Builds into a folder of its own, so that nothing else is in its way. Everything ends with `close`. */
async function startRunningGuard(): Promise<RunningGuard> {
  selectors.setTestIdAttribute('data-test');
  const folder = mkdtempSync(join(tmpdir(), 'tenant-guard-browser-'));
  mkdirSync(join(projectRoot, '.local'), { recursive: true });
  const built = join(mkdtempSync(join(projectRoot, '.local', 'browser-')), 'dist');
  const endings: (() => Promise<unknown>)[] = [
    async () => rmSync(folder, { recursive: true, force: true }),
    async () => rmSync(join(built, '..'), { recursive: true, force: true }),
  ];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  const kept = <T>(value: T, end: (value: T) => Promise<unknown>): T => {
    endings.push(() => end(value));
    return value;
  };
  try {
    const [azurite, simulator, browser, port] = await Promise.all([
      startAzurite({ root: projectRoot }).then((started) => kept(started, (one) => one.close())),
      startSimulator({ root: projectRoot, data: folder, onLine: () => undefined }).then((started) => kept(started, (one) => one.close())),
      startBrowser().then((started) => kept(started.browser, (one) => one.close())),
      freePort(),
      build(built),
    ]);
    const connection = { connectionString: azurite.connectionString };
    const backend = azureBackend({ storage: { data: connection, queues: connection } });
    await backend.prepare();
    const store = createStore({ backend });
    const log: LogLine[] = [];
    const url = `http://localhost:${port}`;
    const host = await startHost({
      entry: join(built, 'functions.cjs'),
      root: projectRoot,
      settings: {
        ...runningSettings({
          stored: storedSettings(projectRoot),
          url,
          storage: azurite.connectionString,
          simulator: simulator.addresses,
        }),
      },
      port,
      log: (line) => log.push(line),
    });
    kept(host, (one) => one.close(2000));
    if (host.loadError !== undefined) throw new Error(host.loadError);
    return {
      console: `${url}/api/console`,
      browser,
      store,
      registry: createRegistry({ store, clock: { now: () => Date.now() } }),
      log,
      async control(path, body) {
        const answer = await fetch(
          `${simulator.addresses.controlUrl}/${path}`,
          body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
        );
        if (!answer.ok) throw new Error(`The simulator answered ${answer.status}: ${await answer.text()}`);
        return answer.json();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A guard that the tests of one file share. */
export interface Given {
  /** Throws before `start`. */
  readonly guard: RunningGuard;
  start(): Promise<void>;
  close(): Promise<void>;
}

export function givenGuard(): Given {
  let running: RunningGuard | undefined;
  return {
    get guard() {
      if (running === undefined) throw new Error('the guard is not running');
      return running;
    },
    async start() {
      running = await startRunningGuard();
    },
    async close() {
      await running?.close();
    },
  };
}

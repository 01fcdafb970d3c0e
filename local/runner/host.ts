// A small Functions host for one computer: runs a built app through @azure/functions' own programming model and does the host's part
// (routes, keys, schedules, queues, Event Grid, worker restarts) as the real one does. Used by local/start.ts, the benchmarks and the conformance suite.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveEventGrid } from './event-grid.ts';
import { readHostJson } from './host-json.ts';
import { bare, givenKey, type Keys, sameKey, serveRoute } from './http.ts';
import { type FunctionMetadata, type Invoke, type Log, WorkerDied } from './messages.ts';
import { checkOutputs, sendOutputs } from './outputs.ts';
import type { QueuePort } from './queues.ts';
import { routesOf } from './routes.ts';
import { openQueues } from './storage-queue.ts';
import type { TimerClock, TimerStatusStore } from './timers.ts';
import { type RunningTrigger, startTriggers } from './triggers.ts';
import { startWorker } from './worker-process.ts';

export interface HostOptions {
  /** The built app, an absolute path. */
  readonly entry: string;
  /** The folder with host.json; the worker's working directory. */
  readonly root: string;
  /** The app's settings: its whole environment beside what the system gives. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  readonly keys?: Keys;
  readonly timerStatus?: TimerStatusStore;
  readonly clock?: TimerClock;
}

export interface Host {
  readonly url: string;
  readonly keys: Keys;
  /** Names of the app's functions; none when its entry point threw. */
  readonly functions: readonly string[];
  readonly loadError: string | undefined;
  /** Core Tools may end by themselves; this host does not. */
  readonly ended: undefined;
  /** Process id of the worker that runs now. */
  workerPid(): number | undefined;
  /** Ends in order: no new work, what is under way is finished (at most `graceMs`), appTerminate hooks run, the worker ends. */
  close(graceMs?: number): Promise<void>;
}

const homepage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Functions runner</title>
<p>The local functions runner is up. The app's own pages are under its route prefix.</p></html>`;

const systemClock: TimerClock = {
  now: Date.now,
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

function inMemoryStatus(): TimerStatusStore {
  const known = new Map<string, ReturnType<TimerStatusStore['read']>>();
  return { read: (name) => known.get(name), write: (name, status) => known.set(name, status) };
}

const freshKey = (): string => randomBytes(32).toString('base64url');
/** A new W3C trace, for calls that bring none. */
const trace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** Resolves once the app is loaded and HTTP is answered. Rejects on a wrong host.json or a binding that the runner cannot serve. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { log, settings } = options;
  const hostJson = readHostJson(readFileSync(join(options.root, 'host.json'), 'utf8'));
  const keys = options.keys ?? { master: freshKey(), function: freshKey(), eventGrid: freshKey() };
  const worker = startWorker({
    entry: options.entry,
    cwd: options.root,
    environment: { ...process.env, ...settings },
    log,
    fresh: randomUUID,
  });
  const { functions, loadError } = await worker.loaded;

  const accounts = new Map<string, (queueName: string) => QueuePort>();
  const queueOf = (connection: string, queueName: string): QueuePort => {
    const name = connection === '' ? 'AzureWebJobsStorage' : connection;
    const text = settings[name] ?? settings[`AzureWebJobs${name}`];
    if (text === undefined) throw new Error(`A queue binding names the connection "${name}", and there is no such setting.`);
    const open = accounts.get(name) ?? openQueues(text);
    accounts.set(name, open);
    return open(queueName);
  };

  const byName = new Map<string, FunctionMetadata>(functions.map((metadata) => [metadata.name, metadata]));
  const invoke: Invoke = async (name, request) => {
    const metadata = byName.get(name);
    if (metadata === undefined) throw new Error(`cannot find function: '${name}'`);
    const response = await limited(worker.invoke(name, request), hostJson.functionTimeout, name, () => {
      // As the real host: a function over its time costs the worker.
      const pid = worker.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    });
    await sendOutputs({ settings, queueOf, encoding: hostJson.extensions.queues.messageEncoding }, metadata, response);
    return response;
  };

  const routes = routesOf(functions, hostJson.extensions.http.routePrefix);
  const triggers: RunningTrigger[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const path = url.pathname.toLowerCase();
    if (path === '/') return settings.AzureWebJobsDisableHomepage === 'true' ? bare(response, 204) : page(response);
    if (path === '/runtime/webhooks/eventgrid')
      return await serveEventGrid({ functions, keys, invoke, log, trace }, request, response, url);
    if (path.startsWith('/admin')) return await serveAdmin(request, response, url);
    return await serveRoute({ routes, keys, invoke, log, trace }, request, response, url);
  };
  // POST /admin/functions/<name> with the master key runs a function by hand, as in Azure.
  const serveAdmin = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    if (!sameKey(givenKey(request, url), keys.master)) return bare(response, 401, { 'www-authenticate': 'Bearer' });
    const name = /^\/admin\/functions\/([^/]+)$/i.exec(url.pathname)?.[1] ?? '';
    const trigger = triggers.find((each) => each.function.toLowerCase() === name.toLowerCase());
    if (request.method !== 'POST' || trigger?.runByHand === undefined) return bare(response, 404);
    trigger.runByHand().catch((error: unknown) => log({ level: 'error', category: 'host', message: `Failed: ${error}`, function: name }));
    return bare(response, 202);
  };

  const inFlight = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const serving = answer(request, response)
      .catch((error: unknown) => {
        log({ level: 'error', category: 'host', message: `${request.method} ${request.url}: ${error}` });
        response.destroy();
      })
      .finally(() => inFlight.delete(serving));
    inFlight.add(serving);
  });
  try {
    checkOutputs(functions);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    triggers.push(
      ...startTriggers({
        functions,
        settings,
        queueOptions: hostJson.extensions.queues,
        queueOf,
        clock: options.clock ?? systemClock,
        timerStatus: options.timerStatus ?? inMemoryStatus(),
        invoke,
        log,
        trace,
      }),
    );
  } catch (cause) {
    server.close();
    await worker.stop(1000);
    throw cause;
  }

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    keys,
    functions: functions.map((metadata) => metadata.name),
    loadError,
    ended: undefined,
    workerPid: () => worker.pid(),
    async close(graceMs = 5000) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const settled = Promise.allSettled([...triggers.map((trigger) => trigger.stop()), ...inFlight]);
      const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([settled, grace]);
      await worker.stop(2000);
      // Whatever the worker's end interrupted is put back before the queues are let go.
      await settled;
      server.closeAllConnections();
      await closed;
    },
  };
}

function page(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html', 'content-length': String(Buffer.byteLength(homepage)) });
  response.end(homepage);
}

/** Rejects, after ending the worker, when a function takes longer than host.json's functionTimeout. */
async function limited<T>(work: Promise<T>, milliseconds: number, name: string, end: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new WorkerDied(`Timeout value of ${milliseconds / 1000} s exceeded by function: ${name}`));
      end();
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The host's side of the worker process: starts it, hands it invocations, and starts it again at once when it dies. Used by host.ts and bench/start.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type FromWorker,
  type FunctionMetadata,
  type InvocationRequest,
  type InvocationResponse,
  type Log,
  type ToWorker,
  WorkerDied,
} from './messages.ts';

const program = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A worker that dies this often in a row before it is ready is not started again. */
const hopeless = 3;

export interface Loaded {
  readonly functions: readonly FunctionMetadata[];
  /** Set when the entry point threw: then there are no functions. */
  readonly loadError: string | undefined;
}

export interface WorkerProcess {
  readonly loaded: Promise<Loaded>;
  /** Process id of the worker that runs now. */
  pid(): number | undefined;
  invoke(name: string, request: InvocationRequest): Promise<InvocationResponse>;
  /** Runs the app's appTerminate hooks and ends the process; kills it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

interface Waiting {
  resolve(response: InvocationResponse): void;
  reject(error: Error): void;
}

/** Starts the worker for the app at `entry` with `environment` as its whole environment. */
export function startWorker(given: {
  readonly entry: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly fresh: () => string;
  /** Node's flags; by default stack traces name the sources, which costs a little time. */
  readonly nodeFlags?: readonly string[];
}): WorkerProcess {
  const { log } = given;
  const waiting = new Map<string, Waiting>();
  let child: ChildProcess;
  let ready: Promise<Loaded>;
  let failures = 0;
  let stopping = false;

  function start(): void {
    const started = fork(program, [given.entry], {
      cwd: given.cwd,
      env: given.environment,
      execArgv: ['--disable-warning=ExperimentalWarning', ...(given.nodeFlags ?? ['--enable-source-maps'])],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own process group: Ctrl-C reaches the host alone, which ends the worker in order.
      detached: process.platform !== 'win32',
    });
    child = started;
    for (const [stream, level] of [
      [started.stdout, 'information'],
      [started.stderr, 'warning'],
    ] as const)
      if (stream !== null) createInterface({ input: stream }).on('line', (message) => log({ level, category: 'system', message }));
    ready = new Promise((resolve) => {
      started.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          failures = 0;
          resolve({ functions: message.functions, loadError: undefined });
        } else if (message.kind === 'load-failed') {
          log({ level: 'error', category: 'host', message: `Worker was unable to load entry point "${given.entry}": ${message.message}` });
          resolve({ functions: [], loadError: message.message });
        } else if (message.kind === 'log') {
          log(message);
        } else {
          const invocation = waiting.get(message.id);
          waiting.delete(message.id);
          if (message.kind === 'result') invocation?.resolve(message.response);
          else invocation?.reject(new Error(message.message));
        }
      });
      started.once('error', (cause) =>
        log({ level: 'error', category: 'host', message: `The worker could not be started: ${cause.message}` }),
      );
      started.once('exit', (code, signal) => {
        const died = new WorkerDied(`The worker process ended (${signal ?? `exit code ${code}`}) while the function ran.`);
        const lost = [...waiting.values()];
        waiting.clear();
        for (const invocation of lost) invocation.reject(died);
        if (stopping) return;
        failures += 1;
        if (failures >= hopeless) {
          const loadError = `The worker process ended ${failures} times before it was ready (${signal ?? `exit code ${code}`}).`;
          log({ level: 'critical', category: 'host', message: loadError });
          resolve({ functions: [], loadError });
          return;
        }
        log({
          level: 'warning',
          category: 'host',
          message: `The worker process ended (${signal ?? `exit code ${code}`}); starting a new one.`,
        });
        start();
        // Whoever waited for the dead one waits for its successor.
        resolve(ready);
      });
    });
  }
  start();

  return {
    get loaded() {
      return ready;
    },
    pid: () => child.pid,
    async invoke(name, request) {
      const { loadError } = await ready;
      if (loadError !== undefined) throw new Error(loadError);
      const id = given.fresh();
      return await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ kind: 'invoke', id, function: name, request } satisfies ToWorker, (cause) => {
          if (cause !== null && waiting.delete(id)) reject(new WorkerDied('The worker process had just ended.', { cause }));
        });
      });
    },
    async stop(graceMs) {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      if (child.connected) child.send({ kind: 'terminate' } satisfies ToWorker, () => undefined);
      await ended;
      clearTimeout(force);
    },
  };
}

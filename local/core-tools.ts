// The functions in Azure Functions Core Tools, where a person has them (`npm start -- --func`). Used by start.ts.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Settings } from './settings.ts';

/** Starts `func start` in the project folder; settings given here win over its local.settings.json. */
export function startCoreTools(given: {
  readonly root: string;
  readonly port: number;
  readonly settings: Settings;
  readonly onLine: (line: string) => void;
}): { readonly loadError: undefined; readonly ended: Promise<never>; close(graceMs: number): Promise<void> } {
  const windows = process.platform === 'win32';
  const child = spawn(windows ? 'func.cmd' : 'func', ['start', '--port', String(given.port)], {
    cwd: given.root,
    env: { ...process.env, ...given.settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
    detached: !windows,
  });
  let closing = false;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      given.onLine(line);
      console.log(line);
    });
  const exited = new Promise<Error>((resolve) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      resolve(
        cause.code === 'ENOENT'
          ? new Error(
              'Azure Functions Core Tools are not installed (no "func" on the PATH). See https://aka.ms/func-tools, or leave --func out.',
              { cause },
            )
          : cause,
      ),
    );
    child.once('exit', (code, signal) => resolve(new Error(`func start ended by itself (${signal ?? `exit code ${code}`}).`)));
  });
  const ended = exited.then((error) => {
    if (closing) return new Promise<never>(() => undefined);
    throw error;
  });
  ended.catch(() => undefined);
  return {
    loadError: undefined,
    ended,
    async close(graceMs) {
      closing = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      // func ignores SIGTERM and has a worker of its own: the group gets the Ctrl-C that a person would press.
      const target = windows ? child.pid : -child.pid;
      process.kill(target, 'SIGINT');
      const force = setTimeout(() => process.kill(target, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(force);
    },
  };
}

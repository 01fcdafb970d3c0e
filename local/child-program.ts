// A helper program that lives as long as we do: ended in order by us, by itself when we are gone, never by a Ctrl-C meant for us. Used by azurite.ts and start.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';

const lifeline = new URL('lifeline.ts', import.meta.url);

export interface ChildProgram {
  /** Reads its output line by line until `satisfied` says true. Rejects, with what it said last, when it ends before. */
  until(satisfied: (line: string) => boolean): Promise<void>;
  /** Rejects when it ends without having been asked to. */
  readonly ended: Promise<never>;
  /** SIGTERM, and SIGKILL after `graceMs`; resolves on its exit. */
  close(graceMs: number): Promise<void>;
}

/** Starts the script `file` under this process's Node, in a process group of its own. */
export function startProgram(given: {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
}): ChildProgram {
  const child: ChildProcess = fork(given.file, given.args, {
    cwd: given.cwd,
    env: given.environment,
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=DEP0040', '--import', lifeline.href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const recent: string[] = [];
  const listeners = new Set<(line: string) => void>();
  let closing = false;
  const hear = (line: string): void => {
    recent.push(line);
    if (recent.length > 20) recent.shift();
    given.onLine?.(line);
    for (const listener of listeners) listener(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', hear);

  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    // 'close' and not 'exit': its last words are in by then.
    child.once('close', (code, signal) => resolve(`ended by itself (${signal ?? `exit code ${code}`})`));
  });
  const failure = (how: string): Error => new Error(`${given.name} ${how}.${recent.length > 0 ? ` It said:\n${recent.join('\n')}` : ''}`);
  const ended = exited.then((how) => {
    if (closing) return new Promise<never>(() => undefined);
    throw failure(how);
  });
  // Whoever is interested awaits it; nobody has to.
  ended.catch(() => undefined);

  return {
    ended,
    async until(satisfied) {
      const heard = new Promise<void>((resolve) => {
        const listener = (line: string): void => {
          if (!satisfied(line)) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      });
      await Promise.race([heard, ended]);
    },
    async close(graceMs) {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(force);
    },
  };
}

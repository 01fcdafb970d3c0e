// The process of the tenant-guard command, under the project's Node 24: its arguments, terminal and exit code. Started by tenant-guard.mjs.
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './command.ts';
import { main } from './main.ts';

const { stdout, stderr, env } = process;

/** One line of an answer. An end of the input is none. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: stderr });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    return await lines.question(question, { signal: ended.signal });
  } catch (error) {
    if (ended.signal.aborted) return '';
    throw error;
  } finally {
    lines.close();
  }
}

const terminal: Terminal = {
  out: (line) => stdout.write(`${line}\n`),
  error: (line) => stderr.write(`${line}\n`),
  colour: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '',
  ...(stdout.isTTY ? { columns: stdout.columns } : {}),
  ...(process.stdin.isTTY && stderr.isTTY ? { ask } : {}),
  ...(stderr.isTTY ? { progress: (line: string) => stderr.write(`\r\u001b[2K${line}`) } : {}),
};

// A reader that went away (`| head`) is no error of ours.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  terminal.error(`tenant-guard failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 2;
}

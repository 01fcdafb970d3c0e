// The terminal (or pipes) that the command was started with. Used by tenant-guard.mjs.
import type { Terminal } from './command.ts';

export function processTerminal({ stdout, stderr, env }: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal {
  return {
    out: (line) => stdout.write(`${line}\n`),
    error: (line) => stderr.write(`${line}\n`),
    colour: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '',
    ...(stdout.isTTY ? { columns: stdout.columns } : {}),
    ...(stderr.isTTY ? { progress: (line: string) => stderr.write(`\r\u001b[2K${line}`) } : {}),
  };
}

#!/usr/bin/env node
// The tenant-guard command, with Node's built-ins only: runs itself again under the project's own Node 24 where the present one is older, then hands over to main.ts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const needed = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function projectNode() {
  const file = windows ? 'node.exe' : 'node';
  const packaged = join(root, 'node_modules', `node-${windows ? 'win' : process.platform}-${process.arch}`, 'bin', file);
  return [packaged, join(root, 'node_modules', '.bin', file)].find((candidate) => existsSync(candidate));
}

if (!existsSync(join(root, 'node_modules', 'zod')))
  stop(`Tenant Guard is not installed yet. Type this once, then your command again:\n\n  npm ci --prefix "${root}"\n`);

if (Number(process.versions.node.split('.')[0]) >= needed) {
  // A reader that went away (`| head`) is no error of ours.
  process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  const { main } = await import(pathToFileURL(join(root, 'cli', 'main.ts')).href);
  const { processTerminal } = await import(pathToFileURL(join(root, 'cli', 'process-terminal.ts')).href);
  try {
    process.exitCode = await main(process.argv.slice(2), processTerminal(process));
  } catch (error) {
    process.stderr.write(`tenant-guard failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  }
} else {
  const node = projectNode();
  if (node === undefined)
    stop(
      `Tenant Guard needs Node ${needed}; this is ${process.version}, and no package of it fits ${process.platform}-${process.arch}. Install it from https://nodejs.org.`,
    );
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 2) : signal === 'SIGINT' ? 130 : 143));
}

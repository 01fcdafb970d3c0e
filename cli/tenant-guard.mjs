#!/usr/bin/env node
// The tenant-guard command, with Node's built-ins only: runs start.ts under the project's own Node 24, whatever Node the person has.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** The Node of the project's own packages, with flags that hold its memory down; they are V8's and fit that one version. */
function projectNode() {
  const file = windows ? 'node.exe' : 'node';
  const packaged = join(root, 'node_modules', `node-${windows ? 'win' : process.platform}-${process.arch}`, 'bin', file);
  const found = [packaged, join(root, 'node_modules', '.bin', file)].find((candidate) => existsSync(candidate));
  if (found !== undefined) return [found, ...JSON.parse(readFileSync(join(root, 'cli', 'node-flags.json'), 'utf8'))];
  if (Number(process.versions.node.split('.')[0]) >= needed) return [process.execPath];
  return stop(
    `Tenant Guard needs Node ${needed}; this is ${process.version}, and no package of it fits ${process.platform}-${process.arch}. Install it from https://nodejs.org.`,
  );
}

if (!existsSync(join(root, 'node_modules', 'zod')))
  stop(`Tenant Guard is not installed yet. Type this once, then your command again:\n\n  npm ci --prefix "${root}"\n`);

const [node, ...flags] = projectNode();
// What was compiled once is kept, by its content: a command starts three times as fast, and in less memory. Where nothing can be written there, it is compiled each time.
const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'tenant-guard');
// glibc gives large freed blocks back to the system at once, as it does before it has seen a few of them.
const memory = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
const child = spawn(node, [...flags, join(root, 'cli', 'start.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...memory, ...process.env, NODE_COMPILE_CACHE },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => stop(`${node} cannot be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 2) : signal === 'SIGINT' ? 130 : 143));

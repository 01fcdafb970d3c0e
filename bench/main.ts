// `npm run bench [name…]`: runs the benchmarks in this folder one after another, so that none disturbs another. Each prints its own ratios.
import { spawn } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Name -> script and its usual arguments. */
const benchmarks: Readonly<Record<string, readonly string[]>> = {
  detect: ['detect.ts'],
  indicators: ['indicators.ts'],
  memory: ['detect-memory.ts'],
  start: ['start.ts'],
  check: ['check.ts', '--mb', '1000'],
  store: ['store.ts'],
  fleet: ['fleet.ts'],
  'first-light': ['first-light.ts'],
  rounds: ['rounds.ts', '--azurite'],
  reach: ['reach.ts'],
  fuzz: ['fuzz.ts'],
  hunt: ['hunt.ts'],
};

async function run(script: readonly string[]): Promise<number> {
  const [file = '', ...args] = script;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, file), ...args], {
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`Unknown benchmark ${unknown.join(', ')}. Known: ${Object.keys(benchmarks).join(', ')}.`);
  process.exitCode = 2;
} else {
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.version}`);
  for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
    console.log(`\n${name}`);
    const code = await run(benchmarks[name] ?? []);
    if (code !== 0) process.exitCode = code;
  }
}

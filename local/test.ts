// `npm test`: everything that must hold. Types, lint, dead code, build and load, then all tests; last line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './build.ts';
import { type Summary, summary } from './test-summary.ts';

interface Stage {
  readonly name: string;
  /** A script and its arguments, run by this process's Node in the project folder. */
  readonly run: readonly string[];
  /** A stage counts as one test, unless it leaves a vitest report here. */
  readonly report?: string;
}
const reports = join(projectRoot, '.local');
const chosen = process.argv.slice(2);

/** One core each: these run two at a time. The build comes first, as tests load what it makes. */
const small: readonly Stage[] = [
  { name: 'bundle build', run: ['local/build.ts'] },
  { name: 'types', run: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'lint', run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'dead code', run: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'bundle load', run: ['local/load-bundle.ts'] },
];
/** One run of vitest, which spreads over both cores by itself, with a report of its own. */
function testStage(name: string, which: readonly string[]): Stage {
  const report = join(reports, `test-report-${name.replaceAll(' ', '-')}.json`);
  return {
    name,
    run: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...which],
    report,
  };
}
/** The browser gets the computer for itself: it plays a person who waits seconds, which a starved guard would keep waiting for minutes. */
const tests: readonly Stage[] =
  chosen.length > 0
    ? [testStage('tests', chosen)]
    : [testStage('tests', ['--exclude', 'test/browser/**']), testStage('browser tests', ['test/browser', '--no-file-parallelism'])];

const started = Date.now();
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

async function runStage(stage: Stage): Promise<Summary> {
  const begun = Date.now();
  const output: Buffer[] = [];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...stage.run], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const beat = setInterval(() => console.log(`  ${stage.name}: under way for ${seconds(begun)}`), 30_000);
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  clearInterval(beat);
  const outcome =
    stage.report === undefined ? { passed: code === 0 ? 1 : 0, failures: code === 0 ? [] : [stage.name] } : reported(stage.report, code);
  const good = outcome.failures.length === 0;
  const count = stage.report === undefined ? '' : `, ${outcome.passed} passed, ${outcome.failures.length} failed`;
  if (!good) console.log(`\n${Buffer.concat(output).toString('utf8').trimEnd()}\n`);
  console.log(`${good ? 'ok    ' : 'FAILED'} ${stage.name.padEnd(14)} ${seconds(begun)}${count}`);
  return outcome;
}

/** What vitest counted. No report, or a bad exit without a failed test (an error outside of tests), is a failure. */
function reported(file: string, code: number): Summary {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return { passed: 0, failures: ['vitest left no report'] };
  }
  return summary(text, code);
}

/** Runs the stages in order, at most two at a time. */
async function sideBySide(stages: readonly Stage[]): Promise<readonly Summary[]> {
  const waiting = [...stages];
  const outcomes: Summary[] = [];
  const worker = async (): Promise<void> => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) outcomes.push(await runStage(stage));
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

mkdirSync(reports, { recursive: true });
for (const { report } of tests) if (report !== undefined) rmSync(report, { force: true });
console.log(`Testing under Node ${process.version} …`);
const [built, ...others] = small;
const outcomes = chosen.length > 0 ? [] : [...(await sideBySide(built === undefined ? [] : [built])), ...(await sideBySide(others))];
for (const stage of tests) outcomes.push(await runStage(stage));
const passed = outcomes.reduce((sum, each) => sum + each.passed, 0);
const failures = outcomes.flatMap((each) => each.failures);
console.log(`All in ${seconds(started)}.`);
for (const failure of failures) console.log(`failed: ${failure.replace(`${projectRoot}`, '')}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

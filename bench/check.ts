// How fast `check` reads, and how much memory it takes: a generated NDJSON export through the real command. `node bench/check.ts --mb 1000`; also called by the bench suite.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exportLine } from './export-lines.ts';

const command = fileURLToPath(new URL('../cli/tenant-guard.mjs', import.meta.url));

export interface CheckFigures {
  readonly megabytes: number;
  readonly seconds: number;
  /** Of all threads: the wall clock would measure whoever else uses the machine. */
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
  readonly summary: { readonly read: number; readonly understood: number; readonly findings: number };
}

/** Writes about `megabytes` of mixed records (52 % sign-ins, 18 % directory audits, 26 % unified audit, of `users` people) as NDJSON. */
async function generate(file: string, megabytes: number, users: number): Promise<void> {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 });
  let bytes = 0;
  for (let number = 0; bytes < megabytes * 1e6; number++) {
    const line = exportLine(number, users);
    bytes += line.length;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** Loaded into every process of the command: each tells its peak in kilobytes and its processor time in microseconds when it ends. */
const telling =
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write("\\nused " + maxRSS + " " + (userCPUTime + systemCPUTime) + "\\n"); })';
const tellUsage = `--import=data:text/javascript,${encodeURIComponent(telling)}`;

/** Runs the command as people do; the peak is that of the largest of its processes. */
export async function measure(megabytes: number, users = 2000): Promise<CheckFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-bench-'));
  try {
    const file = join(folder, 'export.ndjson');
    await generate(file, megabytes, users);
    const begun = performance.now();
    const child = spawn(process.execPath, [command, 'check', file, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: tellUsage },
    });
    let [answer, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    const seconds = (performance.now() - begun) / 1000;
    // 1: findings.
    if (code !== 0 && code !== 1) throw new Error(`The measured command ended with ${code}: ${said}`);
    const used = [...said.matchAll(/^used (\d+) (\d+)$/gm)].map(
      ([, kilobytes, microseconds]) => [Number(kilobytes), Number(microseconds)] as const,
    );
    const peakMegabytes = Math.max(...used.map(([kilobytes]) => kilobytes)) / 1024;
    const processorSeconds = used.reduce((sum, [, microseconds]) => sum + microseconds, 0) / 1e6;
    const { read, understood, findings } = JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '') as CheckFigures['summary'];
    return { megabytes, seconds, processorSeconds, peakMegabytes, summary: { read, understood, findings } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { mb: { type: 'string', default: '1000' } } });
  const megabytes = Number(values.mb);
  // A small one first: what the command compiles is kept, as it is on any machine after the first call.
  await measure(1);
  for (const size of [megabytes / 4, megabytes]) {
    const figures = await measure(size);
    console.log(
      `check of ${size} MB NDJSON: ${figures.seconds.toFixed(1)} s, of processor time ${figures.processorSeconds.toFixed(1)} s: ${(size / figures.processorSeconds).toFixed(0)} MB/s in two passes, peak ${figures.peakMegabytes.toFixed(0)} MB, ${figures.summary.read} records, ${figures.summary.findings} findings`,
    );
  }
}

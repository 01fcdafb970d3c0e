// How fast `check` reads, and how much memory it takes: a generated NDJSON export through the real command. `node bench/check.ts --mb 1000`; also called by the bench suite.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import nodeFlags from '../cli/node-flags.json' with { type: 'json' };
import { exportLine } from './export-lines.ts';

export interface CheckFigures {
  readonly megabytes: number;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
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

/** Runs the command in a process of its own, so that its peak memory is its own. */
export async function measure(megabytes: number, users = 2000): Promise<CheckFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-bench-'));
  try {
    const file = join(folder, 'export.ndjson');
    await generate(file, megabytes, users);
    const child = spawn(process.execPath, [...nodeFlags, fileURLToPath(import.meta.url), '--child', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`The measured process ended with ${code}`);
    const { seconds, peakMegabytes, summary } = JSON.parse(answer) as Pick<CheckFigures, 'seconds' | 'peakMegabytes' | 'summary'>;
    return { megabytes, seconds, megabytesPerSecond: megabytes / seconds, peakMegabytes, summary };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function child(file: string): Promise<void> {
  const { main } = await import('../cli/main.ts');
  let last = '';
  const started = performance.now();
  await main(['check', file, '--json'], { out: (line) => (last = line), error: (line) => console.error(line), colour: false });
  const seconds = (performance.now() - started) / 1000;
  // maxRSS is in kilobytes.
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const { read, understood, findings } = JSON.parse(last) as CheckFigures['summary'];
  process.stdout.write(JSON.stringify({ seconds, peakMegabytes, summary: { read, understood, findings } }));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { mb: { type: 'string', default: '1000' }, child: { type: 'string' } } });
  if (values.child !== undefined) await child(values.child);
  else {
    const megabytes = Number(values.mb);
    for (const size of [megabytes / 4, megabytes]) {
      const figures = await measure(size);
      console.log(
        `check of ${size} MB NDJSON: ${figures.seconds.toFixed(1)} s, ${figures.megabytesPerSecond.toFixed(0)} MB/s (two passes), peak ${figures.peakMegabytes.toFixed(0)} MB, ${figures.summary.read} records, ${figures.summary.findings} findings`,
      );
    }
  }
}

// A million broken records and rule files through reading, detection and sequences: nothing may throw, and what is refused names its place. `npm run bench fuzz`; a short version runs in the tests.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity } from '../src/contracts/activity.ts';
import type { SequenceHit } from '../src/contracts/detection.ts';
import { createDetector, type Detector } from '../src/detect/detector.ts';
import { compile } from '../src/detect/sigma/engine.ts';
import { readRules } from '../src/detect/sigma/parse.ts';
import { Hostile } from './hostile-inputs.ts';

export interface FuzzResult {
  readonly records: number;
  readonly refusedRecords: number;
  readonly rules: number;
  readonly refusedRules: number;
  /** What threw, and the input that made it, shortened. */
  readonly crashes: readonly string[];
}

const packs = fileURLToPath(new URL('../campaigns', import.meta.url));
const shown = (input: unknown): string => String(typeof input === 'string' ? input : JSON.stringify(input)).slice(0, 2_000);

/** @param share of the inputs that are rule files; the rest are records */
export async function fuzz(inputs: number, seed: number, share = 0.05): Promise<FuzzResult> {
  const { campaigns } = await loadCampaigns(packs);
  const detector = createDetector({ campaigns });
  const texts = globSync('*/rules/*.yml', { cwd: packs }).map((file) => readFileSync(`${packs}/${file}`, 'utf8'));
  const hostile = new Hostile(seed, texts);
  const crashes: string[] = [];
  const attempt = (input: unknown, work: () => void): void => {
    try {
      work();
    } catch (cause) {
      crashes.push(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n  ${shown(input)}`);
    }
  };
  let refusedRecords = 0;
  let rules = 0;
  let refusedRules = 0;
  const batch: Activity[] = [];
  const flush = () => {
    attempt(batch, () => runBatch(detector, batch));
    batch.length = 0;
  };
  for (let index = 0; index < inputs; index++) {
    if (index % Math.round(1 / share) === 0) {
      const text = hostile.rules();
      rules++;
      attempt(text, () => {
        const read = readRules(text, 'fuzz.yml', { strict: index % 2 === 0 });
        if (read.problems.some(({ message }) => !/^fuzz\.yml:\d+: /.test(message))) throw new Error('a problem without a place');
        if (read.problems.length > 0) refusedRules++;
        const engine = compile(read.rules.filter((rule) => rule.kind === 'rule'));
        for (const activity of batch) engine.match(activity, {});
      });
    } else {
      const record = hostile.record();
      attempt(record, () => {
        const activity = readRecord(record, { tenant: 'fuzz', feed: 'export' });
        if ('skipped' in activity) refusedRecords++;
        else batch.push(activity);
      });
      if (batch.length >= 100) flush();
    }
  }
  flush();
  attempt('Object.prototype', () => {
    if ('polluted' in {}) throw new Error('Object.prototype was changed');
  });
  return { records: inputs - rules, refusedRecords, rules, refusedRules, crashes };
}

function runBatch(detector: Detector, activities: readonly Activity[]): void {
  const result = detector.match({ activities, baselines: new Map(), directory: new Map() });
  const hits: SequenceHit[] = [...result.hits];
  const { findings } = detector.conclude('fuzz', hits);
  JSON.stringify([...result.findings, ...findings, ...result.baselines]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } });
  const started = performance.now();
  const result = await fuzz(Number(values.inputs), Number(values.seed));
  for (const crash of result.crashes.slice(0, 20)) console.log(crash);
  console.log(
    `${result.records} records (${result.refusedRecords} refused), ${result.rules} rule files (${result.refusedRules} refused), ${result.crashes.length} crashes, ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  if (result.crashes.length > 0) process.exitCode = 1;
}

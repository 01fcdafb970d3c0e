// How fast detection is, against JSON.parse of the same records. `node bench/detect.ts [--records N] [--rules DIR] [--campaigns DIR]`, pinned to one core; also called by the bench suite.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { networksIn } from '../src/campaigns/networks.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity, Shape } from '../src/contracts/activity.ts';
import { type Context, contextFields } from '../src/contracts/context.ts';
import type { UserBaseline } from '../src/contracts/detection.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import { createDetector, type Detector } from '../src/detect/detector.ts';
import { compile } from '../src/detect/sigma/engine.ts';
import { resolveField } from '../src/detect/sigma/fields/resolve.ts';
import { parseRules } from '../src/detect/sigma/parse.ts';
import type { Item, SigmaRule } from '../src/detect/sigma/rule.ts';
import { mixedRecords, type RecordKind, recordKinds } from './mixed-records.ts';

export interface DetectFigure {
  readonly what: string;
  /** Speed as a share of JSON.parse alone; median of the rounds. */
  readonly ratio: number;
  readonly rules: number;
  readonly rulesEvaluated: number;
}

interface Input {
  readonly texts: readonly string[];
  readonly bytes: Buffer;
}
/** A user of whom everything is known and nothing is new. */
const ordinary: Context = {
  'context.signIn.outcome': 'success',
  'context.signIn.passwordKnown': true,
  ...Object.fromEntries(
    Object.keys(contextFields)
      .filter((name) => /\.(first|user\.privileged)/.test(name))
      .map((name) => [name, false]),
  ),
  ...Object.fromEntries(
    Object.keys(contextFields)
      .filter((name) => /\.(habit|indicator)\./.test(name))
      .map((name) => [name, name.includes('habit') ? true : []]),
  ),
};
const newline = 10;
/** As many as the young generation of the heap holds with ease. */
const batch = 100;

function inputOf(count: number, only?: RecordKind): Input {
  const texts = mixedRecords(count, 7, { only });
  return { texts, bytes: Buffer.from(`${texts.join('\n')}\n`, 'utf8') };
}

/** Processor time of the whole process, ms: on one pinned core the same as the clock's, but blind to whoever else uses the machine. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function baseline({ texts }: Input): number {
  const started = processorTime();
  let kept: unknown;
  for (const text of texts) kept = JSON.parse(text);
  if (kept === undefined) throw new Error('nothing was parsed');
  return processorTime() - started;
}

/** UTF-8 lines in memory -> records -> activities, in batches. */
function readLines({ bytes }: Input, take: (activities: Activity[]) => void): void {
  let activities: Activity[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(newline, at);
    const activity = readRecord(JSON.parse(bytes.toString('utf8', at, end)), { tenant: 'bench', feed: 'export' });
    at = end + 1;
    if ('skipped' in activity) throw new Error(activity.skipped);
    activities.push(activity);
    if (activities.length === batch) {
      take(activities);
      activities = [];
    }
  }
  take(activities);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Alternates baseline and candidate, after one warm-up of each. */
function ratioOf(input: Input, candidate: () => void, rounds: number): number {
  baseline(input);
  candidate();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const alone = baseline(input);
    const started = processorTime();
    candidate();
    ratios.push(alone / (processorTime() - started));
  }
  return median(ratios);
}

function rulesIn(dir: string): SigmaRule[] {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  return files.flatMap((file) => parseRules(readFileSync(join(dir, file), 'utf8'), file).filter((rule) => rule.kind === 'rule'));
}

const places: ReadonlySet<string> = new Set([
  'Operation',
  'activityDisplayName',
  'appDisplayName',
  'appId',
  'name',
  'resourceDisplayName',
  'resourceId',
  'riskEventType',
]);

/** The same rules again, but for operations and applications that do not occur. */
function elsewhere(rules: readonly SigmaRule[]): SigmaRule[] {
  const place = (shape: Shape): string =>
    shape === 'sign-in'
      ? 'appDisplayName'
      : shape === 'directory-audit'
        ? 'activityDisplayName'
        : shape === 'unified-audit'
          ? 'Operation'
          : shape === 'risk-detection'
            ? 'riskEventType'
            : 'name';
  return rules.map((rule, index) => {
    const { shape } = rule;
    if (shape === undefined) return rule;
    const moved = { field: place(shape), modifiers: [], values: [`Elsewhere ${index}`], line: 1 };
    const staysPut = ({ field }: Item): boolean => field === undefined || !places.has(resolveField(shape, field)?.path ?? '');
    const selections = rule.detection.selections.map((selection) => ({
      ...selection,
      alternatives: selection.alternatives.map((items) => [...items.filter(staysPut), moved]),
    }));
    return { ...rule, key: `${rule.key}-elsewhere`, detection: { ...rule.detection, selections } };
  });
}

function sigmaOnly(what: string, input: Input, rules: readonly SigmaRule[], rounds: number): DetectFigure {
  const engine = compile(rules);
  const ratio = ratioOf(
    input,
    () =>
      readLines(input, (activities) => {
        for (const activity of activities) engine.match(activity, ordinary);
      }),
    rounds,
  );
  const running = rules.filter((rule) => engine.status(rule).kind === 'runs').length;
  return { what, ratio, rules: running, rulesEvaluated: engine.counters.rulesEvaluated / engine.counters.records };
}

/** What is stored of the same people after a month, as a round finds it: detection of the month after is measured. */
function habits(detector: Detector, count: number): Map<SubjectId, UserBaseline> {
  const baselines = new Map<SubjectId, UserBaseline>();
  const texts = mixedRecords(count, 8, { before: true });
  readLines({ texts, bytes: Buffer.from(`${texts.join('\n')}\n`, 'utf8') }, (activities) => {
    for (const [subject, baseline] of detector.learn(activities, baselines)) baselines.set(subject, baseline);
  });
  return baselines;
}

async function whole(
  what: string,
  input: Input,
  campaignsDir: string,
  rulesDir: string | undefined,
  rounds: number,
): Promise<DetectFigure> {
  const { campaigns } = await loadCampaigns(campaignsDir);
  const files =
    rulesDir === undefined ? [] : readdirSync(rulesDir, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  const detector = createDetector({
    campaigns,
    networks: networksIn(fileURLToPath(new URL('../data/networks.br', import.meta.url))),
    extraRules: files.map((file) => ({ file, text: readFileSync(join(rulesDir ?? '', file), 'utf8') })),
  });
  const stored = habits(detector, input.texts.length);
  let evaluated = 0;
  let batches = 0;
  const ratio = ratioOf(
    input,
    () => {
      const baselines = new Map(stored);
      readLines(input, (activities) => {
        const result = detector.match({ activities, baselines, directory: new Map() });
        for (const [subject, baseline] of result.baselines) baselines.set(subject, baseline);
        evaluated += result.rulesEvaluated;
        batches++;
      });
    },
    rounds,
  );
  return { what, ratio, rules: detector.rules().length, rulesEvaluated: evaluated / batches };
}

export interface DetectBench {
  readonly records: number;
  readonly rounds: number;
  readonly campaigns: string;
  /** A folder of further Sigma rules. */
  readonly rules?: string | undefined;
}

/** All figures. Pin the process to one core: garbage collection would use a second one. */
export async function measureDetect({ records, rounds, campaigns, rules: rulesDir }: DetectBench): Promise<DetectFigure[]> {
  const figures: DetectFigure[] = [];
  const input = inputOf(records);
  const packs = (await loadCampaigns(campaigns)).campaigns.flatMap((campaign) => campaign.rules.filter((rule) => rule.kind === 'rule'));
  const rules = [...packs, ...(rulesDir === undefined ? [] : rulesIn(rulesDir))];
  figures.push(sigmaOnly('lines to activities, no rules', input, [], rounds));
  figures.push(sigmaOnly('lines to matches', input, rules, rounds));
  figures.push(sigmaOnly('lines to matches, rules doubled elsewhere', input, [...rules, ...elsewhere(rules)], rounds));
  figures.push(await whole('lines to findings (whole detector)', input, campaigns, rulesDir, rounds));
  for (const kind of recordKinds)
    figures.push(await whole(`lines to findings, ${kind} only`, inputOf(Math.ceil(records / 4), kind), campaigns, rulesDir, rounds));
  return figures;
}

/** Part of every Linux (util-linux), of no package here. */
const pin = 'taskset';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '50000' },
      rounds: { type: 'string', default: '5' },
      campaigns: { type: 'string', default: fileURLToPath(new URL('../campaigns', import.meta.url)) },
      rules: { type: 'string' },
      pinned: { type: 'boolean', default: false },
    },
  });
  if (!values.pinned && process.platform === 'linux') {
    const pinned = spawnSync(pin, ['-c', '1', process.execPath, ...process.argv.slice(1), '--pinned'], { stdio: 'inherit' });
    if (pinned.error === undefined) {
      process.exitCode = pinned.status ?? 1;
      return;
    }
    console.log(`not pinned to one core: ${pin} is missing`);
  }
  const figures = await measureDetect({
    records: Number(values.records),
    rounds: Number(values.rounds),
    campaigns: values.campaigns,
    rules: values.rules,
  });
  for (const { what, ratio, rules, rulesEvaluated } of figures)
    console.log(
      `${what.padEnd(48)} ${ratio.toFixed(2)} of JSON.parse   ${String(rules).padStart(4)} rules   ${rulesEvaluated.toFixed(2)} evaluated per record`,
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

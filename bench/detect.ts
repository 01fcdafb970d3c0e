// How fast detection is, against JSON.parse of the same records: with the packs, with other people's rules beside them and 100,000 indicators, for each shape of record.
// `node bench/detect.ts [--records N] [--rules DIR] [--campaigns DIR] [--only WORDS]`, pinned to one core; also called by the bench suite.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { networksIn } from '../src/campaigns/networks.ts';
import { createRecordReader } from '../src/collect/records/record-reader.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity, Shape } from '../src/contracts/activity.ts';
import { type Context, contextFields } from '../src/contracts/context.ts';
import type { UserBaseline } from '../src/contracts/detection.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import type { ForeignIndicators } from '../src/contracts/indicators.ts';
import { type CampaignContent, createDetector, type Detector } from '../src/detect/detector.ts';
import { createForeignIndicators } from '../src/detect/indicators/feeds/foreign-index.ts';
import { compile } from '../src/detect/sigma/engine.ts';
import { resolveField } from '../src/detect/sigma/fields/resolve.ts';
import { parseRules } from '../src/detect/sigma/parse.ts';
import type { Item, SigmaRule } from '../src/detect/sigma/rule.ts';
import { madeUpRules, type RuleText } from './community-rules.ts';
import { median } from './figures.ts';
import { madeUpEntries } from './indicators.ts';
import { mixedRecords, type RecordKind, recordKinds } from './mixed-records.ts';

export interface DetectFigure {
  readonly what: string;
  /** Speed as a share of JSON.parse alone, or time as a multiple of another time; median of the rounds. */
  readonly ratio: number;
  readonly rules: number;
  readonly rulesEvaluated: number;
  readonly findings?: number;
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
/** As many as `check` reads at once: 128 KB. */
const batch = 32;
/** What so many records taught is every habit that 2,000 people have. */
const mostHabits = 50_000;

function inputOf(count: number, only?: RecordKind): Input {
  const texts = mixedRecords(count, 7, { only });
  return { texts, bytes: linesOf(texts) };
}

/** Line by line: 200,000 records are more than one text may hold. */
const linesOf = (texts: readonly string[]): Buffer => Buffer.concat(texts.map((text) => Buffer.from(`${text}\n`, 'utf8')));

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
  const read = createRecordReader();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(newline, at);
    const activity = readRecord(read(bytes.subarray(at, end)), { tenant: 'bench', feed: 'export' });
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
  readLines({ texts, bytes: linesOf(texts) }, (activities) => {
    for (const [subject, baseline] of detector.learn(activities, baselines)) baselines.set(subject, baseline);
  });
  return baselines;
}

/** A guard with all that it has to look at. */
interface Load {
  readonly what: string;
  readonly detector: Detector;
  readonly foreign: ForeignIndicators | undefined;
}

/** A candidate that runs the whole detector over the input, and what it counts meanwhile. */
function wholeRun({ detector, foreign }: Load, input: Input) {
  const stored = habits(detector, Math.min(input.texts.length, mostHabits));
  const counts = { evaluated: 0, batches: 0, findings: 0 };
  const run = (): void => {
    const baselines = new Map(stored);
    readLines(input, (activities) => {
      const result = detector.match({ activities, baselines, directory: new Map(), foreign });
      for (const [subject, baseline] of result.baselines) baselines.set(subject, baseline);
      counts.evaluated += result.rulesEvaluated;
      counts.batches++;
      counts.findings += result.findings.length;
    });
  };
  return { run, counts };
}

function whole(load: Load, input: Input, what: string, rounds: number): DetectFigure {
  const { run, counts } = wholeRun(load, input);
  const ratio = ratioOf(input, run, rounds);
  return {
    what: `${load.what}: ${what}`,
    ratio,
    rules: load.detector.rules().length,
    rulesEvaluated: counts.evaluated / counts.batches,
    findings: counts.findings / (input.texts.length * (rounds + 1)),
  };
}

/** How much longer `more` takes than `less`: alternately first, so that neither always profits from what the other warmed. */
function against(what: string, less: Load, more: Load, input: Input, rounds: number): DetectFigure {
  const [a, b] = [wholeRun(less, input), wholeRun(more, input)];
  const timed = (run: () => void): number => {
    const started = processorTime();
    run();
    return processorTime() - started;
  };
  timed(a.run);
  timed(b.run);
  const ratios = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) {
      const first = timed(a.run);
      return timed(b.run) / first;
    }
    const first = timed(b.run);
    return first / timed(a.run);
  });
  return {
    what,
    ratio: median(ratios),
    rules: more.detector.rules().length,
    rulesEvaluated: b.counts.evaluated / b.counts.batches,
  };
}

export interface DetectBench {
  readonly records: number;
  readonly rounds: number;
  readonly campaigns: string;
  /** A folder of further Sigma rules. */
  readonly rules?: string | undefined;
  /** Loads and comparisons whose name holds one of these words; absent: all. */
  readonly only?: readonly string[] | undefined;
  readonly told: (figure: DetectFigure) => void;
}

const textsIn = (dir: string): RuleText[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(dir, file), 'utf8') }));

/** Tells all figures, one by one. Pin the process to one core: garbage collection would use a second one. */
export async function measureDetect({ records, rounds, campaigns: dir, rules: rulesDir, only, told }: DetectBench): Promise<void> {
  const wanted = (what: string): boolean => only === undefined || only.some((word) => what.includes(word));
  const input = inputOf(records);
  const { campaigns } = await loadCampaigns(dir);
  if (wanted('rules only')) {
    const packs = campaigns.flatMap((campaign) => campaign.rules.filter((rule) => rule.kind === 'rule'));
    const rules = [...packs, ...(rulesDir === undefined ? [] : rulesIn(rulesDir))];
    told(sigmaOnly('lines to activities, no rules', input, [], rounds));
    told(sigmaOnly('lines to matches, rules only', input, rules, rounds));
    told(sigmaOnly('lines to matches, doubled for other operations', input, [...rules, ...elsewhere(rules)], rounds));
  }
  const many = createForeignIndicators([{ feed: 'many', entries: madeUpEntries(100_000) }]);
  const few = createForeignIndicators([{ feed: 'few', entries: madeUpEntries(10) }]);
  const networks = networksIn(fileURLToPath(new URL('../data/networks.br', import.meta.url)));
  const load = (
    what: string,
    content: readonly CampaignContent[],
    extraRules: RuleText[],
    foreign: ForeignIndicators | undefined,
  ): Load => ({
    what,
    detector: createDetector({ campaigns: content, networks, extraRules }),
    foreign,
  });
  const two = campaigns.filter(({ manifest }) => ['azure-ato-2024', 'takeover-core'].includes(manifest.id));
  const community = madeUpRules(142, 'community');
  const loads: readonly (() => Load)[] = [
    () => load('two packs', two, [], undefined),
    () => load('packs', campaigns, [], undefined),
    () => load('packs, 142 community, indicators', campaigns, community, many),
    () => load('packs, 1,000 community, indicators', campaigns, madeUpRules(1000, 'community'), many),
    () => load('packs, 1,000 text-heavy, indicators', campaigns, madeUpRules(1000, 'text-heavy'), many),
    ...(rulesDir === undefined ? [] : [() => load('packs, given rules, indicators', campaigns, textsIn(rulesDir), many)]),
  ];
  const names = ['two packs', 'packs', '142', '1000', 'text-heavy', 'given'];
  const shapes = recordKinds.map((kind) => [`${kind} only`, inputOf(Math.ceil(records / 4), kind)] as const);
  for (const [index, make] of loads.entries()) {
    if (!wanted(names[index] ?? '')) continue;
    const made = make();
    told(whole(made, input, 'mixed', rounds));
    for (const [what, one] of shapes) told(whole(made, one, what, rounds));
  }
  if (wanted('doubled')) {
    const base = load('', campaigns, community, many);
    const all = base.detector.rules().length;
    const doubled = load('', campaigns, [...community, ...madeUpRules(all, 'elsewhere')], many);
    told(against('times as long: as many rules of another log source', base, doubled, input, rounds));
    told(against('times as long: 100,000 indicators against ten', { ...base, foreign: few }, base, input, rounds));
  }
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
      only: { type: 'string' },
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
  await measureDetect({
    records: Number(values.records),
    rounds: Number(values.rounds),
    campaigns: values.campaigns,
    rules: values.rules,
    only: values.only?.split(','),
    told: ({ what, ratio, rules, rulesEvaluated, findings }) =>
      console.log(
        `${what.padEnd(56)} ${ratio.toFixed(what.startsWith('times') ? 3 : 2)}   ${String(rules).padStart(4)} rules, ${rulesEvaluated.toFixed(2)} evaluated${findings === undefined ? '' : ` and ${findings.toFixed(3)} findings`} per record`,
      ),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

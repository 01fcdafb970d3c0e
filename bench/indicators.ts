// What a hundred thousand indicators cost against ten: the whole detector over the same mixed records, with both; beside it how long a copy takes to index and what memory it holds.
// `node bench/indicators.ts [--records N] [--rounds N]`, pinned to one core.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity } from '../src/contracts/activity.ts';
import type { FeedEntry, ForeignIndicators } from '../src/contracts/indicators.ts';
import { createDetector } from '../src/detect/detector.ts';
import { createForeignIndicators } from '../src/detect/indicators/feeds/foreign-index.ts';
import { median } from './figures.ts';
import { mixedRecords } from './mixed-records.ts';
import { randomOf } from './people.ts';

const from = Date.UTC(2020, 0, 1);

/** As feeds are: mostly addresses and ranges of every length, then domains and URLs, few of the rest. None of them is in the records: what is measured is looking. */
export function madeUpEntries(count: number): FeedEntry[] {
  const random = randomOf(11);
  const byte = () => Math.floor(random() * 256);
  const kinds: readonly (() => Pick<FeedEntry, 'kind' | 'value'>)[] = [
    () => ({ kind: 'address', value: `${11 + (byte() % 80)}.${byte()}.${byte()}.${byte()}` }),
    () => ({ kind: 'address', value: `${11 + (byte() % 80)}.${byte()}.${byte()}.0/${16 + (byte() % 16)}` }),
    () => ({ kind: 'address', value: `2001:db8:${byte().toString(16)}:${byte().toString(16)}::/${33 + (byte() % 90)}` }),
    () => ({ kind: 'domain', value: `n${Math.floor(random() * 1e9)}.example` }),
    () => ({ kind: 'url', value: `https://n${Math.floor(random() * 1e9)}.example/login` }),
    () => ({ kind: 'email', value: `n${Math.floor(random() * 1e9)}@mail.example` }),
    () => ({ kind: 'user-agent', value: `Kit/${Math.floor(random() * 1e9)}(X11;Linuxx86_64)` }),
    () => ({ kind: 'network', value: String(64_512 + Math.floor(random() * 1000)) }),
  ];
  const weights = [0, 0, 0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 7];
  return Array.from({ length: count }, (_, index) => {
    const make = kinds[weights[index % weights.length] ?? 0] ?? kinds[0];
    return { of: `e${index}`, kind: 'address', value: '', confidence: 50, from, ...make?.() };
  });
}

export interface IndicatorFigures {
  /** Time with many as a multiple of the time with few; median of the rounds. */
  readonly ratio: number;
  readonly many: number;
  readonly few: number;
  readonly indexMilliseconds: number;
  readonly megabytes: number;
}

const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/** After a collection, so that only what is held counts. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
const batch = 100;

export async function measureIndicators({
  records,
  rounds,
}: {
  readonly records: number;
  readonly rounds: number;
}): Promise<IndicatorFigures> {
  const { campaigns } = await loadCampaigns(fileURLToPath(new URL('../campaigns', import.meta.url)));
  const detector = createDetector({ campaigns });
  const lines = mixedRecords(records, 7, {});
  const entries = madeUpEntries(100_000);
  const before = heap();
  const started = processorTime();
  const many = createForeignIndicators([{ feed: 'many', entries }]);
  const indexMilliseconds = processorTime() - started;
  const megabytes = (heap() - before) / 1024 / 1024;
  const few = createForeignIndicators([{ feed: 'few', entries: entries.slice(0, 10) }]);
  const run = (foreign: ForeignIndicators): number => {
    const begun = processorTime();
    let activities: Activity[] = [];
    const baselines = new Map();
    const flush = (): void => {
      for (const [subject, baseline] of detector.match({ activities, baselines, directory: new Map(), foreign }).baselines)
        baselines.set(subject, baseline);
      activities = [];
    };
    for (const line of lines) {
      const activity = readRecord(JSON.parse(line), { tenant: 'bench', feed: 'export' });
      if ('skipped' in activity) throw new Error(activity.skipped);
      activities.push(activity);
      if (activities.length === batch) flush();
    }
    flush();
    return processorTime() - begun;
  };
  run(few);
  run(many);
  const times = Array.from({ length: rounds }, (_, round) => {
    // Alternately first, so that neither always profits from what the other warmed.
    if (round % 2 === 0) return { few: run(few), many: run(many) };
    const second = run(many);
    return { few: run(few), many: second };
  });
  return {
    ratio: median(times.map((time) => time.many / time.few)),
    many: median(times.map((time) => time.many)),
    few: median(times.map((time) => time.few)),
    indexMilliseconds,
    megabytes,
  };
}

/** Part of every Linux (util-linux), of no package here. */
const pin = 'taskset';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '50000' },
      rounds: { type: 'string', default: '7' },
      pinned: { type: 'boolean', default: false },
    },
  });
  if (!values.pinned && process.platform === 'linux') {
    const pinned = spawnSync(pin, ['-c', '1', process.execPath, ...process.argv.slice(1), '--pinned'], { stdio: 'inherit' });
    if (pinned.error === undefined) {
      process.exitCode = pinned.status ?? 1;
      return;
    }
  }
  const { ratio, many, few, indexMilliseconds, megabytes } = await measureIndicators({
    records: Number(values.records),
    rounds: Number(values.rounds),
  });
  console.log(
    `100,000 indicators against ten: ${ratio.toFixed(3)} times (${many.toFixed(0)} ms against ${few.toFixed(0)} ms, median of ${values.rounds}; aim 1.15)`,
  );
  console.log(`a copy of 100,000 is indexed in ${indexMilliseconds.toFixed(0)} ms; its index holds ${megabytes.toFixed(0)} MB`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

// How long a hunt takes through 30 kept days of a 500-user tenant, on one core, what it was said to cost before and what it asked of the storage; and how soon one person's story is there.
// `node bench/hunt.ts [--users 500] [--days 30] [--pack takeover-core]`; also called by the bench suite.
import { parseArgs } from 'node:util';
import { storedStory } from '../cli/timeline/stored.ts';
import { readPackFiles } from '../src/campaigns/pack-files.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity } from '../src/contracts/activity.ts';
import type { UserBaseline } from '../src/contracts/detection.ts';
import type { HuntPart, HuntPrice } from '../src/contracts/hunt.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import { createDetector } from '../src/detect/detector.ts';
import { createHuntRules } from '../src/rounds/hunt/rules.ts';
import { startHunt } from '../src/rounds/hunt/start.ts';
import { huntStep } from '../src/rounds/hunt/step.ts';
import { countOperations } from '../src/store/count-operations.ts';
import { createStore } from '../src/store/create-store.ts';
import { memoryBackend } from '../src/store/memory.ts';
import type { Connection } from '../src/tenants/connections.ts';
import { createRegistry } from '../src/tenants/registry.ts';
import { shippedDetector } from '../test/support/guard.ts';
import { exportLine } from './export-lines.ts';

const tenant = '11111111-1111-4111-8111-111111111111';
const first = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
/** exportLine counts time in these steps. */
const stepMs = 9_000;

/** Of this process: the wall clock would measure whoever else uses the machine. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export interface HuntFigures {
  readonly records: number;
  readonly price: HuntPrice;
  readonly part: HuntPart;
  readonly seconds: number;
  readonly steps: number;
  readonly operations: number;
  readonly peakMegabytes: number;
  /** One person's story over a week and over all days: seconds and lines. */
  readonly stories: readonly { readonly days: number; readonly seconds: number; readonly lines: number }[];
}

export async function huntFigures(users: number, days: number, pack: string): Promise<HuntFigures> {
  const counter = countOperations(memoryBackend());
  const store = createStore({ backend: counter.backend });
  const end = first + days * dayMs;
  const clock = { now: () => end - 1 };
  const registry = createRegistry({ store, clock });
  await registry.add(tenant, 'Contoso');
  const scope = await registry.authorise(tenant, 'round');
  const { detector: shipped, campaigns } = await shippedDetector();
  let [records, known] = [0, new Map<SubjectId, UserBaseline>()];
  let somebody = '';
  for (let day = 0; day < days; day++) {
    const perDay = dayMs / stepMs;
    const activities = Array.from({ length: perDay }, (_, index) =>
      readRecord(JSON.parse(exportLine(day * perDay + index, users)), { tenant, feed: 'sign-ins.interactive' }),
    ).filter((one): one is Activity => !('skipped' in one));
    records += activities.length;
    somebody ||= activities.find(({ subject }) => subject.startsWith('user:'))?.subject.slice('user:'.length) ?? '';
    // As rounds would: what is usual is learnt, and appended in many small parts.
    known = new Map([...known, ...shipped.learn(activities, known)]);
    const rounds = 48;
    for (let round = 0; round < rounds; round++)
      await store.blobs.appendActivities(
        'round.append-activities',
        scope,
        new Date(first + day * dayMs).toISOString().slice(0, 10),
        activities.slice((round * perDay) / rounds, ((round + 1) * perDay) / rounds),
      );
  }
  await store.baselines.merge('round.merge-baselines', scope, known);
  const nobody = { graph: {} } as Connection;
  const deps = {
    store,
    registry,
    connect: () => ({ reader: nobody, responder: nobody }),
    directory: { read: async () => new Map() },
    detector: createDetector({ campaigns: [] }),
    feeds: [],
    campaigns: campaigns.map(({ manifest }) => manifest),
    // A step ends by the clock: the real one, so that steps are counted as they would be.
    clock: { now: () => end - 1 + Math.round(performance.now() - begun) },
    ids: { fresh: () => crypto.randomUUID() },
    log: () => undefined,
    huntRules: createHuntRules({ store }),
  };
  let begun = performance.now();
  const content = await readPackFiles(pack);
  const { hunt, price } = await startHunt({ store, registry, clock }, { content, days, by: 'bench' });
  counter.reset();
  begun = performance.now();
  const started = cpuSeconds();
  let steps = 0;
  for (let outcome = ''; outcome !== 'ended'; steps++) outcome = await huntStep(deps, tenant, hunt.id);
  const seconds = cpuSeconds() - started;
  const operations = counter.total();
  const stored = await store.hunts.part(hunt.id, tenant);
  if (stored === undefined) throw new Error('The hunt left no trace');
  const stories = [];
  for (const asked of [7, days]) {
    const from = new Date(end - asked * dayMs).toISOString().slice(0, 10);
    const before = cpuSeconds();
    const { lines } = await storedStory(store, scope, { needle: somebody, typed: somebody }, from);
    stories.push({ days: asked, seconds: cpuSeconds() - before, lines: lines.length });
  }
  return { records, price, part: stored.value, seconds, steps, operations, peakMegabytes: process.resourceUsage().maxRSS / 1024, stories };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      users: { type: 'string', default: '500' },
      days: { type: 'string', default: '30' },
      pack: { type: 'string', multiple: true, default: ['campaigns/azure-ato-2024', 'campaigns/takeover-core'] },
    },
  });
  for (const pack of values.pack) {
    const { records, price, part, seconds, steps, operations, peakMegabytes, stories } = await huntFigures(
      Number(values.users),
      Number(values.days),
      pack,
    );
    console.log(
      `${pack}: ${values.days} days of ${values.users} users, ${records.toLocaleString('en')} records, ${price.megabytes.toFixed(1)} MB as stored: ${seconds.toFixed(1)} s of processor time in ${steps} steps (${(seconds / price.megabytes).toFixed(2)} s a stored MB, ${Math.round(records / seconds).toLocaleString('en')} records/s), ${operations} storage operations, peak ${peakMegabytes.toFixed(0)} MB with the store; ${part.found.alert + part.found.staged + part.found.targeted} findings`,
    );
    console.log(
      `  said before: ${price.seconds} s of an instance (a quarter of a core), ${price.executions} executions, ${price.tableOperations + price.queueOperations + price.blobReads + price.blobWrites} storage operations, ${price.dollars.toFixed(4)} US dollars`,
    );
    for (const story of stories)
      console.log(`  one person's story, ${story.days} days: ${story.seconds.toFixed(2)} s, ${story.lines} records`);
  }
}

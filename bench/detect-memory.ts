// What detection holds in memory: with every pack, 1,142 further rules and 100,000 indicators, after so many records; and with a million hits over ten thousand groups of sequences.
// `node bench/detect-memory.ts`: each figure comes from a process of its own, so that its peak is its own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import nodeFlags from '../cli/node-flags.json' with { type: 'json' };
import { loadCampaigns } from '../src/campaigns/load.ts';
import { networksIn } from '../src/campaigns/networks.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity } from '../src/contracts/activity.ts';
import type { SequenceHit, UserBaseline } from '../src/contracts/detection.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import { createDetector } from '../src/detect/detector.ts';
import { createForeignIndicators } from '../src/detect/indicators/feeds/foreign-index.ts';
import { madeUpRules } from './community-rules.ts';
import { madeUpEntries } from './indicators.ts';
import { mixedRecords } from './mixed-records.ts';

const batch = 1_000;

function activityOf(text: string): Activity {
  const activity = readRecord(JSON.parse(text), { tenant: 'bench', feed: 'export' });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
}

/** Everything loaded, then records in batches as a round reads them: what is kept is the habits of 2,000 people. */
async function records(count: number): Promise<string> {
  const { campaigns } = await loadCampaigns(fileURLToPath(new URL('../campaigns', import.meta.url)));
  const detector = createDetector({
    campaigns,
    networks: networksIn(fileURLToPath(new URL('../data/networks.br', import.meta.url))),
    extraRules: [...madeUpRules(1_000, 'community'), ...madeUpRules(142, 'text-heavy')],
  });
  const foreign = createForeignIndicators([{ feed: 'many', entries: madeUpEntries(100_000) }]);
  const baselines = new Map<SubjectId, UserBaseline>();
  for (let from = 0; from < count; from += batch) {
    const activities = mixedRecords(batch, from).map(activityOf);
    for (const [subject, baseline] of detector.match({ activities, baselines, directory: new Map(), foreign }).baselines)
      baselines.set(subject, baseline);
  }
  return `${detector.rules().length} rules, 100,000 indicators, ${count.toLocaleString('en')} records`;
}

const base = (kind: string) => `title: Made-up attempt
name: attempt-${kind}
logsource: {product: azure, service: signinlogs}
detection:
  selection: {ResultType: ${kind === 'wrong' ? 50126 : 50053}}
  condition: selection
`;
const sequences = `${base('wrong')}---
${base('locked')}---
title: Many attempts
name: many
correlation: {type: event_count, rules: [attempt-wrong], group-by: [context.subject], timespan: 1h, condition: {gte: 20}}
---
title: Many attempts from many addresses
name: addresses
correlation: {type: value_count, rules: [attempt-wrong], group-by: [context.subject], timespan: 1d, condition: {gte: 500, field: ipAddress}}
---
title: Attempts, then locked
name: then-locked
correlation: {type: temporal_ordered, rules: [attempt-wrong, attempt-locked], group-by: [context.subject], timespan: 1h}
`;

/** A spray: `count` failed sign-ins of 10,000 people, hits gathered and concluded group by group as rounds do: what is held at once is a group's hits, not the log's. */
function spray(count: number): string {
  const groups = 10_000;
  const share = 100;
  const detector = createDetector({ campaigns: [], extraRules: [{ file: 'sequences.yml', text: sequences }] });
  let findings = 0;
  let hits = 0;
  for (let first = 0; first < groups; first += share) {
    const held: SequenceHit[] = [];
    for (let number = 0; number < (count / groups) * share; number += batch) {
      const activities = Array.from({ length: batch }, (_, index) => attempt(first + ((number + index) % share), number + index));
      const result = detector.match({ activities, baselines: new Map(), directory: new Map() });
      for (const hit of result.hits) held.push(hit);
    }
    hits += held.length;
    findings += detector.conclude('bench', held).findings.length;
  }
  return `${count.toLocaleString('en')} failed sign-ins of 10,000 people, ${hits.toLocaleString('en')} hits, ${findings.toLocaleString('en')} findings`;
}

function attempt(person: number, number: number): Activity {
  return {
    id: `sign-in:${person}-${number}`,
    tenant: 'bench',
    feed: 'export',
    time: Date.UTC(2026, 8, 1) + number * 1_000,
    subject: `user:person-${person}`,
    views: [
      {
        shape: 'sign-in',
        record: {
          createdDateTime: new Date(Date.UTC(2026, 8, 1) + number * 1_000).toISOString(),
          userId: `person-${person}`,
          ipAddress: `198.51.100.${number % 250}`,
          status: { errorCode: number % 5_000 === 4_999 ? 50053 : 50126 },
        },
      },
    ],
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { what: { type: 'string' }, count: { type: 'string', default: '0' } } });
  if (values.what !== undefined) {
    const started = process.cpuUsage();
    const said = values.what === 'records' ? await records(Number(values.count)) : spray(Number(values.count));
    const { user, system } = process.cpuUsage(started);
    console.log(
      `${said}: peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, ${((user + system) / 1e6).toFixed(1)} s of processor time`,
    );
    return;
  }
  for (const [what, count] of [
    ['records', 10_000],
    ['records', 50_000],
    ['records', 200_000],
    ['spray', 100_000],
    ['spray', 1_000_000],
  ] as const) {
    const child = spawnSync(process.execPath, [...nodeFlags, fileURLToPath(import.meta.url), '--what', what, '--count', String(count)], {
      stdio: 'inherit',
    });
    if (child.status !== 0) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

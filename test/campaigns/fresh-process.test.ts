// Every sequence of every pack, over the records of its own cases: each record is handled by a process of its own (a new detector, a new store over the same rows), in random order and some of
// them twice, by the rounds' own derivation. In the end stands what one look at the sorted log finds. By default the cases in which a sequence speaks and every fourth of the others, in one order;
// `ORDERS=n` takes all, in n orders each.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../simulator/worlds/random.ts';
import { networksOf, type PreparedCase, prepareCase } from '../../src/campaigns/cases.ts';
import { type Campaign, loadCampaigns } from '../../src/campaigns/load.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { createDetector } from '../../src/detect/detector.ts';
import type { RoundDependencies } from '../../src/rounds/dependencies.ts';
import { derive } from '../../src/rounds/derive.ts';
import { touchedBy } from '../../src/rounds/touched.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { SeenAtBegin } from '../../src/store/store.ts';
import { scopeOf } from '../support/scope.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));
const asked = process.env['ORDERS'];
const orders = Number(asked ?? 1);

const detectorOf = (campaign: Campaign) => createDetector({ campaigns: [campaign], networks: networksOf(campaign.cases) });

/** What stands after every record had a process of its own. */
async function oneByOne(campaign: Campaign, { input }: PreparedCase, arriving: readonly Activity[]): Promise<readonly Finding[]> {
  const backend = memoryBackend();
  const scope = scopeOf(arriving[0]?.tenant ?? '');
  await createStore({ backend }).baselines.merge('round.merge-baselines', scope, input.baselines);
  const now = Math.max(...arriving.map(({ time }) => time)) + 60_000;
  for (const [place, activity] of arriving.entries()) {
    const store = createStore({ backend });
    const deps = {
      store,
      detector: detectorOf(campaign),
      directory: { read: async () => input.directory },
      connect: () => ({ reader: {} }),
      foreign: async () => input.foreign,
      feeds: [],
      clock: { now: () => now },
    } as unknown as RoundDependencies;
    // What the logs' marks remember of people.
    const mark = { feed: 'logs', outcome: { status: 'complete' }, touched: touchedBy(arriving.slice(0, place), [], now) };
    const seen = { feeds: [mark], reports: input.reported ?? [], layout: undefined } as unknown as SeenAtBegin;
    const derived = await derive(deps, scope, { fresh: [activity], changed: false, signInsUnread: input.signInsUnread ?? false, seen });
    await store.blobs.appendActivities('round.append-activities', scope, new Date(activity.time).toISOString().slice(0, 10), [activity]);
    await store.sequences.put('round.put-hits', scope, derived.hits);
    await store.findings.put('round.put-findings', scope, [...derived.findings, ...derived.withdrawn]);
    await store.sequences.remove('round.remove-hits', scope, derived.stale);
    await store.baselines.merge('round.merge-baselines', scope, derived.baselines);
  }
  return (await createStore({ backend }).findings.all(scope)).filter(({ standing }) => standing);
}

const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ rule, id, activities }) => `${rule} ${id}: ${activities.toSorted().join(' ')}`).sort();

const counting = campaigns.filter(({ rules }) => rules.some(({ kind }) => kind === 'correlation'));

describe.each(counting.map((campaign) => [campaign.manifest.id, campaign] as const))('%s', (_, campaign) => {
  const detector = detectorOf(campaign);
  const sequences = detector.rules().filter(({ rule, speaks }) => speaks && detector.sequences.some((one) => one.rule === rule));
  const prepared = campaign.cases
    .map(({ file, case: one }) => prepareCase(file, one, detector.learn))
    .flatMap((one) => {
      const sorted = one.input.activities.toSorted((a, b) => a.time - b.time);
      const { findings, hits } = detector.detect({ ...one.input, activities: sorted });
      const spoke = sequences.filter(({ rule }) => findings.some((finding) => finding.rule === rule)).map(({ rule }) => rule);
      return hits.length === 0 ? [] : [{ one, findings, spoke }];
    });

  it('has a case for each of its sequences', () => {
    const spoke = new Set(prepared.flatMap((one) => one.spoke));
    expect(sequences.map(({ rule }) => rule).filter((rule) => !spoke.has(rule))).toEqual([]);
  });
  it('finds the same in its sequences with a process for every record, whatever their order', async () => {
    const taken = prepared.filter(({ spoke }, index) => asked !== undefined || spoke.length > 0 || index % 4 === 0);
    for (const { one, findings } of taken)
      for (let order = 0; order < orders; order++) {
        const r = random(one.file.slice(one.file.indexOf('campaigns')), order);
        const all = one.input.activities;
        const arriving = [...all, ...all.slice(0, 2)]
          .map((activity) => ({ activity, place: r.next() }))
          .sort((a, b) => a.place - b.place)
          .map(({ activity }) => activity);
        const named = `${one.file}, order ${arriving.map((activity) => all.indexOf(activity) + 1).join(' ')}`;
        expect(told(await oneByOne(campaign, one, arriving)), named).toEqual(told(findings));
      }
  }, 600_000);
});

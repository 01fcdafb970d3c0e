// Nothing lost, nothing twice: records that come late, doubled and out of order, over three outages, give in the end what an offline look at the complete log gives.
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator/server.ts';
import { random } from '../../simulator/worlds/random.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { runRound } from '../../src/rounds/round.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { contoso, shippedDetector } from '../support/guard.ts';
import { type Taped, tapeFeed } from '../support/log-tape.ts';
import { countingIds, manualClock } from '../support/manual-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const begin = Date.UTC(2026, 2, 2, 0, 0, 0);
const days = 2;

/** Two ordinary days with an attack in the middle of the first, as the two logs that the fast lane reads. */
async function completeLog(seed: string): Promise<{ signIns: Activity[]; audits: Activity[] }> {
  const clock = manualClock(begin + days * 24 * hour);
  const simulator = await createSimulator({ clock, seed, historyDays: days, delays: { signIns: 0, directoryAudits: 0, unifiedAudit: 0 } });
  try {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', seed, at: begin + 10 * hour });
    const tenant = simulator.world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    const read = (records: readonly Readonly<Record<string, unknown>>[], feed: string): Activity[] =>
      records.flatMap((record) => {
        const activity = readRecord(record, { tenant: contoso.id, feed });
        return 'skipped' in activity ? [] : [activity];
      });
    return {
      signIns: read(tenant.signIns.visible(clock.now()), 'sign-ins.interactive').filter(({ time }) => time >= begin),
      audits: read(tenant.directoryAudits.visible(clock.now()), 'directory-audits').filter(({ time }) => time >= begin),
    };
  } finally {
    await simulator.close();
  }
}

/** Two in five records are up to five hours late, the rest minutes; one in ten comes under the same id again, an hour later. */
function tapeOf(activities: readonly Activity[], seed: string): Taped[] {
  const r = random('tape', seed);
  return activities.flatMap((activity) => {
    const visibleAt = activity.time + (r.chance(0.4) ? r.int(20, 300) : r.int(1, 10)) * minute;
    return r.chance(0.1)
      ? [
          { activity, visibleAt },
          { activity, visibleAt: visibleAt + hour },
        ]
      : [{ activity, visibleAt }];
  });
}

describe('late, doubled and reordered records', () => {
  it.each(['one', 'two', 'three'])(
    'seed %s: settled findings equal those of the complete log',
    async (seed) => {
      const { signIns, audits } = await completeLog(seed);
      const { campaigns } = await shippedDetector();
      // Half a day of history is enough here, so that "first seen" is known for most of the log and a late record can change it.
      const detector = createDetector({ campaigns, enoughHistoryDays: 0.5 });
      const offline = detector.detect({
        activities: [...signIns, ...audits].sort((a, b) => a.time - b.time),
        baselines: new Map(),
        directory: new Map(),
        hits: [],
      });
      expect(offline.findings.length).toBeGreaterThan(0);

      const clock = manualClock(begin);
      const r = random('rounds', seed);
      const arrange = (read: Activity[]): Activity[] =>
        read
          .map((activity) => ({ activity, at: r.next() }))
          .sort((a, b) => a.at - b.at)
          .map(({ activity }) => activity);
      const store = createStore({ backend: memoryBackend() });
      const registry = createRegistry({
        store,
        clock,
        seed: {
          tenants: [{ tenant: contoso.id, name: contoso.name }],
          policy: { live: false, responderGroup: '', protectedObjects: [], cadence: { fast: 300, config: 1800, reconcile: 3600 } },
        },
      });
      await registry.seed();
      const deps = {
        store,
        registry,
        connect: () => ({ reader: {} }) as never,
        directory: { read: async () => new Map() },
        detector,
        feeds: [
          tapeFeed('sign-ins.interactive', tapeOf(signIns, seed), arrange),
          tapeFeed('directory-audits', tapeOf(audits, `${seed}'`), arrange),
        ],
        campaigns: campaigns.map(({ manifest }) => manifest),
        clock,
        ids: countingIds(),
        log: () => undefined,
      };
      // Three outages of up to nine hours; after the last record two quiet days, so that every later look has been taken.
      const outages = [4, 14, 30].map((at) => ({ from: begin + at * hour, to: begin + (at + r.int(2, 9)) * hour }));
      for (let at = begin; at <= begin + (days + 2) * 24 * hour; at += 20 * minute) {
        clock.set(at);
        if (outages.some(({ from, to }) => at >= from && at < to)) continue;
        await runRound(deps, contoso.id, 'fast');
        if (Math.floor((at - 20 * minute) / hour) !== Math.floor(at / hour)) await runRound(deps, contoso.id, 'reconcile');
      }
      const scope = await registry.authorise(contoso.id, 'show');
      const standing = (await store.findings.all(scope)).filter(({ standing }) => standing);
      const named = (findings: readonly { id: string; rule: string }[]) => findings.map(({ id, rule }) => `${rule} ${id}`).sort();
      expect(named(standing)).toEqual(named(offline.findings));
    },
    120_000,
  );
});

// An average can fall again as well as rise: a correlation that counts one speaks when its records are settled, a day later, in a reconcile round that has nothing new to read.
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { runRound } from '../../src/rounds/round.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { contoso } from '../support/guard.ts';
import { type Taped, tapeFeed } from '../support/log-tape.ts';
import { countingIds, manualClock } from '../support/manual-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
const begin = Date.UTC(2026, 2, 2, 0, 0, 0);
const rules = `title: sign-in
name: sign-in
level: informational
logsource: { product: azure, service: signinlogs }
detection:
  selection: { status.errorCode: 0 }
  condition: selection
---
title: Slow on average
name: slow
level: high
correlation:
  type: value_avg
  rules: [sign-in]
  group-by: [userId]
  timespan: 20m
  condition: { field: processingTimeInMilliseconds, gt: 120 }
`;

/** One sign-in of a user, so many milliseconds long; `late`: readable hours after it happened. */
function signIn(user: number, at: number, took: number, late = 0): Taped {
  const time = begin + 2 * hour + at * minute;
  const record = {
    id: `00000000-0000-4000-9000-0000000${user}00${String(at).padStart(2, '0')}`,
    createdDateTime: new Date(time).toISOString(),
    userId: `c1000000-0000-4000-8000-00000000000${user}`,
    appId: '00000000-0000-4000-8000-0000000000aa',
    status: { errorCode: 0 },
    processingTimeInMilliseconds: took,
  };
  const activity = readRecord(record, { tenant: contoso.id, feed: 'sign-ins.interactive' });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return { activity, visibleAt: time + minute + late * hour };
}

const [slow, madeOrdinary, madeSlow] = [1, 2, 3] as const;
const tape: readonly Taped[] = [
  signIn(slow, 1, 200),
  signIn(slow, 5, 180),
  // Slow by what is there at first; what comes hours later says otherwise.
  signIn(madeOrdinary, 1, 200, 5),
  signIn(madeOrdinary, 2, 10, 5),
  signIn(madeOrdinary, 3, 200),
  signIn(madeOrdinary, 4, 10, 7),
  signIn(madeSlow, 1, 100),
  signIn(madeSlow, 5, 300, 9),
];
const subjectOf = (user: number) => `user:c1000000-0000-4000-8000-00000000000${user}`;

describe('a correlation whose records have to be settled', () => {
  it('is silent for a day, then says of all records what an offline look at them says, and opens incidents', async () => {
    const detector = createDetector({ campaigns: [], extraRules: [{ file: 'slow.yml', text: rules }] });
    expect(detector.problems).toEqual([]);
    expect(detector.sequences).toMatchObject([{ onlySettled: true }]);
    const activities: Activity[] = tape.map(({ activity }) => activity).sort((a, b) => a.time - b.time);
    const offline = detector.detect({
      activities,
      baselines: new Map(),
      directory: new Map(),
      hits: [],
      settledTo: Number.POSITIVE_INFINITY,
    });
    expect([...new Set(offline.findings.map(({ subject }) => subject))].sort()).toEqual([subjectOf(slow), subjectOf(madeSlow)]);

    const clock = manualClock(begin);
    const store = createStore({ backend: memoryBackend({ clock }) });
    const registry = createRegistry({ store, clock });
    await registry.add(contoso.id, contoso.name);
    const lanes: [string, string][] = [];
    const deps = {
      store,
      registry,
      connect: () => ({ reader: {} }) as never,
      directory: { read: async () => new Map() },
      detector,
      feeds: [tapeFeed('sign-ins.interactive', tape), tapeFeed('directory-audits', [])],
      campaigns: [],
      clock,
      ids: countingIds(),
      log: (event: string, fields: Readonly<Record<string, unknown>>) => {
        if (event === 'round.done' && Number(fields['findings']) > 0) lanes.push([String(fields['lane']), String(fields['incidents'])]);
      },
    };
    const scope = await registry.authorise(contoso.id, 'show');
    const found = async () => (await store.findings.all(scope)).filter(({ standing }) => standing).map(({ id }) => id);
    for (let at = begin; at <= begin + 34 * hour; at += 20 * minute) {
      clock.set(at);
      // From then on its marks stand still, and nothing waits for them.
      if (at === begin + 4 * hour)
        await registry.update(contoso.id, (entry) => ({
          ...entry,
          policy: { ...entry.policy, feeds: { on: [], off: ['directory-audits'] } },
        }));
      await runRound(deps, contoso.id, 'fast');
      if (at % hour === 0) await runRound(deps, contoso.id, 'reconcile');
      // The last look at these records comes a day after them; the round after it concludes.
      if (at <= begin + 26 * hour) expect(await found()).toEqual([]);
    }
    expect((await found()).sort()).toEqual(offline.findings.map(({ id }) => id).sort());
    expect(lanes.map(([lane]) => lane)).toEqual(lanes.map(() => 'reconcile'));
    const incidents = (await store.state.incidents(scope)).map(({ value }) => value);
    expect(incidents.flatMap(({ subjects }) => subjects).sort()).toEqual([subjectOf(slow), subjectOf(madeSlow)]);
    expect(incidents.map(({ status }) => status)).toEqual(['open', 'open']);
  });
});

// A later look that died after it kept a late record and before it judged it: the next one judges it, though the record is in the log already.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { runRound } from '../../src/rounds/round.ts';
import type { CrashPoint } from '../../src/store/crash-points.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { contoso } from '../support/guard.ts';
import { tapeFeed } from '../support/log-tape.ts';
import { countingIds, manualClock } from '../support/manual-clock.ts';

const hour = 3_600_000;
const begin = Date.UTC(2026, 2, 2, 0, 0, 0);
const late: Activity = {
  id: 'signin:late',
  tenant: contoso.id,
  feed: 'sign-ins.interactive',
  time: begin + hour,
  subject: 'user:c1000000-0000-4000-8000-000000000001',
  views: [{ shape: 'sign-in', record: { id: 'late' } }],
};
const found: Finding = {
  v: 1,
  id: 'finding-late',
  tenant: contoso.id,
  rule: 'a-rule',
  title: 'A rule',
  campaign: 'takeover-core',
  severity: 'high',
  effect: 'alert',
  stage: 'entry',
  techniques: [],
  subject: 'user:c1000000-0000-4000-8000-000000000001',
  related: [],
  time: new Date(late.time).toISOString(),
  activities: [late.id],
  why: 'It matched.',
  against: [],
  facts: {},
  standing: true,
};
/** Finds one thing: the late record. */
const detector: Pick<Detector, 'detect' | 'learn' | 'groupsOf' | 'sequences'> = {
  learn: () => new Map(),
  groupsOf: () => [],
  sequences: [],
  detect: ({ activities }) => ({
    findings: activities.some(({ id }) => id === late.id) ? [found] : [],
    baselines: new Map(),
    hits: [],
    notAssessable: [],
    rulesEvaluated: 0,
  }),
};

describe('a later look that died half way', () => {
  it.each<[CrashPoint, 'before' | 'after']>([
    ['round.append-activities', 'after'],
    ['round.put-findings', 'after'],
    ['round.commit', 'before'],
  ])('died at %s (%s): the incident is there after the next look', async (point, when) => {
    const clock = manualClock(begin);
    const backend = memoryBackend({ clock });
    const process = (crash?: CrashInjector) => {
      const store = createStore({ backend, crash });
      const registry = createRegistry({
        store,
        clock,
        seed: {
          tenants: [{ tenant: contoso.id, name: contoso.name }],
          policy: { live: false, responderGroup: '', protectedObjects: [], cadence: { fast: 300, config: 1800, reconcile: 3600 } },
        },
      });
      return {
        store,
        registry,
        connect: () => ({ reader: {} }) as never,
        directory: { read: async () => new Map() },
        detector: detector as Detector,
        feeds: [tapeFeed('sign-ins.interactive', [{ activity: late, visibleAt: begin + 4 * hour }], (read) => read)],
        campaigns: [],
        clock,
        ids: countingIds(`${point} ${when}`),
        log: () => undefined,
      };
    };
    const first = process();
    await first.registry.seed();
    await runRound(first, contoso.id, 'fast');
    clock.set(begin + 3 * hour);
    await runRound(first, contoso.id, 'fast');
    clock.set(begin + 8 * hour);
    await expect(runRound(process(crashAt(point, when)), contoso.id, 'reconcile')).rejects.toThrow(CrashError);
    clock.set(begin + 9 * hour);
    const next = process();
    await runRound(next, contoso.id, 'reconcile');
    const scope = await next.registry.authorise(contoso.id, 'show');
    expect((await next.store.state.incidents(scope, 10)).map(({ value }) => value.findings)).toEqual([[found.id]]);
  });
});

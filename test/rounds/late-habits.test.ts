// A successful sign-in that comes late changes what was judged without it: about its user, and about others at the same address.
import { describe, expect, it } from 'vitest';
import type { LogFeed } from '../../src/collect/feed.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
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
const person = { id: '11111111-1111-4111-8111-000000000001', upn: 'nora@contoso.example' };

function taped(record: Readonly<Record<string, unknown>>, feed: string, late: number): Taped {
  const activity = readRecord(record, { tenant: contoso.id, feed });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return { activity, visibleAt: activity.time + late };
}

const signIn = (number: number, at: number, late: number, more: Readonly<Record<string, unknown>> = {}): Taped =>
  taped(
    {
      id: `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, '0')}`,
      createdDateTime: new Date(at).toISOString(),
      userId: person.id,
      userPrincipalName: person.upn,
      appId: '00000002-0000-0ff1-ce00-000000000000',
      appDisplayName: 'Office 365 Exchange Online',
      ipAddress: '192.0.2.7',
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      status: { errorCode: 0 },
      location: { countryOrRegion: 'NO' },
      ...more,
    },
    'sign-ins.interactive',
    late,
  );

const registration = (at: number, late: number, ipAddress: string | null = null): Taped =>
  taped(
    {
      id: 'Directory_bbbbbbbb-0000-4000-8000-000000000001',
      activityDateTime: new Date(at).toISOString(),
      activityDisplayName: 'User registered security info',
      result: 'success',
      resultReason: 'User registered Authenticator App with Notification and Code',
      correlationId: 'bbbbbbbb-0000-4000-8000-000000000002',
      initiatedBy: { user: { id: person.id, userPrincipalName: person.upn, ipAddress } },
      targetResources: [{ id: person.id, type: 'User', userPrincipalName: person.upn, modifiedProperties: [] }],
    },
    'directory-audits',
    late,
  );

const unlicensed: LogFeed = {
  ...tapeFeed('sign-ins.interactive', []),
  read: async (_, { from }) => ({ outcome: { status: 'unlicensed', sku: 'Entra ID P1' }, activities: [], skipped: [], readTo: from }),
};

/** What stands after three days of rounds, and what one look at the complete log finds. */
async function both(
  signIns: readonly Taped[],
  audits: readonly Taped[],
  { signInsUnread = false, step = hour, rounds = 73, learnt = [] as readonly Taped[] } = {},
) {
  const { campaigns, detector } = await shippedDetector();
  const all: readonly Activity[] = [...signIns, ...audits].map(({ activity }) => activity);
  const baselines = detector.learn(
    learnt.map(({ activity }) => activity),
    new Map(),
  );
  const offline = detector.detect({ activities: all, baselines, directory: new Map(), hits: [], signInsUnread });
  const clock = manualClock(begin);
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
  await store.baselines.merge('round.merge-baselines', await registry.authorise(contoso.id, 'round'), baselines);
  const deps = {
    store,
    registry,
    connect: () => ({ reader: {} }) as never,
    directory: { read: async () => new Map() },
    detector,
    feeds: [signInsUnread ? unlicensed : tapeFeed('sign-ins.interactive', signIns), tapeFeed('directory-audits', audits)],
    campaigns: campaigns.map(({ manifest }) => manifest),
    clock,
    ids: countingIds(),
    log: () => undefined,
  };
  for (let round = 0; round < rounds; round++) {
    clock.set(begin + round * step);
    await runRound(deps, contoso.id, 'fast');
    await runRound(deps, contoso.id, 'reconcile');
  }
  const stored = await store.findings.all(await registry.authorise(contoso.id, 'show'));
  const ids = (findings: readonly { rule: string; id: string }[]) => findings.map(({ rule, id }) => `${rule} ${id}`).sort();
  return {
    offline: ids(offline.findings),
    standing: ids(stored.filter(({ standing }) => standing)),
    withdrawn: stored.filter(({ standing }) => !standing).map(({ rule }) => rule),
  };
}

describe('a success that is read late', () => {
  it('makes a habit of the network from which failures were counted meanwhile', async () => {
    const elsewhere = { ipAddress: '198.51.100.9' };
    const failures = Array.from({ length: 12 }, (_, index) =>
      signIn(10 + index, begin + 26 * hour + (2 + index) * minute, 3 * minute, { ...elsewhere, status: { errorCode: 50126 } }),
    );
    const { offline, standing, withdrawn } = await both(
      [signIn(1, begin + hour, 5 * minute), signIn(2, begin + 2 * hour + minute, 23.5 * hour, elsewhere), ...failures],
      [],
    );
    expect(standing).toEqual(offline);
    expect(withdrawn).toContain('takeover-core-brute-force');
  });
  it('takes back what was said about others, once so many have entered from an address that it must be an office', async () => {
    const employee = (number: number) => ({
      userId: `11111111-1111-4111-8111-0000000001${String(number).padStart(2, '0')}`,
      userPrincipalName: `person${number}@contoso.example`,
      ipAddress: '198.51.100.9',
    });
    const eight = [1, 2, 3, 4, 5, 6, 7, 8];
    const mistypes = eight.map((who) =>
      signIn(100 + who, begin + 26 * hour + who * minute, minute, { ...employee(who), status: { errorCode: 50126 } }),
    );
    const entries = eight.map((who) =>
      signIn(200 + who, begin + 26 * hour + (10 + who) * minute, who === 1 ? minute : 4 * hour, employee(who)),
    );
    const { offline, standing, withdrawn } = await both([...mistypes, ...entries], []);
    expect(standing).toEqual(offline);
    expect(withdrawn).toEqual(['takeover-core-password-spray-success']);
    expect(standing.join()).not.toContain('password-spray-success');
  });
});

describe('a place that is read late', () => {
  const zurich = { location: { countryOrRegion: 'CH', geoCoordinates: { latitude: 47.4, longitude: 8.5 } } };
  const boston = { ipAddress: '203.0.113.7', location: { countryOrRegion: 'US', geoCoordinates: { latitude: 42.4, longitude: -71.1 } } };
  const impossible = (rules: readonly string[]) => rules.filter((rule) => rule.startsWith('takeover-core-impossible-travel'));

  it('makes a journey impossible that was none before', async () => {
    const signIns = [signIn(1, begin, 0, zurich), signIn(2, begin + 20 * hour, 5 * hour, zurich), signIn(3, begin + 22 * hour, 0, boston)];
    const { offline, standing } = await both(signIns, []);
    expect(impossible(offline)).toHaveLength(1);
    expect(standing).toEqual(offline);
  });
  it('makes another sign-in the impossible one', async () => {
    const signIns = [
      signIn(1, begin + 20 * hour, 0, zurich),
      signIn(2, begin + 21 * hour, 5 * hour, boston),
      signIn(3, begin + 22 * hour, 0, boston),
    ];
    const { offline, standing, withdrawn } = await both(signIns, []);
    expect(impossible(offline)).toHaveLength(1);
    expect(standing).toEqual(offline);
    expect(impossible(withdrawn)).toHaveLength(1);
  });
});

describe('strong authentication on a known device that is read after the method it excuses', () => {
  const device = {
    deviceDetail: { deviceId: '77777777-0000-4000-8000-000000000001' },
    authenticationRequirement: 'multiFactorAuthentication',
  };
  const boston = { ipAddress: '203.0.113.7', location: { countryOrRegion: 'US' } };
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1';
  const known = Array.from({ length: 4 }, (_, index) => signIn(1 + index, begin - (20 - 5 * index) * 24 * hour, 0, device));

  it.each([2, 12, 40])('takes back what was said %i minutes before', async (late) => {
    const journey = [
      signIn(10, begin + 60 * minute, minute, { ...boston, userAgent: phone }),
      signIn(11, begin + 62 * minute, late * minute, { ...boston, ...device }),
    ];
    const { offline, standing, withdrawn } = await both(journey, [registration(begin + 66 * minute, minute, boston.ipAddress)], {
      learnt: known,
      step: 5 * minute,
      rounds: 36,
    });
    expect(standing).toEqual(offline);
    if (late > 5) expect(withdrawn).toContain('takeover-core-method-in-first-seen-country');
  });
});

describe('a method of somebody without a sign-in', () => {
  it('is no alarm where sign-ins are read: a new colleague registers before the first sign-in is visible', async () => {
    const { offline, standing, withdrawn } = await both(
      [signIn(1, begin + 33 * hour, 5 * minute)],
      [registration(begin + 9 * hour, 3 * minute)],
    );
    expect(standing).toEqual(offline);
    expect([...standing, ...withdrawn]).toEqual([]);
  });
  it('is the first alarm where none can be read', async () => {
    const { offline, standing } = await both([], [registration(begin + 9 * hour, 3 * minute)], { signInsUnread: true });
    expect(standing).toEqual(offline);
    expect(standing.join()).toContain('takeover-core-method-first-alarm');
  });
});

// What a quiet fast round asks of the storage, with all packs, by how many users were active; and rounds per second on Azurite. `node bench/rounds.ts [--azurite]`; also called by the bench suite.
import { parseArgs } from 'node:util';
import { startAzurite } from '../local/azurite.ts';
import { projectRoot } from '../local/build.ts';
import type { LogFeed } from '../src/collect/feed.ts';
import { readRecord } from '../src/collect/records/to-activity.ts';
import type { Activity } from '../src/contracts/activity.ts';
import type { RoundDependencies } from '../src/rounds/dependencies.ts';
import { runRound } from '../src/rounds/round.ts';
import { azureBackend } from '../src/store/azure.ts';
import type { Backend } from '../src/store/backend.ts';
import { countOperations } from '../src/store/count-operations.ts';
import { createStore } from '../src/store/create-store.ts';
import { memoryBackend } from '../src/store/memory.ts';
import type { Connection } from '../src/tenants/connections.ts';
import { createRegistry } from '../src/tenants/registry.ts';
import { shippedDetector } from '../test/support/guard.ts';
import { manualClock } from '../test/support/manual-clock.ts';

const start = Date.UTC(2026, 2, 3, 9);
const roundMs = 300_000;
const learningRounds = 6;

/** An ordinary sign-in: the same browser, place and application every time. */
function signIn(tenant: string, user: number, time: number): Activity {
  const id = `${String(user).padStart(8, '0')}-1111-4000-8000-000000000000`;
  const activity = readRecord(
    {
      id: `${time}-${user}`,
      createdDateTime: new Date(time).toISOString(),
      userId: id,
      userPrincipalName: `user${user}@contoso.example`,
      appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
      appDisplayName: 'OfficeHome',
      ipAddress: `192.0.2.${user % 250}`,
      autonomousSystemNumber: 64_496,
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
      isInteractive: true,
      status: { errorCode: 0 },
      location: { city: 'Oslo', countryOrRegion: 'NO', geoCoordinates: { latitude: 59.9, longitude: 10.7 } },
      deviceDetail: { browser: 'Chrome 131.0.0', operatingSystem: 'Windows10' },
    },
    { tenant, feed: 'sign-ins.interactive', visibleAt: time },
  );
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
}

function signInFeed(users: number, active: number): LogFeed {
  return {
    kind: 'log',
    id: 'sign-ins.interactive',
    title: 'Interactive sign-ins',
    source: 'reporting',
    lane: 'fast',
    permissions: [],
    blind: 'unread',
    delay: 'none',
    paging: 'none',
    reconciled: 'none',
    overlapSeconds: 0,
    firstReadDays: 1,
    async read({ tenant, now }, span) {
      const bin = Math.floor(now / roundMs);
      const activities = Array.from({ length: active }, (_, n) => signIn(tenant, (bin * active + n) % users, now - 1000 - n));
      return { outcome: { status: 'complete' }, activities, skipped: [], readTo: span.to };
    },
  };
}

export interface RoundFigures {
  readonly users: number;
  readonly active: number;
  readonly operations: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly perSecond: number;
}

/** Everybody is met first, then rounds in which everybody does the usual are counted. */
export async function roundFigures(backend: Backend, users: number, active: number, rounds: number): Promise<RoundFigures> {
  const clock = manualClock(start);
  const counter = countOperations(backend);
  const store = createStore({ backend: counter.backend });
  const registry = createRegistry({ store, clock });
  const tenant = crypto.randomUUID();
  await registry.add(tenant, 'Contoso');
  const { detector } = await shippedDetector();
  let holder = 0;
  const nobody = {} as Connection;
  const deps: RoundDependencies = {
    store,
    registry,
    connect: () => ({ reader: nobody, responder: nobody }),
    directory: { read: async () => new Map() },
    detector,
    feeds: [signInFeed(users, active)],
    campaigns: [],
    clock,
    ids: { fresh: () => `bench-${holder++}` },
    log: () => undefined,
  };
  const round = async (): Promise<void> => {
    clock.advance(roundMs);
    await runRound(deps, tenant, 'fast');
  };
  for (let n = 0; n < Math.max(learningRounds, Math.ceil(users / active) + 1); n++) await round();
  // Habits of a day ago excuse what comes now.
  clock.advance(25 * 3_600_000);
  await round();
  counter.reset();
  const begun = performance.now();
  for (let n = 0; n < rounds; n++) await round();
  const seconds = (performance.now() - begun) / 1000;
  return {
    users,
    active,
    operations: counter.total() / rounds,
    kinds: Object.fromEntries([...counter.counts()].map(([kind, count]) => [kind, count / rounds])),
    perSecond: rounds / seconds,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { azurite: { type: 'boolean', default: false }, rounds: { type: 'string', default: '20' } } });
  const rounds = Number(values.rounds);
  const print = (where: string, { users, active, operations, kinds, perSecond }: RoundFigures): void =>
    console.log(
      `${where}, ${active} of ${users} users active: ${operations.toFixed(1)} storage operations a round, ${perSecond.toFixed(1)} rounds a second, one after another\n  ${Object.entries(
        kinds,
      )
        .map(([kind, count]) => `${kind} ${count}`)
        .join(', ')}`,
    );
  for (const [users, active] of [
    [100, 20],
    [500, 100],
  ] as const)
    print('in memory', await roundFigures(memoryBackend(), users, active, rounds));
  if (values.azurite) {
    const azurite = await startAzurite({ root: projectRoot });
    try {
      const storage = { data: { connectionString: azurite.connectionString }, queues: { connectionString: azurite.connectionString } };
      const backend = azureBackend({ storage, credential: { getToken: async () => null } });
      await backend.prepare();
      print('on Azurite', await roundFigures(backend, 100, 20, rounds));
    } finally {
      await azurite.close();
    }
  }
}

// What a tenant needs beside its rounds: keeping no longer than agreed, being erased after it left, wherever the process dies meanwhile.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import { runTask, tasksOfFleet } from '../../src/rounds/tasks.ts';
import { containers, tables } from '../../src/store/backend.ts';
import type { CrashPoint } from '../../src/store/crash-points.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { ConflictError, type Store } from '../../src/store/store.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { createRegistry, UnknownTenantError } from '../../src/tenants/registry.ts';
import { baselineOf, containmentOf, dueOf, feedOf, findingOf, hitOf, incidentOf, outboxOf } from '../store/fixtures.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { contoso, fabrikam, scopeOf } from '../support/scope.ts';
import { everythingStored } from '../support/stored.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 2, 2, 9);
const activityOf = (tenant: string, time: number): Activity => ({
  id: `signin:${time}`,
  tenant,
  feed: 'sign-ins.interactive',
  time,
  subject: 'user:ada',
  views: [{ shape: 'sign-in', record: {} }],
});

function setUp(clock: ManualClock = manualClock(start)) {
  const backend = memoryBackend({ clock });
  const at = (crash?: CrashInjector) => {
    const store = createStore({ backend, crash });
    return { store, registry: createRegistry({ store, clock }), clock, feeds: [], log: () => undefined };
  };
  return { backend, clock, at };
}

/** One of everything that is kept of a tenant. */
async function fill(store: Store, tenant: string): Promise<void> {
  const scope = scopeOf(tenant);
  const lease = await store.state.lease('round.take-lease', scope, 'fast', 'w', start, 60);
  if (lease === undefined) throw new Error('the lane is taken');
  await store.state.commitRound('round.commit', lease, {
    feeds: [feedOf('directory-audits')],
    gaps: [{ v: 1, feed: 'directory-audits', from: 1, to: 2, why: 'denied' }],
    incidents: [{ value: incidentOf(scope) }],
    outbox: [outboxOf('i1', 1)],
  });
  await store.state.commitWatch('watch.commit', scope, { value: { v: 1, revision: 1 } }, undefined);
  await store.state.putAliases('round.put-findings', scope, new Map([['ada', 'user:ada']]));
  await store.findings.put('round.put-findings', scope, [findingOf(scope), findingOf(scope, { id: 'f2', subject: 'unresolved:ada' })]);
  await store.baselines.merge('round.merge-baselines', scope, new Map([['user:ada', baselineOf(1)]]));
  await store.sequences.put('round.put-hits', scope, [hitOf()]);
  await store.journal.intend('contain.intend', scope, containmentOf(scope));
  await store.due.put('round.put-due', dueOf(scope));
  await store.sightings.put('round.put-findings', '192.0.2.7', scope, start);
  await store.blobs.appendActivities('round.append-activities', scope, '2026-03-01', [activityOf(tenant, start)]);
  await store.blobs.putSnapshot('round.put-snapshot', scope, 'permission-grants', 'now', [{ id: '1' }]);
  await store.blobs.putEvidence('contain.put-evidence', scope, 'c1', 'methods', {});
}

const placesOf = async (world: ReturnType<typeof setUp>, tenant: string): Promise<string[]> => [
  ...new Set((await everythingStored(world.backend)).filter((line) => line.includes(tenant)).map((line) => line.split(' ')[0] ?? '')),
];

async function removed(keepDays?: number): Promise<ReturnType<typeof setUp>> {
  const world = setUp();
  const { store, registry } = world.at();
  for (const [tenant, name] of [
    [contoso, 'Contoso'],
    [fabrikam, 'Fabrikam'],
  ] as const) {
    await registry.add(tenant, name);
    await fill(store, tenant);
  }
  await registry.remove(contoso, keepDays);
  return world;
}

describe('a tenant that was removed', () => {
  it('fills every table and container of the test, so that the test below leaves nothing out', async () => {
    const world = await removed();
    const kinds = await placesOf(world, contoso);
    // Pushed records wait in the spool only where an Event Hub feeds it; moods and blocks of requests belong to the fleet.
    const own = [...tables, ...containers].filter((kind) => !['spool', 'fleet', 'packs'].includes(kind));
    expect(own.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it('keeps its data for thirty days, and is not erased a minute earlier', async () => {
    const world = await removed();
    world.clock.advance(30 * day - 60_000);
    expect(tasksOfFleet(await world.at().registry.all(), world.clock.now())).not.toContainEqual({ tenant: contoso, task: 'erase' });
    await expect(runTask(world.at(), contoso, 'erase')).rejects.toThrow(UnknownTenantError);
    world.clock.advance(60_000);
    expect(tasksOfFleet(await world.at().registry.all(), world.clock.now())).toContainEqual({ tenant: contoso, task: 'erase' });
  });

  it('leaves nothing but its evidence and the mark that it was here, and takes nothing of another tenant with it', async () => {
    const world = await removed();
    const others = (await everythingStored(world.backend)).filter((line) => line.includes(fabrikam));
    world.clock.advance(31 * day);
    await runTask(world.at(), contoso, 'erase');
    expect(await placesOf(world, contoso)).toEqual(['registry', 'evidence']);
    expect((await everythingStored(world.backend)).filter((line) => line.includes(fabrikam))).toEqual(others);
    expect((await everythingStored(world.backend)).join('\n')).not.toContain('Contoso');
    expect(tasksOfFleet(await world.at().registry.all(), world.clock.now()).map(({ tenant }) => tenant)).not.toContain(contoso);
  });

  it.each(['registry.begin-erasing', 'erase.remove-blobs', 'erase.remove-rows', 'registry.end-erasing'] as const satisfies CrashPoint[])(
    'is erased to the end by the next bell after a death at %s',
    async (point) => {
      for (const when of ['before', 'after'] as const) {
        const world = await removed();
        world.clock.advance(31 * day);
        await expect(runTask(world.at(crashAt(point, when)), contoso, 'erase')).rejects.toThrow(CrashError);
        // After its last write nothing is left to do.
        await runTask(world.at(), contoso, 'erase').catch((error: unknown) => {
          if (!(error instanceof UnknownTenantError)) throw error;
        });
        expect(await placesOf(world, contoso)).toEqual(['registry', 'evidence']);
      }
    },
  );

  it('goes on with all that was known of it if it comes back in time, and rehearses until somebody lets it act', async () => {
    const world = await removed();
    world.clock.advance(29 * day);
    const { registry, store } = world.at();
    await registry.add(contoso, 'Contoso again');
    world.clock.advance(10 * day);
    await expect(runTask(world.at(), contoso, 'erase')).rejects.toThrow(UnknownTenantError);
    expect(await store.state.feeds(scopeOf(contoso))).toHaveLength(1);
    expect(await registry.entry(scopeOf(contoso))).toMatchObject({ name: 'Contoso again', status: 'active', policy: { live: false } });
  });

  it('cannot come back while its data is being deleted, and begins anew afterwards', async () => {
    const world = await removed(0);
    world.clock.advance(3_600_000);
    await world.at().registry.beginErasing(contoso);
    await expect(world.at().registry.add(contoso, 'Contoso')).rejects.toThrow(ConflictError);
    await runTask(world.at(), contoso, 'erase');
    expect(await world.at().registry.add(contoso, 'Contoso')).toMatchObject({ addedAt: new Date(world.clock.now()).toISOString() });
  });
});

describe('retention', () => {
  it('deletes activities beyond the policy’s days and snapshots that another took the place of; the newest one stays however old', async () => {
    const world = setUp();
    const { store, registry } = world.at();
    await registry.add(contoso, 'Contoso', { retentionDays: 30 });
    const scope = scopeOf(contoso);
    for (const date of ['2026-01-30', '2026-01-31', '2026-03-02'])
      await store.blobs.appendActivities('round.append-activities', scope, date, [activityOf(contoso, Date.parse(date))]);
    for (const name of ['old', 'current']) await store.blobs.putSnapshot('round.put-snapshot', scope, 'domains', name, []);
    const lease = await store.state.lease('round.take-lease', scope, 'config', 'w', start, 60);
    if (lease === undefined) throw new Error('the lane is taken');
    const feeds = [{ ...feedOf('domains'), snapshot: 'current' }];
    await store.state.commitRound('round.commit', lease, { feeds, gaps: [], incidents: [], outbox: [] });
    const kept = async () =>
      (await everythingStored(world.backend))
        .filter((line) => /^(activities|snapshots) /.test(line))
        .map((line) => line.split(' ')[1]?.split('/').slice(1).join('/'));
    await runTask(world.at(), contoso, 'retention');
    expect(await kept()).toEqual(['2026-01-31.ndjson.gz', '2026-03-02.ndjson.gz', 'domains/current.json.gz', 'domains/old.json.gz']);
    world.clock.advance(31 * day);
    await runTask(world.at(), contoso, 'retention');
    expect(await kept()).toEqual(['domains/current.json.gz']);
  });
});

describe('the tasks of a fleet', () => {
  it('are watched and told of while active, only kept tidy while paused; one bell of first light is enough for all', async () => {
    const world = setUp();
    const { registry } = world.at();
    await registry.add(contoso, 'Contoso');
    await registry.add(fabrikam, 'Fabrikam');
    const both = tasksOfFleet(await registry.all(), start);
    expect(both.filter(({ task }) => task === 'first-light')).toHaveLength(1);
    expect(both.filter(({ task }) => task === 'watch')).toHaveLength(2);
    await registry.update(fabrikam, (entry) => ({ ...entry, status: 'paused' }));
    expect(tasksOfFleet(await registry.all(), start).filter(({ tenant }) => tenant === fabrikam)).toEqual([
      { tenant: fabrikam, task: 'retention' },
    ]);
  });
});

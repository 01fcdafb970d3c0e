// Records that diagnostic settings push: stored by the trigger, judged by the next round, whatever comes twice, late, out of order or from elsewhere.
import { beforeEach, describe, expect, it } from 'vitest';
import { silentFeeds } from '../../src/alert/watch.ts';
import { sortPushed } from '../../src/collect/pushed/sort.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { type EventWorld, eventWorld, start } from '../support/event-world.ts';
import { contoso, fabrikam } from '../support/guard.ts';

const feed = 'sign-ins.non-interactive.pushed';
let world: EventWorld;
beforeEach(async () => {
  world = await eventWorld();
  await turnOn(world);
});

async function turnOn(of: EventWorld): Promise<void> {
  await of.guard.deps.registry.update(contoso.id, (entry) => ({
    ...entry,
    policy: { ...entry.policy, feeds: { on: [feed], off: [] } },
  }));
}

const record = (number: number, minutes = 0, more: object = {}) => ({
  time: new Date(start - minutes * 60_000).toISOString(),
  category: 'NonInteractiveUserSignInLogs',
  tenantId: contoso.id,
  operationName: 'Sign-in activity',
  properties: {
    id: `0a00000${number}-0000-4000-8000-0000000000aa`,
    createdDateTime: new Date(start - minutes * 60_000).toISOString(),
    userId: 'c1000000-0000-4000-8000-000000000001',
    userPrincipalName: 'marta.ferrer@contoso.example',
    appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
    appDisplayName: 'OfficeHome',
    ipAddress: '192.0.2.44',
    isInteractive: false,
    status: { errorCode: 0 },
  },
  ...more,
});
const message = (...records: unknown[]) => ({ records });

const read = async (of: EventWorld = world, kept?: string) => {
  const [found] = of.pushedFeeds.filter(({ id }) => id === feed);
  if (found === undefined) throw new Error('no such feed');
  const connection = of.guard.deps.connect(await of.guard.deps.registry.authorise(contoso.id, 'round')).reader;
  const context = { tenant: contoso.id, connection, now: of.guard.clock.now(), touched: [], ...(kept === undefined ? {} : { kept }) };
  return found.read(context, { from: 0, to: of.guard.clock.now() });
};

describe('the trigger', () => {
  it('stores records and rings for a fast round, and judges nothing', async () => {
    await world.push([message(record(1)), message(record(2), record(3))]);
    expect(world.taken('events')).toEqual([{ v: 1, tenant: contoso.id, lane: 'fast' }]);
    expect((await read()).activities.map(({ id }) => id).sort()).toEqual(
      [1, 2, 3].map((n) => `signin:0a00000${n}-0000-4000-8000-0000000000aa`),
    );
  });

  it('keeps a batch that is delivered twice once', async () => {
    await world.push([message(record(1))]);
    await world.push([message(record(1))]);
    const scope = await world.guard.deps.registry.authorise(contoso.id, 'round');
    expect(await world.guard.deps.store.spool.of(scope, feed)).toHaveLength(1);
  });

  it('takes nothing of other tenants, of other logs, or of a feed that the policy does not want', async () => {
    await world.push([
      message(record(1, 0, { tenantId: fabrikam.id }), record(2, 0, { category: 'AuditLogs' }), record(3, 0, { category: 'constructor' })),
      message(record(4, 0, { category: 'ServicePrincipalSignInLogs' })),
    ]);
    expect(world.taken('events')).toEqual([]);
    expect(world.guard.events).toContainEqual({ event: 'pushed.not-taken', fields: { foreign: 1, other: 2 } });
    expect(world.logged()).toContain('pushed.feed-off');
  });

  it('keeps what is no record for inspection, and goes on with the rest', async () => {
    await world.push(['no JSON at all', { hello: 1 }, message(null, 7, { category: 'NonInteractiveUserSignInLogs' }, record(1))]);
    expect(world.taken('events-poison')).toHaveLength(5);
    expect((await read()).activities).toHaveLength(1);
  });

  it('drops everything of a home tenant that is not under guard', async () => {
    await world.guard.deps.registry.remove(contoso.id);
    await world.push([message(record(1))]);
    expect(world.logged()).toContain('pushed.unknown-tenant');
  });

  it.each(['pushed.put-records', 'pushed.put-row', 'pushed.ring-event'] as const)(
    'that dies at %s has lost nothing: the hub delivers again',
    async (point) => {
      for (const when of ['before', 'after'] as const) {
        const mortal = world.restart(crashAt(point, when));
        await expect(mortal.push([message(record(1), record(2))])).rejects.toThrow(CrashError);
        await world.push([message(record(1), record(2))]);
        expect((await read()).activities, when).toHaveLength(2);
      }
    },
  );
});

describe('the feed', () => {
  it('says that nothing came yet, and how it is switched on', async () => {
    expect((await read()).outcome).toMatchObject({ status: 'off', next: expect.stringContaining('diagnostic settings') });
  });

  it('is never complete: it tells the time of the last record, and that silence proves nothing', async () => {
    await world.push([message(record(1, 20), record(2, 5))]);
    const { outcome, readTo } = await read();
    expect(readTo).toBe(start - 5 * 60_000);
    expect(outcome).toMatchObject({ status: 'incomplete', why: expect.stringMatching(/last record is of 2026-03-09 09:55 UTC.*silence/) });
  });

  it('does not let a record from the future move its mark', async () => {
    await world.push([message(record(1, -600))]);
    expect((await read()).readTo).toBe(start);
  });

  it('reads a batch again until its round is committed, and forgets it then', async () => {
    await world.push([message(record(1))]);
    const first = await read();
    expect((await read()).activities).toHaveLength(1);
    const second = await read(world, first.kept);
    expect([second.activities.length, second.readTo]).toEqual([0, first.readTo]);
    const scope = await world.guard.deps.registry.authorise(contoso.id, 'round');
    expect(await world.guard.deps.store.spool.of(scope, feed)).toEqual([]);
  });

  it('reads many small batches at once, of large ones as many as memory bears, and says how many wait', async () => {
    for (let number = 0; number < 23; number++) await world.push([message(record(number))]);
    expect((await read()).outcome).toMatchObject({ why: expect.not.stringContaining('wait') });
    const { store, registry, clock } = world.guard.deps;
    const scope = await registry.authorise(contoso.id, 'round');
    for (let number = 0; number < 5; number++) {
      const name = `large-${number}`;
      await store.spool.putRecords('pushed.put-records', scope, name, []);
      await store.spool.put('pushed.put-row', scope, { v: 1, feed, name, at: clock.now() + 1, count: 8000 });
    }
    expect((await read()).outcome).toMatchObject({ why: expect.stringContaining('3 batches wait') });
  });

  it('is judged by a round like any other log: once, whatever is pushed again, and after a death in between', async () => {
    await world.push([message(record(1)), message(record(1))]);
    const mortal = world.restart(crashAt('round.commit', 'before'));
    await expect(mortal.round('fast')).rejects.toThrow(CrashError);
    world.guard.clock.advance(600_000);
    await world.round('fast');
    await world.push([message(record(1))]);
    world.guard.clock.advance(600_000);
    await world.round('fast');
    const scope = await world.guard.deps.registry.authorise(contoso.id, 'round');
    const kept = new Set<string>();
    for await (const activity of world.guard.deps.store.blobs.activities(scope, '2026-03-09'))
      if (activity.feed === feed) kept.add(activity.id);
    expect([...kept]).toEqual(['signin:0a000001-0000-4000-8000-0000000000aa']);
    const state = (await world.guard.deps.store.state.feeds(scope)).find((one) => one.feed === feed);
    expect(state).toMatchObject({ outcome: { status: 'incomplete' }, readTo: start });
  });
});

describe('a push that stops', () => {
  it('is an alarm after a day and not after a quiet night, and no gap is made up for it', async () => {
    await world.push([message(record(1))]);
    await world.round('fast');
    const { deps } = world.guard;
    const scope = await deps.registry.authorise(contoso.id, 'round');
    const silent = async (hours: number) => {
      const states = (await deps.store.state.feeds(scope)).filter((one) => one.feed === feed);
      return silentFeeds(await deps.registry.entry(scope), world.pushedFeeds, states, start + hours * 3_600_000).map((one) => one.feed);
    };
    expect(await silent(20)).toEqual([]);
    expect(await silent(25)).toEqual([feed]);
    world.guard.clock.advance(3 * 86_400_000);
    await world.round('fast');
    expect((await deps.store.state.gaps(scope)).filter((gap) => gap.feed === feed)).toEqual([]);
  });
});

it('sorting never throws, and counts what it leaves out', () => {
  const { byFeed, unreadable, foreign } = sortPushed([1, null, { records: [{ category: 'x', tenantId: 'y' }, []] }], contoso.id);
  expect([byFeed.size, unreadable.length, foreign]).toEqual([0, 3, 1]);
});

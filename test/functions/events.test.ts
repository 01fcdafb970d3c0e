// What reaches the queue `events` and the guard's own topic: which of it makes a round earlier, and which changes nothing.
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { graphEvent } from '../../src/contracts/events.ts';
import { type EventWorld, eventWorld, start } from '../support/event-world.ts';
import { contoso, fabrikam } from '../support/guard.ts';

let world: EventWorld;
beforeEach(async () => {
  world = await eventWorld();
});

const bell = (lane: string, tenant: string = contoso.id) => ({ v: 1, tenant, lane });
/** What rang once the gathering time is over. */
const rung = () => {
  world.guard.clock.advance(11_000);
  return world.taken('checks');
};
const command = (type: string, data: unknown) => ({ specversion: '1.0', id: 'c1', source: '/soc/example', type, data });

describe('the guard’s own topic', () => {
  it('"check this tenant" rings both lanes, through the queue', async () => {
    await world.command(command('TenantGuard.CheckTenant', { tenant: contoso.id.toUpperCase() }));
    const bells = world.taken('events');
    expect(bells).toEqual([bell('fast'), bell('config')]);
    for (const one of bells) await world.event(one);
    expect(rung()).toEqual([bell('fast'), bell('config')]);
  });

  it('a tenant that is not under guard is dropped and not tried again', async () => {
    await world.event(bell('fast', '99999999-0000-4000-8000-000000000001'));
    expect(rung()).toEqual([]);
    expect(world.logged()).toContain('event.unknown-tenant');
  });

  it.each([
    ['no CloudEvent', { hello: 1 }, /type: /],
    ['another type', command('Other.Type', {}), /type: TenantGuard.CheckTenant or TenantGuard.BadAddress/],
    ['no tenant', command('TenantGuard.CheckTenant', {}), /data\.tenant: the tenant’s id/],
    ['an older specversion', { ...command('TenantGuard.CheckTenant', { tenant: contoso.id }), specversion: '0.3' }, /specversion: "1.0"/],
    ['no reason', command('TenantGuard.BadAddress', { tenant: contoso.id, address: '192.0.2.7' }), /data\.reason/],
  ])('%s: the field is named, the event is kept for inspection, nothing rings', async (_, event, problem) => {
    await world.command(event);
    expect(world.taken('events')).toEqual([]);
    expect(world.guard.events.find(({ event: name }) => name === 'event.malformed')?.fields['problem']).toMatch(problem);
    expect(world.taken('events-poison')).toEqual([{ problem: expect.stringMatching(problem), event }]);
  });

  it('an event of a megabyte is kept cut off, and stops nothing', async () => {
    await world.command(command('Other.Type', { text: '☃'.repeat(400_000) }));
    const kept = world.backend.take('events-poison')?.text ?? '';
    expect(Buffer.byteLength(kept)).toBeLessThan(49_152);
    expect(kept).toContain('cut off');
  });
});

describe('a change notification of Graph', () => {
  beforeEach(() => world.timer());

  it('of a user makes a fast and a config round earlier', async () => {
    await world.event(world.notification());
    expect(rung()).toEqual([bell('fast'), bell('config')]);
  });

  it('of a group makes a config round earlier, of an alert a fast one', async () => {
    world.resources.push('groups', 'alerts');
    grant('Group.Read.All', 'SecurityEvents.ReadWrite.All');
    world.guard.clock.advance(3_600_000);
    await world.timer();
    await world.event(world.notification('groups'));
    expect(rung()).toEqual([bell('config')]);
    await world.event(world.notification('security/alerts', 'created'));
    expect(rung()).toEqual([bell('fast')]);
  });

  it('ten thousand of them make one round of each lane', async () => {
    const event = world.notification();
    for (let count = 0; count < 10_000; count++) await world.event({ ...event, id: `e${count}` });
    expect(rung()).toEqual([bell('fast'), bell('config')]);
  });

  it('one after the burst rings again, but not within a minute', async () => {
    await world.event(world.notification());
    expect(rung()).toHaveLength(2);
    await world.event(world.notification());
    await world.event(world.notification());
    expect(rung()).toEqual([]);
    world.guard.clock.advance(60_000);
    expect(world.taken('checks')).toEqual([bell('fast'), bell('config')]);
  });

  it('of several workers at once rings once', async () => {
    const event = world.notification();
    const others = [world, world.restart(), world.restart()];
    await Promise.all(others.map((each) => each.event(event)));
    expect(rung()).toEqual([bell('fast'), bell('config')]);
  });

  /** The notification with other things in it. */
  const changed = (event: object, data: object) => {
    const sent = world.notification();
    return { ...sent, ...event, data: { ...(sent['data'] as object), ...data } };
  };
  it.each([
    ['of a subscription that is not ours', {}, { subscriptionId: 'e9000000-0000-4000-8000-000000000001' }, 'no subscription'],
    ['with another clientState', {}, { clientState: 'guessed' }, 'clientState'],
    ['without a clientState', {}, { clientState: null }, 'clientState'],
    ['of another application', { source: `/tenants/${contoso.id}/applications/other` }, {}, 'source'],
    ['of another tenant under guard', {}, { tenantId: fabrikam.id }, 'no subscription'],
    ['that names two tenants', {}, { organizationId: fabrikam.id }, 'two tenants'],
    ['of yesterday', { time: new Date(start - 86_400_000).toISOString() }, {}, 'stale'],
    ['of tomorrow', { time: new Date(start + 86_400_000).toISOString() }, {}, 'future'],
  ])('%s changes nothing', async (_, event, data, why) => {
    await world.event(changed(event, data));
    expect(rung()).toEqual([]);
    expect(world.guard.events.find(({ event: name }) => name === 'event.ignored')?.fields['why']).toContain(why);
    expect(world.taken('events-poison')).toEqual([]);
  });

  it('of a tenant that is not under guard changes nothing', async () => {
    await world.event(changed({}, { tenantId: '99999999-0000-4000-8000-000000000001' }));
    expect(rung()).toEqual([]);
    expect(world.logged()).toContain('event.unknown-tenant');
  });

  it('"missed" makes both rounds earlier, since nobody knows what was missed', async () => {
    await world.event(world.notification('users', 'missed'));
    expect(rung()).toEqual([bell('fast'), bell('config')]);
  });
});

describe('what nobody can read', () => {
  it.each([
    ['text', 'hello'],
    ['a list', [1, 2]],
    ['null', null],
    ['a bell of another kind', { v: 1, tenant: contoso.id, incident: 'i1' }],
    ['an event without data', { specversion: '1.0', id: 'e', source: '/x', type: 'Microsoft.Graph.UserUpdated' }],
  ])('%s is kept on the poison queue at once', async (_, message) => {
    await world.event(message);
    expect(world.taken('events-poison')).toEqual([{ problem: expect.any(String), message }]);
    expect(rung()).toEqual([]);
  });

  it('never throws, whatever stands in the message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (message) => {
        await world.event(message);
        await world.command(message);
      }),
      { numRuns: 60 },
    );
    expect(rung()).toEqual([]);
  });

  it('no event of Graph with other things in it gets through unseen', () => {
    expect(graphEvent.safeParse({ specversion: '1.0', id: 'e', source: '/x', type: 'TenantGuard.CheckTenant', data: {} }).success).toBe(
      false,
    );
  });
});

function grant(...names: readonly string[]): void {
  const { consents } = world.guard.simulator.world;
  const key = `${contoso.id}/1c0e5a7d-2f84-4b6e-8d31-7a9c4e2b0a11`;
  const before = consents.get(key);
  if (before === undefined) throw new Error('the reader has no consent');
  consents.set(key, { ...before, permissions: [...before.permissions, ...names] });
}

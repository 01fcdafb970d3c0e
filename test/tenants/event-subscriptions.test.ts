// The life of a subscription at Graph: made, activated, renewed, replaced, taken back; each step may be the last thing a process does.
import { beforeEach, describe, expect, it } from 'vitest';
import type { CrashPoint } from '../../src/store/crash-points.ts';
import { CrashError, crashAt, recordPoints } from '../support/crash.ts';
import { type EventWorld, eventWorld } from '../support/event-world.ts';
import { contoso } from '../support/guard.ts';

const day = 86_400_000;
let world: EventWorld;
beforeEach(async () => {
  world = await eventWorld();
});

const rows = async (of: EventWorld = world) => {
  const scope = await of.guard.deps.registry.authorise(contoso.id, 'round');
  return (await of.guard.deps.store.subscriptions.of(scope)).map(({ value }) => value);
};
const atGraph = () => [...world.guard.simulator.world.partnerEvents.subscriptions.values()];
const requests = (handler: string) => world.guard.simulator.control.requests().filter(({ handler: id }) => id === handler).length;

describe('a subscription', () => {
  it('is made with its lifecycle address, activated, and delivers to the queue', async () => {
    await world.timer();
    const [row] = await rows();
    expect(row).toMatchObject({ resource: 'users', state: 'active', id: atGraph()[0]?.id });
    expect(atGraph()).toMatchObject([{ resource: 'users', clientState: row?.clientState }]);
    expect(atGraph()[0]?.lifecycleNotificationUrl).toBe(atGraph()[0]?.notificationUrl);
    expect(atGraph()[0]?.notificationUrl).toMatch(
      /^EventGrid:\?azuresubscriptionid=.+&resourcegroup=.+&partnertopic=tg-users-[0-9a-f]{16}&location=/,
    );
    const [topic] = world.guard.simulator.world.partnerEvents.topics.values();
    expect(topic).toMatchObject({ name: row?.topic, activated: true, identity: expect.stringContaining('/userAssignedIdentities/') });
  });

  it('is left alone while it is fresh, and renewed when a week is left', async () => {
    await world.timer();
    await world.timer();
    expect([requests('graph.subscriptions.create'), requests('graph.subscriptions.renew')]).toEqual([1, 0]);
    world.guard.clock.advance(22.5 * day);
    await world.timer();
    await world.timer();
    expect([requests('graph.subscriptions.create'), requests('graph.subscriptions.renew')]).toEqual([1, 1]);
    expect(Date.parse(atGraph()[0]?.expirationDateTime ?? '')).toBe(world.guard.clock.now() + 41_760 * 60_000);
  });

  it('is renewed at once when Graph asks to re-authorise it, however often it asks', async () => {
    await world.timer();
    const asked = world.notification('users', 'reauthorizationRequired');
    await world.event(asked);
    await world.event(asked);
    expect(await rows()).toMatchObject([{ renew: true }]);
    expect(world.taken('checks')).toEqual([]);
    await world.timer();
    expect(requests('graph.subscriptions.renew')).toBe(1);
    expect((await rows())[0]?.renew).toBeUndefined();
  });

  it('that Graph removed is made again, with a topic of its own', async () => {
    await world.timer();
    const [before] = await rows();
    const removed = world.notification('users', 'subscriptionRemoved');
    world.guard.simulator.world.partnerEvents.subscriptions.clear();
    await world.event(removed);
    await world.timer();
    const [after] = await rows();
    expect(after?.state).toBe('active');
    expect([after?.id, after?.topic]).not.toEqual([before?.id, before?.topic]);
    // What is still on its way from the old one is nobody's.
    await world.event(removed);
    expect((await rows())[0]).toEqual(after);
  });

  it('that vanished without a word is noticed by the timer', async () => {
    await world.timer();
    world.guard.simulator.world.partnerEvents.subscriptions.clear();
    await world.timer();
    expect(atGraph()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ state: 'active', id: atGraph()[0]?.id }]);
  });

  it('that expired during an outage of a month is made again', async () => {
    await world.timer();
    world.guard.clock.advance(40 * day);
    await world.timer();
    expect(await rows()).toMatchObject([{ state: 'active' }]);
    expect(Date.parse(atGraph().at(-1)?.expirationDateTime ?? '')).toBeGreaterThan(world.guard.clock.now());
  });

  it('that is no longer wanted is taken back, and can be wanted again', async () => {
    await world.timer();
    world.resources.splice(0);
    await world.timer();
    await world.timer();
    expect([atGraph().length, requests('graph.subscriptions.delete')]).toEqual([0, 1]);
    world.resources.push('users');
    await world.timer();
    expect(atGraph()).toHaveLength(1);
  });

  it('without the permission says so in its row, and stands as soon as it is granted', async () => {
    world.resources.push('alerts');
    await world.timer();
    expect(await rows()).toContainEqual(
      expect.objectContaining({ resource: 'alerts', state: 'wanted', problem: expect.stringMatching(/privileges/) }),
    );
    expect(await rows()).toContainEqual(expect.objectContaining({ resource: 'users', state: 'active' }));
    const { consents } = world.guard.simulator.world;
    const [key, reader] = [...consents].find(([name]) => name.startsWith(contoso.id)) ?? [];
    if (key === undefined || reader === undefined) throw new Error('no consent');
    consents.set(key, { ...reader, permissions: [...reader.permissions, 'SecurityEvents.ReadWrite.All'] });
    world.guard.clock.advance(3_600_000);
    await world.timer();
    expect(await rows()).toContainEqual(expect.objectContaining({ resource: 'alerts', state: 'active' }));
    expect((await rows()).filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  it('makes nothing twice while Graph cannot be asked what stands', async () => {
    await world.timer();
    world.guard.simulator.world.consents.clear();
    world.guard.clock.advance(3_600_000);
    await world.timer();
    expect(world.logged()).toContain('subscriptions.unread');
    expect(await rows()).toMatchObject([{ state: 'active' }]);
  });

  it('of a home tenant that is not under guard is nobody’s wish', async () => {
    await world.guard.deps.registry.remove(contoso.id);
    await world.timer();
    expect([atGraph().length, world.logged()]).toEqual([0, ['subscriptions.not-guarded']]);
  });
});

describe('a process that dies', () => {
  const steps = async (of: EventWorld) => {
    await of.timer();
    of.guard.clock.advance(25 * day);
    await of.timer();
  };

  it('at any write of the making and the renewing leaves one subscription that works', async () => {
    const tape = recordPoints();
    await steps(await eventWorld(tape.crash));
    const points: CrashPoint[] = [
      'subscriptions.put-intent',
      'subscriptions.put-created',
      'subscriptions.put-active',
      'subscriptions.put-renewed',
    ];
    expect(tape.points.filter((point) => point.startsWith('subscriptions.'))).toEqual(points);
    for (const point of points) {
      for (const when of ['before', 'after'] as const) {
        world = await eventWorld(crashAt(point, when));
        await expect(steps(world)).rejects.toThrow(CrashError);
        const next = world.restart();
        await next.timer();
        expect(await rows(next), `${when} ${point}`).toMatchObject([{ state: 'active' }]);
        expect(atGraph(), `${when} ${point}`).toHaveLength(1);
        await next.event(next.notification());
        next.guard.clock.advance(11_000);
        expect(next.taken('checks'), `${when} ${point}`).toHaveLength(2);
      }
    }
  });

  it('loses at most the hint that it held', async () => {
    await world.timer();
    const event = world.notification();
    for (const point of ['events.put-hint', 'events.ring-check'] as const) {
      const mortal = world.restart(crashAt(point, 'before'));
      world.guard.clock.advance(120_000);
      await expect(mortal.event({ ...event, time: new Date(world.guard.clock.now()).toISOString() })).rejects.toThrow(CrashError);
      world.guard.clock.advance(120_000);
      await world.event({ ...event, time: new Date(world.guard.clock.now()).toISOString() });
      world.guard.clock.advance(11_000);
      expect(world.taken('checks').length, point).toBeGreaterThan(0);
    }
  });
});

it('two timers at once make one subscription', async () => {
  const other = world.restart();
  await Promise.all([world.timer(), other.timer()]);
  await world.timer();
  expect(atGraph()).toHaveLength(1);
  expect(await rows()).toMatchObject([{ state: 'active', id: atGraph()[0]?.id }]);
});

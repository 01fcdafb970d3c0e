// As crash.test.ts, for what comes from outside through Event Grid and the Event Hub: a process dies before or after any write of it, whoever delivered delivers again, and the end is the same.
import { describe, expect, it } from 'vitest';
import { apps } from '../../simulator/worlds/constants.ts';
import { CrashError, type Death, dyingOnce } from '../support/crash.ts';
import { type EventWorld, eventWorld, start } from '../support/event-world.ts';
import { contoso } from '../support/guard.ts';
import { eventPoints } from './story/elsewhere.ts';

const feed = 'sign-ins.non-interactive.pushed';
const hour = 3_600_000;
const pushedRecord = (number: number) => ({
  time: new Date(start).toISOString(),
  category: 'NonInteractiveUserSignInLogs',
  tenantId: contoso.id,
  properties: {
    id: `0b00000${number}-0000-4000-8000-0000000000aa`,
    createdDateTime: new Date(start).toISOString(),
    userId: 'c1000000-0000-4000-8000-000000000001',
    userPrincipalName: 'marta.ferrer@contoso.example',
    appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
    ipAddress: '192.0.2.44',
    status: { errorCode: 0 },
  },
});
const badAddress = (address: string, until: string) => ({
  specversion: '1.0',
  id: address,
  source: '/soc/example',
  type: 'TenantGuard.BadAddress',
  data: { tenant: contoso.id, address, reason: 'Seen in a spray', until },
});

/** What is asked of the guard, one after another; each is asked again until somebody did it. */
const jobs: readonly (readonly [string, (world: EventWorld) => Promise<unknown>])[] = [
  [
    'policy',
    ({ guard }) =>
      guard.deps.registry.update(contoso.id, (entry) => ({ ...entry, policy: { ...entry.policy, feeds: { on: [feed], off: [] } } })),
  ],
  ['timer makes', (world) => world.timer()],
  ['a report', (world) => world.command(badAddress('192.0.2.44', '2026-03-10T00:00:00Z'))],
  ['a command that is none', (world) => world.command({ hello: 1 })],
  ['a message that is none', (world) => world.event({ hello: 2 })],
  ['Graph asks to renew', (world) => world.event(world.notification('users', 'reauthorizationRequired'))],
  ['timer renews', (world) => world.timer()],
  [
    'timer is refused',
    (world) => {
      if (!world.resources.includes('alerts')) world.resources.push('alerts');
      return world.timer();
    },
  ],
  ['a push', (world) => world.push([{ records: [pushedRecord(1), pushedRecord(2), 'no record'] }])],
  ['a round', (world) => world.round('fast')],
  ['a later round', (world) => world.round('fast')],
  ['a report after the first ended', (world) => world.command(badAddress('198.51.100.9', '2026-03-20T00:00:00Z'))],
];

async function tell(death?: Death) {
  const { mortal, points, died } = dyingOnce(death);
  let world = await eventWorld(mortal());
  for (const [name, job] of jobs) {
    for (let done = false; !done; ) {
      try {
        await job(world);
        done = true;
      } catch (error) {
        if (!(error instanceof CrashError)) throw error;
        world = world.restart(mortal());
        // The lease of whoever died runs out.
        world.guard.clock.advance(10 * 60_000);
      }
    }
    world.guard.clock.advance(name === 'a later round' ? 24 * hour : hour / 4);
  }
  return { points, died: died(), ending: await endingOf(world) };
}

async function endingOf(world: EventWorld) {
  const { store, registry } = world.guard.deps;
  const scope = await registry.authorise(contoso.id, 'round');
  const { partnerEvents } = world.guard.simulator.world;
  const kept = new Set<string>();
  for await (const { id, feed: from } of store.blobs.activities(scope, '2026-03-09')) if (from === feed) kept.add(id);
  const findings = await store.findings.all(scope);
  return {
    subscriptions: (await store.subscriptions.of(scope)).map(({ value }) => [
      value.resource,
      value.state,
      value.renew,
      value.problem !== undefined,
    ]),
    atGraph: [...partnerEvents.subscriptions.values()].map(({ resource, app }) => [resource, app]),
    delivering: [...partnerEvents.topics.values()].filter(({ activated, queueOf }) => activated && queueOf !== undefined).length,
    reports: (await store.reports.of(scope)).map(({ address, sender }) => [address, sender]),
    waiting: (await store.spool.of(scope, feed)).length,
    kept: [...kept].sort(),
    findings: [
      ...new Set(findings.filter(({ standing }) => standing).map(({ rule, activities }) => `${rule} ${activities.join()}`)),
    ].sort(),
    // At least once: the same may lie there twice.
    poison: [...new Set(world.taken('events-poison').map((message) => JSON.stringify(message)))].sort(),
    bells: new Set(world.taken('events').map((bell) => JSON.stringify(bell))).size,
  };
}

const reference = await tell();

it('the story passes every point of events, and ends as it should', () => {
  expect(eventPoints.filter((point) => !reference.points.has(point))).toEqual([]);
  expect(reference.ending).toMatchObject({
    subscriptions: [
      ['alerts', 'wanted', undefined, true],
      ['users', 'active', undefined, false],
    ],
    atGraph: [['users', apps.reader]],
    delivering: 1,
    reports: [['198.51.100.9', '/soc/example']],
    waiting: 0,
    kept: [1, 2].map((number) => `signin:0b00000${number}-0000-4000-8000-0000000000aa`),
    findings: [1, 2].map((number) => `reported-addresses-sign-in signin:0b00000${number}-0000-4000-8000-0000000000aa`),
  });
  expect(reference.ending.poison).toHaveLength(3);
});

describe.each(['before', 'after'] as const)('a death %s a write', (when) => {
  it.each(eventPoints)('%s', async (point) => {
    const { died, ending } = await tell({ point, when });
    expect(died).toBe(true);
    expect(ending).toEqual(reference.ending);
  });
});

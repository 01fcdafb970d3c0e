// As crash.test.ts, for a hunt through the past: a process dies before or after any write of it, whoever asked asks again, the sweeper rings again, and the end is the same.
import { describe, expect, it } from 'vitest';
import { cancelHunt, HuntError, startHunt } from '../../src/rounds/hunt/start.ts';
import type { CrashInjector } from '../../src/store/writer.ts';
import { content, contoso, day, fabrikam, huntWorld, signIn, start, tenants } from '../rounds/hunt/world.ts';
import { CrashError, type Death, dyingOnce } from '../support/crash.ts';
import { everythingStored } from '../support/stored.ts';
import { huntPoints } from './story/elsewhere.ts';

type World = Awaited<ReturnType<typeof huntWorld>>;
const minute = 60_000;
const asked = { content, days: 30, by: 'Ann', live: true };
const other = { ...asked, days: 2 };

async function filled(crash: CrashInjector): Promise<World> {
  const world = await huntWorld({ crash, live: true, slowMs: 61_000 });
  await world.keep(contoso, [
    signIn(contoso, 1, start - 20 * day, { agent: 'OddTool/1.0' }),
    ...[-50, -40, 20, 30].map((at, index) => signIn(contoso, 10 + index, Date.UTC(2026, 2, 12) + at * minute, { error: 50126 })),
    // Not enough yet: the rounds may see the rest come.
    signIn(contoso, 20, start - 10 * minute, { error: 50126 }),
  ]);
  await world.keep(fabrikam, [signIn(fabrikam, 1, start - day, { agent: 'OddTool/1.0' })]);
  return world;
}

const jobs: readonly ((world: World) => Promise<unknown>)[] = [
  ({ deps }) => startHunt(deps(), asked),
  (world) => world.run(),
  ({ deps }) => startHunt(deps(), other),
  async ({ deps }) => {
    const { hunt } = await startHunt(deps(), other);
    try {
      await cancelHunt(deps(), hunt.id);
    } catch (error) {
      // It was cancelled, and whoever did it died before knowing.
      if (!(error instanceof HuntError)) throw error;
    }
  },
  (world) => world.run(),
];

async function tell(death?: Death) {
  const { mortal, points, died } = dyingOnce(death);
  const world = await filled(mortal());
  const insist = async (job: (world: World) => Promise<unknown>) => {
    for (let done = false; !done; ) {
      try {
        await job(world);
        done = true;
      } catch (error) {
        if (!(error instanceof CrashError)) throw error;
        world.restart(mortal());
        // The lease of whoever died runs out.
        world.clock.advance(11 * minute);
      }
    }
    world.clock.advance(minute);
  };
  for (const job of jobs) await insist(job);
  const ending = await endingOf(world);
  await insist(({ clock, deps }) => deps().store.hunts.expire('retention.remove-hunts', clock.now()));
  const left = (await everythingStored(world.backend)).filter((line) => line.includes('!hunt'));
  return { points, died: died(), ending: { ...ending, left } };
}

async function endingOf(world: World) {
  const { store } = world.deps();
  const hunts = await store.hunts.list();
  const of = async (tenant: string) => {
    const scope = await world.scope(tenant);
    return {
      findings: (await store.findings.all(scope)).map(({ id, retrospect }) => [id, retrospect]),
      incidents: (await store.state.incidents(scope)).map(({ value }) => [value.severity, value.findings.length, value.retrospect]),
      hits: (await store.sequences.ofRule(scope, 'odd-tool-2026-guessing')).map(({ activity }) => activity),
      cards: (await Promise.all(hunts.map(({ id }) => store.state.outboxOf(scope, `hunt-${id}`)))).flat().map(({ value }) => value.status),
      due: (await store.due.ofTenant(scope)).map(({ kind }) => kind),
    };
  };
  const parts = (await Promise.all(hunts.map(({ id }) => store.hunts.parts(id)))).flat();
  return {
    hunts: hunts.map(({ id, status, digests }) => [id, status, digests]).sort(),
    parts: parts
      .map(({ tenant, status, days, records, found, known, opened, joined }) => [
        tenant,
        status,
        days,
        records,
        found,
        known,
        opened,
        joined,
      ])
      .sort(),
    tenants: await Promise.all(tenants.map(of)),
    sightings: await store.sightings.tenantsOf('odd-tool-2026/ua-odd'),
  };
}

const reference = await tell();

it('the story passes every point of hunts, and ends as it should', () => {
  expect(huntPoints.filter((point) => !reference.points.has(point))).toEqual([]);
  expect(reference.ending.hunts.map(([, status]) => status).sort()).toEqual(['cancelled', 'done']);
  expect(reference.ending.tenants[0]).toMatchObject({ incidents: [['high', 2, true]], cards: ['waiting'], due: ['outbox'] });
  expect(reference.ending.tenants[0]?.hits).toEqual(['signin:00000020-0000-4000-8000-000000000000']);
  expect(reference.ending.left).toEqual([]);
  expect(reference.ending.sightings).toEqual([contoso, fabrikam]);
});

describe.each(['before', 'after'] as const)('a death %s a write', (when) => {
  it.each(huntPoints)('%s', async (point) => {
    const { died, ending } = await tell({ point, when });
    expect(died).toBe(true);
    expect(ending).toEqual(reference.ending);
  });
});

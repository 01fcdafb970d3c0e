// As crash.test.ts, for decisions about doubt: an exclusion made and taken back, a rule promoted, the weekly digest. A process dies before or after any write of it, whoever asked asks again, and
// the end is the same: one exclusion, one card each, one decision.
import { describe, expect, it } from 'vitest';
import { weekOf } from '../../src/alert/staged-digest.ts';
import { endExclusion } from '../../src/incidents/exclude.ts';
import { addNoise } from '../../src/rounds/noise.ts';
import { decideStage } from '../../src/rounds/stages.ts';
import { runTask } from '../../src/rounds/tasks.ts';
import { CrashError, type Death, dyingOnce } from '../support/crash.ts';
import { type DoubtWorld, doubtWorld, monthLong } from '../support/doubt-world.ts';
import { contoso } from '../support/scope.ts';
import { doubtPoints } from './story/elsewhere.ts';

const monday = Date.UTC(2026, 2, 2);
const minute = 60_000;

const jobs: readonly ((at: DoubtWorld) => Promise<unknown>)[] = [
  (at) => at.dismiss({ exclude: monthLong() }),
  async (at) => {
    const [exclusion] = await at.exclusions();
    return endExclusion(at, at.scope, { id: exclusion?.id ?? '', by: { name: 'Bea', via: 'console' }, reason: 'It was an attack' });
  },
  async (at) => {
    const [stored] = await at.store.stages.all();
    if (stored?.value.effect === 'alert') return;
    await decideStage(at, {
      rule: 'loud',
      effect: 'alert',
      by: { name: 'Ann', via: 'command' },
      reason: 'Quiet',
      figures: '',
      expected: stored,
    });
  },
  (at) => runTask({ store: at.store, registry: at.registry, clock: at.clock, feeds: [], log: () => undefined }, contoso, 'digest'),
];

async function tell(death?: Death) {
  const { mortal, points, died } = dyingOnce(death);
  const world = await doubtWorld();
  const lease = await world.store.state.lease('round.take-lease', world.scope, 'fast', 'w', world.clock.now(), 60);
  if (lease === undefined) throw new Error('the lane is taken');
  const noise = addNoise({ v: 1, lane: 'fast', from: monday - 40 * 86_400_000, rules: [] }, [
    { rule: 'loud', effect: 'staged', time: '2026-02-24T00:00:00.000Z' },
  ]);
  await world.store.state.commitRound('round.commit', lease, { feeds: [], gaps: [], incidents: [], outbox: [], noise });
  let at = world.restart(mortal());
  for (const job of jobs)
    for (let done = false; !done; at.clock.advance(minute)) {
      try {
        await job(at);
        done = true;
      } catch (error) {
        if (!(error instanceof CrashError)) throw error;
        at = at.restart(mortal());
      }
    }
  // The sweeper rings for what is due, whoever died.
  const [exclusion] = await at.exclusions();
  for (const card of [`exclude-${exclusion?.press}`, `staged-${weekOf(monday)}`, at.incident.id]) await at.deliver(at.scope, card);
  return { points, died: died(), ending: await endingOf(at) };
}

async function endingOf(at: DoubtWorld) {
  const cards = async (name: string) => (await at.store.state.outboxOf(at.scope, name)).map(({ value }) => value.status);
  const exclusions = await at.exclusions();
  return {
    exclusions: exclusions.map(({ rule, subject, ended }) => [rule, subject, ended?.by.name]),
    told: await cards(`exclude-${exclusions[0]?.press}`),
    digest: await cards(`staged-${weekOf(monday)}`),
    posts: at.posts.length,
    incident: (await at.store.state.incident(at.scope, at.incident.id))?.value.status,
    stages: (await at.store.stages.all()).map(({ value }) => [value.rule, value.effect, value.changes.length]),
    people: await at.store.noise.people(at.scope).then((people) => people?.users),
    due: (await at.store.due.ofTenant(at.scope)).length,
  };
}

const undisturbed = await tell();

it('the story passes every point that is its own', () => {
  expect(doubtPoints.filter((point) => !undisturbed.points.has(point))).toEqual([]);
  expect(undisturbed.ending).toMatchObject({ told: ['accepted'], digest: ['accepted'], posts: 3, incident: 'closed', due: 0 });
});

describe.each(doubtPoints)('a death at %s', (point) => {
  it.each(['before', 'after'] as const)('%s the write ends like none', async (when) => {
    const told = await tell({ point, when });
    expect(told.died).toBe(true);
    expect(told.ending).toEqual(undisturbed.ending);
  });
});

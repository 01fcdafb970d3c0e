// Day by day, through carried sequences and records that stand twice, a hunt finds exactly what a look at the whole log at once finds.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rulesOf } from '../../../src/rounds/hunt/rules.ts';
import { startHunt } from '../../../src/rounds/hunt/start.ts';
import { content, contoso, huntWorld, signIn } from './world.ts';

const first = Date.UTC(2026, 2, 24);
const hour = 3_600_000;
const { detector } = rulesOf(content);
const event = fc.record({
  number: fc.integer({ min: 1, max: 30 }),
  // Many around midnight.
  time: fc
    .oneof(
      fc.integer({ min: 0, max: 5 * 24 * 4 }),
      fc.integer({ min: 1, max: 5 }).map((day) => day * 96 - 2),
    )
    .map((quarter) => first + (quarter * hour) / 4),
  agent: fc.constantFrom('Mozilla/5.0', 'OddTool/1.0', 'Small/1.0'),
  error: fc.constantFrom(0, 50126, 50126, 50126),
});

it('is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(event, { selector: ({ number }) => number, maxLength: 25 }), fc.boolean(), async (events, twice) => {
      const world = await huntWorld();
      const activities = events.map(({ number, time, agent, error }) => signIn(contoso, number, time, { agent, error }));
      await world.keep(contoso, activities);
      if (twice) await world.keep(contoso, activities.slice(0, 5));
      await startHunt(world.deps(), { content, days: 30, tenants: [contoso], by: 'Ann' });
      await world.run();
      const found = await world.deps().store.findings.all(await world.scope(contoso));
      const whole = detector.detect({ activities, tenant: contoso, baselines: new Map(), directory: new Map(), hits: [] });
      expect(found.map(({ id, activities: evidence }) => [id, [...evidence].sort()]).sort()).toEqual(
        whole.findings.map(({ id, activities: evidence }) => [id, [...evidence].sort()]).sort(),
      );
    }),
    { numRuns: 40 },
  );
});

// As faults.test.ts, for reads that travel together: one step in a good answer is refused or missing, or all are; the answer as a whole fails, hangs, breaks off or is asked for twice.
import { describe, expect, it } from 'vitest';
import { authenticationMethodsPolicy } from '../../src/collect/graph/authentication-methods-policy.ts';
import { conditionalAccess } from '../../src/collect/graph/conditional-access.ts';
import { domains } from '../../src/collect/graph/domains.ts';
import { organization } from '../../src/collect/graph/organization.ts';
import { securityDefaults } from '../../src/collect/graph/security-defaults.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { kindsOf, stepKinds } from '../support/fault-calls.ts';
import { contoso, type TestGuard } from '../support/guard.ts';
import { ending } from './faults/ending.ts';
import { feeds } from './faults/story.ts';
import { prepareTelling } from './faults/telling.ts';

const travelling = [authenticationMethodsPolicy, conditionalAccess, domains, organization, securityDefaults];
const { tell, undisturbed, reference } = await prepareTelling({ feeds: [...feeds, ...travelling] });
const batches = undisturbed.faults.calls.filter(({ steps }) => steps);

describe('reads that travel together', () => {
  it('do so in every round of configuration', () => {
    expect(batches.length).toBeGreaterThanOrEqual(2);
    for (const { id } of travelling) expect(reference.feeds.filter((feed) => feed.startsWith(`${id} complete`))).not.toEqual([]);
  });

  const struck = process.env['FAULTS'] === 'all' ? batches : batches.slice(0, 1);
  it.each(struck.flatMap(({ number, ...call }) => kindsOf(call).map((kind) => ({ number, kind }))))(
    '$kind: call $number',
    async ({ number, kind }) => {
      const story = await tell([[number, kind]]);
      expect(story.faults.struck).toHaveLength(1);
      expect(await ending(story.guard)).toEqual(reference);
      expect(story.poisoned).toBe(0);
    },
  );

  it.each(stepKinds)('%s is told of the feeds that it struck and of no other, until they are read', async (kind) => {
    const ids = new Set<string>(travelling.map(({ id }) => id));
    const told = new Set<string>();
    const look = async (guard: TestGuard) => {
      const scope = await guard.deps.registry.authorise(contoso.id, 'show');
      for (const { feed, outcome } of await guard.deps.store.state.feeds(scope))
        if (outcome.status !== 'complete' && ids.has(feed)) told.add(feed);
    };
    const { guard } = await tell([[batches[0]?.number ?? 0, kind]], { look });
    expect(told.size).toBe(kind.startsWith('steps-') ? ids.size : 1);
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    const states = await guard.deps.store.state.feeds(scope);
    const { sentence } = tenantCoverage({ tenant: contoso.id, name: contoso.name }, guard.deps.feeds, states);
    expect(sentence).toMatch(/^Everything read/);
  });
});

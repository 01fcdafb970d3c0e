// Staged rules alert nobody: once a week one card per channel says what they would have said.
import { describe, expect, it } from 'vitest';
import { stagedFacts, weekOf } from '../../src/alert/staged-digest.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { addNoise } from '../../src/rounds/noise.ts';
import { runTask } from '../../src/rounds/tasks.ts';
import { type DoubtWorld, doubtWorld } from '../support/doubt-world.ts';
import { contoso, fabrikam } from '../support/scope.ts';

const monday = Date.UTC(2026, 2, 2);
const staged = (rule: string, date: string) => ({ rule, effect: 'staged' as const, time: `${date}T02:31:00.000Z` });

async function counted(at: DoubtWorld, scope: TenantScope, found: Parameters<typeof addNoise>[1]): Promise<void> {
  const lease = await at.store.state.lease('round.take-lease', scope, 'fast', 'w', at.clock.now(), 60);
  if (lease === undefined) throw new Error('the lane is taken');
  const noise = addNoise({ v: 1, lane: 'fast', from: monday - 30 * 86_400_000, rules: [] }, found);
  await at.store.state.commitRound('round.commit', lease, { feeds: [], gaps: [], incidents: [], outbox: [], noise });
}
const task = (at: DoubtWorld, tenant: string) =>
  runTask({ store: at.store, registry: at.registry, clock: at.clock, feeds: [], log: () => undefined }, tenant, 'digest');

describe('the digest of staged rules', () => {
  it('counts weeks from Monday', () => {
    expect(weekOf(monday)).toBe(weekOf(monday - 1) + 1);
    expect(weekOf(monday + 7 * 86_400_000 - 1)).toBe(weekOf(monday));
  });
  it('is one card per channel and week, over all its tenants, by the first of them', async () => {
    const at = await doubtWorld();
    const other = await at.registry.authorise(fabrikam, 'round');
    await counted(at, at.scope, [staged('loud', '2026-02-24'), staged('loud', '2026-03-01'), staged('loud', '2026-03-02')]);
    await counted(at, other, [staged('quiet', '2026-02-28'), { ...staged('alerting', '2026-02-28'), effect: 'alert' }]);
    for (let day = 0; day < 6; day++) {
      for (const tenant of [contoso, fabrikam]) await task(at, tenant);
      at.clock.advance(86_400_000);
    }
    const name = `staged-${weekOf(monday)}`;
    expect(await at.store.state.outboxOf(other, name)).toEqual([]);
    expect(await at.deliver(at.scope, name)).toBe('accepted');
    expect(await at.deliver(at.scope, name)).toBe('nothing');
    expect(at.posts).toHaveLength(1);
    expect(at.posts[0]).toContain('2 staged rules would have spoken in 2 of 2 tenants');
    expect(at.posts[0]).toContain('2026-02-23 to 2026-03-01: loud 2 ×, quiet 1 ×.');
    expect(at.posts[0]).not.toContain('alerting');
  });
  it('is not sent where nothing staged would have spoken, nor where there is no channel', async () => {
    const at = await doubtWorld();
    await task(at, contoso);
    expect(await at.store.state.outboxOf(at.scope, `staged-${weekOf(at.clock.now())}`)).toEqual([]);
    await counted(at, at.scope, [staged('loud', '2026-02-24')]);
    await at.registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, channels: [] } }));
    await task(at, contoso);
    expect(await at.store.state.outboxOf(at.scope, `staged-${weekOf(at.clock.now())}`)).toEqual([]);
  });
  it('tells nobody of a tenant whose channel is another', async () => {
    const at = await doubtWorld();
    await counted(at, await at.registry.authorise(fabrikam, 'round'), [staged('theirs', '2026-02-24')]);
    await at.registry.update(fabrikam, (entry) => ({
      ...entry,
      policy: { ...entry.policy, channels: [{ kind: 'webhook', setting: 'TG_WEBHOOK_OTHER' }] },
    }));
    const tools = { store: at.store, registry: at.registry, clock: at.clock };
    expect(await stagedFacts(tools, at.scope, weekOf(monday))).toBeUndefined();
    expect((await stagedFacts(tools, await at.registry.authorise(fabrikam, 'round'), weekOf(monday)))?.rules).toEqual([
      { rule: 'theirs', count: 1 },
    ]);
  });
  it('counts the users that figures are told by, once a day', async () => {
    const at = await doubtWorld();
    await at.store.baselines.merge(
      'round.merge-baselines',
      at.scope,
      new Map([['user:a', { since: 0, seen: { browser: {}, country: {}, network: {}, application: {} } }]]),
    );
    await task(at, contoso);
    expect(await at.store.noise.people(at.scope)).toEqual({ v: 1, users: 1, at: at.clock.now() });
  });
});

// Two tenants are put under guard: their past is read, and one digest in the channel tells of both; then one tenant's consent goes, and one card says that the guard is blind there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentKey } from '../../simulator/world.ts';
import { apps } from '../../simulator/worlds/constants.ts';
import { runTask } from '../../src/rounds/tasks.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

const minute = 60_000;
let guard: TestGuard;
beforeAll(async () => {
  guard = await startGuard({ start: Date.UTC(2026, 2, 2, 9), simulator: { historyDays: 5 } });
});
afterAll(() => guard.close());

/** Plays the queue: every card that waits in the tenant is sent. */
async function deliverAll(): Promise<string[]> {
  const before = guard.simulator.world.posts.length;
  for (const { id } of [contoso, fabrikam]) {
    const scope = await guard.deps.registry.authorise(id, 'finish');
    for (const due of await guard.deps.store.due.ofTenant(scope))
      if (due.kind === 'outbox') await guard.deps.deliver(scope, due.id.split(':')[0] ?? '');
  }
  return guard.simulator.world.posts.slice(before).map(({ body }) => JSON.stringify(body));
}
async function rounds(): Promise<void> {
  for (const { id } of [contoso, fabrikam]) for (const lane of ['fast', 'config'] as const) await guard.round(id, lane);
}

describe('first light', () => {
  it('is one card for both tenants, with what was read, and what cannot be', async () => {
    await rounds();
    guard.clock.advance(3 * minute);
    await runTask(guard.deps, contoso.id, 'first-light');
    const posts = await deliverAll();
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatch(/2 tenants are under guard/);
    expect(posts[0]).toMatch(/Read 30 days: [1-9][\d,]* sign-ins and [1-9][\d,]* other records/);
    expect(posts[0]).toContain('no Entra ID P1');
  });
  it('goes back as far as each tenant’s licence keeps its logs, and calls nothing lost', async () => {
    const days: number[] = [];
    for (const { id } of [contoso, fabrikam]) {
      const scope = await guard.deps.registry.authorise(id, 'show');
      const audits = (await guard.deps.store.state.feeds(scope)).find(({ feed }) => feed === 'directory-audits');
      days.push(Math.round((Date.UTC(2026, 2, 2, 9) - (audits?.readFrom ?? 0)) / 86_400_000));
      expect([audits?.outcome.status, await guard.deps.store.state.gaps(scope)]).toEqual(['complete', []]);
    }
    expect(days).toEqual([30, 7]);
  });
});

describe('consent that is withdrawn', () => {
  it('is one card an hour later, and one when it was given back', async () => {
    const key = consentKey(contoso.id, apps.reader);
    const consent = guard.simulator.world.consents.get(key);
    if (consent === undefined) throw new Error('no consent');
    await rounds();
    guard.simulator.world.consents.delete(key);
    // What was issued before still works for an hour, as tokens do; by then nothing does.
    for (let quarter = 0; quarter < 10; quarter++) {
      guard.clock.advance(15 * minute);
      await rounds();
      for (const { id } of [contoso, fabrikam]) await runTask(guard.deps, id, 'watch');
    }
    const alarms = await deliverAll();
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toContain('does not see all of Contoso');
    guard.simulator.world.consents.set(key, consent);
    guard.clock.advance(15 * minute);
    await rounds();
    for (const { id } of [contoso, fabrikam]) await runTask(guard.deps, id, 'watch');
    const recovered = await deliverAll();
    expect(recovered).toHaveLength(1);
    expect(recovered[0]).toContain('sees Contoso again');
  });
});

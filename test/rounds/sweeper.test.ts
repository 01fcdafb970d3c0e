// What is overdue is rung for again; what belongs to a tenant that left is dropped, and one that is paused keeps what it still has to say.

import { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { respond } from '../../functions/respond.ts';
import { press } from '../../src/contain/press.ts';
import { sweep } from '../../src/rounds/sweeper.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { pressOf, scope, world } from '../contain/setup.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { contoso } from '../support/scope.ts';

async function guarded() {
  const at = await world();
  const tools = at.tools();
  const registry = createRegistry({ store: tools.store, clock: at.clock });
  await registry.add(contoso, 'Contoso', { live: true });
  const deps = { ...tools, registry, log: () => undefined };
  return { at, deps, registry, tools };
}

describe('the sweeper', () => {
  it('rings for what is overdue, and moves it so that it is not rung for at once again', async () => {
    const { at, deps } = await guarded();
    await deps.store.due.put('round.put-due', { v: 1, tenant: contoso, kind: 'containment', id: 'c1', dueAt: at.clock.now(), tries: 0 });
    expect(await sweep(deps)).toMatchObject({ rung: 1, dropped: 0 });
    expect(await sweep(deps)).toMatchObject({ rung: 0, dropped: 0 });
  });

  it('drops what waits of a tenant that was removed', async () => {
    const { at, deps, registry } = await guarded();
    await deps.store.due.put('round.put-due', { v: 1, tenant: contoso, kind: 'containment', id: 'c1', dueAt: at.clock.now(), tries: 0 });
    await registry.remove(contoso);
    expect(await sweep(deps)).toMatchObject({ rung: 0, dropped: 1 });
    expect(await deps.store.due.ofTenant(scope)).toEqual([]);
  });

  it('lets a plan that was half done when its tenant was paused end, saying that it was stopped', async () => {
    const { at, deps, registry } = await guarded();
    const dying = { ...deps, ...at.tools(crashAt('contain.save-acted', 'after')), registry };
    await expect(press(dying, scope, pressOf())).rejects.toThrow(CrashError);
    await registry.update(contoso, (entry) => ({ ...entry, status: 'paused' }));
    at.clock.advance(11 * 60_000);
    const { id } = (await deps.store.journal.containmentOfRequest(scope, 'press-1'))?.value ?? { id: '' };
    // The trigger uses no more of the guard than these.
    const guard = deps as unknown as Guard;
    await respond(async () => guard).handler({ v: 1, tenant: contoso, containment: id }, new InvocationContext());
    const stored = await deps.store.journal.containment(scope, id);
    expect(stored?.value.status).toBe('done');
    expect(stored?.value.steps.map(({ result }) => result?.outcome)).toEqual(['contained', 'refused', 'refused', 'refused']);
    expect(stored?.value.steps[1]?.result).toMatchObject({ why: expect.stringContaining('paused') });
  });
});

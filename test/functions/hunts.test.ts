// What the console tells of hunts and of other tenants: numbers, and nothing of a tenant whose responder one is not.
import { describe, expect, it } from 'vitest';
import { huntRows, seenElsewhere } from '../../functions/hunts.ts';
import { startHunt } from '../../src/rounds/hunt/start.ts';
import { content, contoso, day, fabrikam, huntWorld, signIn, start, tailwind } from '../rounds/hunt/world.ts';

async function hunted() {
  const world = await huntWorld();
  for (const tenant of [contoso, fabrikam]) await world.keep(tenant, [signIn(tenant, 1, start - day, { agent: 'OddTool/1.0' })]);
  await startHunt(world.deps(), { content, days: 30, by: 'Ann' });
  return world;
}

describe('hunts on the console', () => {
  it('show their progress, then what they found, in the tenants of the person', async () => {
    const world = await hunted();
    const row = async (...tenants: string[]) => (await huntRows(world.deps(), new Set(tenants)))[0];
    expect(await row(contoso)).toMatchObject({ title: 'Odd tool', status: 'running', by: 'Ann', tenants: 1, searched: 0, findings: 0 });
    await world.run();
    expect(await row(contoso)).toMatchObject({ status: 'done', tenants: 1, searched: 1, findings: 1, hitTenants: 1, opened: 1 });
    expect(await row(contoso, fabrikam, tailwind)).toMatchObject({ tenants: 3, searched: 3, findings: 2, hitTenants: 2, opened: 2 });
  });

  it('are nothing of a stranger’s, and none that are older than a week', async () => {
    const world = await hunted();
    expect(await huntRows(world.deps(), new Set(['99999999-1111-4111-8111-111111111111']))).toEqual([]);
    world.clock.advance(8 * day);
    expect(await huntRows(world.deps(), new Set([contoso]))).toEqual([]);
  });
});

describe('an indicator of a case', () => {
  it('is said to be in so many of all tenants, where it is in more than this one', async () => {
    const world = await hunted();
    await world.run();
    const { store, registry } = world.deps();
    const findings = await store.findings.all(await world.scope(contoso));
    expect(await seenElsewhere({ store, registry }, findings)).toEqual([{ indicator: 'odd-tool-2026/ua-odd', tenants: 2, of: 3 }]);
    await registry.remove(fabrikam);
    expect(await seenElsewhere({ store, registry }, findings)).toEqual([]);
    expect(await seenElsewhere({ store, registry }, [])).toEqual([]);
  });
});

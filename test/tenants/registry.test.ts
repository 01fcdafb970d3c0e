// Who gets the right to a tenant's rows, and what the configuration may and may not do to the registry.
import { describe, expect, it } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { ConflictError } from '../../src/store/store.ts';
import { createRegistry, type RegistrySeed, UnknownTenantError } from '../../src/tenants/registry.ts';
import { contoso, fabrikam } from '../support/scope.ts';

const clock = { now: () => Date.UTC(2024, 4, 17, 12) };
const seed: RegistrySeed = {
  tenants: [{ tenant: contoso.toUpperCase(), name: 'Contoso' }],
  policy: { live: false, responderGroup: 'group-1', protectedObjects: [], cadence: { fast: 300, config: 1800, reconcile: 3600 } },
  webhookSetting: 'TG_WEBHOOK_URL',
  channels: ['TG_WEBHOOK_URL', 'contoso'],
};
const setUp = () => {
  const store = createStore({ backend: memoryBackend() });
  return { store, registry: createRegistry({ store, clock, seed }) };
};

describe('channels that a policy names', () => {
  const named = (...names: string[]) => names.map((setting) => ({ kind: 'webhook' as const, setting }));

  it('are missing where the guard that runs has no address of them', async () => {
    const { registry } = setUp();
    await registry.seed();
    expect(await registry.missingChannels(named('TG_WEBHOOK_URL', 'CONTOSO', 'fabrikam'))).toEqual(['fabrikam']);
  });
  it('cannot be judged before a guard said which it has', async () => {
    expect(await setUp().registry.missingChannels(named('contoso'))).toBeUndefined();
  });
});

describe('a tenant of the configuration', () => {
  it('is added once, active, with the policy of the configuration', async () => {
    const { registry } = setUp();
    await registry.seed();
    await registry.seed();
    const [entry, ...others] = await registry.list();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ tenant: contoso, name: 'Contoso', status: 'active', addedAt: '2024-05-17T12:00:00.000Z' });
    expect(entry?.policy).toMatchObject({
      live: false,
      responderGroup: 'group-1',
      channels: [{ kind: 'webhook', setting: 'TG_WEBHOOK_URL' }],
    });
  });
  it('is added once by two processes that start together', async () => {
    const { store } = setUp();
    await Promise.all([1, 2].map(() => createRegistry({ store, clock, seed }).seed()));
    expect(await createRegistry({ store, clock }).list()).toHaveLength(1);
  });
  it('keeps what an operator changed, and stays away when an operator removed it', async () => {
    const { registry } = setUp();
    await registry.seed();
    await registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, live: true } }));
    await registry.seed();
    expect((await registry.list())[0]?.policy.live).toBe(true);
    await registry.remove(contoso);
    await registry.seed();
    expect(await registry.list()).toEqual([]);
  });
});

describe('settings that changed', () => {
  const live: RegistrySeed = { ...seed, policy: { ...seed.policy, live: true } };
  it('are applied once, at the next start', async () => {
    const { store, registry } = setUp();
    await registry.seed();
    await createRegistry({ store, clock, seed: live }).seed();
    expect((await registry.list())[0]?.policy.live).toBe(true);
  });
  it('do not undo an operator’s kill switch at every start after that', async () => {
    const { store, registry } = setUp();
    await createRegistry({ store, clock, seed: live }).seed();
    await registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, live: false } }));
    await createRegistry({ store, clock, seed: live }).seed();
    expect((await registry.list())[0]?.policy.live).toBe(false);
  });
  it('leave what they do not name, and bring nobody back', async () => {
    const { store, registry } = setUp();
    await registry.seed();
    await registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, ceilings: { perIncident: 1, perHour: 2 } } }));
    await createRegistry({ store, clock, seed: live }).seed();
    expect((await registry.list())[0]?.policy.ceilings).toEqual({ perIncident: 1, perHour: 2 });
    await registry.remove(contoso);
    await createRegistry({ store, clock, seed }).seed();
    expect(await registry.list()).toEqual([]);
  });
});

describe('a scope', () => {
  it('is given for an active tenant, whatever the case of its id, and leads to its entry', async () => {
    const { registry } = setUp();
    await registry.seed();
    const scope = await registry.authorise(contoso.toUpperCase(), 'round');
    expect(scope.tenant).toBe(contoso);
    expect((await registry.entry(scope)).name).toBe('Contoso');
  });
  it.each(['', fabrikam, '*', `${contoso}|`, '../', `${contoso}\u0000`])('is not given for %j', async (tenant) => {
    const { registry } = setUp();
    await registry.seed();
    await expect(registry.authorise(tenant, 'round')).rejects.toBeInstanceOf(UnknownTenantError);
  });
  it('of a paused tenant is given to show it and to finish what was begun, and not to act in it', async () => {
    const { registry } = setUp();
    await registry.seed();
    await registry.update(contoso, (entry) => ({ ...entry, status: 'paused' }));
    expect((await registry.authorise(contoso, 'show')).tenant).toBe(contoso);
    expect((await registry.authorise(contoso, 'finish')).tenant).toBe(contoso);
    for (const purpose of ['round', 'respond'] as const)
      await expect(registry.authorise(contoso, purpose)).rejects.toBeInstanceOf(UnknownTenantError);
  });
  it('of a removed tenant is not given for anything', async () => {
    const { registry } = setUp();
    await registry.seed();
    await registry.remove(contoso);
    for (const purpose of ['round', 'respond', 'show', 'finish'] as const)
      await expect(registry.authorise(contoso, purpose)).rejects.toBeInstanceOf(UnknownTenantError);
  });
});

describe('changes to the registry', () => {
  it('add a tenant once, and again after it was removed', async () => {
    const { registry } = setUp();
    await registry.add(fabrikam, 'Fabrikam', { live: true });
    await expect(registry.add(fabrikam.toUpperCase(), 'Again')).rejects.toBeInstanceOf(ConflictError);
    await registry.remove(fabrikam);
    expect((await registry.add(fabrikam, 'Fabrikam')).policy.live).toBe(false);
  });
  it('made by ten at once are all kept', async () => {
    const { registry } = setUp();
    await registry.add(fabrikam, '');
    await Promise.all(Array.from({ length: 10 }, () => registry.update(fabrikam, (entry) => ({ ...entry, name: `${entry.name}x` }))));
    expect((await registry.list())[0]?.name).toBe('xxxxxxxxxx');
  });
  it('cannot rename a tenant into another, nor touch one that is not there', async () => {
    const { registry } = setUp();
    await registry.add(fabrikam, 'Fabrikam');
    expect((await registry.update(fabrikam, (entry) => ({ ...entry, tenant: contoso }))).tenant).toBe(fabrikam);
    await expect(registry.update(contoso, (entry) => entry)).rejects.toBeInstanceOf(UnknownTenantError);
    await expect(registry.remove(contoso)).rejects.toBeInstanceOf(UnknownTenantError);
  });
});

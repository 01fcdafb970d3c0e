// The snapshots see that policies were switched off before the audit log tells who did it: once it does, the change has its maker and is a line on the thief's case, no card of its own.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { victims } from '../../simulator/worlds/constants.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { contoso, startGuard, type TestGuard } from '../support/guard.ts';
import { createCloudSwitch } from '../support/in-process-cloud.ts';

const thief = `user:${victims.contoso.globalAdmin.id}`;
const policies = 'tenant:conditional-access';
let guard: TestGuard;
let scope: TenantScope;
beforeAll(async () => {
  const cloud = await createCloudSwitch();
  vi.stubGlobal('fetch', cloud.fetch);
  guard = await startGuard({ start: Date.UTC(2026, 2, 9, 10), makeCloud: cloud.make, simulator: { historyDays: 2 } });
  scope = await guard.deps.registry.authorise(contoso.id, 'show');
  await guard.round(contoso.id, 'fast');
  await guard.round(contoso.id, 'config');
  guard.simulator.control.attack({ attack: 'nobelium-support', tenant: 'contoso' });
  guard.clock.advance(20 * 60_000);
}, 30_000);
afterAll(async () => {
  await guard.close();
  vi.unstubAllGlobals();
});

const open = async (): Promise<Incident[]> =>
  (await guard.deps.store.state.incidents(scope, 50)).map(({ value }) => value).filter(({ status }) => status !== 'closed');
const changes = async () =>
  (await guard.deps.store.findings.ofSubjects(scope, [policies])).filter(
    ({ rule, standing }) => standing && rule.endsWith('access-policy-off'),
  );

describe('a snapshot that is read before the log', () => {
  it('tells that policies were switched off, and cannot say by whom', async () => {
    await guard.round(contoso.id, 'config');
    expect((await changes()).map(({ related }) => related)).toEqual([[], []]);
    expect((await open()).find(({ subjects }) => subjects.includes(policies))?.subjects).not.toContain(thief);
  });
  it('is put right when the log comes: the same findings name who did it, on the one case of the thief', async () => {
    const before = (await changes()).map(({ id }) => id).sort();
    await guard.round(contoso.id, 'fast');
    const after = await changes();
    expect(after.map(({ id }) => id).sort()).toEqual(before);
    expect(after.map(({ related }) => related)).toEqual([[thief], [thief]]);
    const cases = (await open()).filter(({ subjects }) => subjects.includes(policies));
    expect(cases).toHaveLength(1);
    expect(cases[0]?.subjects).toContain(thief);
  });
  it('waits for nothing any more after the next look, and changes nothing by it', async () => {
    const before = await open();
    guard.clock.advance(5 * 60_000);
    await guard.round(contoso.id, 'config');
    await guard.round(contoso.id, 'config');
    const waiting = (await guard.deps.store.state.feeds(scope)).flatMap(({ orphans = [] }) => orphans.flatMap(({ names }) => names));
    expect(waiting.filter((name) => /policy|second factor/i.test(name))).toEqual([]);
    expect((await open()).map(({ id, findings }) => [id, findings])).toEqual(before.map(({ id, findings }) => [id, findings]));
  });
});

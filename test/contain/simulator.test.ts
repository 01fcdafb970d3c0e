// The plan against the simulated cloud: real clients, real tokens, strict refusals, replicas that lag.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breakGlass, contoso, responders, victims } from '../../simulator/worlds/constants.ts';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import { startGuard, type TestGuard } from '../support/guard.ts';
import { ann, takeover } from './setup.ts';

const start = Date.UTC(2026, 2, 2, 3, 0);
const victim = victims.contoso.finance.id;

describe('against the simulated cloud', () => {
  let guard: TestGuard;
  beforeAll(async () => {
    guard = await startGuard({ start });
    const { methods } = guard.simulator.world.tenants.get(contoso.id) ?? {};
    const method = {
      '@odata.type': '#microsoft.graph.phoneAuthenticationMethod',
      id: '3179e48a-750b-4051-897c-87b9720928f7',
      userId: victim,
      phoneNumber: '+234 5550100',
      phoneType: 'mobile',
      createdDateTime: '2026-03-02T02:41:00Z',
    };
    methods?.write(`${victim}/${method.id}`, method as never, start - 60_000);
  });
  afterAll(() => guard.close());

  it('contains, reads back until the replicas show it, and undoes', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'respond');
    const incident = takeover({ tenant: contoso.id, root: `user:${victim}`, subjects: [`user:${victim}`] });
    await guard.deps.store.state.commitIncident('incident.close', scope, { value: incident }, []);
    const result = await press(guard.deps, scope, { incident: incident.id, kind: 'contain', request: 'r1', by: ann });
    if ('refused' in result) throw new Error(result.refused.why);
    expect(result.containment.steps.map((step) => [step.id, step.result])).toEqual([
      ['block-sign-in', { outcome: 'contained', detail: 'Sign-in is blocked.' }],
      ['end-sessions', { outcome: 'contained', detail: expect.stringContaining('no longer count') }],
      ['remove-methods', { outcome: 'contained', detail: 'Removed: phone.' }],
      ['end-sessions-again', { outcome: 'contained', detail: expect.stringContaining('no longer count') }],
    ]);
    const tenant = guard.simulator.world.tenants.get(contoso.id);
    expect(tenant?.users.current(victim)?.accountEnabled).toBe(false);

    const undone = await undo(guard.deps, scope, { containment: result.containment.id, request: 'u1', by: ann, reason: 'A trip.' });
    if ('refused' in undone) throw new Error(undone.refused.why);
    expect(undone.containment).toMatchObject({ status: 'undone' });
    expect(tenant?.users.current(victim)?.accountEnabled).toBe(true);
  });

  it('is red for a privileged account, whose sessions it ends all the same, and names the way by hand', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'respond');
    const world = guard.simulator.world.tenants.get(contoso.id);
    const role = '62e90394-69f5-4237-9190-012177145e10';
    const admin =
      world?.roleAssignments.all().find(([, one]) => one.roleDefinitionId === role && one.principalId !== breakGlass.contoso)?.[1]
        .principalId ?? '';
    const id = 'fedcba9876543210fedcba9876543210';
    const incident = takeover({ id, tenant: contoso.id, root: `user:${admin}`, subjects: [`user:${admin}`] });
    await guard.deps.store.state.commitIncident('incident.close', scope, { value: incident }, []);
    const result = await press(guard.deps, scope, {
      incident: id,
      kind: 'contain',
      request: 'r2',
      by: { ...ann, oid: responders.second.id },
    });
    if ('refused' in result) throw new Error(result.refused.why);
    expect(result.containment.steps.map((step) => step.result?.outcome)).toEqual(['failed', 'failed', 'contained', 'already', 'contained']);
    expect(result.containment.steps[0]?.result).toMatchObject({
      next: expect.stringMatching(/Privileged Authentication Administrator.*https:/),
    });
    expect(world?.users.current(admin)?.accountEnabled).toBe(true);
  });
});

// Where sign-in cannot be blocked, a password that nobody knows is the next best: it joins the plan only then, is read back, and leaves no trace of itself.
import { describe, expect, it } from 'vitest';
import { press } from '../../src/contain/press.ts';
import { undo } from '../../src/contain/undo.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { ids } from './fake-tenant.ts';
import { ann, pressOf, scope, type World, world } from './setup.ts';

const denied = new ServiceError('graph', 403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
async function unblockable(more: Parameters<typeof world>[1] = {}) {
  const at = await world({}, more);
  at.tenant.refuse = (_call, body) => (typeof body === 'object' && body !== null && 'accountEnabled' in body ? denied : undefined);
  return at;
}
async function contained(at: World) {
  const result = await press(at.tools(), scope, pressOf());
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment;
}

describe('where sign-in cannot be blocked', () => {
  it('the password is replaced before the sessions end; the case stays red and says what is open', async () => {
    const at = await unblockable();
    const containment = await contained(at);
    expect(containment.steps.map(({ id, result }) => [id, result?.outcome])).toEqual([
      ['block-sign-in', 'failed'],
      ['new-password', 'contained'],
      ['end-sessions', 'contained'],
      ['remove-methods', 'contained'],
      ['end-sessions-again', 'contained'],
    ]);
    expect(containment.staysOpen.join()).toContain('The account is not blocked: the old password no longer works');
    expect((await at.tools().store.state.incident(scope, at.incident.id))?.value.status).toBe('open');
  });

  it('the password is strong, and stands nowhere in what the guard keeps', async () => {
    const at = await unblockable();
    const { id } = await contained(at);
    const [password = ''] = at.tenant.passwords;
    expect(password.length).toBeGreaterThan(40);
    const { store } = at.tools();
    const kept = [
      await store.journal.containment(scope, id),
      await store.journal.entries(scope, id),
      await store.state.outboxOf(scope, at.incident.id),
    ];
    expect(JSON.stringify(kept)).not.toContain(password);
  });

  it('undo says that the password cannot be given back', async () => {
    const at = await unblockable();
    const { id } = await contained(at);
    const result = await undo(at.tools(), scope, { containment: id, request: 'u', by: ann, reason: 'A trip.' });
    if ('refused' in result) throw new Error(result.refused.why);
    expect(result.containment.steps[1]?.undo).toMatchObject({
      outcome: 'refused',
      next: 'An administrator sets a password together with the user.',
    });
  });

  it('nothing of it happens where blocking works, is refused by a guard, or is rehearsed', async () => {
    const works = await world();
    const refused = await world();
    refused.tenant.roles.length = 0;
    const rehearsed = await unblockable({ live: false });
    for (const at of [works, refused, rehearsed]) {
      expect((await contained(at)).steps.map(({ id }) => id)).not.toContain('new-password');
      expect(at.tenant.passwords).toEqual([]);
    }
  });

  it('the last working administrator keeps the password', async () => {
    const at = await unblockable();
    at.tenant.roles.push({ ...at.tenant.roles[0], principalId: ids.victim } as (typeof at.tenant.roles)[number]);
    const refuse = at.tenant.refuse;
    at.tenant.refuse = (call, body) => {
      const refusal = refuse(call, body);
      // The other administrator is disabled right when blocking fails.
      if (refusal !== undefined) Object.assign(at.tenant.users.get(ids.admin) ?? {}, { accountEnabled: false });
      return refusal;
    };
    expect((await contained(at)).steps[1]).toMatchObject({ id: 'new-password', result: { outcome: 'refused' } });
    expect(at.tenant.passwords).toEqual([]);
  });
});

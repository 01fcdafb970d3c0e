// One press on a case of several accounts: each is contained, the last administrator is kept, and an account that is gone is said in a sentence.
import { describe, expect, it } from 'vitest';
import { press } from '../../src/contain/press.ts';
import type { Containment } from '../../src/contracts/containment.ts';
import { account, globalAdministrator, ids } from './fake-tenant.ts';
import { pressOf, scope, world } from './setup.ts';

const victim = `user:${ids.victim}` as const;
const secondId = 'c1000000-0000-4000-8000-000000000009';
const second = `user:${secondId}` as const;
const pressed = async (w: Awaited<ReturnType<typeof world>>): Promise<Containment> => {
  const result = await press(w.tools(), scope, pressOf());
  if ('refused' in result) throw new Error(result.refused.why);
  return result.containment;
};
const outcomes = ({ steps }: Containment, target: string) =>
  steps.filter((step) => step.target === target).map(({ action, result }) => `${action} ${result?.outcome}`);

describe('a case of several accounts', () => {
  it('is contained by one press, each account in its steps', async () => {
    const w = await world({ subjects: [victim, second], accounts: [{ subject: victim }, { subject: second, name: 'Second' }] });
    w.tenant.users.set(secondId, account('second'));
    const containment = await pressed(w);
    expect(containment.steps.map(({ result }) => result?.outcome)).not.toContain('failed');
    expect([ids.victim, secondId].map((id) => w.tenant.users.get(id)?.accountEnabled)).toEqual([false, false]);
  });
  it('of the two last administrators keeps one: they must not count on each other', async () => {
    const admin = `user:${ids.admin}` as const;
    const w = await world({ subjects: [admin, second], root: admin, accounts: [{ subject: admin }, { subject: second }] });
    w.tenant.users.set(secondId, account('second'));
    w.tenant.roles.push({ principalId: secondId, roleDefinitionId: globalAdministrator });
    const containment = await pressed(w);
    expect(outcomes(containment, admin)[0]).toBe('block-sign-in contained');
    expect(outcomes(containment, second)[0]).toBe('block-sign-in refused');
    expect(w.tenant.users.get(secondId)?.accountEnabled).toBe(true);
  });
  it('an account that is gone says so plainly, gets no new password, and keeps nothing back from the others', async () => {
    const gone = 'user:00000000-0000-4000-8000-00000000dead' as const;
    const w = await world({ subjects: [victim, gone], accounts: [{ subject: victim }, { subject: gone, name: 'gone@example.com' }] });
    const containment = await pressed(w);
    expect(outcomes(containment, victim)).not.toContain('block-sign-in failed');
    expect(outcomes(containment, gone)).not.toContain('new-password failed');
    const [first] = containment.steps.filter(({ target }) => target === gone);
    expect(first?.result).toEqual({
      outcome: 'failed',
      cause: 'This account isn’t in the tenant’s directory: it was deleted, or belongs to another organisation.',
      next: expect.stringMatching(/ask the partner .* https:\/\/entra\.microsoft\.com\//),
    });
    expect(containment.staysOpen).toContain(
      'The account of gone@example.com is still open: whoever has the password can sign in and register methods again.',
    );
    expect(containment.staysOpen.join()).not.toContain('account of Marta');
  });
});

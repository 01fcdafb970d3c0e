import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actionById, actions } from '../../src/contain/actions/index.ts';
import { fallbackOf, planFor, plansFor } from '../../src/contain/plan.ts';
import { takeover } from './setup.ts';

describe('a plan', () => {
  it('to contain a user closes the door, throws out, locks, and throws out again, in this order', () => {
    const plan = planFor('contain', takeover());
    expect('steps' in plan && plan.steps.map(({ id, after }) => [id, after])).toEqual([
      ['block-sign-in', []],
      ['end-sessions', ['block-sign-in']],
      ['remove-methods', ['end-sessions']],
      ['end-sessions-again', ['remove-methods']],
    ]);
  });
  it('takes methods from shortly before the first event, since the audit may be later than the method', () => {
    const plan = planFor('contain', takeover());
    expect('steps' in plan && plan.steps[2]?.parameters).toEqual({ since: '2026-03-02T02:26:00.000Z' });
  });
  it('for a user known by name only is impossible: only object ids are acted on', () => {
    const incident = takeover({ root: 'unresolved:marta@contoso.example', subjects: ['unresolved:marta@contoso.example'] });
    expect(planFor('contain', incident)).toEqual({ impossible: expect.stringContaining('object id') });
    expect(plansFor(incident)).toEqual([]);
  });
  it('to disable connectors has one step for each of them', () => {
    const incident = takeover({ root: 'connector:d1', subjects: ['connector:d1', 'connector:d2'] });
    const plan = planFor('disable-connector', incident);
    expect('steps' in plan && plan.steps.map(({ id, target }) => [id, target])).toEqual([
      ['disable-connector', 'connector:d1'],
      ['disable-connector-2', 'connector:d2'],
    ]);
  });
  it('names what was found and no step touches', () => {
    const user = takeover().root;
    const staysOpen = (kind: 'contain' | 'disable-connector', more: Parameters<typeof takeover>[0]) => {
      const plan = planFor(kind, takeover(more));
      return 'steps' in plan ? plan.staysOpen : [];
    };
    expect(staysOpen('contain', { subjects: [user, 'app:a1', 'device:v1'], things: ['applications', 'mailbox rules'] })).toEqual([
      'Not touched: 1 application, 1 device, mailbox rules. Look at them.',
    ]);
    const relay = [user, 'connector:d1', 'transport-rule:r1'] as const;
    expect(staysOpen('contain', { subjects: [...relay] })).toEqual(['Not touched: 1 connector, mail flow rules. Look at them.']);
    expect(staysOpen('disable-connector', { subjects: [...relay] })).toEqual(['Not touched: mail flow rules. Look at them.']);
    expect(staysOpen('contain', {})).toEqual([]);
  });
  it('acts on every account that was entered, and closes every door before anybody is thrown out', () => {
    const accounts = [
      { subject: takeover().root, name: 'Marta Ferrer' },
      { subject: 'user:u2', name: 'Jonas Weber' },
    ] as const;
    const plan = planFor('contain', takeover({ accounts: [...accounts], subjects: [takeover().root, 'user:u2', 'user:u3'] }));
    if (!('steps' in plan)) throw new Error(plan.impossible);
    expect(plan.steps.map(({ id, target }) => `${id} ${target === 'user:u2' ? 2 : 1}`)).toEqual([
      'block-sign-in 1',
      'block-sign-in-2 2',
      'end-sessions 1',
      'end-sessions-2 2',
      'remove-methods 1',
      'remove-methods-2 2',
      'end-sessions-again 1',
      'end-sessions-again-2 2',
    ]);
    expect(plan.steps.flatMap(({ after }) => after).filter((id) => !plan.steps.some((step) => step.id === id))).toEqual([]);
    expect(plan.staysOpen).toEqual(['Not touched: 1 other account. Look at them.']);
    const second = plan.steps[1];
    if (second === undefined) throw new Error('no second step');
    expect(fallbackOf(second)).toMatchObject({ id: 'new-password-2', target: 'user:u2', after: ['block-sign-in-2'] });
  });
  it('of more than five accounts acts on five and says how many are left', () => {
    const accounts = Array.from({ length: 8 }, (_, index) => ({ subject: `user:u${index}` as const }));
    const plan = planFor('sign-out', takeover({ root: 'user:u0', accounts, subjects: accounts.map(({ subject }) => subject) }));
    expect('steps' in plan && plan.steps).toHaveLength(5);
    expect('steps' in plan && plan.staysOpen).toContain('Not touched: 3 other accounts. Look at them.');
  });
  it.each(['support', 'provider', 'partner', 'absent'] as const)(
    'leaves out an account of %s: there is nothing here to act on',
    (outside) => {
      const agent = { subject: 'user:agent', name: 'agent@example.com', outside } as const;
      const alone = takeover({ root: agent.subject, subjects: [agent.subject], accounts: [agent] });
      expect(plansFor(alone)).toEqual([]);
      expect(planFor('contain', alone)).toEqual({
        impossible: expect.stringMatching(/^agent@example\.com .*isn’t in this directory.*https:/),
      });
      const both = takeover({ root: agent.subject, subjects: [agent.subject, 'user:u2'], accounts: [agent, { subject: 'user:u2' }] });
      const plan = planFor('contain', both);
      expect('steps' in plan && [...new Set(plan.steps.map(({ target }) => target))]).toEqual(['user:u2']);
      expect('steps' in plan && plan.staysOpen).toEqual(['Not touched: 1 account from outside. Look at them.']);
    },
  );
  it('disables a guest and leaves sessions, methods and password to its own organisation', () => {
    const guest = { subject: takeover().root, outside: 'guest' } as const;
    const plan = planFor('contain', takeover({ accounts: [guest] }));
    if (!('steps' in plan)) throw new Error(plan.impossible);
    expect(plan.steps.map(({ id, label }) => [id, label])).toEqual([['block-sign-in', 'Disable the guest']]);
    expect(plan.staysOpen).toEqual(['A guest’s sessions and sign-in methods are its own organisation’s: tell it.']);
    expect(plan.steps.map(fallbackOf)).toEqual([undefined]);
    expect(plansFor(takeover({ accounts: [guest] }))).toEqual(['contain']);
  });
  it('that contains a user is offered before the others', () => {
    expect(plansFor(takeover({ subjects: [takeover().root, 'connector:d1'] }))).toEqual(['contain', 'disable-connector', 'sign-out']);
  });
});

describe('the actions', () => {
  it('are the files of their folder, under their own ids', () => {
    const folder = fileURLToPath(new URL('../../src/contain/actions', import.meta.url));
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    const helpers = ['index', 'permissions', 'user'];
    expect(actions.map(({ id }) => id).sort()).toEqual(files.filter((file) => !helpers.includes(file)).sort());
  });
  it.each(actions)('$id declares what it needs, when it is looked for, and its undo or why not', (action) => {
    expect(action.permissions.length).toBeGreaterThan(0);
    expect(action.permissions.every(({ holder }) => holder === 'responder')).toBe(true);
    expect(action.schedule.every((seconds, index, all) => seconds > (all[index - 1] ?? 0))).toBe(true);
    expect('whyNot' in action.undo ? action.undo.whyNot : action.undo.check).toBeTruthy();
  });
  it('that are unknown give an error with the known ones', () => {
    expect(() => actionById('delete-user')).toThrow(/block-sign-in, new-password, end-sessions/);
  });
});

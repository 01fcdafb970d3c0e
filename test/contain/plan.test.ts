import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actionById, actions } from '../../src/contain/actions/index.ts';
import { planFor, plansFor } from '../../src/contain/plan.ts';
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

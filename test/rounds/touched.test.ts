// Whose mailboxes are looked into: what touches a user, for how long, and in which order.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import { touchedBy, touchedUsers } from '../../src/rounds/touched.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { type Graph, ServiceError } from '../../src/tenants/connections.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const now = Date.UTC(2026, 2, 9, 10);
const hour = 3_600_000;
const audit = (activityDisplayName: string, user: string, time = now): Activity => ({
  id: `a-${user}-${time}`,
  tenant: 't',
  feed: 'directory-audits',
  time,
  subject: `user:${user}`,
  subjectName: `${user}@contoso.example`,
  views: [{ shape: 'directory-audit', record: { activityDisplayName } }],
});
const exchange = (Operation: string, user: string): Activity => ({
  ...audit('', user),
  feed: 'unified-audit',
  views: [{ shape: 'unified-audit', record: { Operation } }],
});
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('a user is touched', () => {
  it.each(['User registered security info', 'Create Temporary Access Pass method for user', 'Reset user password', 'Reset password'])(
    'by %s',
    (name) => expect(touchedBy([audit(name, 'ana')], [], now)).toEqual([{ id: 'ana', name: 'ana@contoso.example', at: now }]),
  );
  it.each(['New-InboxRule', 'UpdateInboxRules', 'Set-Mailbox', 'Add-MailboxPermission'])('by %s', (name) =>
    expect(ids(touchedBy([exchange(name, 'ana')], [], now))).toEqual(['ana']),
  );
  it('near miss: not by a changed group, a read mail, or what is older than a day', () => {
    expect(touchedBy([audit('Update group', 'ana'), exchange('MailItemsAccessed', 'joe')], [], now)).toEqual([]);
    expect(touchedBy([audit('User registered security info', 'ana', now - 25 * hour)], [], now)).toEqual([]);
  });
  it('with the one who did it', () => {
    const done: Activity = { ...audit('Admin registered security info', 'ana'), actor: 'user:joe', actorName: 'joe@contoso.example' };
    expect(ids(touchedBy([done], [], now)).sort()).toEqual(['ana', 'joe']);
  });
  it('for a day, newest first, a hundred at most', () => {
    const before = [
      { id: 'old', at: now - 25 * hour },
      { id: 'joe', at: now - hour },
    ];
    expect(ids(touchedBy([audit('User registered security info', 'ana')], before, now))).toEqual(['ana', 'joe']);
    const many = Array.from({ length: 130 }, (_, index) => audit('User registered security info', `u${index}`, now - index));
    expect(ids(touchedBy(many, [], now))).toEqual(many.slice(0, 100).map((_, index) => `u${index}`));
  });
});

describe('the people in question', () => {
  const named = (answers: Readonly<Record<string, string | number>>) => {
    const graph = {
      request: async (_method: string, path: string) => {
        const answer = answers[path.slice('/users/'.length)];
        if (typeof answer === 'string') return { userPrincipalName: answer };
        throw new ServiceError('graph', answer ?? 500, 'Request_ResourceNotFound', 'no');
      },
    } as unknown as Graph;
    const state = { v: 1, feed: 'f', startedAt: now, triedAt: now, outcome: { status: 'complete' } } as const;
    const touched = Object.keys(answers).map((id, index) => ({ id, at: now - index }));
    return touchedUsers({ store: createStore({ backend: memoryBackend() }), graph }, scopeOf(contoso), [{ ...state, touched }], now);
  };
  it('are named by the directory; whoever is not in it has no mailbox here to wait for', async () =>
    expect(await named({ ana: 'ana@contoso.example', gone: 404, unread: 503 })).toEqual([
      { id: 'ana', name: 'ana@contoso.example' },
      { id: 'unread' },
    ]));
});

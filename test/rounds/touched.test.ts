// Whose mailboxes are looked into: what touches a user, for how long, and in which order.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import { touchedBy } from '../../src/rounds/touched.ts';

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

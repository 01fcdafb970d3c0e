import { describe, expect, it } from 'vitest';
import { accountKindOf } from '../../../src/detect/context/account-kind.ts';
import { at, contextOf, signIn } from './subjects.ts';

describe('whose account it is', () => {
  it.each([
    ['svc-backup@contoso.example', undefined, undefined, 'service'],
    ['noreply@contoso.example', 'No Reply', undefined, 'service'],
    ['scanner3@contoso.example', undefined, undefined, 'scanner'],
    ['third.floor@contoso.example', 'Drucker 3. OG', undefined, 'scanner'],
    ['oslo1@contoso.example', 'Meeting Room Oslo', undefined, 'room'],
    ['r1@contoso.example', '会議室 1', undefined, 'room'],
    ['Sync_DC01_0123456789ab@contoso.example', undefined, undefined, 'sync'],
    ['emergency@contoso.example', 'Emergency Access', 'Break-glass account', 'service'],
    ['ada@contoso.example', 'Ada Example', 'Head of IT Services', 'person'],
    ['ada@contoso.example', 'Ada Example', undefined, undefined],
    ['roomans@contoso.example', undefined, undefined, undefined],
    [undefined, undefined, undefined, undefined],
  ] as const)('%s, %s, %s: %s', (account, displayName, title, kind) => {
    expect(accountKindOf({ account, displayName, title, roles: undefined })).toBe(kind);
  });
  it('is the synchronisation’s by its role', () => {
    expect(
      accountKindOf({
        account: 'x@contoso.example',
        displayName: undefined,
        title: undefined,
        roles: ['Directory Synchronization Accounts'],
      }),
    ).toBe('sync');
  });
  it('is told by the context: a person, another, or unknown', () => {
    expect(contextOf(signIn(at(1)), { facts: { title: 'Accountant' } })['context.user.human']).toBe(true);
    expect(contextOf(signIn(at(1)), { facts: { name: 'Scan to mail' } })['context.user.human']).toBe(false);
    expect(contextOf(signIn(at(1)))['context.user.human']).toBeUndefined();
    expect(contextOf({ ...signIn(at(1)), subject: 'app:1', subjectName: 'svc' })['context.user.kind']).toBeUndefined();
  });
});

// What a consent lets an application do, in words instead of a dump of ids.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsScopes, scopesInWords } from '../../src/detect/scopes.ts';

const dump = (scope: string, before = '') =>
  `[${before}] => [[Id: abc, ClientId: 00000000-0000-0000-0000-000000000000, PrincipalId: 1, ResourceId: 2, ConsentType: Principal, Scope: ${scope}, CreatedDateTime: , LastModifiedDateTime ]]`;

describe('permissions in words', () => {
  it.each([
    ['offline_access Mail.Read Mail.Send', 'send mail, read mail, come back while the person is away'],
    [
      dump(' User.Read Mail.ReadWrite MailboxSettings.ReadWrite offline_access'),
      'read and change mail, change mailbox settings, come back while the person is away, see who signs in',
    ],
    [
      dump('Mail.Read Mail.Send Files.ReadWrite.All Chat.Read Calendars.Read Contacts.Read openid profile Own.Thing'),
      'send mail, read mail, read and change files, use Teams chats and 4 more',
    ],
    ['https://graph.microsoft.com/Mail.Send', 'send mail'],
    ['Tickets.Book', 'use one permission (Tickets.Book)'],
    [dump('Mail.Send', '[Id: x, Scope: Files.Read.All, ]'), 'send mail'],
    [['"[] => x"', dump('Mail.Send')], 'send mail'],
  ])('%j', (value, words) => expect(scopesInWords(value)).toBe(words));
  it.each([[undefined], [''], ['[] => []'], [7], [dump('')]])('of %j nothing can be said', (value) =>
    expect(scopesInWords(value)).toBeUndefined(),
  );
  it('are looked for in fields that hold them', () => {
    expect(['ConsentAction.Permissions', 'scope', 'appDisplayName'].map(holdsScopes)).toEqual([true, true, false]);
  });
  it('stay short, whatever a record holds', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string({ maxLength: 400 }), { maxLength: 60 }).map((all) => all.join(' ')),
        ),
        (text) => {
          expect((scopesInWords(text) ?? '').length).toBeLessThan(1000);
        },
      ),
      { numRuns: 100 },
    ));
});

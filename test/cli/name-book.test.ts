// A name that several accounts had, in several exports: each file is judged as if it were read alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { NameBook } from '../../cli/check/name-book.ts';
import { runCheck } from '../../cli/check/run.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { shippedDetector } from '../support/guard.ts';

const at = (time: number, file?: string) => ({ time, ...(file === undefined ? {} : { origin: { file, record: 1 } }) });

describe('a name', () => {
  it('means the account that had it in the same file, whatever other files say', () => {
    const book = new NameBook();
    book.tie('ann@contoso.example', 'user:old', at(100, 'a.json'));
    book.tie('ann@contoso.example', 'user:new', at(900, 'b.json'));
    expect(book.at('ann@contoso.example', at(890, 'a.json'))).toBe('user:old');
    expect(book.at('ann@contoso.example', at(110, 'b.json'))).toBe('user:new');
    expect(book.only('ann@contoso.example')).toBeUndefined();
  });
  it('in a file that ties it to nobody means whose it was at about that time', () => {
    const book = new NameBook();
    book.tie('ann@contoso.example', 'user:old', at(100, 'a.json'));
    book.tie('ann@contoso.example', 'user:new', at(900, 'b.json'));
    expect(book.at('ann@contoso.example', at(300, 'c.json'))).toBe('user:old');
    expect(book.at('ann@contoso.example', at(950))).toBe('user:new');
    expect(book.at('bob@contoso.example', at(950))).toBeUndefined();
  });
  it('means the same whatever the order of the files', () => {
    const tie = fc.record({
      subject: fc.constantFrom<SubjectId>('user:a', 'user:b', 'user:c'),
      time: fc.nat(50),
      file: fc.constantFrom('x', 'y', 'z'),
    });
    fc.assert(
      fc.property(fc.array(tie, { minLength: 1, maxLength: 12 }), fc.nat(50), fc.constantFrom('x', 'y', 'other'), (ties, time, file) => {
        const read = (list: typeof ties) => {
          const book = new NameBook();
          for (const one of list) book.tie('n', one.subject, at(one.time, one.file));
          return [book.at('n', at(time, file)), book.only('n')];
        };
        expect(read(ties.toReversed())).toEqual(read(ties));
      }),
    );
  });
});

describe('exports of two accounts of one name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  afterAll(() => rm(folder, { recursive: true }));
  const admin = 'admin@contoso.example';
  const directory = (id: string, day: string) => ({
    CreationTime: `2026-03-${day}T09:00:00`,
    Id: `d-${id}`,
    Operation: 'Reset user password.',
    RecordType: 8,
    ResultStatus: 'Success',
    Workload: 'AzureActiveDirectory',
    UserId: admin,
    UserKey: '10032000000000AA@contoso.example',
    UserType: 0,
    ObjectId: 'victim@contoso.example',
    InterSystemsId: `c-${id}`,
    Actor: [
      { ID: admin, Type: 5 },
      { ID: `User_${id}`, Type: 2 },
      { ID: id, Type: 2 },
      { ID: 'User', Type: 2 },
    ],
    Target: [
      { ID: 'victim@contoso.example', Type: 5 },
      { ID: 'User_c1000000-0000-4000-8000-000000000001', Type: 2 },
      { ID: 'c1000000-0000-4000-8000-000000000001', Type: 2 },
      { ID: 'User', Type: 2 },
    ],
  });
  const access = {
    CreationTime: '2026-03-02T09:05:00',
    Id: 'e-1',
    Operation: 'Add-MailboxPermission',
    RecordType: 1,
    ResultStatus: 'True',
    Workload: 'Exchange',
    UserId: admin,
    UserKey: admin,
    UserType: 2,
    ObjectId: 'victim',
    Parameters: [
      { Name: 'Identity', Value: 'victim' },
      { Name: 'User', Value: admin },
      { Name: 'AccessRights', Value: 'FullAccess' },
    ],
  };
  const first = join(folder, 'first.json');
  const second = join(folder, 'second.json');
  await writeFile(first, JSON.stringify([directory('a1000000-0000-4000-8000-00000000000a', '02'), access]));
  await writeFile(second, JSON.stringify([directory('a1000000-0000-4000-8000-00000000000b', '20')]));
  const rulesOf = async (files: readonly string[]) => {
    const { detector } = await shippedDetector();
    const { findings } = await runCheck({ files, detector, tenant: 't' });
    return findings.map(({ finding }) => `${finding.rule} ${finding.subject}`).sort();
  };

  it('give together what each gives alone', async () => {
    const alone = [...(await rulesOf([first])), ...(await rulesOf([second]))].sort();
    expect(alone.join()).toContain('takeover-core-reset-and-full-access user:a1000000-0000-4000-8000-00000000000a');
    expect(await rulesOf([first, second])).toEqual(alone);
    expect(await rulesOf([second, first])).toEqual(alone);
  });
});

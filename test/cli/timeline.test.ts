// One person's or session's raw story: out of the kept activities, and out of exported files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeline } from '../../cli/commands/timeline.ts';
import { askedOf, mentions, TimelineError, withTies } from '../../cli/timeline/asked.ts';
import { storyLines } from '../../cli/timeline/print.ts';
import { storedStory } from '../../cli/timeline/stored.ts';
import { storyOf } from '../../cli/timeline/story.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { ada, bob, signIn } from '../rounds/hunt/world.ts';
import { findingOf } from '../store/fixtures.ts';
import { scopeOf, contoso as tenant } from '../support/scope.ts';
import { remembering } from './terminal.ts';

const noon = Date.UTC(2026, 2, 20, 12);
const hour = 3_600_000;
const session = '5e550000-0000-4000-8000-000000000001';
/** The unified audit log knows her by name alone. */
const rule = {
  Id: 'f0000000-0000-4000-8000-00000000000f',
  RecordType: 1,
  CreationTime: new Date(noon + 2 * hour).toISOString().slice(0, 19),
  Operation: 'New-InboxRule',
  UserId: 'Ada@contoso.example',
  ClientIP: '192.0.2.9:4000',
  ResultStatus: 'True',
  Workload: 'Exchange',
  Parameters: [{ Name: 'Name', Value: 'x' }],
};
const audit = {
  id: 'Directory_1',
  category: 'UserManagement',
  correlationId: 'cccccccc-0000-4000-8000-000000000001',
  result: 'success',
  activityDisplayName: 'Reset user password',
  activityDateTime: new Date(noon + 3 * hour).toISOString(),
  initiatedBy: { user: { id: bob, userPrincipalName: 'bob@contoso.example' } },
  targetResources: [{ id: ada, type: 'User', userPrincipalName: 'Ada@contoso.example' }],
};
function activityOf(record: Record<string, unknown>): Activity {
  const activity = readRecord(record, { tenant, feed: 'unified-audit' });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
}

async function kept() {
  const store = createStore({ backend: memoryBackend() });
  const scope = scopeOf(tenant);
  const activities = [
    signIn(tenant, 1, noon, { agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36' }),
    signIn(tenant, 2, noon + hour, { user: bob }),
    signIn(tenant, 3, noon - 24 * hour, { error: 50126 }),
    activityOf(rule),
    activityOf(audit),
  ];
  for (const [date, some] of Map.groupBy(activities, ({ time }) => new Date(time).toISOString().slice(0, 10)))
    await store.blobs.appendActivities('round.append-activities', scope, date, some);
  await store.findings.put('round.put-findings', scope, [
    findingOf(scope, {
      subject: `user:${ada}`,
      activities: ['signin:00000001-0000-4000-8000-000000000000'],
      severity: 'high',
      title: 'Odd \u202eclient',
    }),
  ]);
  return { store, scope };
}

describe('the story of a person in the guard’s store', () => {
  it.each(['ada@contoso.example', ada, ada.toUpperCase()])(
    'asked for as %s, is whole, oldest first, with what others did to them',
    async (word) => {
      const { store, scope } = await kept();
      const { lines, days } = await storedStory(store, scope, askedOf(word), '2026-03-01');
      expect(days).toBe(2);
      expect(lines.map(({ what, role, result }) => [what, role, result])).toEqual([
        ['signed in, or tried to', 'by', 'failure 50126'],
        ['signed in', 'by', 'success'],
        ['New-InboxRule: x', 'by', 'True'],
        ['Reset user password: Ada@contoso.example', 'on', 'success'],
      ]);
      expect(lines[1]).toMatchObject({
        place: 'Oslo, NO',
        address: '192.0.2.7',
        application: 'OfficeHome',
        device: 'Chrome on Linux',
        findings: [{ severity: 'high', retrospect: false }],
      });
    },
  );

  it('begins with the day that was asked for', async () => {
    const { store, scope } = await kept();
    const { lines, days } = await storedStory(store, scope, askedOf(ada), '2026-03-20');
    expect([days, lines.length]).toEqual([1, 3]);
  });

  it('of a session is what carries its id', async () => {
    const { store, scope } = await kept();
    const { lines } = await storedStory(store, scope, askedOf(session), '2026-03-01');
    expect(lines.map(({ activity }) => activity.slice(0, 15))).toEqual(['signin:00000003', 'signin:00000001']);
    expect((await storedStory(store, scope, askedOf('c0000002-0000-4000-8000-000000000000'), '2026-03-01')).lines).toHaveLength(1);
  });

  it('of nobody is empty', async () => {
    const { store, scope } = await kept();
    expect((await storedStory(store, scope, askedOf('nobody@contoso.example'), '2026-03-01')).lines).toEqual([]);
  });
});

describe('who is meant', () => {
  it('is never somebody whose name ends or begins alike', () => {
    const needles = new Set(['ann@contoso.example']);
    const named = (UserId: string) =>
      mentions(activityOf({ ...rule, UserId: 'x@contoso.example', Parameters: [{ Name: 'To', Value: UserId }] }), needles);
    expect(['joann@contoso.example', 'ann@contoso.example.net', 'j.ann@contoso.example'].map(named)).toEqual([false, false, false]);
    expect(['Ann@contoso.example', 'smtp:ann@contoso.example;x', '<ann@contoso.example>.'].map(named)).toEqual([true, true, true]);
  });

  it('is a person by every name that records tie together', () => {
    expect(withTies(new Set([ada]), [signIn(tenant, 1, noon)])).toEqual(new Set([ada, 'ada@contoso.example']));
    expect(withTies(new Set(['bob@contoso.example']), [signIn(tenant, 1, noon)])).toEqual(new Set(['bob@contoso.example']));
  });

  it.each(['', 'x', 'ann lee', 'a'.repeat(201)])('is not %j', (word) => expect(() => askedOf(word)).toThrow(TimelineError));
  it.each(['bob', 'bob.miller', '@contoso', 'contoso@'])('is not %s, which is told', (word) =>
    expect(() => askedOf(word)).toThrow(`"${word}" is neither a UPN (name@domain) nor an object id nor a session id`),
  );
  it.each(['b@c', 'bob@contoso.example', ada, session, 'Zm9vYmFyYmF6cXV4eA'])('is %s', (word) => expect(askedOf(word).typed).toBe(word));
});

describe('a story on the terminal', () => {
  it('fits its columns, shows marks and findings, and nothing that turns text around', async () => {
    const { store, scope } = await kept();
    const { lines } = await storedStory(store, scope, askedOf(ada), '2026-03-01');
    const printed = storyLines(lines, { columns: 100 });
    expect(printed.every((line) => [...line].length <= 100)).toBe(true);
    expect(printed.join('\n')).toMatch(/\^ high: Odd +client/);
    expect(printed.join('\n')).not.toContain('\u202e');
    expect(printed.at(-1)).toMatch(/^2026-03-20 15:00:00 < Reset user password/);
    expect(storyLines([], {})).toEqual([]);
  });

  it('takes a record that lacks everything', () => {
    const bare: Activity = { id: 'audit:1', tenant, feed: 'x', time: noon, subject: 'tenant:t', views: [] };
    expect(storyLines(storyOf([bare], [], new Set([ada])), { columns: 80 })[1]).toMatch(/^2026-03-20 12:00:00 · something/);
  });
});

describe('the command on files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenant-guard-timeline-'));
    const records = [signIn(tenant, 1, noon).views[0]?.record, signIn(tenant, 2, noon + hour, { user: bob }).views[0]?.record, rule, audit];
    await writeFile(join(folder, 'log.ndjson'), `${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
    await writeFile(join(folder, 'broken.json'), '{"no":');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints one line of JSON per record, with the record itself if asked', async () => {
    const terminal = remembering();
    expect(await timeline.run([ada, '--from', join(folder, 'log.ndjson'), '--json', '--raw'], terminal)).toBe(0);
    const lines = terminal.lines.map((line) => JSON.parse(line));
    expect(lines.map(({ what }) => what)).toEqual(['signed in', 'New-InboxRule: x', 'Reset user password: Ada@contoso.example']);
    expect(lines[1].record).toMatchObject({ Operation: 'New-InboxRule' });
    // Bob reset it: his own story has it too.
    expect(await timeline.run(['bob@contoso.example', '--from', folder], remembering())).toBe(2);
  });

  it.each([
    [[], 'Name a person'],
    [['ada@contoso.example', 'file.json'], 'files come after --from'],
    [['ada@contoso.example', '--from'], '--from wants files'],
    [['ada@contoso.example', '--days', '0'], '--days wants'],
    [['ada@contoso.example', '--nonsense'], "Unknown option '--nonsense'"],
  ])('%j is refused with what is wrong', async (words, message) => {
    const terminal = remembering();
    expect(await timeline.run(words, terminal)).toBe(2);
    expect(terminal.errors.join('\n')).toContain(message);
  });

  it('says that nothing was recorded', async () => {
    const terminal = remembering();
    expect(await timeline.run(['nobody@contoso.example', '--from', join(folder, 'log.ndjson')], terminal)).toBe(1);
    expect(terminal.lines).toEqual(['Nothing was recorded of them of 4 records in 1 file.']);
  });
});

// `tenant-guard indicators check`, and `check --indicators`: the same reading as the guard's, on files and addresses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check } from '../../cli/commands/check.ts';
import { indicatorsCommand } from '../../cli/commands/indicators.ts';
import { answering, startFeedServer, stixIndicator } from '../support/feed-server.ts';
import { remembering } from './terminal.ts';

const server = await startFeedServer();
const folder = mkdtempSync(join(tmpdir(), 'indicators-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});
const pack = join(import.meta.dirname, '../../campaigns/foreign-indicators');
const now = Date.UTC(2026, 2, 9);
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
async function told(...args: string[]) {
  const terminal = remembering();
  const code = await indicatorsCommand(args, terminal, { fetch: server.fetch(), now });
  return { code, lines: terminal.lines, errors: terminal.errors };
}
const good = stixIndicator(1, "[ipv4-addr:value = '203.0.113.7']");

describe('indicators check', () => {
  it('says what is taken, and counts what is refused by reason with examples', async () => {
    const bundle = file('feed.json', {
      type: 'bundle',
      objects: [
        good,
        stixIndicator(2, "[ipv4-addr:value = '0.0.0.0/0']"),
        stixIndicator(3, "[domain-name:value = 'mail.contoso.example']"),
      ],
    });
    expect(await told('check', bundle, '--own-domain', 'contoso.example')).toEqual({
      code: 1,
      lines: [
        `${bundle} (stix): 1 taken (address 1), 2 refused:`,
        '       1  a range wider than /16, which is a statement about a provider, such as address 0.0.0.0/0',
        '       1  a domain of a tenant under guard, such as domain mail.contoso.example',
      ],
      errors: [],
    });
    expect((await told('check', bundle)).lines[0]).toContain('2 taken');
  });

  it('tells the kinds of files apart, and gives JSON to programs', async () => {
    const event = file('event.json', {
      Event: {
        uuid: '11111111-1111-4111-8111-111111111111',
        date: '2026-03-01',
        Attribute: [{ type: 'domain', value: 'phish.example', to_ids: true }],
      },
    });
    const csv = file(
      'list.csv',
      'kind,value,name,confidence,valid_from,valid_until,source,note\ndomain,phish.example,one,,2026-03-01,,them,\n',
    );
    const { code, lines } = await told('check', event, csv, '--json');
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'misp', taken: 1, refused: [] },
      { kind: 'csv', taken: 1 },
    ]);
  });

  it('reads a feed from its address', async () => {
    server.pages.set('/c/objects/', answering({ objects: [good] }));
    expect(await told('check', `${server.url}c`, '--kind', 'taxii')).toMatchObject({
      code: 0,
      lines: [expect.stringContaining('1 taken')],
    });
    expect(await told('check', `${server.url}c`)).toMatchObject({ code: 2, errors: [expect.stringContaining('--kind')] });
    expect(await told('check', `${server.url}gone`, '--kind', 'stix')).toMatchObject({
      code: 2,
      errors: [expect.stringContaining('it answers 404')],
    });
  });

  it.each([
    ['nested deeply', '['.repeat(100_000), 'nested deeper than 50 levels'],
    ['no JSON', 'hello', 'it is no JSON'],
  ])('refuses a file that is %s', async (name, content, why) => {
    expect(await told('check', file(`${name}.json`, content))).toMatchObject({ code: 2, errors: [expect.stringContaining(why)] });
  });

  it('says what is the matter with a file that is none of the kinds, and with a CSV of other columns', async () => {
    const other = file('other.csv', 'value,first_seen\n203.0.113.9,2026-01-01\n');
    expect((await told('check', other)).lines[1]).toContain('the first line names the columns; missing: kind, name, confidence');
    expect((await told('check', file('list.txt', 'kind,value\n'))).errors[0]).toContain('a CSV needs a name that ends in .csv');
    expect((await told('check', file('none.csv', ''))).lines[1]).toContain('nothing that could be an indicator');
    expect((await told('check', 'http://feeds.example/list')).errors[0]).toContain('only https addresses are read');
  });

  it('says what it wants where it is asked for something else', async () => {
    expect((await told()).errors[0]).toContain('Say what to do: indicators check FILE.');
    expect((await told('check')).errors[0]).toContain('at least one file');
    expect((await told('check', 'x', '--kind', 'odd')).errors[0]).toContain('--kind is one of stix');
    expect((await told('check', '/nowhere/at/all')).errors[0]).toContain('cannot be read');
  });
});

describe('check --indicators', () => {
  it('finds in exported logs what a feed lists, old entries included', async () => {
    const log = file('signins.json', [
      {
        id: '00090001-0000-4000-8000-0000000000aa',
        createdDateTime: '2024-04-20T02:00:00Z',
        userId: '11111111-0000-4000-8000-000000000001',
        userPrincipalName: 'nora@contoso.example',
        userDisplayName: 'Nora',
        appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
        appDisplayName: 'OfficeHome',
        ipAddress: '203.0.113.7',
        clientAppUsed: 'Browser',
        isInteractive: true,
        status: { errorCode: 0 },
      },
    ]);
    const feed = file('old.json', { objects: [{ ...good, valid_from: '2024-04-01T00:00:00Z', valid_until: '2024-05-01T00:00:00Z' }] });
    const terminal = remembering();
    expect(await check.run([log, '--json', '--campaigns', pack, '--indicators', feed], terminal)).toBe(1);
    const rules = terminal.lines
      .map((line) => JSON.parse(line))
      .flatMap((line: { rule?: string; finding?: { rule: string } }) => line.rule ?? line.finding?.rule ?? []);
    expect(rules).toEqual(expect.arrayContaining(['foreign-indicators-seen', 'foreign-indicators-sign-in']));
    const without = remembering();
    expect(await check.run([log, '--json', '--campaigns', pack], without)).toBe(0);
  });
});

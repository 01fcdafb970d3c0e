import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { detectionFinding } from '../../src/detect/ocsf.ts';
import { remembering } from './terminal.ts';

const rule = `title: Forwarding inbox rule
id: 0b9d3c4e-0000-4000-8000-000000000001
description: d
logsource: { product: m365, service: audit }
detection:
  selection: { Operation: New-InboxRule, ForwardTo|endswith: '@example.net' }
  condition: selection
level: high
`;
const inboxRule = (number: number, forwardTo: string) => ({
  CreationTime: `2026-09-01T10:${String(number).padStart(2, '0')}:00`,
  Id: `66666666-0000-4000-8000-${String(number).padStart(12, '0')}`,
  Operation: 'New-InboxRule',
  RecordType: 1,
  Workload: 'Exchange',
  UserId: 'ada@contoso.example',
  Parameters: [{ Name: 'ForwardTo', Value: forwardTo }],
});
const attack = inboxRule(2, 'thief@example.net');
const ordinary = inboxRule(1, 'colleague@contoso.example');

let folder = '';
let options: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-guard-check-'));
  await mkdir(join(folder, 'rules'));
  await mkdir(join(folder, 'campaigns'));
  await writeFile(join(folder, 'rules', 'forwarding.yml'), rule);
  options = ['--rules', join(folder, 'rules'), '--campaigns', join(folder, 'campaigns')];
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
async function json(...args: string[]) {
  const terminal = remembering();
  const code = await main(['check', ...args, '--json', ...options], terminal);
  const lines: unknown[] = terminal.lines.map((line) => JSON.parse(line));
  return { code, findings: lines.slice(0, -1), summary: lines.at(-1), errors: terminal.errors };
}

describe('tenant-guard check --format', () => {
  it('ocsf gives one Detection Finding a line and nothing else, and the summary beside it', async () => {
    const path = await file('attack-ocsf.ndjson', `${JSON.stringify(ordinary)}\n${JSON.stringify(attack)}\n`);
    const terminal = remembering();
    expect(await main(['check', path, '--format', 'ocsf', ...options], terminal)).toBe(1);
    const events = terminal.lines.map((line) => detectionFinding.parse(JSON.parse(line)));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ class_uid: 2004, severity_id: 4, unmapped: { places: [{ file: path, record: 2 }] } });
    expect(JSON.parse(terminal.errors.at(-1) ?? '')).toMatchObject({ type: 'summary', findings: 1 });
  });
  it('json is the same as --json, and an unknown format is refused', async () => {
    const path = await file('attack-json.ndjson', JSON.stringify(attack));
    const [long, short] = [remembering(), remembering()];
    await main(['check', path, '--format', 'json', ...options], long);
    await main(['check', path, '--json', ...options], short);
    expect(long.lines).toEqual(short.lines);
    for (const words of [
      ['--format', 'xml'],
      ['--json', '--format', 'ocsf'],
    ])
      expect(await main(['check', path, ...words, ...options], remembering())).toBe(2);
  });
});

describe('tenant-guard check --json', () => {
  it('gives each finding with its place, then a summary, and exit code 1', async () => {
    const path = await file('attack.ndjson', `${JSON.stringify(ordinary)}\n${JSON.stringify(attack)}\n`);
    const { code, findings, summary } = await json(path);
    expect(code).toBe(1);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      type: 'finding',
      file: path,
      record: 2,
      records: [2],
      campaign: 'community',
      severity: 'high',
      subject: 'unresolved:ada@contoso.example',
      time: '2026-09-01T10:02:00.000Z',
      title: 'Forwarding inbox rule',
      why: expect.any(String),
    });
    expect(summary).toMatchObject({ type: 'summary', files: 1, read: 2, understood: 2, skipped: [], findings: 1 });
  });

  it('gives exit code 0 where nothing is found', async () => {
    const { code, summary } = await json(await file('calm.json', JSON.stringify([ordinary])));
    expect([code, summary]).toMatchObject([0, { read: 1, understood: 1, findings: 0 }]);
  });

  it('names each record that it skips, and gives exit code 2 even with findings', async () => {
    const path = await file('mixed.json', JSON.stringify([{ hello: 1 }, attack, { ...ordinary, CreationTime: 'soon' }]));
    const { code, summary, findings } = await json(path);
    expect(code).toBe(2);
    expect(findings).toHaveLength(1);
    expect(summary).toMatchObject({
      read: 3,
      understood: 1,
      skipped: [
        { file: path, record: 1, reason: 'its fields (hello) are those of no log that is known here' },
        { file: path, record: 3, reason: 'CreationTime "soon" is no time' },
      ],
    });
  });

  it('counts a well-formed record of a log that no rule reads as understood', async () => {
    const path = await file(
      'unused.json',
      JSON.stringify({ time: '2026-09-01T10:00:00Z', category: 'NetworkAccessTrafficLogs', properties: {} }),
    );
    expect(await json(path)).toMatchObject({ code: 0, summary: { read: 1, understood: 1 } });
  });

  it('refuses a file that holds no log records with one sentence', async () => {
    const path = await file('query.csv', 'Type,count_,IPAddress\nSigninLogs,4,192.0.2.1\n');
    const { code, summary, errors } = await json(path);
    expect(code).toBe(2);
    const reason =
      'it holds no log records: it is the result of a query over SigninLogs and no record of it: its columns (Type, count_, IPAddress) name no single event';
    expect(summary).toMatchObject({ read: 1, understood: 0, refused: [{ file: path, reason }] });
    expect(errors).toEqual([`${path}: ${reason}.`]);
  });

  it('refuses what is no export, what is not there, and an empty folder', async () => {
    const words = await file('words.txt', 'just words');
    const missing = join(folder, 'missing');
    expect(await json(words)).toMatchObject({
      code: 2,
      summary: { refused: [{ reason: 'it holds no log records: it is neither JSON nor CSV' }] },
    });
    expect(await json(missing)).toMatchObject({ code: 2, summary: { refused: [{ file: missing, reason: 'there is no such file' }] } });
    const empty = join(folder, 'campaigns');
    expect(await json(empty)).toMatchObject({ code: 2, summary: { refused: [{ file: empty, reason: 'it holds no export files' }] } });
  });

  it('finds the same record in two files once', async () => {
    const first = await file('first.json', JSON.stringify([attack]));
    const second = await file('second.ndjson', `${JSON.stringify({ AuditData: JSON.stringify(attack) })}\n`);
    expect(await json(first, second)).toMatchObject({
      code: 1,
      findings: [{ file: first, record: 1 }],
      summary: { files: 2, read: 2, findings: 1 },
    });
  });

  it('puts a user who is known by name under the object id that another record tells', async () => {
    const signIn = {
      id: 's',
      createdDateTime: '2026-09-02T10:00:00Z',
      userPrincipalName: 'Ada@contoso.example',
      userId: 'aaaaaaaa-0000-4000-8000-000000000001',
      appId: 'x',
    };
    const path = await file('names.json', JSON.stringify([attack, signIn]));
    expect(await json(path)).toMatchObject({ findings: [{ subject: 'user:aaaaaaaa-0000-4000-8000-000000000001' }] });
  });
});

describe('tenant-guard check', () => {
  it('prints a table that fits the terminal, without colour where there is none', async () => {
    const path = await file('shown.json', JSON.stringify([{ ...attack, UserId: 'ada\u001b[31m\u202e@contoso.example' }]));
    for (const columns of [60, 80, 140]) {
      const terminal = remembering({ columns });
      expect(await main(['check', path, ...options], terminal)).toBe(1);
      const table = terminal.lines.slice(0, terminal.lines.indexOf(''));
      for (const line of table) expect(line.length).toBeLessThanOrEqual(columns);
      expect(table.join('\n')).toContain('Forwarding inbox rule'.slice(0, 10));
      for (const sign of ['\u001b', '\u202e']) expect(terminal.lines.join('\n')).not.toContain(sign);
      expect(terminal.lines.at(-1)).toBe('1 finding in 1 record of 1 file; 1 understood.');
    }
  });

  it('colours only the severity, on a terminal', async () => {
    const terminal = remembering({ columns: 100, colour: true });
    await main(['check', await file('coloured.json', JSON.stringify([attack])), ...options], terminal);
    expect(terminal.lines.filter((line) => line.includes('\u001b'))).toEqual([
      expect.stringContaining(`\u001b[31m${'high'.padEnd(13)}\u001b[0m`),
    ]);
  });

  it('says what it ignored by its name', async () => {
    await mkdir(join(folder, 'some'));
    await writeFile(join(folder, 'some', 'a.json'), JSON.stringify([ordinary]));
    await writeFile(join(folder, 'some', 'readme.md'), 'x');
    const terminal = remembering();
    expect(await main(['check', join(folder, 'some'), ...options], terminal)).toBe(0);
    expect(terminal.errors).toContainEqual(`Ignored by their names: ${join(folder, 'some', 'readme.md')}`);
  });

  it('ends with 2 where rules that somebody brought cannot be read, whatever else was found', async () => {
    const broken = await file('broken-rule.yml', 'title: x\ndetection: [');
    const terminal = remembering();
    const logs = await file('quiet.json', JSON.stringify([ordinary]));
    expect(await main(['check', logs, '--rules', broken, ...options], terminal)).toBe(2);
    expect(terminal.errors.join('\n')).toContain('1 problem.');
  });

  it.each([
    [['check'], 'check needs at least one file or folder.'],
    [['check', '--jsn', 'x'], "Unknown option '--jsn'"],
    [['check', 'x', '--rules'], "Option '--rules <value>' argument missing"],
    [['check', 'x', '--rules', '/nowhere'], 'The rules cannot be read: /nowhere: there is no such file'],
    [['check', 'x', '--campaigns', '/nowhere'], 'The rules cannot be read: /nowhere: there is no such file'],
    [['check', 'x', '--campaigns', import.meta.dirname], 'The rules cannot be read: there is no campaign in '],
    [['chek'], 'There is no command "chek". Known: check'],
  ])('refuses %j with one clear error', async (args, message) => {
    const terminal = remembering();
    expect(await main(args, terminal)).toBe(2);
    expect(terminal.errors).toHaveLength(1);
    expect(terminal.errors[0]).toContain(message);
  });

  it.each([['--help'], ['check', '--help'], ['check', '-h'], ['campaign', '--help'], ['campaign', 'test', '--help']])(
    'explains itself: %j',
    async (...args) => {
      const terminal = remembering();
      expect(await main(args, terminal)).toBe(0);
      expect(terminal.lines[0]).toMatch(/^Usage: tenant-guard /);
    },
  );
});

describe('a campaign that does not load', () => {
  it('is named, and nothing found is then not exit code 0', async () => {
    const campaigns = join(folder, 'broken');
    await mkdir(join(campaigns, 'bad'), { recursive: true });
    await writeFile(join(campaigns, 'bad', 'campaign.yml'), 'id: bad\n');
    const terminal = remembering();
    expect(await main(['check', await file('quiet.json', JSON.stringify([ordinary])), '--campaigns', campaigns], terminal)).toBe(2);
    expect(terminal.errors[0]).toContain('campaign.yml:');
  });
});

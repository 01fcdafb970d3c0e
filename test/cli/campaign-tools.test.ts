// campaign new, test --mutate and try, as an analyst meets them; attack-layer.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackLayerCommand } from '../../cli/commands/attack-layer.ts';
import { campaign } from '../../cli/commands/campaign.ts';
import { attackLayer } from '../../src/campaigns/attack-layer.ts';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { remembering } from './terminal.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'analyst-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function run(...args: string[]) {
  const terminal = remembering();
  const code = await campaign.run(args, terminal);
  return { code, text: terminal.lines.join('\n'), errors: terminal.errors.join('\n') };
}

describe('campaign new', () => {
  it('makes a folder that passes its tests at once, and of which every condition is needed by a case', async () => {
    const made = await run('new', 'spring-phish-2026', '--in', root);
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.text).toContain('tenant-guard campaign test --mutate');
    const { campaigns, problems } = await loadCampaigns(join(root, 'spring-phish-2026'));
    expect(problems).toEqual([]);
    const [pack] = campaigns;
    expect([pack?.manifest.id, pack?.rules.length, pack?.indicators.length]).toEqual(['spring-phish-2026', 1, 1]);
    expect(pack?.cases.map((one) => one.case.kind).sort()).toEqual(['hit', 'miss', 'near miss', 'near miss']);
    const tested = await run('test', join(root, 'spring-phish-2026'), '--mutate');
    expect(tested.text).toContain('4 passed, 0 failed, 0 rules that no case makes fire, 3 of 3 mutants noticed, 0 problems');
    expect(tested.code).toBe(0);
  });
  it('leaves a folder that is there as it is, whatever is in it', async () => {
    await mkdir(join(root, 'mine'));
    await writeFile(join(root, 'mine', 'notes.txt'), 'keep');
    expect(await run('new', 'mine', '--in', root)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('exists already; it is left as it is'),
    });
    expect(await readFile(join(root, 'mine', 'notes.txt'), 'utf8')).toBe('keep');
    expect((await loadCampaigns(join(root, 'mine')).catch(() => undefined))?.campaigns ?? []).toEqual([]);
  });
  it.each(['Spring', 'spring phish', '../spring', 'spring_phish', 'spring-', 'a--b', '', 'x'.repeat(61), 'frühling'])(
    'refuses %j as a name',
    async (name) => {
      expect(await run('new', name, '--in', join(root, 'never'))).toMatchObject({
        code: 2,
        errors: expect.stringContaining('cannot name a campaign'),
      });
    },
  );
  it('refuses the name of a shipped campaign, no name, and two', async () => {
    expect((await run('new', 'takeover-core', '--in', root)).errors).toContain('A shipped campaign is called "takeover-core"');
    expect((await run('new')).errors).toContain('one name');
    expect((await run('new', 'a', 'b')).errors).toContain('one name');
  });
});

describe('campaign test', () => {
  it('--mutate names file and line of a condition that no case needs, and fails', async () => {
    await run('new', 'loose', '--in', root);
    const rule = join(root, 'loose', 'rules', 'listed-address.yml');
    const text = await readFile(rule, 'utf8');
    await writeFile(rule, text.replace('    status.errorCode: 0\n', "    status.errorCode: 0\n    userPrincipalName|contains: '@'\n"));
    const { code, text: said } = await run('test', join(root, 'loose'), '--mutate');
    const line = text.split('\n').indexOf('    status.errorCode: 0') + 2;
    expect(said).toContain(`LIVES ${rule}:${line}: without "userPrincipalName|contains" in "success" every case still passes`);
    expect(said).toContain('4 of 5 mutants noticed');
    expect(code).toBe(1);
    expect((await run('test', join(root, 'loose'))).code).toBe(0);
  });
  it('--mutate names the line of an indicator that no case needs', async () => {
    await run('new', 'listed', '--in', root);
    const file = join(root, 'listed', 'indicators.csv');
    await writeFile(file, `${await readFile(file, 'utf8')}address,192.0.2.0/28,range-2,50,2026-01-01,,a report,\n`);
    expect((await run('test', join(root, 'listed'), '--mutate')).text).toContain(`LIVES ${file}:3: without the indicator listed/range-2`);
  });
  it('tries no mutants of a pack whose cases fail already', async () => {
    await run('new', 'failing', '--in', root);
    const file = join(root, 'failing', 'tests', 'listed-address.miss.from-another-address.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('203.0.113.9', '198.51.100.9'));
    const { code, text } = await run('test', join(root, 'failing'), '--mutate');
    expect(text).toContain('failing-listed-address fires and should not');
    expect(text).toContain('no mutants are tried before its cases pass');
    expect(code).toBe(1);
  });
  it('takes several packs, by folder or by id, and speaks JSON', async () => {
    const { code, text } = await run('test', 'reported-addresses', join(root, 'spring-phish-2026'), '--mutate', '--json');
    const lines = text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type, campaign: id, passed }) => [type, id, passed])).toEqual([
      ['campaign', 'reported-addresses', true],
      ['campaign', 'spring-phish-2026', true],
      ['summary', undefined, expect.any(Number)],
    ]);
    expect(lines.at(-1)).toMatchObject({ campaigns: 2, failed: 0, untested: 0, survivors: 0, problems: 0 });
    expect(code).toBe(0);
  });
  it('says which shipped campaigns there are where a word is none', async () => {
    expect((await run('test', 'takeover-cor')).errors).toContain('takeover-core');
    expect((await run('test', '--in', 'x')).errors).toContain('campaign test has no option --in');
  });
});

describe('campaign try', () => {
  const record = (index: number, day: number, ip: string) => ({
    id: `5b0a1c52-0000-4000-8000-${String(index).padStart(12, '0')}`,
    createdDateTime: `2026-11-${day}T10:00:00Z`,
    userId: `11111111-0000-4000-8000-${String(index % 4).padStart(12, '0')}`,
    userPrincipalName: `person${index % 4}@contoso.example`,
    appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
    appDisplayName: 'OfficeHome',
    ipAddress: ip,
    status: { errorCode: 0 },
  });
  let logs: string;
  beforeAll(async () => {
    logs = join(root, 'sign-ins.ndjson');
    const records = Array.from({ length: 20 }, (_, index) =>
      record(index, index < 10 ? 25 : 27, index === 3 || index === 13 ? '198.51.100.3' : '203.0.113.3'),
    );
    await writeFile(logs, records.map((one) => JSON.stringify(one)).join('\n'));
    await run('new', 'noisy', '--in', root);
    const file = join(root, 'noisy', 'indicators.csv');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/,\d{4}-\d{2}-\d{2},/, ',2026-01-01,'));
  });

  it('tells what the pack would say and how often: findings per 1,000 users and day of which there are records', async () => {
    const { code, text } = await run('try', join(root, 'noisy'), logs);
    expect(text).toContain('2 findings in 20 records of 1 file');
    // Two findings, four users, two days.
    expect(text).toContain('Noise, of 4 users on 2 days: 250.00 findings per 1,000 users and day.');
    expect(text).toMatch(/noisy-listed-address\s+2\s+2\s+250\.00 {2}low, staged/);
    expect(code).toBe(0);
  });
  it('speaks JSON', async () => {
    const lines = (await run('try', join(root, 'noisy'), logs, '--json')).text
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type }) => type)).toEqual(['finding', 'finding', 'noise']);
    expect(lines.at(-1)).toMatchObject({
      users: 4,
      days: 2,
      per1000UsersAndDay: 250,
      rules: [{ rule: 'noisy-listed-address', findings: 2, subjects: 1 + 1 }],
    });
  });
  it('takes plain Sigma rules as well', async () => {
    const rules = join(root, 'sigma');
    await mkdir(rules);
    await writeFile(
      join(rules, 'one.yml'),
      'title: Home\nid: 6c1d4a52-1111-4000-8000-000000000001\nlevel: low\nlogsource: {product: azure, service: signinlogs}\ndetection:\n  selection:\n    AppDisplayName: OfficeHome\n  condition: selection\n',
    );
    expect((await run('try', rules, logs)).text).toContain('Noise, of 4 users on 2 days: 2500.00');
    expect((await run('try', join(rules, 'one.yml'), logs)).text).toContain('20 findings');
  });
  it('says what it could not read, and what it was not told', async () => {
    expect(await run('try', join(root, 'noisy'), join(root, 'nothing.json'))).toMatchObject({ code: 2 });
    expect(await run('try', join(root, 'noisy'))).toMatchObject({ code: 2, errors: expect.stringContaining('Name a pack, and the files') });
    await mkdir(join(root, 'empty'), { recursive: true });
    expect(await run('try', join(root, 'empty'), logs)).toMatchObject({ code: 2 });
  });
});

describe('attack-layer', () => {
  it('writes a layer of format 4.5 with every technique that a speaking rule names', async () => {
    const terminal = remembering();
    const file = join(root, 'layer.json');
    expect(await attackLayerCommand.run(['--out', file], terminal)).toBe(0);
    const layer = attackLayer.parse(JSON.parse(await readFile(file, 'utf8')));
    const ids = layer.techniques.map(({ techniqueID }) => techniqueID);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining(['T1078.004', 'T1110.003', 'T1114.003', 'T1528']));
    expect(layer.techniques.every(({ score, comment }) => score === comment.split('\n').length)).toBe(true);
    expect(layer.gradient.maxValue).toBe(Math.max(...layer.techniques.map(({ score }) => score)));
  });
  it('leaves out rules that speak through a sequence only, and packs that were not named', async () => {
    const terminal = remembering();
    expect(await attackLayerCommand.run(['reported-addresses'], terminal)).toBe(0);
    const layer = attackLayer.parse(JSON.parse(terminal.lines.join('\n')));
    expect(layer.metadata).toEqual([{ name: 'campaign', value: 'reported-addresses' }]);
    expect(layer.techniques.length).toBeLessThan(5);
  });
  it('says what it does not understand', async () => {
    const terminal = remembering();
    expect(await attackLayerCommand.run(['--nope'], terminal)).toBe(2);
    expect(await attackLayerCommand.run(['nowhere'], terminal)).toBe(2);
    await writeFile(join(root, 'a-file'), '');
    expect(await attackLayerCommand.run(['--out', join(root, 'a-file', 'layer.json')], terminal)).toBe(2);
    expect(terminal.errors).toHaveLength(3);
  });
  it('makes the folder that it is to write into', async () => {
    const file = join(root, 'not', 'there', 'layer.json');
    expect(await attackLayerCommand.run(['reported-addresses', '--out', file], remembering())).toBe(0);
    attackLayer.parse(JSON.parse(await readFile(file, 'utf8')));
  });
});

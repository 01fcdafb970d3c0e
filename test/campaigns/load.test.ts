import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const manifest = `id: a-pack
title: A pack
summary: Nothing real.
references:
  - https://example.com/report
first: 2026-01-01
attack:
  - T1078
targets: Nobody
severity:
  single: medium
  confirmed: high
response:
  plan: contain
`;
const rule = `title: A rule
id: 0b8f9a3e-5f0c-4a55-9a25-0d9d4bb6f8a1
name: a-pack-rule
status: test
logsource:
  product: azure
  service: signinlogs
detection:
  selection:
    status.errorCode: 0
  condition: selection
level: low
`;

async function pack(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'packs-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return root;
}
const load = async (files: Record<string, string>) => {
  const root = await pack(files);
  const loaded = await loadCampaigns(root);
  return { ...loaded, problems: loaded.problems.map((problem) => ({ ...problem, file: problem.file.slice(root.length + 1) })) };
};

describe('loading campaigns', () => {
  it('reads a folder of campaigns with their rules, indicators and cases', async () => {
    const { campaigns, problems } = await load({
      'a-pack/campaign.yml': manifest,
      'a-pack/rules/rule.yml': rule,
      'a-pack/indicators.csv':
        'kind,value,name,confidence,valid_from,valid_until,source,note\ndomain,a.example,one,50,2026-01-01,,a report,\n',
      'a-pack/tests/case.json': JSON.stringify({ title: 'x', kind: 'miss', fires: [], records: [{}] }),
    });
    expect(problems).toEqual([]);
    expect(campaigns.map(({ manifest: { id }, rules, indicators, cases }) => [id, rules.length, indicators.length, cases.length])).toEqual([
      ['a-pack', 1, 1, 1],
    ]);
  });
  it('takes one campaign’s own folder too', async () => {
    const root = await pack({ 'a-pack/campaign.yml': manifest });
    expect((await loadCampaigns(join(root, 'a-pack'))).campaigns).toHaveLength(1);
  });
  it('disables a broken rule alone, and names file and line', async () => {
    const { campaigns, problems } = await load({
      'a-pack/campaign.yml': manifest,
      'a-pack/rules/bad.yml': rule.replace('status.errorCode: 0', 'status.erorCode: 0'),
      'a-pack/rules/good.yml': rule,
    });
    expect(campaigns[0]?.rules).toHaveLength(1);
    expect(problems).toEqual([{ file: 'a-pack/rules/bad.yml', line: 10, message: expect.stringContaining('status.errorCode') }]);
  });
  it('leaves out a campaign whose manifest is wrong, and says what is', async () => {
    const { campaigns, problems } = await load({ 'a-pack/campaign.yml': manifest.replace('single: medium', 'single: terrible') });
    expect(campaigns).toEqual([]);
    expect(problems).toEqual([{ file: 'a-pack/campaign.yml', line: 11, message: expect.stringContaining('severity.single') }]);
  });
  it('says that a folder has no manifest, that a case is wrong, and that id and folder differ', async () => {
    const { problems } = await load({
      'nothing/rules/rule.yml': rule,
      'other/campaign.yml': manifest,
      'other/tests/bad.json': '{ "title": "x",\n "kind": "strike" }',
      'other/tests/worse.json': '{',
    });
    expect(problems.map(({ file, line }) => [file, line])).toEqual([
      ['nothing/campaign.yml', 1],
      ['other/campaign.yml', 1],
      ['other/tests/bad.json', 2],
      ['other/tests/worse.json', 1],
    ]);
  });
  it('throws only if the folder itself cannot be read', async () => {
    await expect(loadCampaigns('/nowhere/at/all')).rejects.toThrow('ENOENT');
  });
});

// What the build makes of the packs says the same as the packs themselves, and a pack with a mistake is never built.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPacks } from '../../local/packs.ts';
import { loadBuilt } from '../../src/campaigns/built.ts';
import { loadCampaigns } from '../../src/campaigns/load.ts';

const shipped = fileURLToPath(new URL('../../campaigns', import.meta.url));
let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'packs-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('built packs', () => {
  it('say the same as the packs that people write, and bring no test cases', async () => {
    const file = join(work, 'campaigns.json');
    await buildPacks(shipped, file);
    const built = await loadBuilt(file);
    const { campaigns } = await loadCampaigns(shipped);
    expect(built.problems).toEqual([]);
    for (const [index, { dir, manifest, rules, indicators }] of campaigns.entries()) {
      const own = built.campaigns[index];
      const moved = rules.map((rule) => ({ ...rule, file: rule.file.replace(dir, own?.dir ?? '') }));
      expect(own).toEqual({ dir: join(work, 'campaigns', basename(dir)), manifest, rules: moved, indicators, cases: [] });
    }
    expect(built.campaigns).toHaveLength(campaigns.length);
  });
  it('are not built when a rule names an unknown field: the message names file, line and field', async () => {
    const broken = join(work, 'broken');
    cpSync(join(shipped, 'azure-ato-2024', 'campaign.yml'), join(broken, 'azure-ato-2024', 'campaign.yml'), { recursive: true });
    cpSync(join(shipped, 'azure-ato-2024', 'rules', 'network.yml'), join(broken, 'azure-ato-2024', 'rules', 'network.yml'), {
      recursive: true,
    });
    writeFileSync(
      join(broken, 'azure-ato-2024', 'rules', 'wrong.yml'),
      'title: Wrong\nid: 5b1f0a6e-0000-4000-8000-000000000001\nname: azure-ato-2024-wrong\nlogsource:\n  product: azure\n  service: signinlogs\ndetection:\n  selection:\n    appIdd: x\n  condition: selection\nlevel: low\n',
    );
    await expect(buildPacks(broken, join(work, 'never.json'))).rejects.toThrow(/wrong\.yml:9: .*appId/);
  });
  it('that are not there, or cut short, are an error that names them', async () => {
    await expect(loadBuilt(join(work, 'none.json'))).rejects.toThrow(/The packs in .*none\.json cannot be read/);
    writeFileSync(join(work, 'short.json'), '[{"id":"x"');
    await expect(loadBuilt(join(work, 'short.json'))).rejects.toThrow(/The packs in .*short\.json cannot be read/);
  });
});

// What the build makes of the packs says the same as the packs themselves, and a pack with a mistake is never built.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPacks } from '../../local/packs.ts';
import { loadCampaigns } from '../../src/campaigns/load.ts';

const shipped = fileURLToPath(new URL('../../campaigns', import.meta.url));
let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'packs-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Without the places, which differ: a built pack stands elsewhere and on one line. */
const meaning = (campaigns: Awaited<ReturnType<typeof loadCampaigns>>['campaigns']): unknown =>
  JSON.parse(
    JSON.stringify(
      campaigns.map(({ manifest, rules, indicators }) => ({ manifest, rules, indicators })),
      (key, value: unknown) =>
        ['file', 'line', 'conditionLine', 'dir'].includes(key)
          ? undefined
          : value instanceof Map
            ? [...value]
            : value instanceof Set
              ? [...value]
              : value,
    ),
  );

describe('built packs', () => {
  it('say the same as the packs that people write, and bring no test cases', async () => {
    const built = join(work, 'built');
    await buildPacks(shipped, built);
    const { campaigns, problems } = await loadCampaigns(built);
    expect(problems).toEqual([]);
    expect(campaigns.every(({ cases }) => cases.length === 0)).toBe(true);
    expect(meaning(campaigns)).toEqual(meaning((await loadCampaigns(shipped)).campaigns));
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
    await expect(buildPacks(broken, join(work, 'never'))).rejects.toThrow(/wrong\.yml:9: .*appId/);
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { testCampaign } from '../../src/campaigns/test.ts';

const folder = join(import.meta.dirname, '../../campaigns');
const { campaigns, problems } = await loadCampaigns(folder);

describe('the campaigns that ship', () => {
  it('load without a problem', () => {
    expect(problems).toEqual([]);
    expect(campaigns.map(({ manifest }) => manifest.id)).toEqual(readdirSync(folder).sort());
  });
  for (const campaign of campaigns) {
    const { cases, untested, problems: found } = testCampaign(campaign);
    describe(campaign.manifest.id, () => {
      it('makes every rule fire in some case', () => {
        expect(found).toEqual([]);
        expect(untested).toEqual([]);
      });
      it.each(cases.map(({ file, title, failures }) => [`${file.split('/').at(-1)?.split('.')[0]}: ${title}`, failures] as const))(
        '%s',
        (_, failures) => {
          expect(failures).toEqual([]);
        },
      );
      it('has a hit, a miss and a near miss for every rule that speaks', () => {
        const kinds = new Map<string, Set<string>>();
        for (const { file, case: one } of campaign.cases) {
          const rule = file.split('/').at(-1)?.split('.')[0] ?? '';
          kinds.set(rule, (kinds.get(rule) ?? new Set()).add(one.kind));
        }
        const lacking = [...kinds].filter(([, has]) => !['hit', 'miss', 'near miss'].every((kind) => has.has(kind)));
        expect(lacking).toEqual([]);
      });
      it('says for every rule where it comes from, what it means and what else it may be', () => {
        for (const rule of campaign.rules) {
          expect(rule.references, rule.key).not.toEqual([]);
          expect(rule.falsepositives, rule.key).not.toEqual([]);
          expect(
            rule.tags.some((tag) => /^attack\.t\d{4}/.test(tag) || rule.level === 'informational'),
            rule.key,
          ).toBe(true);
          expect(rule.key.startsWith(`${campaign.manifest.id}-`), rule.key).toBe(true);
          expect(rule.file.endsWith(`/${rule.key.slice(campaign.manifest.id.length + 1)}.yml`), rule.file).toBe(true);
          expect(rule.guard.stage, rule.key).toBeDefined();
        }
      });
    });
  }
});

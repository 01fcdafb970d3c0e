import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { testCampaign } from '../../src/campaigns/test.ts';

const folder = join(import.meta.dirname, '../../campaigns');
const { campaigns, problems } = await loadCampaigns(folder);

const stateOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});

/** A snapshot tells what was created without a before, what was removed without an after, and names what differs. */
function oddityOf(record: Record<string, unknown>): string[] {
  const { shape, change, before, after, changed } = record;
  if (shape === undefined) return [];
  const odd: string[] = [];
  if ((change === 'created') !== (before === null)) odd.push(`${change} with ${JSON.stringify(before)?.slice(0, 20)} before`);
  if ((change === 'removed') !== (after === null)) odd.push(`${change} with ${JSON.stringify(after)?.slice(0, 20)} after`);
  const [was, is] = [stateOf(before), stateOf(after)];
  const differs = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => JSON.stringify(was[key] ?? null) !== JSON.stringify(is[key] ?? null),
  );
  const names = (keys: unknown) => (Array.isArray(keys) ? keys.filter((key) => key !== 'id').sort() : keys);
  if (JSON.stringify(names(changed)) !== JSON.stringify(names(differs))) odd.push(`names ${changed}, and ${differs} differ`);
  return odd;
}

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
      it('tells each case apart by its title, and in words of what happened', () => {
        const named = campaign.cases.map(
          ({ file, case: one }) => `${file.split('/').at(-1)?.split('.').slice(0, 2).join(' ')}: ${one.title}`,
        );
        expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
        expect(named.filter((name) => /: With(out)? (another|its) |: The record does not tell its /.test(name))).toEqual([]);
      });
      it('holds only changes of configuration that can happen', () => {
        expect(
          campaign.cases.flatMap(({ file, case: one }) =>
            one.records.flatMap((record) => oddityOf(record).map((odd) => `${file}: ${odd}`)),
          ),
        ).toEqual([]);
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

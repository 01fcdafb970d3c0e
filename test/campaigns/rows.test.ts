// Every clause of what a campaign must catch has rules, every such rule has a case in which it fires and one in which it does not, and no rule that alerts stands outside the list of its campaign unnoticed.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { testCampaign } from '../../src/campaigns/test.ts';
import { rows } from './rows.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));

describe.each(Object.entries(rows))('%s must catch', (id, clauses) => {
  const campaign = campaigns.find(({ manifest }) => manifest.id === id);
  if (campaign === undefined) throw new Error(`there is no campaign ${id}`);
  const { cases } = testCampaign(campaign);

  it.each(Object.entries(clauses))('%s', (_, rules) => {
    for (const name of rules) {
      const rule = `${id}-${name}`;
      expect(
        campaign.rules.map(({ key }) => key),
        'a rule of the pack',
      ).toContain(rule);
      const firing = cases.filter(({ failures, fired }) => failures.length === 0 && fired.includes(rule));
      const silent = cases.filter(
        ({ file, failures, fired }) => file.includes(`/tests/${name}.`) && failures.length === 0 && !fired.includes(rule),
      );
      expect(firing.length, `${rule} fires in a case`).toBeGreaterThan(0);
      expect(silent.length, `${rule} is silent in a case of its own`).toBeGreaterThan(0);
    }
  });

  it('names every technique of its rules in the manifest', () => {
    const used = new Set(
      campaign.rules.flatMap(({ tags }) => tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? [])),
    );
    expect(
      [...used]
        .filter(
          (technique) =>
            !campaign.manifest.attack.some(
              (known) => technique === known || technique.startsWith(`${known}.`) || known.startsWith(`${technique}.`),
            ),
        )
        .sort(),
    ).toEqual([]);
  });
});

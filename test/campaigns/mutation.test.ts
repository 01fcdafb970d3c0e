// The shipped packs' own cases notice every condition that goes, but for those of which a rule says why none can.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { mutate } from '../../src/campaigns/mutate.ts';

const folder = join(import.meta.dirname, '../../campaigns');

describe('the cases of the shipped packs', () => {
  it.each(readdirSync(folder))('of %s notice every condition that goes', async (id) => {
    const { campaigns } = await loadCampaigns(join(folder, id));
    const [campaign] = campaigns;
    if (campaign === undefined) throw new Error(`${id} does not load`);
    const { mutants, survivors, implied, wrong } = mutate(campaign, () => ({ file: 'indicators.csv', line: 0 }));
    expect(survivors).toEqual([]);
    expect(wrong).toEqual([]);
    expect(implied.length, 'claims are the exception').toBeLessThan(Math.max(2, mutants / 10));
  });
});

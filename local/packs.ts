// campaigns/ -> dist/campaigns.json: the shipped packs, read and checked, without their test cases. Called by build.ts.
import { writeFileSync } from 'node:fs';
import { writeBuilt } from '../src/campaigns/built.ts';
import { loadCampaigns } from '../src/campaigns/load.ts';

/** Throws with every problem of every pack: a guard is never built with a rule that does not load. */
export async function buildPacks(from: string, to: string): Promise<void> {
  const { campaigns, problems } = await loadCampaigns(from);
  if (problems.length > 0) throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  writeFileSync(to, writeBuilt(campaigns));
}

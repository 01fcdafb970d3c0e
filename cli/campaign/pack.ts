// What a word on the command line means as a pack: a folder, or the id of a shipped campaign. Called by the actions of `tenant-guard campaign`.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadedCampaigns, loadCampaigns } from '../../src/campaigns/load.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';

export const shippedCampaigns = fileURLToPath(new URL('../../campaigns', import.meta.url));

/** What was asked for cannot be done; the message says why, in words for people. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';
}

/** A folder of that name, else a shipped campaign of that id. Throws CampaignError that lists these. */
export async function packFolder(word: string): Promise<string> {
  const path = resolve(word);
  if (existsSync(path)) return path;
  const ids = await readdir(shippedCampaigns);
  if (ids.includes(word)) return join(shippedCampaigns, word);
  throw new CampaignError(`"${word}" is no folder, and no shipped campaign is called so: ${ids.sort().join(', ')}.`);
}

/** All campaigns of the named folders; without a word, the shipped ones. Throws CampaignError where a folder cannot be read or holds none. */
export async function packsOf(words: readonly string[]): Promise<LoadedCampaigns> {
  const folders = words.length === 0 ? [shippedCampaigns] : await Promise.all(words.map(packFolder));
  const loaded: LoadedCampaigns[] = [];
  for (const folder of folders)
    try {
      loaded.push(await loadCampaigns(folder));
    } catch (cause) {
      throw new CampaignError(`${folder} cannot be read: ${reasonOf(cause)}.`, { cause });
    }
  const [campaigns, problems] = [loaded.flatMap((one) => one.campaigns), loaded.flatMap((one) => one.problems)];
  if (campaigns.length === 0 && problems.length === 0) throw new CampaignError(`There is no campaign in ${folders.join(', ')}.`);
  return { campaigns, problems };
}

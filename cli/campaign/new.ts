// `tenant-guard campaign new NAME`: a folder with one rule, one indicator and its cases, which passes its tests as it is. Called by commands/campaign.ts.

import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Terminal } from '../command.ts';
import { CampaignError, shippedCampaigns } from './pack.ts';
import { templateFiles } from './template.ts';

const longestName = 60;

/** @param folder the new folder's parent. Throws CampaignError for a bad name and for a folder that is there already; nothing is overwritten. */
export async function newPack(
  name: string,
  folder: string,
  given: { readonly id: string; readonly today: string },
  terminal: Pick<Terminal, 'out'>,
): Promise<void> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) || name.length > longestName)
    throw new CampaignError(
      `${JSON.stringify(name.slice(0, 80))} cannot name a campaign: lower-case letters, digits and single dashes, at most ${longestName} characters, such as device-code-2025.`,
    );
  if (existsSync(join(shippedCampaigns, name)))
    throw new CampaignError(`A shipped campaign is called "${name}". Copy its folder to change it.`);
  const dir = resolve(folder, name);
  await mkdir(resolve(folder), { recursive: true });
  try {
    await mkdir(dir);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new CampaignError(`${dir} exists already; it is left as it is.`);
    throw new CampaignError(`${dir} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  try {
    for (const part of ['rules', 'tests']) await mkdir(join(dir, part));
    for (const [file, text] of templateFiles({ name, ...given })) await writeFile(join(dir, file), text, { flag: 'wx' });
  } catch (cause) {
    // Half a pack would be refused at the next attempt, and explains nothing.
    await rm(dir, { recursive: true, force: true });
    throw new CampaignError(`${dir} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  terminal.out(`${dir} holds a campaign with one staged rule, one indicator and four cases.`);
  terminal.out(`Next: put your facts into campaign.yml, indicators.csv and rules/, then run: tenant-guard campaign test --mutate ${dir}`);
}

// Plain Sigma rules that an installation brings: a folder of them is published as a whole, under one reserved name, and runs beside the packs. Called by published.ts and `tenant-guard rules publish`.
import type { PackFiles as StoredPackFiles } from '../contracts/hunt.ts';
import { packFiles } from '../contracts/hunt.ts';
import { community } from '../detect/findings.ts';
import { type LoadedRules, loadRules, type RuleFile } from './rules.ts';

/** What their findings bear as campaign, too. No pack may have this name. */
export const broughtPack = community;
/** As many as one version of content may hold, with a file of placeholders. */
export const mostBroughtFiles = 4_999;
const placeholdersFile = 'rules/placeholders.yml';

/** @param files named as people should read them: what is wrong with one is told by this name, with `/` written as `--` */
export function broughtContent(files: readonly RuleFile[], placeholders: LoadedRules['placeholders']): StoredPackFiles {
  const names = new Set<string>();
  const stored = files.map(({ file, text }) => {
    const base = file.replaceAll(/[\\/]+/g, '--').replace(/^-+/, '');
    let name = base;
    for (let index = 2; names.has(name); index++) name = base.replace(/(\.ya?ml)$/i, `-${index}$1`);
    names.add(name);
    return { path: `rules/${name.replace(/\.ya?ml$/i, (end) => end.toLowerCase())}`, text };
  });
  const values = Object.keys(placeholders).length === 0 ? [] : [{ path: placeholdersFile, text: JSON.stringify(placeholders) }];
  return packFiles.parse({ v: 1, pack: broughtPack, files: [...stored, ...values] });
}

/** Files are named `community/rules/…`. Never throws for what a file holds: that is among the problems. */
export const readBrought = ({ pack, files }: StoredPackFiles): Promise<LoadedRules> =>
  loadRules({
    files: async () =>
      files.filter(({ path }) => path.startsWith('rules/')).map(({ path, text }) => ({ file: `${pack}/${path}`, read: () => text })),
  });

// A campaign as texts: what travels to a guard that has no such folder, and back into rules and indicators there. Called by publish.ts, published.ts, hunts and the command. What is broken disables itself alone.
import { basename } from 'node:path';
import { packFiles, type PackFiles as StoredPackFiles } from '../contracts/hunt.ts';
import { RuleError } from '../detect/sigma/rule-error.ts';
import { plain, readYaml } from '../detect/sigma/yaml-tree.ts';
import { type Campaign, type CampaignProblem, type PackFiles, readCampaign, readPackFolder } from './load.ts';

/** Beyond this, texts are no campaign of ours. */
const mostCharacters = 40_000_000;

/** The folder's files without its tests. Throws if the folder cannot be read or holds no campaign. */
export async function readPackFiles(dir: string): Promise<StoredPackFiles> {
  const { files, problems: unread } = await readPackFolder(dir);
  const { campaign, problems } = readCampaign(dir, files);
  const [problem] = [...unread, ...problems];
  if (campaign === undefined) throw new Error(`${basename(problem?.file ?? dir)}: ${problem?.message ?? 'is no manifest'}`);
  return storable(campaign.manifest.id, files);
}

/**
 * Without its test cases. YAML is kept as JSON under its own name, which says the same and loads many times faster; a file of several documents stays as it is, as does one
 * that cannot be read.
 */
export function storable(pack: string, files: PackFiles): StoredPackFiles {
  const kept = [...files].filter(([path]) => !path.startsWith('tests/'));
  const characters = kept.reduce((sum, [, text]) => sum + text.length, 0);
  if (characters > mostCharacters) throw new Error(`its files hold ${characters} characters, at most ${mostCharacters} are taken`);
  return packFiles.parse({
    v: 1,
    pack,
    files: kept.map(([path, text]) => ({ path, text: /\.ya?ml$/.test(path) ? compact(text, path) : text })),
  });
}

function compact(text: string, path: string): string {
  try {
    const [tree, ...others] = readYaml(text, path);
    return tree === undefined || others.length > 0 ? text : JSON.stringify(plain(tree));
  } catch (cause) {
    if (cause instanceof RuleError) return text; // its reader says what is wrong with it, and where
    throw cause;
  }
}

/** Never throws: what is wrong with the content is among the problems, by `{pack}/{path}`. */
export const parsePackFiles = ({
  pack,
  files,
}: StoredPackFiles): { readonly campaign: Campaign | undefined; readonly problems: readonly CampaignProblem[] } =>
  readCampaign(pack, new Map(files.map(({ path, text }) => [path, text])));

// A campaign as texts: what travels to a guard that has no such folder, and back into rules and indicators there. Called by hunts and the command. Content from outside is read like any other: what is broken disables itself alone.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackFiles, packFiles } from '../contracts/hunt.ts';
import type { CampaignContent } from '../detect/detector.ts';
import { readCsv } from '../detect/indicators/csv.ts';
import type { Indicator } from '../detect/indicators/indicator.ts';
import { readStix } from '../detect/indicators/stix.ts';
import { readRules } from '../detect/sigma/parse.ts';
import type { SigmaDocument } from '../detect/sigma/rule.ts';
import { type CampaignProblem, parseManifest } from './load.ts';

/** Beyond this, texts are no campaign of ours. */
const mostCharacters = 40_000_000;

/** The folder's files without its tests. Throws if the folder cannot be read or holds no campaign. */
export async function readPackFiles(dir: string): Promise<PackFiles> {
  const problems: CampaignProblem[] = [];
  const manifest = parseManifest(await readFile(join(dir, 'campaign.yml'), 'utf8'), join(dir, 'campaign.yml'), problems);
  const [problem] = problems;
  if (manifest === undefined) throw new Error(`campaign.yml: ${problem?.message ?? 'is no manifest'}`);
  const names = (await readdir(dir)).filter((name) => name === 'campaign.yml' || /^indicators\.(?:json|csv)$/.test(name));
  const rules = (await readdir(join(dir, 'rules')).catch(ifMissing)).filter((name) => /\.ya?ml$/.test(name));
  const paths = [...names, ...rules.map((name) => `rules/${name}`)].sort();
  const files = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(dir, path), 'utf8') })));
  const characters = files.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > mostCharacters) throw new Error(`its files hold ${characters} characters, at most ${mostCharacters} are taken`);
  return packFiles.parse({ v: 1, pack: manifest.id, files });
}

const ifMissing = (cause: unknown): string[] => {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
  throw cause;
};

export interface ParsedPack {
  /** Undefined where the manifest itself is broken. */
  readonly campaign: CampaignContent | undefined;
  readonly problems: readonly CampaignProblem[];
}

export function parsePackFiles({ files }: PackFiles): ParsedPack {
  const problems: CampaignProblem[] = [];
  const rules: SigmaDocument[] = [];
  const indicators: Indicator[] = [];
  const manifestText = files.find(({ path }) => path === 'campaign.yml')?.text ?? '';
  const manifest = parseManifest(manifestText, 'campaign.yml', problems);
  if (manifest === undefined) return { campaign: undefined, problems };
  for (const { path, text } of files) {
    if (path.startsWith('rules/')) {
      const read = readRules(text, path, { strict: true });
      rules.push(...read.rules);
      problems.push(...read.problems.map(({ line, reason }) => ({ file: path, line, message: reason })));
    } else if (path.startsWith('indicators.')) {
      const read = path.endsWith('.csv') ? readCsv(text, path, manifest.id) : readStix(text, path, manifest.id);
      // One by one: a spread of a hundred thousand is more than a call can take.
      for (const indicator of read.indicators) indicators.push(indicator);
      problems.push(...read.problems);
    }
  }
  return { campaign: { manifest, rules, indicators }, problems };
}

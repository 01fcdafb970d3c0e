// Reads campaign folders: campaign.yml, rules/*.yml, indicators.*, tests/*.json. Called by the composition root, `check` and `campaign test`. A broken file disables itself alone.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { z } from 'zod';
import { type CampaignCase, type CampaignManifest, campaignCase, campaignManifest } from '../contracts/campaign.ts';
import type { CampaignContent } from '../detect/detector.ts';
import { readCsv } from '../detect/indicators/csv.ts';
import type { Indicator } from '../detect/indicators/indicator.ts';
import { readStix } from '../detect/indicators/stix.ts';
import { readRules } from '../detect/sigma/parse.ts';
import type { SigmaDocument } from '../detect/sigma/rule.ts';
import { RuleError } from '../detect/sigma/rule-error.ts';
import { lineAt, plain, readYaml } from '../detect/sigma/yaml-tree.ts';

export interface CampaignProblem {
  /** As the caller named the folder, with the file below it. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Campaign extends CampaignContent {
  readonly dir: string;
  /** The pack's own tests, by file. */
  readonly cases: readonly { readonly file: string; readonly case: CampaignCase }[];
}

export interface LoadedCampaigns {
  readonly campaigns: readonly Campaign[];
  readonly problems: readonly CampaignProblem[];
}

/** A pack as it stands in a folder or was published: `campaign.yml`, `indicators.csv`, `rules/x.yml`, `tests/x.json` to their texts. */
export type PackFiles = ReadonlyMap<string, string>;

/** The files that make up a pack; whatever else lies beside them is not read. */
export const isPackFile = (name: string): boolean =>
  /^(?:campaign\.yml|indicators\.(?:json|csv)|rules\/[^/\\]+\.ya?ml|tests\/[^/\\]+\.json)$/.test(name);

/**
 * All campaigns below `dir`, or the one that `dir` is. Throws only if the folder itself cannot be read.
 * @param options.cases false: without their test cases, which are a thousand files that detection never looks at
 */
export async function loadCampaigns(dir: string, { cases = true }: { readonly cases?: boolean } = {}): Promise<LoadedCampaigns> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.some((entry) => entry.isFile() && entry.name === 'campaign.yml')
    ? [dir]
    : entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
  const problems: CampaignProblem[] = [];
  const campaigns: Campaign[] = [];
  for (const folder of folders.sort()) {
    const read = await readPackFolder(folder, cases);
    const made = readCampaign(folder, read.files);
    problems.push(...read.problems, ...made.problems.filter(({ file }) => !read.problems.some((one) => one.file === file)));
    if (made.campaign !== undefined) campaigns.push(made.campaign);
  }
  return { campaigns, problems };
}

/** The texts of a pack's folder. A file that cannot be read disables itself alone. */
export async function readPackFolder(
  dir: string,
  cases = true,
): Promise<{ readonly files: PackFiles; readonly problems: readonly CampaignProblem[] }> {
  const files = new Map<string, string>();
  const problems: CampaignProblem[] = [];
  // Sorted, so that results do not depend on the file system.
  const names = [dir, join(dir, 'rules'), ...(cases ? [join(dir, 'tests')] : [])].map(async (folder) =>
    (await namesIn(folder)).map((name) => relative(dir, join(folder, name)).replaceAll('\\', '/')),
  );
  for (const name of (await Promise.all(names)).flat().filter(isPackFile).sort())
    try {
      files.set(name, await readFile(join(dir, name), 'utf8'));
    } catch (cause) {
      problems.push({
        file: join(dir, name),
        line: 1,
        message: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      });
    }
  return { files, problems };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw cause;
  }
}

/**
 * Texts to a campaign; without a manifest that can be read there is none. Content is data wherever it comes from: nothing of it is trusted or run.
 * @param dir what problems and rules call the pack; its last part is the id that the manifest has to state
 */
export function readCampaign(
  dir: string,
  files: PackFiles,
): { readonly campaign: Campaign | undefined; readonly problems: readonly CampaignProblem[] } {
  const problems: CampaignProblem[] = [];
  const manifest = readManifest(join(dir, 'campaign.yml'), files.get('campaign.yml'), problems);
  if (manifest === undefined) return { campaign: undefined, problems };
  if (manifest.id !== basename(dir))
    problems.push({
      file: join(dir, 'campaign.yml'),
      line: 1,
      message: `id is "${manifest.id}", but its folder is called "${basename(dir)}"`,
    });
  const rules: SigmaDocument[] = [];
  const indicators: Indicator[] = [];
  const cases: { file: string; case: CampaignCase }[] = [];
  for (const [name, text] of files) {
    const file = join(dir, name);
    if (name.startsWith('rules/')) {
      const read = readRules(text, file, { strict: true });
      rules.push(...read.rules);
      problems.push(...read.problems.map(({ line, reason }) => ({ file, line, message: reason })));
    } else if (name.startsWith('indicators.')) {
      const read = name.endsWith('.csv') ? readCsv(text, file, manifest.id) : readStix(text, file, manifest.id);
      // One by one: a spread of a hundred thousand is more than a call can take.
      for (const indicator of read.indicators) indicators.push(indicator);
      problems.push(...read.problems);
    } else if (name.startsWith('tests/')) {
      const read = readCase(text);
      if ('message' in read) problems.push({ file, ...read });
      else cases.push({ file, case: read.case });
    }
  }
  return { campaign: { dir, manifest, rules, indicators, cases }, problems };
}

function readManifest(file: string, text: string | undefined, problems: CampaignProblem[]): CampaignManifest | undefined {
  if (text === undefined) {
    problems.push({ file, line: 1, message: 'is missing; every campaign folder has one' });
    return undefined;
  }
  return parseManifest(text, file, problems);
}

/** `undefined`, and a problem for each place, where the text is no manifest. */
export function parseManifest(text: string, file: string, problems: CampaignProblem[]): CampaignManifest | undefined {
  try {
    const [tree] = readYaml(text, file);
    if (tree === undefined) {
      problems.push({ file, line: 1, message: 'is empty' });
      return undefined;
    }
    const parsed = campaignManifest.safeParse(plain(tree));
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) problems.push({ file, line: lineAt(tree, issue.path), message: said(issue) });
  } catch (cause) {
    if (!(cause instanceof RuleError)) throw cause;
    problems.push({ file, line: cause.line, message: cause.reason });
  }
  return undefined;
}

const said = (issue: z.core.$ZodIssue): string => `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`;

function readCase(text: string): { case: CampaignCase } | { line: number; message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const position = /position (\d+)/.exec(message)?.[1];
    return { line: position === undefined ? 1 : text.slice(0, Number(position)).split('\n').length, message: `is no JSON: ${message}` };
  }
  const parsed = campaignCase.safeParse(value);
  if (parsed.success) return { case: parsed.data };
  const [issue] = parsed.error.issues;
  const key = issue?.path.findLast((step) => typeof step === 'string');
  const at = typeof key === 'string' ? text.indexOf(JSON.stringify(key)) : -1;
  return { line: at < 0 ? 1 : text.slice(0, at).split('\n').length, message: parsed.error.issues.map(said).join('; ') };
}

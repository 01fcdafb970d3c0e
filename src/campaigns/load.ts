// Reads campaign folders: campaign.yml, rules/*.yml, indicators.*, tests/*.json. Called by the composition root, `check` and `campaign test`. A broken file disables itself alone.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/** All campaigns below `dir`, or the one that `dir` is. Throws only if the folder itself cannot be read. */
export async function loadCampaigns(dir: string): Promise<LoadedCampaigns> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.some((entry) => entry.isFile() && entry.name === 'campaign.yml')
    ? [dir]
    : entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
  const problems: CampaignProblem[] = [];
  const campaigns: Campaign[] = [];
  for (const folder of folders.sort()) {
    const campaign = await loadCampaign(folder, problems);
    if (campaign !== undefined) campaigns.push(campaign);
  }
  return { campaigns, problems };
}

async function loadCampaign(dir: string, problems: CampaignProblem[]): Promise<Campaign | undefined> {
  const manifest = await readManifest(dir, problems);
  if (manifest === undefined) return undefined;
  if (manifest.id !== basename(dir))
    problems.push({
      file: join(dir, 'campaign.yml'),
      line: 1,
      message: `id is "${manifest.id}", but its folder is called "${basename(dir)}"`,
    });
  const rules: SigmaDocument[] = [];
  for (const file of await filesIn(join(dir, 'rules'), /\.ya?ml$/)) {
    const read = readRules(await readFile(file, 'utf8'), file, { strict: true });
    rules.push(...read.rules);
    problems.push(...read.problems.map(({ line, reason }) => ({ file, line, message: reason })));
  }
  const indicators: Indicator[] = [];
  for (const file of await filesIn(dir, /^indicators\.(?:json|csv)$/)) {
    const text = await readFile(file, 'utf8');
    const read = file.endsWith('.csv') ? readCsv(text, file, manifest.id) : readStix(text, file, manifest.id);
    indicators.push(...read.indicators);
    problems.push(...read.problems);
  }
  const cases: { file: string; case: CampaignCase }[] = [];
  for (const file of await filesIn(join(dir, 'tests'), /\.json$/)) {
    const read = readCase(await readFile(file, 'utf8'));
    if ('message' in read) problems.push({ file, ...read });
    else cases.push({ file, case: read.case });
  }
  return { dir, manifest, rules, indicators, cases };
}

async function readManifest(dir: string, problems: CampaignProblem[]): Promise<CampaignManifest | undefined> {
  const file = join(dir, 'campaign.yml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    problems.push({
      file,
      line: 1,
      message: `cannot be read (${cause instanceof Error ? cause.message : cause}); every campaign folder has one`,
    });
    return undefined;
  }
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

/** Sorted, so that results do not depend on the file system. A folder that is not there holds nothing. */
async function filesIn(dir: string, pattern: RegExp): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => join(dir, name));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

// The shipped packs as the build read and checked them: a start takes them over several times faster than from their texts. Written by local/packs.ts, read by the composition root.
// Only for what this program's own build wrote: packs from elsewhere are read and checked as texts (load.ts).
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { CampaignContent } from '../detect/detector.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaFilter, SigmaRule } from '../detect/sigma/rule.ts';
import type { Campaign, LoadedCampaigns } from './load.ts';

interface WrittenCorrelation extends Omit<SigmaCorrelation, 'aliases'> {
  readonly aliases: readonly (readonly [string, readonly (readonly [string, string])[]])[];
}
type Written = SigmaRule | SigmaFilter | WrittenCorrelation;

interface WrittenPack extends Omit<CampaignContent, 'rules'> {
  readonly id: string;
  readonly rules: readonly Written[];
}

/** Rules name their files below the pack's folder. */
export function writeBuilt(campaigns: readonly Campaign[]): string {
  const packs = campaigns.map(
    ({ dir, manifest, rules, indicators }): WrittenPack => ({
      id: basename(dir),
      manifest,
      rules: rules.map((rule) => written({ ...rule, file: relative(dir, rule.file).replaceAll('\\', '/') })),
      indicators,
    }),
  );
  return JSON.stringify(packs);
}

const written = (rule: SigmaDocument): Written =>
  rule.kind === 'correlation' ? { ...rule, aliases: [...rule.aliases].map(([alias, fields]) => [alias, [...fields]] as const) } : rule;

/** Throws where the file is missing or cut short: an installation without its packs is broken. */
export async function loadBuilt(file: string): Promise<LoadedCampaigns> {
  try {
    const packs: readonly WrittenPack[] = JSON.parse(await readFile(file, 'utf8'));
    const campaigns = packs.map(({ id, manifest, rules, indicators }): Campaign => {
      const dir = join(dirname(file), 'campaigns', id);
      return { dir, manifest, rules: rules.map((rule) => readBack(rule, dir)), indicators, cases: [] };
    });
    return { campaigns, problems: [] };
  } catch (cause) {
    throw new Error(`The packs in ${file} cannot be read.`, { cause });
  }
}

function readBack(rule: Written, dir: string): SigmaDocument {
  const file = join(dir, rule.file);
  if (rule.kind !== 'correlation') return { ...rule, file };
  return { ...rule, file, aliases: new Map(rule.aliases.map(([alias, fields]) => [alias, new Map(fields)])) };
}

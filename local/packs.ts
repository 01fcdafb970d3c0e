// campaigns/ -> dist/campaigns: checked, without their test cases, and every YAML file written as JSON under its own name, which loads many times faster. Called by build.ts.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCampaigns } from '../src/campaigns/load.ts';
import { plain, readYaml } from '../src/detect/sigma/yaml-tree.ts';

/** Throws with every problem of every pack: a guard is never built with a rule that does not load. */
export async function buildPacks(from: string, to: string): Promise<void> {
  const { problems } = await loadCampaigns(from);
  if (problems.length > 0) throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  cpSync(from, to, { recursive: true, filter: (path) => !/[\\/]tests([\\/]|$)/.test(path) });
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ya?ml$/.test(path))) {
    const file = join(to, name);
    const [tree, ...others] = readYaml(readFileSync(file, 'utf8'), file);
    // A file with several documents stays YAML: JSON has only one.
    if (tree !== undefined && others.length === 0) writeFileSync(file, JSON.stringify(plain(tree)));
  }
}

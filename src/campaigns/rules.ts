// Rules that people bring: a file, a folder or a ZIP archive of Sigma rules, correlations and filters, as others wrote them. Called by `check --rules`; `loadRules` takes any other source.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RuleError } from '../detect/sigma/rule-error.ts';
import { plain, readYaml } from '../detect/sigma/yaml-tree.ts';
import { readZip } from './zip.ts';

/** One file of rules, not yet read as such: the detector parses it, and says what is wrong with it by this name. */
export interface RuleFile {
  readonly file: string;
  readonly text: string;
}
export interface RuleFileProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Where rules come from: a path, or a container of blobs. */
export interface RuleSource {
  /** Every file, in an order that does not depend on the source. `read` may throw Error with a plain reason. */
  readonly files: () => Promise<readonly { readonly file: string; readonly read: () => Promise<string> | string }[]>;
}

export interface LoadedRules {
  readonly files: readonly RuleFile[];
  /** Values for `%name%` in rules with the modifier `expand`, from files called placeholders.yml. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly RuleFileProblem[];
}

const isRule = (name: string): boolean => /\.ya?ml$/i.test(name);
const isPlaceholders = (name: string): boolean => /(?:^|[\\/])placeholders\.ya?ml$/i.test(name);
export const mostRules = 100_000;

/** A file, a folder (with the folders below it) or a .zip. Throws only where the path itself cannot be read. */
export function ruleSource(path: string): RuleSource {
  return {
    async files() {
      if ((await stat(path)).isDirectory()) {
        const names = (await readdir(path, { recursive: true })).filter(isRule).sort();
        return names.map((name) => ({ file: join(path, name), read: () => readFile(join(path, name), 'utf8') }));
      }
      if (!/\.zip$/i.test(path)) return [{ file: path, read: () => readFile(path, 'utf8') }];
      const entries = readZip(await readFile(path)).filter(({ name }) => isRule(name));
      return entries
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, read }) => ({ file: `${path}/${name}`, read: () => read().toString('utf8') }));
    },
  };
}

/** All files of a source. One that cannot be read leaves the others as they are. */
export async function loadRules({ files: list }: RuleSource): Promise<LoadedRules> {
  const files: RuleFile[] = [];
  const problems: RuleFileProblem[] = [];
  const placeholders: Record<string, readonly string[]> = Object.create(null);
  const found = await list();
  if (found.length > mostRules)
    problems.push({ file: found[mostRules]?.file ?? '', line: 1, message: `and those after it are left out: ${mostRules} files are read` });
  for (const { file, read } of found.slice(0, mostRules)) {
    try {
      const text = await read();
      if (isPlaceholders(file)) Object.assign(placeholders, readPlaceholders(text, file));
      else files.push({ file, text });
    } catch (cause) {
      if (cause instanceof RuleError) problems.push({ file, line: cause.line, message: cause.reason });
      else problems.push({ file, line: 1, message: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}` });
    }
  }
  return { files, placeholders, problems };
}

const values = z.union([z.string(), z.number()]).transform(String);
const schema = z.record(
  z.string(),
  z.union([values, z.array(values).max(10_000)]).transform((value) => (typeof value === 'string' ? [value] : value)),
);

/** `name: value` or `name: [value, …]`, names without the percent signs. Throws RuleError. */
function readPlaceholders(text: string, file: string): Readonly<Record<string, readonly string[]>> {
  const [tree] = readYaml(text, file);
  const parsed = schema.safeParse(tree === undefined ? {} : plain(tree));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RuleError(
    file,
    tree?.line ?? 1,
    `placeholders are a map of names to texts or lists of texts: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

// The project's own files as text, for the rules over the code base in this folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { projectRoot } from '../../local/build.ts';

export interface Source {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Made by tools, or somebody else's. */
const foreign = new Set(['node_modules', 'dist', '.local', '.git', '.azure', 'coverage']);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (foreign.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}

const all = walk(projectRoot).map((path) => relative(projectRoot, path).split(sep).join('/'));

/** Files under the given folders (or single files) whose name ends in one of `endings`. */
export function sources(places: readonly string[], endings: readonly string[]): readonly Source[] {
  return all
    .filter((path) => places.some((place) => place === '.' || path === place || path.startsWith(`${place}/`)))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: readFileSync(join(projectRoot, path), 'utf8') }));
}

export const codeFolders = ['src', 'functions', 'console', 'cli', 'local', 'simulator', 'infra', 'bench', 'docs', 'test'] as const;
export const code = (places: readonly string[] = codeFolders): readonly Source[] => sources(places, ['.ts', '.mjs']);

/** `path:line: text` of every line that fits; what a failing rule shows. */
export function places(files: readonly Source[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

export interface Import {
  readonly from: string;
  /** A package or `node:` module, or the imported file's path from the project's root. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Every static and dynamic import of the files, relative ones resolved. */
export function importsOf(files: readonly Source[]): readonly Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|import\('([^']+)'\)/g;
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, type, from, bare, dynamic]) => {
      const name = from ?? bare ?? dynamic ?? '';
      return {
        from: path,
        to: name.startsWith('.') ? join(path, '..', name).split(sep).join('/') : name,
        typeOnly: type !== undefined,
      };
    }),
  );
}

// What the tests of infra/ read: its Bicep files, and the published shapes beside them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTypesJson } from 'bicep-types';
import { type BicepFile, type Expression, readBicep } from '../../infra/types/read-bicep.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const infraFolder = join(root, 'infra');
export const publishedTypes = readTypesJson(readFileSync(join(infraFolder, 'types', 'types.json'), 'utf8'));

export function readInfra(): BicepFile[] {
  return readdirSync(infraFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.bicep'))
    .sort()
    .map((name) => readBicep(readFileSync(join(infraFolder, name), 'utf8'), name));
}

/** The plain keys of an object expression. */
export function properties(value: Expression | undefined): ReadonlyMap<string, Expression> {
  if (value?.kind !== 'object') throw new Error('no object here');
  return new Map(value.entries.flatMap((entry) => (typeof entry.key === 'string' ? [[entry.key, entry.value] as const] : [])));
}

export function text(value: Expression | undefined): string | undefined {
  return value?.kind === 'string' && value.inner.length === 0 ? value.texts[0] : undefined;
}

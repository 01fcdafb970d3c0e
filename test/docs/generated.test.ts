// The generated pages are what the declarations say now, and the decision records name every dependency.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generatedDocs } from '../../docs/generate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const generated = await generatedDocs(root);

describe('generated documentation', () => {
  it.each([...generated])('docs/%s is fresh (npm run generate:docs)', (name, content) => {
    expect(readFileSync(join(root, 'docs', name), 'utf8')).toBe(content);
  });

  it('names every permission with its id', () => {
    expect(generated.get('permissions.md')).toMatch(
      /`AuditLog\.Read\.All` \| Microsoft Graph, application permission \| `b0afded3-3588-46d8-8b3d-9842eff778da`/,
    );
  });
});

describe('decision records', () => {
  const folder = join(root, 'docs', 'adr');
  const records = readdirSync(folder).sort();

  it('are numbered without gaps or doubles, one decision a page', () => {
    expect(records.map((name) => name.slice(0, 4))).toEqual(records.map((_, index) => String(index + 1).padStart(4, '0')));
    for (const name of records) {
      const text = readFileSync(join(folder, name), 'utf8');
      for (const part of ['## Status', '## Context', '## Decision', '## Consequences']) expect(text, name).toContain(part);
      expect(text.split('\n').length, name).toBeLessThan(70);
    }
  });

  it('give a reason for every dependency of package.json, and for no other', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;
    const dependencies = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    );
    const text = readFileSync(join(folder, '0005-dependencies.md'), 'utf8');
    const reasoned = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(reasoned.sort()).toEqual(dependencies.sort());
  });
});

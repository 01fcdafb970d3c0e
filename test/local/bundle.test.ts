// How the functions are bundled: in parts that load late, with the folder of the main file as everybody's own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../local/build.ts';
import { bundleForNode } from '../../local/bundle.ts';

let folder: string;
let said: Record<string, unknown>;

beforeAll(async () => {
  mkdirSync(join(projectRoot, '.local'), { recursive: true });
  // Inside the project, as the sources' packages are looked up from there.
  folder = realpathSync(mkdtempSync(join(projectRoot, '.local', 'bundle-')));
  const source = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  source('late.ts', "import { shared } from './shared.ts';\nexport const where = import.meta.dirname;\nexport const seen = shared;\n");
  source(
    'shared.ts',
    'export class Shared extends Error {}\nexport const shared = new Shared();\nexport const address = import.meta.url;\n',
  );
  source(
    'main.ts',
    `import { z } from 'zod';
import { Shared } from './shared.ts';
const before = Object.keys(require.cache).length;
const bad = z.object({ a: z.string('a text') }).safeParse({});
setTimeout(async () => {
  const late = await import('./late.ts');
  const { default: insights } = await import('applicationinsights');
  console.log(JSON.stringify({
    before,
    after: Object.keys(require.cache).length,
    here: import.meta.dirname,
    there: late.where,
    same: late.seen instanceof Shared,
    insights: typeof insights.TelemetryClient,
    message: bad.error?.issues[0]?.message,
    plain: z.number().safeParse('x').error?.issues[0]?.message,
  }));
  process.exit();
});
declare const require: { cache: object };
`,
  );
  await bundleForNode({ entry: join(folder, 'main.ts'), outfile: join(folder, 'out', 'main.cjs'), root: projectRoot });
  const ran = spawnSync(process.execPath, [join(folder, 'out', 'main.cjs')], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  said = JSON.parse(ran.stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a bundle for Node', () => {
  it('loads what is behind import() only then', () => {
    expect(readdirSync(join(folder, 'out', 'parts')).some((name) => /^late-\w+\.cjs$/.test(name))).toBe(true);
    expect(Number(said.before)).toBeLessThan(5);
    expect(Number(said.after)).toBeGreaterThan(Number(said.before));
  });

  it('gives every part the folder of the main file, where the data lies', () => {
    expect(said).toMatchObject({ here: join(folder, 'out'), there: join(folder, 'out') });
  });

  it('holds each module once: a class is the same in all parts', () => {
    expect(said.same).toBe(true);
  });

  it('keeps the exports of a CommonJS package that is loaded late', () => {
    expect(said.insights).toBe('function');
  });

  it('keeps the English messages of the schemas', () => {
    expect(said).toMatchObject({ message: 'a text', plain: 'Invalid input: expected number, received string' });
  });
});

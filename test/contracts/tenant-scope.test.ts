// Runs the compiler over the type test beside this file, so that `vitest run` alone also holds it.
import { execFile } from 'node:child_process';
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What the compiler says about one file, under the project's options. */
async function compile(file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-types-'));
  try {
    const project = join(folder, 'tsconfig.json');
    await writeFile(
      project,
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
        include: [],
        files: [file],
      }),
    );
    const answer = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]).catch(
      (error: { stdout: string }) => error,
    );
    return answer.stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('TenantScope', () => {
  it('refuses a bare string, a look-alike object and an unnumbered crash point at compile time', async () => {
    expect(await compile(join(root, 'test/contracts/tenant-scope.test-d.ts'))).toBe('');
  });
  it('is refused by the compiler and not by a broken set-up: the same call without its directive is an error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-snippet-'));
    try {
      const file = join(folder, 'bare.ts');
      await writeFile(
        file,
        `import type { Store } from '${join(root, 'src/store/store.ts')}';\nexport const all = (store: Store) => store.findings.all('11111111');\n`,
      );
      expect(await compile(file)).toMatch(/Argument of type 'string' is not assignable to parameter of type 'TenantScope'/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  it('is minted, and the unscoped registry read, by src/tenants alone', async () => {
    const found: string[] = [];
    for (const folder of ['src', 'functions', 'cli', 'local'])
      for await (const file of glob(`${folder}/**/*.ts`, { cwd: root }))
        if (/mintTenantScope\(|\bstore\.registry\b/.test(await readFile(join(root, file), 'utf8'))) found.push(file);
    expect(found.sort()).toEqual(['src/contracts/tenant-scope.ts', 'src/tenants/registry.ts']);
  });
});

// Builds what runs: functions/ -> dist/functions.cjs (what Azure and the local runner load), console/ -> dist/console, campaigns/ -> dist/campaigns.json, data/networks.br -> dist.
// `npm run build`; local/start.ts and local/test.ts call `build`.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as bundle } from 'esbuild';
import { alive } from './alive.ts';
import { bundleForNode } from './bundle.ts';
import { buildPacks } from './packs.ts';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

function browserBundle(outdir: string): BuildOptions {
  return {
    entryPoints: ['console/main.ts'],
    outdir,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    sourcemap: true,
    logLevel: 'warning',
    absWorkingDir: projectRoot,
  };
}

export interface Built {
  readonly milliseconds: number;
  /** Bytes of what is in dist/, without source maps, campaigns and the table of networks. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Builds everything into `finished`. Throws with the compiler's message when anything is wrong; what was built before then stays as it was. */
export async function build(finished = join(projectRoot, 'dist')): Promise<Built> {
  const begun = performance.now();
  // Built beside and put in place at the end: a guard that runs from it, or a second build, never meets half of it.
  const workplace = join(dirname(finished), '.local');
  const dist = join(workplace, `dist-${process.pid}`);
  sweep(workplace);
  try {
    const sizes = await buildInto(dist);
    rmSync(finished, { recursive: true, force: true });
    renameSync(dist, finished);
    return { milliseconds: performance.now() - begun, sizes };
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
}

/** Removes what killed builds left behind. */
function sweep(workplace: string): void {
  if (!existsSync(workplace)) return;
  for (const name of readdirSync(workplace)) {
    const pid = Number(/^dist-(\d+)$/.exec(name)?.[1]);
    if (!Number.isNaN(pid) && pid !== process.pid && !alive(pid)) rmSync(join(workplace, name), { recursive: true, force: true });
  }
}

async function buildInto(dist: string): Promise<Built['sizes']> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const consoleOut = join(dist, 'console');
  await Promise.all([
    bundleForNode({ entry: 'functions/index.ts', outfile: join(dist, 'functions.cjs'), root: projectRoot }),
    bundle(browserBundle(consoleOut)),
  ]);
  for (const file of readdirSync(join(projectRoot, 'console')).filter((name) => /\.(html|svg|png|ico)$/.test(name)))
    cpSync(join(projectRoot, 'console', file), join(consoleOut, file));
  if (!existsSync(join(consoleOut, 'index.html'))) throw new Error('console/index.html is missing: the console would have no page.');
  await buildPacks(join(projectRoot, 'campaigns'), join(dist, 'campaigns.json'));
  cpSync(join(projectRoot, 'data', 'networks.br'), join(dist, 'networks.br'));
  const size = (path: string): number => statSync(join(dist, path)).size;
  const parts = readdirSync(join(dist, 'parts')).filter((name) => name.endsWith('.cjs'));
  return {
    'functions.cjs': size('functions.cjs'),
    'parts/': parts.reduce((sum, name) => sum + size(join('parts', name)), 0),
    'console/main.js': size(join('console', 'main.js')),
  };
}

if (import.meta.main) {
  try {
    const built = await build();
    for (const [name, bytes] of Object.entries(built.sizes)) console.log(`dist/${name}  ${(bytes / 1024).toFixed(0)} KiB`);
    console.log(`Built in ${(built.milliseconds / 1000).toFixed(1)} s.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

// Makes CommonJS bundles for Node that load in parts: what is behind `await import()` lies in files of its own, parsed when it is first needed.
// Used by build.ts and the benchmarks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';

/** zod brings its messages in 50 languages; ours are read by engineers, in English. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(context) {
    context.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer) ? { path: 'locales', namespace: 'none' } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export {};' }));
  },
};

const places = (mainFolder: string): string =>
  `const __mainFolder = ${mainFolder}, __fileUrl = require("node:url").pathToFileURL(__filename).href;`;

/**
 * Bundles `entry` to `outfile` (.cjs) with its parts beside it.
 * esbuild splits only ES modules, and CommonJS is the faster format to start from: so it is split first and each part translated then.
 */
export async function bundleForNode(given: { readonly entry: string; readonly outfile: string; readonly root: string }): Promise<void> {
  const folder = dirname(given.outfile);
  const { outputFiles } = await build({
    entryPoints: [{ in: given.entry, out: basename(given.outfile, '.cjs') }],
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
    // Sources are in the map for stack traces; their text would double the package.
    sourcemap: 'inline',
    sourcesContent: false,
    external: ['@azure/functions-core'],
    // Wherever a module's code ends up, its folder is the one of the main file: that is where its data (campaigns, console) lies.
    define: { 'import.meta.dirname': '__mainFolder', 'import.meta.url': '__fileUrl' },
    plugins: [englishOnly],
    logLevel: 'warning',
    absWorkingDir: given.root,
  });
  for (const { path, text } of outputFiles) {
    const { code, map } = await transform(text, {
      format: 'cjs',
      target: 'node24',
      platform: 'node',
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: path,
      // A smaller package to fetch; names stay, for stack traces and for code that reads them.
      minifyWhitespace: true,
      minifySyntax: true,
      // A late require() keeps the named exports of CommonJS packages, which import() of such a file would hide.
      supported: { 'dynamic-import': false },
      banner: path === given.outfile ? places('__dirname') : places('require("node:path").dirname(__dirname)'),
      logLevel: 'warning',
    });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
    writeFileSync(`${path}.map`, map);
  }
}

// The apps that the start benchmark compares: an empty one, an empty one with a queue function, and the built bundle. Used by start.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../local/build.ts';
import { bundleForNode } from '../local/bundle.ts';

const sources = {
  empty: `import { app } from '@azure/functions';
app.http('nothing', { handler: () => ({ status: 204 }) });`,
  queue: `import { app } from '@azure/functions';
app.storageQueue('checks', { queueName: 'checks', connection: 'AzureWebJobsStorage', handler: () => undefined });`,
} as const;

/** Builds both empty apps the way ours is built, into .local/bench; gives their entry files. */
export async function emptyApps(): Promise<Readonly<Record<keyof typeof sources, string>>> {
  const folder = join(projectRoot, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const made = await Promise.all(
    Object.entries(sources).map(async ([name, text]) => {
      const source = join(folder, `${name}.ts`);
      writeFileSync(source, text);
      await bundleForNode({ entry: source, outfile: join(folder, `${name}.cjs`), root: projectRoot });
      return [name, join(folder, `${name}.cjs`)] as const;
    }),
  );
  return Object.fromEntries(made) as Record<keyof typeof sources, string>;
}

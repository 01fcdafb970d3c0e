// Where the registry is that `tenant-guard tenants` changes: named on the command line, in the environment, or that of the guard which runs on this computer. Called by commands/tenants.ts.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { azureBackend } from '../../src/store/azure.ts';
import { createStore } from '../../src/store/create-store.ts';
import { createRegistry, type Registry } from '../../src/tenants/registry.ts';

const running = z.object({ storage: z.string().min(1) });
const runningFile = fileURLToPath(new URL('../../.local/run.json', import.meta.url));

/** What was meant cannot be found or reached; the message says what to do. */
export class NoRegistryError extends Error {
  override readonly name = 'NoRegistryError';
}

function localStorage(file: string): string | undefined {
  try {
    return running.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.storage;
  } catch (cause) {
    // Not there, or just being written: no guard runs here.
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** @param given a connection string, or the https address of the data account's tables */
export async function openRegistry({
  given,
  environment,
  file = runningFile,
}: {
  readonly given: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: string;
}): Promise<Registry> {
  const named = [given, environment['TG_DATA_STORAGE'], environment['TG_DATA_TABLE_URI']].find((one) => one !== undefined && one !== '');
  const storage = named ?? localStorage(file);
  if (storage === undefined)
    throw new NoRegistryError(
      'No guard runs on this computer, and no storage is named. In Azure: --storage "$(azd env get-value TG_DATA_TABLE_URI)"',
    );
  const clock = { now: () => Date.now() };
  if (!storage.startsWith('https://')) {
    const connection = { connectionString: storage };
    return createRegistry({ store: createStore({ backend: azureBackend({ storage: { data: connection, queues: connection } }) }), clock });
  }
  const of = (service: string): string => storage.replace('.table.', `.${service}.`);
  // Whoever is signed in with azd or az, as for every other step of a deployment. Loaded late: most commands need no such thing.
  const { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } = await import('@azure/identity');
  const backend = azureBackend({
    storage: { data: { tables: storage, blobs: of('blob') }, queues: { queues: of('queue') } },
    credential: new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential()),
  });
  return createRegistry({ store: createStore({ backend }), clock });
}

// Where the guard's data is: named on the command line, in the environment, or that of the guard which runs on this computer. Called by open-registry.ts, by `campaign publish` and whatever else looks into it.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TokenCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { azureBackend } from '../../src/store/azure.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Store } from '../../src/store/store.ts';

const running = z.object({ storage: z.string().min(1) });
const runningFile = fileURLToPath(new URL('../../.local/run.json', import.meta.url));

/** What was meant cannot be found or reached; the message says what to do. */
export class NoStoreError extends Error {
  override readonly name = 'NoStoreError';
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

export interface StoreAsked {
  /** A connection string, or the https address of the data account's tables. */
  readonly given: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: string;
}
export interface OpenedStore {
  readonly store: Store;
  /** Who works on it, as far as the sign-in tells: for people, not a proof. */
  readonly who: () => Promise<string>;
}

export async function openStore({ given, environment, file = runningFile }: StoreAsked): Promise<OpenedStore> {
  const named = [given, environment['TG_DATA_STORAGE'], environment['TG_DATA_TABLE_URI']].find((one) => one !== undefined && one !== '');
  const storage = named ?? localStorage(file);
  if (storage === undefined)
    throw new NoStoreError(
      'No guard runs on this computer, and no storage is named. In Azure: --storage "$(azd env get-value TG_DATA_TABLE_URI)"',
    );
  if (!storage.startsWith('https://')) {
    const connection = { connectionString: storage };
    const store = createStore({ backend: azureBackend({ storage: { data: connection, queues: connection } }) });
    return { store, who: async () => userInfo().username };
  }
  const of = (service: string): string => storage.replace('.table.', `.${service}.`);
  // Whoever is signed in with azd or az, as for every other step of a deployment. Loaded late: most commands need no such thing.
  const { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } = await import('@azure/identity');
  const credential = new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential());
  const backend = azureBackend({ storage: { data: { tables: storage, blobs: of('blob') }, queues: { queues: of('queue') } }, credential });
  return { store: createStore({ backend }), who: () => signedIn(credential) };
}

const claims = z.object({ upn: z.string().optional(), unique_name: z.string().optional(), oid: z.string().optional() });

async function signedIn(credential: TokenCredential): Promise<string> {
  const token = await credential.getToken('https://storage.azure.com/.default');
  const { upn, unique_name, oid } = claims.parse(token === null ? {} : decodeJwt(token.token));
  return upn ?? unique_name ?? oid ?? 'unknown';
}

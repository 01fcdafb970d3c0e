// Azure Storage behind the store: the data account's tables and blobs, the host account's queues. Called by the composition root, local/ and tests.
import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import type { Config } from '../config.ts';
import { azureBlobs } from './azure-blobs.ts';
import { azureQueues } from './azure-queues.ts';
import { azureTables } from './azure-tables.ts';
import type { Backend } from './backend.ts';

export interface AzureBackend extends Backend {
  /** Makes the tables, queues and containers that are not there yet. In Azure they come from infra/; on one computer and in tests nobody else makes them. */
  prepare(): Promise<void>;
}

/**
 * @param options.storage connection strings (the emulator) or addresses
 * @param options.credential needed for addresses. Throws without it
 */
export function azureBackend({
  storage,
  credential,
}: {
  readonly storage: Config['storage'];
  readonly credential?: TokenCredential | undefined;
}): AzureBackend {
  const proven = (): TokenCredential => {
    if (!credential) throw new Error('Storage given by address needs a credential: pass one, or give a connection string');
    return credential;
  };
  const { data, queues: host } = storage;
  // Plain http is for the emulator on this computer; the service refuses it.
  const tables = azureTables(
    'connectionString' in data
      ? (table) => TableClient.fromConnectionString(data.connectionString, table, { allowInsecureConnection: true })
      : (table) => new TableClient(data.tables, table, proven()),
  );
  const blobs = azureBlobs(
    'connectionString' in data
      ? BlobServiceClient.fromConnectionString(data.connectionString)
      : new BlobServiceClient(data.blobs, proven()),
  );
  const queues = azureQueues(
    'connectionString' in host
      ? QueueServiceClient.fromConnectionString(host.connectionString)
      : new QueueServiceClient(host.queues, proven()),
  );
  return {
    get: tables.get,
    query: tables.query,
    transact: tables.transact,
    send: queues.send,
    countMessages: queues.countMessages,
    read: blobs.read,
    readVersion: blobs.readVersion,
    append: blobs.append,
    put: blobs.put,
    swap: blobs.swap,
    list: blobs.list,
    remove: blobs.remove,
    async prepare() {
      await Promise.all([tables.prepare(), queues.prepare(), blobs.prepare()]);
    },
  };
}

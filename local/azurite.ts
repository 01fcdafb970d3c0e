// Azurite (tables, queues, blobs) as a child process on free ports. Used by local/start.ts, the conformance suite and the benchmarks.
import { join } from 'node:path';
import { type ChildProgram, startProgram } from './child-program.ts';

/** The well-known account that Azurite always has; no secret (it is in Microsoft's documentation). */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly connectionString: string;
  /** Rejects when Azurite ends by itself. */
  readonly ended: Promise<never>;
  /** Ends it in order (its data is written) and waits for the exit. */
  close(): Promise<void>;
}

/** Resolves when all three services answer. With `folder` the data is kept there, else in memory. */
export async function startAzurite(given: { readonly root: string; readonly folder?: string }): Promise<Azurite> {
  const where = given.folder === undefined ? ['--inMemoryPersistence'] : ['--location', given.folder];
  const program: ChildProgram = startProgram({
    name: 'Azurite',
    file: join(given.root, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'),
    args: [...where, '--silent', '--disableTelemetry', '--skipApiVersionCheck', '--blobPort', '0', '--queuePort', '0', '--tablePort', '0'],
    cwd: given.root,
    environment: process.env,
  });
  const endpoints = new Map<string, string>();
  await program.until((line) => {
    const listening = /Azurite (Blob|Queue|Table) service (?:is )?successfully listen(?:ing|s) (?:at|on) (http:\S+)/i.exec(line);
    if (listening !== null) endpoints.set(listening[1] ?? '', (listening[2] ?? '').replace(/\/$/, ''));
    return endpoints.size === 3;
  });
  const endpoint = (kind: string): string => `${kind}Endpoint=${endpoints.get(kind)}/${account};`;
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};${endpoint('Blob')}${endpoint('Queue')}${endpoint('Table')}`,
    ended: program.ended,
    close: () => program.close(8000),
  };
}

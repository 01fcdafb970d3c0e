// One Azurite (tables, queues, blobs, all in memory) for one test suite, on free ports. Used by every test that needs real storage.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type AzureBackend, azureBackend } from '../../src/store/azure.ts';

// The client libraries name a version of the service that the emulator does not know yet, hence --skipApiVersionCheck below.
const program = fileURLToPath(new URL('../../node_modules/azurite/dist/src/azurite.js', import.meta.url));
// The emulator's published account and key: no secret.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly connectionString: string;
  /** A backend on it with tables, queues and containers made. */
  backend(): Promise<AzureBackend>;
  /** Resolves when the process has gone. */
  stop(): Promise<void>;
}

/** Resolves to the endpoints of a connection string once Azurite has said where each of its services listens. */
function listening(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`Azurite ${why}:\n${said}`));
    };
    const overdue = setTimeout(fail, 50_000, 'was not ready within 50 seconds');
    const listen = (bytes: Buffer) => {
      said += bytes.toString();
      const found = [...said.matchAll(/Azurite (Blob|Queue|Table) service is successfully listening at (http:\S+)\n/g)];
      if (found.length < 3) return;
      clearTimeout(overdue);
      resolve(found.map(([, service, address]) => `${service}Endpoint=${address}/${account};`).join(''));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => fail(`ended with ${code} before it was ready`));
  });
}

/** @example let azurite: Azurite; beforeAll(async () => { azurite = await startAzurite(); }); afterAll(() => azurite.stop()); */
export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-azurite-'));
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const child = spawn(
    process.execPath,
    [program, '--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck', ...ports],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const addresses = await listening(child);
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};${addresses}`;
  return {
    connectionString,
    async backend() {
      const backend = azureBackend({ storage: { data: { connectionString }, queues: { connectionString } } });
      await backend.prepare();
      return backend;
    },
    async stop() {
      process.off('exit', killed);
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// One Azurite (tables, queues, blobs, all in memory) for one test suite, on free ports. Used by every test that needs real storage.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AzureBackend, azureBackend } from '../../src/store/azure.ts';

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

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** @example let azurite: Azurite; beforeAll(async () => { azurite = await startAzurite(); }); afterAll(() => azurite.stop()); */
export async function startAzurite(): Promise<Azurite> {
  const [blob = 0, queue = 0, table = 0] = await freePorts(3);
  const folder = await mkdtemp(join(tmpdir(), 'tenant-guard-azurite-'));
  const ports = ['--blobPort', `${blob}`, '--queuePort', `${queue}`, '--tablePort', `${table}`];
  const child = spawn(process.execPath, [program, '--inMemoryPersistence', '--silent', '--disableTelemetry', ...ports], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (bytes: Buffer) => {
      said += bytes.toString();
      if (/blob service.*listens/is.test(said) && /queue service.*listens/is.test(said) && /table service.*listens/is.test(said)) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code} before it was ready:\n${said}`)));
  });
  const address = (name: string, port: number) => `${name}Endpoint=http://127.0.0.1:${port}/${account};`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};${address('Blob', blob)}${address('Queue', queue)}${address('Table', table)}`;
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

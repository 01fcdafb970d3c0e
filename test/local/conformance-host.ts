// The host under test: the local runner with the conformance app and an Azurite of its own, or the real host whose address TG_HOST_URL gives.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite } from '../../local/azurite.ts';
import { projectRoot } from '../../local/build.ts';
import { bundleForNode } from '../../local/bundle.ts';
import { startHost } from '../../local/runner/host.ts';
import type { LogLine } from '../../local/runner/messages.ts';

export interface HostUnderTest {
  readonly url: string;
  readonly keys: { readonly function: string; readonly eventGrid: string };
  readonly storage: QueueServiceClient;
  readonly workQueue: string;
  /** What the runner logged; empty for a real host. */
  readonly log: readonly LogLine[];
  readonly real: boolean;
  close(): Promise<void>;
}

const hostJson = {
  version: '2.0',
  extensions: {
    http: { routePrefix: 'api' },
    queues: { maxPollingInterval: '00:00:01', visibilityTimeout: '00:00:01', maxDequeueCount: 3, messageEncoding: 'base64' },
  },
};

/** Builds the conformance app into `folder`, with its host.json: what is deployed to a real host too. */
export async function buildConformanceApp(folder: string): Promise<string> {
  const entry = join(folder, 'app.cjs');
  await bundleForNode({ entry: 'test/local/conformance-app/index.ts', outfile: entry, root: projectRoot });
  writeFileSync(join(folder, 'host.json'), JSON.stringify(hostJson));
  return entry;
}

/**
 * A real host is described by TG_HOST_URL, TG_HOST_STORAGE (connection string), TG_HOST_FUNCTION_KEY and TG_HOST_EVENTGRID_KEY; its app
 * settings are WORK_QUEUE=work and TICK, and it runs the app that `buildConformanceApp` makes.
 */
export async function hostUnderTest(tick: string): Promise<HostUnderTest> {
  const real = process.env.TG_HOST_URL;
  if (real !== undefined)
    return {
      url: real.replace(/\/$/, ''),
      keys: { function: process.env.TG_HOST_FUNCTION_KEY ?? '', eventGrid: process.env.TG_HOST_EVENTGRID_KEY ?? '' },
      storage: QueueServiceClient.fromConnectionString(process.env.TG_HOST_STORAGE ?? ''),
      workQueue: 'work',
      log: [],
      real: true,
      close: async () => undefined,
    };
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const log: LogLine[] = [];
  const [azurite, entry] = await Promise.all([startAzurite({ root: projectRoot }), buildConformanceApp(folder)]);
  const host = await startHost({
    entry,
    root: folder,
    settings: { AzureWebJobsStorage: azurite.connectionString, WORK_QUEUE: 'work', TICK: tick },
    port: 0,
    log: (line) => log.push(line),
  });
  return {
    url: host.url,
    keys: host.keys,
    storage: QueueServiceClient.fromConnectionString(azurite.connectionString),
    workQueue: 'work',
    log,
    real: false,
    async close() {
      await host.close();
      await azurite.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Loads dist/functions.cjs as a host would, with the sample's settings, and fails unless it registers functions. A stage of `npm test`.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { projectRoot } from './build.ts';
import { startWorker } from './runner/worker-process.ts';
import { runningSettings, storedSettings } from './settings.ts';

// Nothing is called: addresses need only be well-formed.
const nowhere = 'https://localhost:1';
const settings = runningSettings({
  stored: storedSettings(projectRoot),
  url: 'http://localhost:1',
  storage: undefined,
  simulator: {
    ready: true,
    url: nowhere,
    exchangeUrl: nowhere,
    activityUrl: `${nowhere}/manage`,
    httpUrl: 'http://localhost:1',
    controlUrl: 'http://localhost:1/control',
    webhookUrl: `${nowhere}/workflows`,
    identity: { endpoint: 'http://localhost:1/msi/token', header: 'none' },
    certificate: '',
  },
});
const begun = performance.now();
const worker = startWorker({
  entry: join(projectRoot, 'dist', 'functions.cjs'),
  cwd: projectRoot,
  environment: { PATH: process.env.PATH, ...settings },
  log: (line) => console.log(`${line.level} ${line.message}`),
  fresh: randomUUID,
});
const { functions, loadError } = await worker.loaded;
const milliseconds = performance.now() - begun;
await worker.stop(2000);
if (loadError !== undefined || functions.length === 0) {
  console.error(loadError ?? 'The bundle registered no function: a host would answer 404 to everything.');
  process.exitCode = 1;
} else console.log(`${functions.length} functions after ${milliseconds.toFixed(0)} ms: ${functions.map((each) => each.name).join(', ')}`);

// The worker process: loads the app given as its argument and runs what the host sends. Started by worker-process.ts, which restarts it when it dies.
import { inspect } from 'node:util';
import type { FromWorker, ToWorker } from './messages.ts';
import { type App, loadApp } from './programming-model.ts';

const send = (message: FromWorker): void => {
  // A host that has just gone is noticed by the disconnect below.
  if (process.connected) process.send?.(message);
};
const described = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : inspect(error));

// No orphan outlives its host, however that one ended.
process.on('disconnect', () => process.exit(0));

async function terminate(app: App): Promise<void> {
  await app.terminate();
  process.exit(0);
}

const entry = process.argv[2] ?? '';
try {
  const app = await loadApp(entry, (line) => send({ kind: 'log', ...line }));
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'terminate') {
      terminate(app).catch((error: unknown) => {
        send({ kind: 'log', level: 'error', category: 'system', message: `An appTerminate hook failed: ${described(error)}` });
        process.exit(1);
      });
      return;
    }
    const { id } = message;
    app.invoke(id, message.function, message.request).then(
      (response) => send({ kind: 'result', id, response }),
      (error: unknown) => send({ kind: 'failed', id, message: described(error) }),
    );
  });
  send({ kind: 'ready', functions: app.functions });
} catch (error) {
  send({ kind: 'load-failed', message: described(error) });
  // Stays: the host has a worker without functions, as the real one does.
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'terminate') process.exit(0);
  });
}

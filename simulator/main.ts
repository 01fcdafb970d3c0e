// Runs the simulator as a process: prints one JSON line with its addresses when it is ready, ends on SIGINT or SIGTERM. Started by local/start.ts.
import { parseArgs } from 'node:util';
import { createSimulator } from './server.ts';

const { values } = parseArgs({
  options: {
    'https-port': { type: 'string', default: '0' },
    'http-port': { type: 'string', default: '0' },
    certificate: { type: 'string' },
    seed: { type: 'string', default: 'ordinary' },
    'history-days': { type: 'string', default: '30' },
    'lag-ms': { type: 'string', default: '3000' },
    'report-limit': { type: 'boolean', default: false },
  },
});
const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return value;
};

const simulator = await createSimulator({
  clock: { now: () => Date.now() },
  ports: { https: whole('https-port', values['https-port']), http: whole('http-port', values['http-port']) },
  ...(values.certificate !== undefined && { certificateFile: values.certificate }),
  seed: values.seed,
  historyDays: whole('history-days', values['history-days']),
  lagMs: whole('lag-ms', values['lag-ms']),
  reportLimit: values['report-limit'],
});
let ending = false;
const stop = (): void => {
  if (ending) return;
  ending = true;
  simulator.close().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`simulator: could not close: ${String(error)}\n`);
      process.exit(1);
    },
  );
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// Said last: whoever reads it may stop the process at once.
const { url, exchangeUrl, activityUrl, httpUrl, controlUrl, webhookUrl, identity } = simulator;
process.stdout.write(
  `${JSON.stringify({ ready: true, url, exchangeUrl, activityUrl, httpUrl, controlUrl, webhookUrl, identity, certificate: values.certificate ?? null })}\n`,
);

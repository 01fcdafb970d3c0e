// The guard's own events: one line of JSON each, which the host ships as a trace; and to Application Insights as metrics, for what only the app knows. Loaded after the start.
import type { Config } from '../src/config.ts';
import type { Log } from '../src/rounds/dependencies.ts';

/** Numbers worth an alert rule of their own. */
const metrics: Readonly<Record<string, readonly string[]>> = {
  'round.done': ['findings', 'withdrawn', 'cards', 'milliseconds'],
  'queue.poisoned': ['count'],
  'planner.tick': ['rung'],
  'watch.alarm': ['silent', 'undelivered'],
};

interface MetricClient {
  trackMetric(metric: { name: string; value: number; properties?: Record<string, string> }): void;
}

export function createTelemetry(config: Pick<Config, 'telemetry' | 'identity'>): Log {
  let client: MetricClient | undefined;
  const connectionString = config.telemetry;
  // Three quarters of the load time of everything else: fetched once the app is up, and never waited for.
  if (connectionString !== undefined)
    void loadClient(connectionString, config.identity.clientId).then(
      (loaded) => {
        client = loaded;
      },
      (error: unknown) =>
        console.warn(JSON.stringify({ event: 'telemetry.unavailable', reason: error instanceof Error ? error.message : String(error) })),
    );
  return (event, fields) => {
    console.log(JSON.stringify({ event, ...fields }));
    for (const name of metrics[event] ?? []) {
      const value = fields[name];
      if (typeof value === 'number')
        client?.trackMetric({
          name: `${event}.${name}`,
          value,
          properties: typeof fields['tenant'] === 'string' ? { tenant: fields['tenant'] } : {},
        });
    }
  };
}

async function loadClient(connectionString: string, clientId: string): Promise<MetricClient> {
  const [{ default: insights }, { ManagedIdentityCredential }] = await Promise.all([
    import('applicationinsights'),
    import('@azure/identity'),
  ]);
  const client = new insights.TelemetryClient(connectionString);
  client.config.aadTokenCredential = new ManagedIdentityCredential({ clientId });
  return client;
}

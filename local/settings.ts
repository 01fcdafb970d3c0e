// The settings of the guard on one computer: local.settings.json over local.settings.sample.json, with what only a running start knows. Used by start.ts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export type Settings = Readonly<Record<string, string>>;

const file = z.object({ Values: z.record(z.string(), z.string()) });
/** What the sample says where the emulator is meant. */
const emulator = 'UseDevelopmentStorage=true';

function valuesOf(path: string): Settings {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path} cannot be read as JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const parsed = file.safeParse(text);
  if (!parsed.success) throw new Error(`${path} must hold {"Values": {"NAME": "text", …}}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}

/** The sample's values, and over them those of the person's own file if there is one. */
export function storedSettings(root: string): Settings {
  const own = join(root, 'local.settings.json');
  return { ...valuesOf(join(root, 'local.settings.sample.json')), ...(existsSync(own) ? valuesOf(own) : {}) };
}

/** Whether this start needs the simulated cloud and the storage emulator. */
export function needs(stored: Settings): { readonly simulator: boolean; readonly azurite: boolean } {
  return {
    simulator: stored.TG_LOCAL === 'true',
    azurite: stored.AzureWebJobsStorage === emulator || stored.TG_DATA_STORAGE === emulator,
  };
}

const tenantList = z.array(z.object({ tenant: z.string(), name: z.string() }));

/** Names for the terminal. What is wrong with TG_TENANTS the app says itself, together with every other bad setting. */
export function tenantNames(stored: Settings): ReadonlyMap<string, string> {
  try {
    return new Map(tenantList.parse(JSON.parse(stored.TG_TENANTS || '[]')).map(({ tenant, name }) => [tenant, name]));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) return new Map();
    throw cause;
  }
}

/** Where the simulated cloud is: the line that simulator/main.ts prints when it is ready. */
export const simulatorReady = z.object({
  ready: z.literal(true),
  url: z.url(),
  exchangeUrl: z.url(),
  activityUrl: z.url(),
  httpUrl: z.url(),
  controlUrl: z.url(),
  webhookUrl: z.url(),
  identity: z.object({ endpoint: z.url(), header: z.string() }),
});
export type SimulatorReady = z.infer<typeof simulatorReady>;

/** Where the simulated Graph makes its partner topics: any ids will do. */
const simulatedPlace = {
  subscription: '11111111-1111-4111-8111-111111111111',
  group: 'rg-local-events',
  location: 'westeurope',
  storage: '/subscriptions/1/resourceGroups/rg-local/providers/Microsoft.Storage/storageAccounts/local',
  identity: '/subscriptions/1/resourceGroups/rg-local/providers/Microsoft.ManagedIdentity/userAssignedIdentities/local',
};

/** Fills in the addresses of this start. Empty values stay away, so that the app sees them as missing. */
export function runningSettings(given: {
  readonly stored: Settings;
  readonly url: string;
  readonly storage: string | undefined;
  readonly simulator: (SimulatorReady & { readonly certificate: string }) | undefined;
}): Settings {
  const { stored, simulator, storage } = given;
  const emulated = Object.entries(stored).filter(([, value]) => value === emulator);
  const filled: Record<string, string> = {
    ...stored,
    ...(storage === undefined ? {} : Object.fromEntries(emulated.map(([name]) => [name, storage]))),
    ...(simulator === undefined
      ? {}
      : {
          TG_CONSOLE_URL: `${given.url}/api/console`,
          TG_CONSOLE_AUTHORITY: `${simulator.httpUrl}/${stored.TG_HOME_TENANT}/v2.0`,
          TG_AUTHORITY_HOST: simulator.url,
          TG_GRAPH_HOST: simulator.url,
          TG_EXCHANGE_HOST: simulator.exchangeUrl,
          TG_ACTIVITY_HOST: simulator.activityUrl,
          TG_RESOURCE_MANAGER_HOST: simulator.url,
          TG_PARTNER_EVENTS: JSON.stringify(simulatedPlace),
          TG_WEBHOOK_URL: simulator.webhookUrl,
          TG_SIMULATOR_CONTROL: simulator.controlUrl,
          IDENTITY_ENDPOINT: simulator.identity.endpoint,
          IDENTITY_HEADER: simulator.identity.header,
          NODE_EXTRA_CA_CERTS: simulator.certificate,
        }),
  };
  return Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== ''));
}

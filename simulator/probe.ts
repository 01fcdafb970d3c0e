// Asks a real tenant every read that the simulator answers and prints where the real answers differ from the declared shape. Changes nothing. Run by people, see `usage`.
import { parseArgs } from 'node:util';
import { ClientAssertionCredential, DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { createRegistry } from './handlers/index.ts';
import { type Answer, probe } from './probe-shapes.ts';

const usage = `node simulator/probe.ts --tenant TENANT-ID
  signs in as "az login --tenant TENANT-ID --allow-no-subscriptions" did, or with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of an app that may read
  --app APP-ID --identity CLIENT-ID   signs in as the guard does: that app, proven by this machine's managed identity
  --graph URL --exchange URL --authority URL   other addresses than the public cloud's, e.g. the simulator's`;

interface Options {
  readonly tenant: string;
  readonly graph: string;
  readonly exchange: string;
  readonly authority: string;
  readonly app?: string | undefined;
  readonly identity?: string | undefined;
}

function credentialFor({ tenant, authority, app, identity }: Options): TokenCredential {
  if (app === undefined || identity === undefined) return new DefaultAzureCredential({ tenantId: tenant });
  const own = new ManagedIdentityCredential({ clientId: identity });
  const assertion = async (): Promise<string> => (await own.getToken('api://AzureADTokenExchange/.default')).token;
  return new ClientAssertionCredential(tenant, app, assertion, { authorityHost: authority, disableInstanceDiscovery: true });
}

function asker(
  options: Options,
): (service: 'graph' | 'exchange', method: 'GET' | 'POST', path: string, body?: unknown, withoutToken?: boolean) => Promise<Answer> {
  const credential = credentialFor(options);
  return async (service, method, path, body, withoutToken = false) => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (!withoutToken) headers.authorization = `Bearer ${(await credential.getToken(`${options[service]}/.default`))?.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`${options[service]}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    try {
      return { status: response.status, json: JSON.parse(text) as unknown };
    } catch {
      return { status: response.status, json: undefined }; // e.g. the run of NUL bytes of a 403: shows as a missing error body
    }
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      graph: { type: 'string', default: 'https://graph.microsoft.com' },
      exchange: { type: 'string', default: 'https://outlook.office365.com' },
      authority: { type: 'string', default: 'https://login.microsoftonline.com' },
      app: { type: 'string' },
      identity: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { tenant } = values;
  if (values.help || tenant === undefined) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const lines = await probe({
    handlers: createRegistry({ authorityUrl: () => '', requests: [] }),
    tenant,
    ask: asker({ ...values, tenant }),
  });
  for (const line of lines) {
    process.stdout.write(`${line.differences.length === 0 ? 'same     ' : 'DIFFERENT'} ${line.request}\n`);
    for (const difference of line.differences) process.stdout.write(`            ${difference}\n`);
  }
  const different = lines.filter((line) => line.differences.length > 0).length;
  process.stdout.write(`${lines.length - different} as declared, ${different} different\n`);
  return different === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}

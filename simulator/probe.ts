// Asks a real tenant every read that the simulator answers and prints where the real answers differ from the declared shape. Changes nothing. Run by people:
// az login --tenant ID --allow-no-subscriptions && node simulator/probe.ts --tenant ID   (or with AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET of an app that may read)
import { parseArgs } from 'node:util';
import { DefaultAzureCredential } from '@azure/identity';
import { createRegistry } from './handlers/index.ts';
import { type Answer, probe } from './probe-shapes.ts';

const { values } = parseArgs({
  options: {
    tenant: { type: 'string' },
    graph: { type: 'string', default: 'https://graph.microsoft.com' },
    exchange: { type: 'string', default: 'https://outlook.office365.com' },
  },
});
if (values.tenant === undefined) throw new Error('Usage: node simulator/probe.ts --tenant TENANT-ID [--graph URL] [--exchange URL]');
const { tenant } = values;
const hosts = { graph: values.graph, exchange: values.exchange };
const credential = new DefaultAzureCredential({ tenantId: tenant });

async function ask(
  service: 'graph' | 'exchange',
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  withoutToken = false,
): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (!withoutToken) headers.authorization = `Bearer ${(await credential.getToken(`${hosts[service]}/.default`)).token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${hosts[service]}${path}`, {
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
}

const lines = await probe({ handlers: createRegistry({ authorityUrl: () => '', requests: [] }), tenant, ask });
for (const line of lines) {
  process.stdout.write(`${line.differences.length === 0 ? 'same     ' : 'DIFFERENT'} ${line.request}\n`);
  for (const difference of line.differences) process.stdout.write(`            ${difference}\n`);
}
const different = lines.filter((line) => line.differences.length > 0).length;
process.stdout.write(`${lines.length - different} as declared, ${different} different\n`);
process.exitCode = different === 0 ? 0 : 1;

// Child program of federation.test.ts: the official clients as the guard makes them, against the simulator, trusting it through NODE_EXTRA_CA_CERTS. Prints one JSON line.
import { z } from 'zod';
import { apps, contoso, fabrikam, identity } from '../../simulator/worlds/constants.ts';
import { createActivityApi } from '../../src/tenants/activity-api.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { createCredentials } from '../../src/tenants/credentials.ts';
import { createExchange } from '../../src/tenants/exchange.ts';
import { createGraph } from '../../src/tenants/graph.ts';

const { url, exchangeUrl } = z.object({ url: z.string(), exchangeUrl: z.string() }).parse(JSON.parse(process.argv[2] ?? '{}'));
const clock = { now: () => Date.now() };
const credentials = createCredentials({
  clock,
  breaker: createBreaker({ clock }),
  config: {
    identity: { clientId: identity.clientId },
    apps,
    hosts: { authority: url, graph: url, exchange: exchangeUrl, activity: `${url}/manage` },
  },
});

const results: Record<string, unknown> = {};
for (const tenant of [contoso, fabrikam]) {
  const graph = createGraph({ host: url, credential: credentials.for(tenant.id, 'reader') });
  const organization = await graph.request('GET', '/organization', { query: { $select: 'id,displayName' } });
  let users = 0;
  let pages = 0;
  for await (const page of graph.pages('/users', { query: { $select: 'id', $top: '10' } })) {
    users += page.length;
    pages += 1;
  }
  const exchange = createExchange({ host: exchangeUrl, tenant: tenant.id, credential: credentials.for(tenant.id, 'responder') });
  const connectors = await exchange.invoke('Get-InboundConnector', { ResultSize: 'Unlimited' });
  const activity = createActivityApi({
    host: `${url}/manage`,
    tenant: tenant.id,
    publisher: contoso.id,
    credential: credentials.for(tenant.id, 'reader'),
  });
  await activity.start('Audit.Exchange');
  let contents = 0;
  const to = Date.now();
  for await (const page of activity.content('Audit.Exchange', to - 3_600_000, to)) contents += page.length;
  results[tenant.name] = {
    contents,
    organization: organization.value,
    users,
    pages,
    connectors: connectors.map((connector) => connector.Name),
  };
}
process.stdout.write(`${JSON.stringify(results)}\n`);

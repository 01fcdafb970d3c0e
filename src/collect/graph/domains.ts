// Feed: the tenant's domains, and of each federated one the settings that decide whose signature is believed.
import { subjectId } from '../../contracts/ids.ts';
import type { Graph } from '../../tenants/connections.ts';
import { domainRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

type Thing = Record<string, unknown>;

const fields = ['id', 'authenticationType', 'isAdminManaged', 'isDefault', 'isInitial', 'isRoot', 'isVerified', 'supportedServices'];
const isFederated = (domain: Thing): boolean => domain['authenticationType'] === 'Federated';

export const domains = graphSnapshot({
  id: 'domains',
  title: 'Domains and federation',
  blind: 'a changed federation is seen only through audits',
  shape: 'domain',
  permission: domainRead,
  paging: 'none: all in one answer; one request more for each federated domain',
  // Whoever holds the key of a federation can be anybody: one that stands at the first reading is shown once.
  tellsFirst: isFederated,
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['id']),
    subject: subjectId('domain', String(object['id'])),
  }),
  read: async (graph) =>
    Promise.all((await fewPages(graph, '/domains', { $select: fields.join(',') })).map((domain) => withFederation(graph, domain))),
});

async function withFederation(graph: Graph, domain: Thing): Promise<Thing> {
  if (!isFederated(domain)) return domain;
  const [federation = null] = await fewPages(graph, `/domains/${encodeURIComponent(String(domain['id']))}/federationConfiguration`);
  return { ...domain, federation };
}

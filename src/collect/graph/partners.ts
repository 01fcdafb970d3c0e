// Feed: other organisations with settings of their own in this tenant's cross-tenant access policy. A service provider appears here when a customer accepts its delegated administration.
import { subjectId } from '../../contracts/ids.ts';
import { policyRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

export const partners = graphSnapshot({
  id: 'partners',
  title: 'Partner organisations',
  blind: 'a new service provider or trusted organisation would not be seen here',
  shape: 'cross-tenant-partner',
  permission: policyRead,
  paging: 'by next link',
  describe: (object) => ({
    id: String(object['tenantId']),
    name: `organisation ${String(object['tenantId'])}`,
    subject: subjectId('tenant', String(object['tenantId'])),
  }),
  read: (graph) => fewPages(graph, '/policies/crossTenantAccessPolicy/partners'),
});

// Feed: relationships of delegated administration, as a service provider's own tenant sees them. Customers cannot read them: their side is the feed of partners.
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import { delegatedAdminRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

export const delegatedAdminRelationships = graphSnapshot({
  id: 'delegated-admin-relationships',
  title: 'Delegated administration of customers',
  blind: 'new rights over customers would not be seen here',
  shape: 'delegated-admin-relationship',
  optIn: true,
  permission: delegatedAdminRead,
  paging: '300 objects a page, by next link',
  ignore: ['@odata.etag', 'lastModifiedDateTime'],
  describe: (object) => {
    const customer = object['customer'] as { readonly tenantId?: unknown; readonly displayName?: unknown } | null | undefined;
    return {
      id: String(object['id']),
      name: String(object['displayName'] ?? object['id']),
      subject: subjectId('tenant', String(customer?.tenantId ?? object['id'])),
      ...(typeof customer?.displayName === 'string' ? { subjectName: customer.displayName } : {}),
      ...stamps(object['createdDateTime'], object['lastModifiedDateTime']),
    };
  },
  read: (graph) => fewPages(graph, '/tenantRelationships/delegatedAdminRelationships', { $top: '300' }),
});

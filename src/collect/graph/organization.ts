// Feed: the organisation itself: whom Microsoft tells when something is wrong. Billing contacts are not in Graph.
import { subjectId } from '../../contracts/ids.ts';
import { directoryRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

const fields = [
  'id',
  'displayName',
  'businessPhones',
  'countryLetterCode',
  'marketingNotificationEmails',
  'onPremisesSyncEnabled',
  'partnerTenantType',
  'privacyProfile',
  'securityComplianceNotificationMails',
  'securityComplianceNotificationPhones',
  'technicalNotificationMails',
  'tenantType',
];

export const organization = graphSnapshot({
  id: 'organization',
  title: 'Contacts of the organisation',
  blind: 'changed contacts are seen only through audits',
  shape: 'organization',
  permission: directoryRead,
  paging: 'none: one object',
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['id']),
    subject: subjectId('tenant', String(object['id'])),
  }),
  read: (graph) => fewPages(graph, '/organization', { $select: fields.join(',') }),
});

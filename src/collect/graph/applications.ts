// Feed: applications registered in this tenant, with their credentials and reply addresses (snapshot and difference). Service principals are another feed.
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import { applicationRead } from './permissions.ts';
import { allPages, graphSnapshot } from './snapshot-feed.ts';

const fields = [
  'id',
  'appId',
  'displayName',
  'createdDateTime',
  'identifierUris',
  'keyCredentials',
  'passwordCredentials',
  'publisherDomain',
  'publicClient',
  'requiredResourceAccess',
  'signInAudience',
  'spa',
  'tags',
  'verifiedPublisher',
  'web',
];

export const applications = graphSnapshot({
  id: 'applications',
  title: 'Applications registered here',
  blind: 'new credentials and reply addresses of own applications are seen only through audits',
  shape: 'application',
  permission: applicationRead,
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['appId']),
    subject: subjectId('app', String(object['appId'] ?? object['id'])),
    ...stamps(object['createdDateTime']),
  }),
  read: (graph) => allPages(graph, '/applications', { $select: fields.join(','), $top: '999' }),
});

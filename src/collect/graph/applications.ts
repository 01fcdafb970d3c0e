// Feed: applications registered in this tenant, with their credentials and reply addresses (snapshot and difference; told of changes by a delta query). Service principals are another feed.
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import { deltaSnapshot } from './delta-feed.ts';
import { applicationRead } from './permissions.ts';

/** application: delta (v1.0) takes `$select`, and `$filter` by id only; its page asks for Directory.Read.All, which the reader holds for other feeds: without it the list is read. */
export const applications = deltaSnapshot({
  id: 'applications',
  title: 'Applications registered here',
  blind: 'new credentials and reply addresses of own applications are seen only through audits',
  shape: 'application',
  path: '/applications',
  permission: applicationRead,
  fields: {
    id: 'value',
    appId: 'value',
    displayName: 'value',
    createdDateTime: 'value',
    identifierUris: 'list',
    keyCredentials: 'list',
    passwordCredentials: 'list',
    publicClient: 'value',
    publisherDomain: 'value',
    requiredResourceAccess: 'list',
    signInAudience: 'value',
    spa: 'value',
    tags: 'list',
    verifiedPublisher: 'value',
    web: 'value',
  },
  needs: ['appId', 'createdDateTime'],
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['appId']),
    subject: subjectId('app', String(object['appId'] ?? object['id'])),
    ...stamps(object['createdDateTime']),
  }),
});

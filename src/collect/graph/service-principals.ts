// Feed: the applications that this tenant knows (service principals), with their credentials and reply addresses (snapshot and difference; told of changes by a delta query).
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import type { Fields } from './delta.ts';
import { deltaSnapshot } from './delta-feed.ts';
import { applicationRead } from './permissions.ts';

export const servicePrincipalFields: Fields = {
  id: 'value',
  appId: 'value',
  displayName: 'value',
  accountEnabled: 'value',
  appOwnerOrganizationId: 'value',
  createdDateTime: 'value',
  disabledByMicrosoftStatus: 'value',
  keyCredentials: 'list',
  passwordCredentials: 'list',
  replyUrls: 'list',
  servicePrincipalType: 'value',
  tags: 'list',
  verifiedPublisher: 'value',
};

/**
 * servicePrincipal: delta (v1.0) takes `$select`, and `$filter` by id only; application permission Application.Read.All or Directory.Read.All. All of these are properties of the object itself: what
 * leads from it to others (appRoleAssignments, owners) is not followed ("Navigation properties are not supported").
 */
export const servicePrincipals = deltaSnapshot({
  id: 'service-principals',
  title: 'Applications in this tenant',
  blind: 'new applications and credentials are seen only through audits',
  shape: 'service-principal',
  path: '/servicePrincipals',
  permission: applicationRead,
  fields: servicePrincipalFields,
  needs: ['appId', 'createdDateTime'],
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['appId']),
    subject: subjectId('app', String(object['appId'] ?? object['id'])),
    ...stamps(object['createdDateTime']),
  }),
});

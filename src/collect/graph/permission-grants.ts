// Feed: delegated permission grants, that is who consented to what (snapshot and difference; told of changes by a delta query). Graph gives them no date.
import { subjectId } from '../../contracts/ids.ts';
import { deltaSnapshot } from './delta-feed.ts';
import { directoryRead } from './permissions.ts';

/** oAuth2PermissionGrant: delta (v1.0) takes `$select`, and `$filter` by id only; application permission Directory.Read.All. A grant that is taken back is gone for good (`@removed`: `deleted`). */
export const permissionGrants = deltaSnapshot({
  id: 'permission-grants',
  title: 'Delegated permission grants',
  blind: 'consents are seen only through audits',
  shape: 'permission-grant',
  path: '/oauth2PermissionGrants',
  permission: directoryRead,
  fields: { id: 'value', clientId: 'value', consentType: 'value', principalId: 'value', resourceId: 'value', scope: 'value' },
  needs: ['clientId', 'resourceId'],
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['scope'] ?? '').trim(),
    // The grant's client is known here only as a service principal; the round resolves it to the application where it can.
    subject: object['principalId']
      ? subjectId('user', String(object['principalId']))
      : subjectId('app', String(object['clientId'] ?? object['id'])),
  }),
});

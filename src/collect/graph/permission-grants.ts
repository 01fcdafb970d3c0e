// Feed: delegated permission grants, that is who consented to what (snapshot and difference). Graph gives them no date.
import { subjectId } from '../../contracts/ids.ts';
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { directoryRead } from './permissions.ts';

export const permissionGrants: SnapshotFeed = {
  kind: 'snapshot',
  id: 'permission-grants',
  title: 'Delegated permission grants',
  source: 'graph',
  lane: 'config',
  permissions: [directoryRead],
  blind: 'consents are seen only through audits',
  delay: 'none: read as it is now',
  paging: '999 objects a page, by next link',
  reconciled: 'every reading is the whole list',
  ignore: [],
  shape: 'permission-grant',
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['scope'] ?? '').trim(),
    // The grant's client is known here only as a service principal; the round resolves it to the application where it can.
    subject: object['principalId']
      ? subjectId('user', String(object['principalId']))
      : subjectId('app', String(object['clientId'] ?? object['id'])),
  }),
  async list(context) {
    const objects: Record<string, unknown>[] = [];
    try {
      for await (const page of context.connection.graph.pages('/oauth2PermissionGrants', { query: { $top: '999' } })) objects.push(...page);
    } catch (error) {
      return { outcome: readOutcomeOf(error, { permission: directoryRead.name }, context.now), objects: [] };
    }
    return { outcome: { status: 'complete' }, objects };
  },
};

// Feed: delegated permission grants, that is who consented to what (snapshot and difference). Graph gives them no date.
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { directoryRead } from './permissions.ts';

export const permissionGrants: SnapshotFeed = {
  kind: 'snapshot',
  id: 'permission-grants',
  title: 'Delegated permission grants',
  lane: 'config',
  permissions: [directoryRead],
  blind: 'consents are seen only through audits',
  delay: 'none: read as it is now',
  ignore: [],
  shape: 'permission-grant',
  describe: (object) => ({ id: String(object['id']), name: String(object['scope'] ?? '').trim() }),
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

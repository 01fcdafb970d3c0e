// Feed: service principals with their credentials, publisher and reply addresses (snapshot and difference).
import { subjectId } from '../../contracts/ids.ts';
import type { SnapshotFeed } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { applicationRead } from './permissions.ts';

const fields = [
  'id',
  'appId',
  'displayName',
  'accountEnabled',
  'appOwnerOrganizationId',
  'createdDateTime',
  'disabledByMicrosoftStatus',
  'keyCredentials',
  'passwordCredentials',
  'replyUrls',
  'servicePrincipalType',
  'tags',
  'verifiedPublisher',
];

export const servicePrincipals: SnapshotFeed = {
  kind: 'snapshot',
  id: 'service-principals',
  title: 'Applications in this tenant',
  source: 'graph',
  lane: 'config',
  permissions: [applicationRead],
  blind: 'new applications and credentials are seen only through audits',
  delay: 'none: read as it is now',
  paging: '999 objects a page, by next link',
  reconciled: 'every reading is the whole list',
  ignore: [],
  shape: 'service-principal',
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['appId']),
    subject: subjectId('app', String(object['appId'] ?? object['id'])),
    ...(typeof object['createdDateTime'] === 'string' ? { createdAt: Date.parse(object['createdDateTime']) } : {}),
  }),
  async list(context) {
    const objects: Record<string, unknown>[] = [];
    try {
      for await (const page of context.connection.graph.pages('/servicePrincipals', { query: { $select: fields.join(','), $top: '999' } }))
        objects.push(...page);
    } catch (error) {
      return { outcome: readOutcomeOf(error, { permission: applicationRead.name }, context.now), objects: [] };
    }
    return { outcome: { status: 'complete' }, objects };
  },
};

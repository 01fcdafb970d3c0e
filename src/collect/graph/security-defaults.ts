// Feed: security defaults, the free protection of tenants without Conditional Access: on or off.
import { subjectId } from '../../contracts/ids.ts';
import { policyRead } from './permissions.ts';
import { graphSnapshot } from './snapshot-feed.ts';

export const securityDefaults = graphSnapshot({
  id: 'security-defaults',
  title: 'Security defaults',
  blind: 'that security defaults were switched off is seen only through audits',
  shape: 'security-defaults',
  permission: policyRead,
  paging: 'none: one object',
  ignore: ['description', 'displayName'],
  describe: (object) => ({
    id: String(object['id']),
    name: 'Security defaults',
    subject: subjectId('tenant', 'security-defaults'),
  }),
  read: async (graph) => [await graph.request('GET', '/policies/identitySecurityDefaultsEnforcementPolicy', { together: true })],
});

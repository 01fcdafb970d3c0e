// Feed: Conditional Access policies. Weakening one is a step of many takeovers, and the audit log has it in several spellings.
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import { policyRead } from './permissions.ts';
import { fewPages, graphSnapshot } from './snapshot-feed.ts';

export const conditionalAccess = graphSnapshot({
  id: 'conditional-access',
  title: 'Conditional Access policies',
  blind: 'weakened policies are seen only through audits',
  shape: 'conditional-access-policy',
  permission: policyRead,
  licence: 'Entra ID P1 licence',
  paging: 'by next link',
  ignore: ['modifiedDateTime'],
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['displayName'] ?? object['id']),
    subject: subjectId('tenant', 'conditional-access'),
    ...stamps(object['createdDateTime'], object['modifiedDateTime']),
  }),
  read: (graph) => fewPages(graph, '/identity/conditionalAccess/policies'),
});

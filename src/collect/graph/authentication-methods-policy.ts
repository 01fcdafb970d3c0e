// Feed: which sign-in methods the tenant allows: one object per method, and one for the policy itself.
import { subjectId } from '../../contracts/ids.ts';
import { stamps } from '../stamps.ts';
import { policyRead } from './permissions.ts';
import { graphSnapshot } from './snapshot-feed.ts';

type Thing = Record<string, unknown>;

export const authenticationMethodsPolicy = graphSnapshot({
  id: 'authentication-methods-policy',
  title: 'Allowed sign-in methods',
  blind: 'that weaker sign-in methods were allowed is seen only through audits',
  shape: 'authentication-methods-policy',
  permission: policyRead,
  paging: 'none: one object',
  ignore: ['lastModifiedDateTime'],
  describe: (object) => ({
    id: String(object['id']),
    name: String(object['id']),
    subject: subjectId('tenant', 'authentication-methods'),
    ...stamps(undefined, object['lastModifiedDateTime']),
  }),
  async read(graph) {
    const { authenticationMethodConfigurations: methods, ...policy } = await graph.request('GET', '/policies/authenticationMethodsPolicy', {
      together: true,
    });
    // The policy's stamp is that of the last change to any of them.
    const stamp = policy['lastModifiedDateTime'];
    const stamped = (method: Thing): Thing => (typeof stamp === 'string' ? { ...method, lastModifiedDateTime: stamp } : method);
    return [policy, ...(Array.isArray(methods) ? methods.map((method: Thing) => stamped(withoutLinks(method))) : [])];
  },
});

const withoutLinks = (method: Thing): Thing => Object.fromEntries(Object.entries(method).filter(([name]) => !/.@odata\./.test(name)));

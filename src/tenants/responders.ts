// May this person act on this tenant? Asked live, at every press: membership of the tenant's responder group in the guard's home tenant, by object id.
import type { Graph } from './connections.ts';
import type { Person } from './authenticate.ts';

export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

export interface Responders {
  /** Throws NotAllowedError if the person is no member, or if nobody may act; throws ServiceError if it could not be asked. */
  require(person: Person, group: string): Promise<void>;
}

export function createResponders({ home }: { home: { readonly graph: Graph; readonly tenant: string } }): Responders {
  return {
    async require(person, group) {
      if (group === '') throw new NotAllowedError('No responder group is set for this tenant, so nobody may act. An administrator sets one in the tenant’s policy.');
      if (person.tenant !== home.tenant) throw new NotAllowedError('Only accounts of the guard’s own tenant may act.');
      const answer = await home.graph.request('POST', `/users/${encodeURIComponent(person.oid)}/checkMemberGroups`, { body: { groupIds: [group] } });
      const member = Array.isArray(answer['value']) && answer['value'].some((id) => typeof id === 'string' && id.toLowerCase() === group.toLowerCase());
      if (!member) throw new NotAllowedError('You are not in the responder group of this tenant.');
    },
  };
}

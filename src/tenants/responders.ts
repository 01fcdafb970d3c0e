// May this person look at or act on a tenant? Membership of the tenant's responder group in the guard's home tenant, by object id. Asked live for every press; looking may rely on a minute-old answer.
import type { Clock } from '../contracts/clock.ts';
import type { Person } from './authenticate.ts';
import type { Graph } from './connections.ts';

export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

export interface Responders {
  /** Throws NotAllowedError if the person is no member, or if nobody may act; throws ServiceError if it could not be asked. */
  require(person: Person, group: string): Promise<void>;
  /** Which of these groups the person is in, lower case; for pages that only show. */
  groupsOf(person: Person, groups: readonly string[]): Promise<ReadonlySet<string>>;
}

const keepMs = 60_000;
/** checkMemberGroups takes at most 20 groups a call. */
const groupsPerCall = 20;

export function createResponders({ home, clock }: { home: { readonly graph: Graph; readonly tenant: string }; clock: Clock }): Responders {
  const kept = new Map<string, { readonly groups: ReadonlySet<string>; readonly until: number }>();

  async function ask(person: Person, groups: readonly string[]): Promise<Set<string>> {
    const member = new Set<string>();
    for (let start = 0; start < groups.length; start += groupsPerCall) {
      const groupIds = groups.slice(start, start + groupsPerCall);
      const answer = await home.graph.request('POST', `/users/${encodeURIComponent(person.oid)}/checkMemberGroups`, { body: { groupIds } });
      for (const id of Array.isArray(answer['value']) ? answer['value'] : []) if (typeof id === 'string') member.add(id.toLowerCase());
    }
    return member;
  }

  return {
    async require(person, group) {
      if (group === '')
        throw new NotAllowedError(
          'No responder group is set for this tenant, so nobody may act. An administrator sets one in the tenant’s policy.',
        );
      if (person.tenant !== home.tenant) throw new NotAllowedError('Only accounts of the guard’s own tenant may act.');
      if (!(await ask(person, [group])).has(group.toLowerCase()))
        throw new NotAllowedError('You are not in the responder group of this tenant.');
    },
    async groupsOf(person, groups) {
      if (person.tenant !== home.tenant) return new Set();
      const wanted = [...new Set(groups.filter((group) => group !== ''))].sort();
      const key = `${person.oid}|${wanted.join()}`;
      const known = kept.get(key);
      if (known !== undefined && known.until > clock.now()) return known.groups;
      const found = await ask(person, wanted);
      for (const [old, { until }] of kept) if (until <= clock.now()) kept.delete(old);
      kept.set(key, { groups: found, until: clock.now() + keepMs });
      return found;
    },
  };
}

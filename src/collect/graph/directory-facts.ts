// Titles, roles and origin of the users that a round met. Kept for a while per tenant: a person's title changes rarely, and a quiet round should cost nothing here.
import type { Clock } from '../../contracts/clock.ts';
import type { Directory, DirectoryFacts } from '../../contracts/detection.ts';
import { parseSubject, type SubjectId } from '../../contracts/ids.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import { type Graph, ServiceError } from '../../tenants/connections.ts';

const keepMs = 15 * 60_000;
/** What was not read, and an account that a replica may not have heard of yet, is asked for again by the next round: until then no plan reaches such an account. */
const doubtMs = 60_000;

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

export interface DirectoryReader {
  /** Facts of these users. A user or a role list that could not be read is absent or has no `roles`: unknown, never "none". */
  read(scope: TenantScope, graph: Graph, users: readonly SubjectId[]): Promise<Directory>;
}

export function createDirectoryReader({ clock }: { clock: Clock }): DirectoryReader {
  const users = new Map<string, Kept<DirectoryFacts | undefined>>();
  /** Since when the directory has known nobody of this id at every look. */
  const unknownSince = new Map<string, number>();
  const roles = new Map<string, Kept<ReadonlyMap<string, readonly string[]> | undefined>>();

  async function rolesOf(scope: TenantScope, graph: Graph) {
    const kept = roles.get(scope.tenant);
    if (kept !== undefined && kept.until > clock.now()) return kept.value;
    const byMember = new Map<string, string[]>();
    let value: typeof byMember | undefined = byMember;
    try {
      for await (const page of graph.pages('/directoryRoles', { query: { $expand: 'members' } })) {
        for (const role of page) {
          for (const member of Array.isArray(role['members']) ? role['members'] : []) {
            const id = String((member as Record<string, unknown>)['id']).toLowerCase();
            const list = byMember.get(id) ?? [];
            list.push(String(role['displayName']));
            byMember.set(id, list);
          }
        }
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      value = undefined; // not read: roles stay unknown, and rules that need them are not assessable
    }
    roles.set(scope.tenant, { value, until: clock.now() + (value === undefined ? doubtMs : keepMs) });
    return value;
  }

  async function factsOf(scope: TenantScope, graph: Graph, id: string): Promise<DirectoryFacts | undefined> {
    const key = `${scope.tenant}|${id}`;
    const kept = users.get(key);
    if (kept !== undefined && kept.until > clock.now()) return kept.value;
    let value: DirectoryFacts | undefined;
    try {
      const user = await graph.request('GET', `/users/${encodeURIComponent(id)}`, {
        query: { $select: 'id,displayName,jobTitle,accountEnabled,onPremisesSyncEnabled' },
      });
      value = {
        ...(typeof user['jobTitle'] === 'string' ? { title: user['jobTitle'] } : {}),
        ...(typeof user['displayName'] === 'string' ? { name: user['displayName'] } : {}),
        ...(typeof user['accountEnabled'] === 'boolean' ? { enabled: user['accountEnabled'] } : {}),
        synchronised: user['onPremisesSyncEnabled'] === true,
      };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // Not readable is unknown, and never "there is none".
      value = error.status === 404 && error.code === 'Request_ResourceNotFound' ? { absent: true } : undefined;
    }
    if (value?.absent !== true) unknownSince.delete(key);
    else if (!unknownSince.has(key)) unknownSince.set(key, clock.now());
    const isSure = value !== undefined && clock.now() - (unknownSince.get(key) ?? 0) >= keepMs;
    users.set(key, { value, until: clock.now() + (isSure ? keepMs : doubtMs) });
    return value;
  }

  return {
    async read(scope, graph, wanted) {
      const ids = [...new Set(wanted)].filter((subject) => parseSubject(subject).kind === 'user');
      if (ids.length === 0) return new Map();
      const byMember = await rolesOf(scope, graph);
      const directory = new Map<SubjectId, DirectoryFacts>();
      for (const subject of ids) {
        const { id } = parseSubject(subject);
        const facts = await factsOf(scope, graph, id);
        if (facts === undefined && byMember === undefined) continue;
        directory.set(subject, {
          ...facts,
          ...(byMember === undefined ? {} : { roles: byMember.get(id) ?? [] }),
        });
      }
      return directory;
    },
  };
}

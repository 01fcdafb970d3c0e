// Whose mailboxes are worth a call each: users of open incidents, and those of whom a log told something within the last day that thieves do too. Used by the lanes.
import type { ReadContext } from '../collect/feed.ts';
import type { Activity } from '../contracts/activity.ts';
import { parseSubject } from '../contracts/ids.ts';
import type { FeedState, Touched } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Store } from '../store/store.ts';
import { type Graph, ServiceError } from '../tenants/connections.ts';

const dayMs = 86_400_000;
/** Kept with a feed's marks: a roll-out of passkeys touches hundreds, of whom the newest count. */
const mostPerFeed = 100;

/** Sign-in methods, passes and passwords; rules, forwarding and access of mailboxes. */
const telling =
  /security info|temporary access pass|authentication method|passkey|reset (user )?password|inboxrules?$|^set-mailbox$|^add-(mailbox|recipient)permission$|^add-mailboxfolderpermission$/i;

/** The users whom these activities touch, and those of the last day that the feed remembers. */
export function touchedBy(activities: readonly Activity[], before: readonly Touched[], now: number): Touched[] {
  const found = new Map(before.filter(({ at }) => at > now - dayMs).map((one) => [one.id, one]));
  for (const activity of activities) {
    if (activity.time <= now - dayMs || !activity.views.some(tells)) continue;
    for (const [subject, name] of [
      [activity.subject, activity.subjectName],
      [activity.actor, activity.actorName],
    ] as const) {
      if (subject === undefined || !subject.startsWith('user:')) continue;
      const { id } = parseSubject(subject);
      found.delete(id);
      found.set(id, { id, at: activity.time, ...(name === undefined || !name.includes('@') ? {} : { name }) });
    }
  }
  return [...found.values()].sort((a, b) => b.at - a.at).slice(0, mostPerFeed);
}

const tells = ({ shape, record }: Activity['views'][number]): boolean =>
  shape === 'risk-detection' ||
  shape === 'security-alert' ||
  (shape === 'directory-audit' && telling.test(String(record['activityDisplayName']))) ||
  (shape === 'unified-audit' && telling.test(String(record['Operation'])));

/** People of open incidents first, worst first, then the newest. */
export async function touchedUsers(
  { store, graph }: { readonly store: Store; readonly graph: Graph },
  scope: TenantScope,
  states: readonly FeedState[],
  now: number,
): Promise<ReadContext['touched']> {
  const names = new Map<string, string | undefined>();
  const open = (await store.state.incidents(scope)).filter(({ value }) => value.status !== 'closed');
  for (const { value } of open.sort((a, b) => (a.value.updatedAt < b.value.updatedAt ? 1 : -1)))
    for (const subject of value.subjects) {
      const { kind, id } = parseSubject(subject);
      if (kind === 'user') names.set(id, names.get(id));
    }
  const remembered = states.flatMap(({ touched = [] }) => touched).filter(({ at }) => at > now - dayMs);
  for (const { id, name } of remembered.sort((a, b) => b.at - a.at)) names.set(id, names.get(id) ?? name);
  const found = await Promise.all(
    [...names].slice(0, mostTouched).map(async ([id, name]) => {
      const known = name ?? (await nameOf(graph, id));
      return known === nobody ? [] : [{ id, ...(known === undefined ? {} : { name: known }) }];
    }),
  );
  return found.flat();
}

/** The directory has no such user: a deleted one's mailbox cannot be read, and whoever is of another organisation has none here. */
const nobody = Symbol('nobody');

/** More than the feeds read in a round, so that they can say how many wait. */
const mostTouched = 200;

/** Exchange finds a mailbox by its owner's name. Unknown: the directory cannot be read; the feeds then say that a mailbox was left out. */
async function nameOf(graph: Graph, id: string): Promise<string | typeof nobody | undefined> {
  try {
    const user = await graph.request('GET', `/users/${encodeURIComponent(id)}`, {
      query: { $select: 'id,userPrincipalName' },
      together: true,
    });
    return typeof user['userPrincipalName'] === 'string' ? user['userPrincipalName'] : undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.status === 404 ? nobody : undefined;
    throw error;
  }
}

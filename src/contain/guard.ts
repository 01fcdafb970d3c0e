// What no press may do, whoever presses: asked before any write. Pure but for the look at the directory's administrators. Used by press.ts, execute.ts and actions/.
import { z } from 'zod';
import type { Containment, PlannedStep, Responder } from '../contracts/containment.ts';
import { parseSubject } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantEntry, TenantPolicy } from '../contracts/policy.ts';
import { isAboutThemselves } from '../incidents/dismiss.ts';
import { type Graph, ServiceError } from '../tenants/connections.ts';
import type { Refusal } from './action.ts';
import { isGone } from './errors.ts';

export const hour = 3_600_000;

const roles = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  directorySynchronisation: 'd29b2b05-8046-44ba-8758-1e26182fcf32',
} as const;

/** Containments that changed something or may still: rehearsals and refused presses don't count against the ceilings. */
const counts = (containment: Containment): boolean =>
  !containment.dryRun && !containment.steps.every((step) => step.result?.outcome === 'refused');

/** May this press happen at all? @param recent containments of the tenant in the last hour */
export function refusePress(press: {
  readonly incident: Incident;
  readonly by: Responder;
  readonly policy: TenantPolicy;
  readonly recent: readonly Containment[];
}): Refusal | undefined {
  const { incident, by, policy } = press;
  if (isAboutThemselves(incident, by)) return { why: 'Nobody can act on a case about themselves.', next: 'Ask another responder.' };
  const recent = press.recent.filter(counts);
  const ofIncident = recent.filter((containment) => containment.incident === incident.id).length;
  if (policy.live && ofIncident >= policy.ceilings.perIncident)
    return {
      why: `This case was acted on ${ofIncident} times in the last hour; the ceiling is ${policy.ceilings.perIncident}.`,
      next: 'Look at the journal, then act by hand or wait an hour.',
    };
  if (policy.live && recent.length >= policy.ceilings.perHour)
    return {
      why: `This tenant saw ${recent.length} containments in the last hour; the ceiling is ${policy.ceilings.perHour}.`,
      next: 'If the attack is that large, raise the ceiling in the tenant’s policy; if not, ask who presses.',
    };
  return undefined;
}

/** Pausing or removing a tenant stops a plan between two steps. */
export const stopped: Refusal = {
  why: 'The tenant was paused, or is no longer under guard.',
  next: 'Put it under guard again, or act in the Entra portal.',
};

/** May this step change its target? Asked again right before every write, with policy and status as they are then. */
export function refuseStep(
  step: PlannedStep,
  { policy, status }: Pick<TenantEntry, 'policy' | 'status'>,
  dryRun: boolean,
): Refusal | undefined {
  if (status !== 'active') return stopped;
  const { id } = parseSubject(step.target);
  if (policy.protectedObjects.some((object) => object.toLowerCase() === id))
    return {
      why: 'This account is protected: no action may touch it.',
      next: 'If it is really taken over, use the break-glass procedure and act in the Entra portal.',
    };
  if (!policy.live && !dryRun)
    return { why: 'The tenant was switched to dry run since the press.', next: 'An administrator switches it live again.' };
  return undefined;
}

const assignments = z.object({ value: z.array(z.object({ principalId: z.string() })) });
const account = z.object({ id: z.string(), accountEnabled: z.boolean() });
/** More administrators than this need not be looked at to find one that works. */
const looksMost = 20;

async function holders(graph: Graph, role: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of graph.pages('/roleManagement/directory/roleAssignments', {
    query: { $filter: `roleDefinitionId eq '${role}'` },
  }))
    ids.push(...assignments.parse({ value: page }).value.map((assignment) => assignment.principalId.toLowerCase()));
  return ids;
}

/**
 * Blocking must never lock a tenant out or stop its directory synchronisation. "Could not look" refuses too: a second administrator that nobody saw is none.
 * Only an enabled user with a direct assignment counts as a working administrator. Who holds the role through a group is not seen: Graph tells that in its beta only.
 * @param blocked users whom other containments are blocking at this time, lower case
 */
export async function refuseBlocking(graph: Graph, user: string, blocked: readonly string[]): Promise<Refusal | undefined> {
  try {
    const synchronising = await holders(graph, roles.directorySynchronisation);
    if (synchronising.includes(user))
      return {
        why: 'This account synchronises the directory: blocking it stops synchronisation for everybody.',
        next: 'Reset its password on the synchronisation server.',
      };
    const administrators = await holders(graph, roles.globalAdministrator);
    // Every tenant has one: an empty answer is a look that saw nothing.
    if (administrators.length === 0) return unseen('the directory names no Global Administrator at all');
    if (!administrators.includes(user)) return undefined;
    const others = [...new Set(administrators)].filter((id) => id !== user && !blocked.includes(id)).slice(0, looksMost);
    for (const id of others) if (await works(graph, id)) return undefined;
    return {
      why: 'This is the last working Global Administrator: blocking it would lock everybody out.',
      next: 'Give another account the role first, then press again. Ending sessions is possible now.',
    };
  } catch (error) {
    if (!(error instanceof ServiceError) && !(error instanceof z.ZodError)) throw error;
    return unseen(error instanceof ServiceError ? error.message : 'the answer had an unknown form');
  }
}

const unseen = (because: string): Refusal => ({
  why: `It could not be seen whether this is the last Global Administrator (${because}).`,
  next: 'Check the Global Administrators, then block the account in the Entra portal.',
});

async function works(graph: Graph, id: string): Promise<boolean> {
  try {
    return account.parse(await graph.request('GET', `/users/${encodeURIComponent(id)}`, { query: { $select: 'id,accountEnabled' } }))
      .accountEnabled;
  } catch (error) {
    // A group or an app may hold the role: neither can sign in and help.
    if (isGone(error)) return false;
    throw error;
  }
}

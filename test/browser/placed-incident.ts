// Incidents put into the guard's rows as a round would, for pages that need one at once. Used by people.ts.
import { randomUUID } from 'node:crypto';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { RunningGuard } from './running-guard.ts';

/** Not those whom the simulated attacks choose: their incidents must stay their own. */
export const placedVictims = { [contoso.id]: 'oliver.hartley@contoso.example', [fabrikam.id]: 'denise.albright@fabrikam.example' };

interface Account {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
}

/** As the simulated directory has it now. */
export async function accountOf(guard: RunningGuard, upn: string): Promise<Account> {
  const world = (await guard.control('world')) as { people: Account[] }[];
  const found = world.flatMap(({ people }) => people).find(({ userPrincipalName }) => userPrincipalName === upn);
  if (found === undefined) throw new Error(`${upn} is not in the simulated world`);
  return found;
}

export async function putIncident(
  guard: RunningGuard,
  tenant: keyof typeof placedVictims,
  change: Partial<Incident> = {},
): Promise<Incident> {
  const victim = await accountOf(guard, placedVictims[tenant]);
  const now = new Date().toISOString();
  const incident: Incident = {
    v: 1,
    id: randomUUID().replaceAll('-', ''),
    tenant,
    root: `user:${victim.id}`,
    rootName: victim.userPrincipalName,
    subjects: [`user:${victim.id}`],
    episode: 'placed',
    status: 'open',
    severity: 'high',
    campaigns: [],
    title: `Account takeover: ${victim.userPrincipalName}`,
    summary: 'A sign-in from a first-seen network, then a method of its own.',
    findings: ['placed'],
    withdrawn: [],
    timeline: [{ time: now, text: 'Successful sign-in', place: 'Chisinau, MD', severity: 'high', finding: 'placed' }],
    why: ['The account was entered from a network that the user never used before.'],
    against: [],
    unread: [],
    firstAt: now,
    lastAt: now,
    openedAt: now,
    updatedAt: now,
    revision: 1,
    ...change,
  };
  const scope = await guard.registry.authorise(tenant, 'round');
  await guard.store.state.commitIncident('contain.commit-incident', scope, { value: incident }, []);
  return incident;
}

/** A finding about the same person: a rule that people may exclude. */
export async function placeFinding(guard: RunningGuard, tenant: keyof typeof placedVictims): Promise<Finding> {
  const victim = await accountOf(guard, placedVictims[tenant]);
  const id = randomUUID().replaceAll('-', '');
  const finding: Finding = {
    v: 1,
    id,
    tenant,
    rule: 'script-sign-in',
    title: 'Sign-in by a script',
    campaign: 'community',
    severity: 'low',
    effect: 'alert',
    stage: 'entry',
    techniques: [],
    subject: `user:${victim.id}`,
    subjectName: victim.userPrincipalName,
    related: [],
    time: new Date().toISOString(),
    activities: [`signin:${id}`],
    why: 'A script signed in as the user.',
    against: ['The sign-in failed: nobody entered by it.'],
    matched: [{ field: 'userAgent', value: 'monitor/1.0' }],
    facts: {},
    standing: true,
  };
  await guard.store.findings.put('round.put-findings', await guard.registry.authorise(tenant, 'round'), [finding]);
  return finding;
}

export async function closeIncident(guard: RunningGuard, { tenant, id }: Incident): Promise<void> {
  const scope = await guard.registry.authorise(tenant, 'round');
  const stored = await guard.store.state.incident(scope, id);
  if (stored === undefined || stored.value.status === 'closed') return;
  const value: Incident = {
    ...stored.value,
    status: 'closed',
    closedBecause: 'It was placed for a test.',
    revision: stored.value.revision + 1,
  };
  await guard.store.state.commitIncident('contain.commit-incident', scope, { ...stored, value }, []);
}

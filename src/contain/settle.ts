// What the end of a containment, or of its undoing, means for its incident: status, and a card that says so. Called by execute.ts; safe to repeat.
import type { Containment, StepState } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';
import type { OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { outboxDue } from '../incidents/outbox-due.ts';
import { closed, outboxEntry } from '../incidents/quiet.ts';
import { clean } from '../incidents/text.ts';
import { ConflictError } from '../store/store.ts';
import { goingOn, otherContainments } from './of-incident.ts';
import { plansFor } from './plan.ts';
import { allGreen, directionOf, isGreen, undoableThings } from './steps.ts';
import type { ContainTools } from './tools.ts';

const tries = 5;

/** @param who names the account where the plan acts on several */
const stillOpenAccount = (who: string): string =>
  `The account${who} is still open: whoever has the password can sign in and register methods again.`;
const passwordReplaced = (who: string): string =>
  `The account${who} is not blocked: the old password no longer works, but a way in without a password does.`;

/** What a step that is not green leaves open. */
export function stillOpen(containment: Containment): string[] {
  const { steps } = containment;
  if (directionOf(containment) === 'undo' || containment.dryRun) return [];
  const red = steps.filter((step) => !isGreen(step.result));
  const several = new Set(steps.map(({ target }) => target)).size > 1;
  const who = ({ targetName }: StepState): string => (several ? ` of ${targetName}` : '');
  const isReplaced = ({ target }: StepState): boolean =>
    steps.some((step) => step.action === 'new-password' && step.target === target && isGreen(step.result));
  const said = new Map<string, (step: StepState) => string>([
    ['block-sign-in', (step) => (isReplaced(step) ? passwordReplaced : stillOpenAccount)(who(step))],
    ['end-sessions', (step) => `Sessions${who(step)} may still be open.`],
    ['remove-methods', (step) => `Sign-in methods${who(step)} that the attacker added may still be there.`],
    ['disable-inbound-connector', () => 'Mail may still come in through the connector.'],
  ]);
  return [...said].flatMap(([action, sentence]) => [...new Set(red.filter((step) => step.action === action).map(sentence))]);
}

/** Ending sessions alone leaves the password in the attacker’s hands, and a connector is not the account: the strongest plan alone contains the incident. */
const contains = (containment: Containment, incident: Incident): boolean =>
  allGreen(containment) && plansFor(incident)[0] === containment.kind;

/** What another containment changed, and this one did not, is still as that one left it: the case cannot end with this undo. The newest such one. */
function heldElsewhere(undone: Containment, others: readonly Containment[]): Containment | undefined {
  const own = new Set(undoableThings(undone));
  return others.findLast(
    (other) => !other.dryRun && directionOf(other) === 'result' && undoableThings(other).some((thing) => !own.has(thing)),
  );
}

function outcome(
  containment: Containment,
  incident: Incident,
  others: readonly Containment[],
  now: number,
): { incident: Incident; reason: OutboxEntry['reason'] } {
  const green = allGreen(containment);
  const base: Incident = {
    ...incident,
    containment: containment.id,
    updatedAt: new Date(now).toISOString(),
    revision: incident.revision + 1,
  };
  if (directionOf(containment) === 'undo') {
    const { containedAt: _gone, ...open } = base;
    const status = incident.status === 'closed' ? 'closed' : 'open';
    if (!green) return { incident: { ...open, status }, reason: 'failed' };
    const held = heldElsewhere(containment, others);
    // Putting back what was done beside the strongest plan leaves the case contained.
    const kept: Incident = incident.status === 'contained' && plansFor(incident)[0] !== containment.kind ? base : { ...open, status };
    if (held !== undefined) return { incident: { ...kept, containment: held.id }, reason: 'undone' };
    const by = clean(containment.undo?.by.name ?? '', 80);
    const because = `Undone by ${by}: ${containment.undo?.reason ?? ''}`;
    return {
      incident: incident.status === 'closed' ? base : closed({ ...incident, containment: containment.id }, because, now),
      reason: 'undone',
    };
  }
  if (incident.status === 'closed' || !contains(containment, incident)) return { incident: base, reason: green ? 'contained' : 'failed' };
  return { incident: { ...base, status: 'contained', containedAt: base.updatedAt }, reason: 'contained' };
}

/** Commits incident and card in one transaction. The card's time is the containment's end, so a second call finds that it was done. */
export async function settleIncident(tools: ContainTools, scope: TenantScope, containment: Containment): Promise<void> {
  const { store } = tools;
  if (containment.dryRun || containment.endedAt === undefined) return;
  // A refused press changed nothing and is no news about the attack.
  if (containment.steps.every((step) => step.result?.outcome === 'refused') && containment.undo === undefined) return;
  const endedAt = Date.parse(containment.endedAt);
  for (let attempt = 1; ; attempt++) {
    const stored = await goingOn(tools, scope, containment.incident);
    if (stored === undefined)
      throw new Error(`Containment ${containment.id} belongs to incident ${containment.incident}, which is not there`);
    const others = await otherContainments(tools, scope, stored.value, containment.id);
    const { incident, reason } = outcome(containment, stored.value, others, endedAt);
    const told = await store.state.outboxOf(scope, incident.id);
    if (!told.some(({ value }) => value.createdAt === endedAt && value.reason === reason)) {
      const entry = outboxEntry(incident, reason, endedAt);
      await store.due.put('contain.put-outbox-due', outboxDue(scope.tenant, entry, entry.createdAt));
      try {
        await store.state.commitIncident('contain.commit-incident', scope, { value: incident, etag: stored.etag }, [entry]);
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === tries) throw error;
        continue;
      }
    }
    return store.queues.ring('contain.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: incident.id });
  }
}

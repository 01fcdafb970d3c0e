// A press on Contain, Sign out only or Disable connector: intent first, then the plan at once. Called by the action endpoint, after it proved who pressed and that they may.
import type { Containment, PlanKind, Responder } from '../contracts/containment.ts';
import { hashId } from '../contracts/ids.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Refusal } from './action.ts';
import { containmentDue, continueContainment, graceMs } from './execute.ts';
import { containmentOf, goingOn, otherContainments } from './of-incident.ts';
import { type Plan, planFor } from './plan.ts';
import { startIntent } from './start.ts';
import { hasEnded, heldBy, mayHaveChanged } from './steps.ts';
import type { ContainTools } from './tools.ts';

export interface Press {
  readonly incident: string;
  readonly kind: PlanKind;
  /** Chosen by the card or page, one per press: the same one again is the same press. */
  readonly request: string;
  /** From a validated token only. */
  readonly by: Responder;
}

/** `containment` may be an older one: of the same request, or one that is under way. `refused`: nothing was stored, since there was nothing to act on. */
export type PressResult = { readonly containment: Containment } | { readonly refused: Refusal };

/**
 * Stores the intent, then acts and reads back for as long as replicas usually take; what is left over goes on from the due row.
 * A press that a guard refuses is journaled as a containment whose every step is refused.
 */
export async function press(tools: ContainTools, scope: TenantScope, { incident: id, kind, request, by }: Press): Promise<PressResult> {
  const { store, clock } = tools;
  const known = await store.journal.containmentOfRequest(scope, request);
  if (known !== undefined) return repeated(known.value, id, kind);
  const found = await goingOn(tools, scope, id);
  if (found === undefined) return { refused: { why: 'There is no such incident in this tenant.', next: 'Reload the page.' } };
  const incident = found.value;
  const [before, others] = await Promise.all([containmentOf(tools, scope, incident), otherContainments(tools, scope, incident)]);
  const plan = planFor(kind, incident, heldBy([...others, ...(before === undefined ? [] : [before])]));
  if ('impossible' in plan) return { refused: { why: plan.impossible, next: 'Act in the Microsoft portals by hand.' } };
  const { policy } = await tools.registry.entry(scope);
  if (before?.status === 'undoing')
    return { refused: { why: 'The last containment is being undone right now.', next: 'Wait until that has ended, then press again.' } };
  if (before !== undefined && !hasEnded(before)) return { containment: before };
  if (!policy.live && before?.dryRun === false && before.status === 'done' && before.steps.some(mayHaveChanged))
    return {
      refused: {
        why: 'This case was acted on before the tenant was switched to dry run: a rehearsal would take the place of what was done.',
        next: 'Switch the tenant live again, or act by hand.',
      },
    };

  const now = clock.now();
  const containment = intentOf(scope, { incident: incident.id, kind, request, by }, plan, {
    dryRun: !policy.live,
    at: new Date(now).toISOString(),
  });
  const due = containmentDue(scope, containment.id, now + graceMs);
  await store.due.put('contain.put-due', due);
  const intent = await store.journal.intend('contain.intend', scope, containment);
  if (!intent.first) return repeated(intent.containment.value, id, kind);
  const { instead } = await startIntent(tools, scope, intent.containment);
  if (instead !== undefined) return { containment: instead };
  return { containment: (await continueContainment(tools, scope, containment.id, due)) ?? containment };
}

/** The containment of the same request. A request id that comes with another meaning is no repetition. */
function repeated(stored: Containment, incident: string, kind: PlanKind): PressResult {
  if (stored.incident !== incident || stored.kind !== kind)
    return { refused: { why: 'This request was used for another press.', next: 'Reload the page and press again.' } };
  return { containment: stored };
}

function intentOf(
  scope: TenantScope,
  { incident, kind, request, by }: Press,
  plan: Exclude<Plan, { impossible: string }>,
  { dryRun, at }: { readonly dryRun: boolean; readonly at: string },
): Containment {
  return {
    v: 1,
    id: hashId('containment', scope.tenant, request),
    tenant: scope.tenant,
    incident,
    kind,
    dryRun,
    request,
    by,
    at,
    status: 'intended',
    steps: plan.steps.map((step) => ({ ...step, status: 'waiting' })),
    staysOpen: [...plan.staysOpen],
  };
}

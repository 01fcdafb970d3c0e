// A press on Contain, Sign out only or Disable connector: intent first, then the plan at once. Called by the action endpoint, after it proved who pressed and that they may.
import type { Containment, PlanKind, Responder, StepState } from '../contracts/containment.ts';
import { hashId } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError } from '../store/store.ts';
import type { Refusal } from './action.ts';
import { containmentDue, continueContainment, graceMs, refuseIntent } from './execute.ts';
import { hour, refusePress } from './guard.ts';
import { type Plan, planFor } from './plan.ts';
import { goingOn } from './settle.ts';
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
  const plan = planFor(kind, incident);
  if ('impossible' in plan) return { refused: { why: plan.impossible, next: 'Act in the Microsoft portals by hand.' } };
  const underWay = await running(tools, scope, incident);
  if (underWay !== undefined) return { containment: underWay };

  const now = clock.now();
  const { policy } = await tools.registry.entry(scope);
  const recent = await store.journal.since(scope, now - hour);
  const refusal = refusePress({ incident, by, policy, recent });
  const containment = intentOf(
    scope,
    { incident: incident.id, kind, request, by },
    plan,
    !policy.live,
    new Date(now).toISOString(),
    refusal,
  );
  const due = containmentDue(scope, containment.id, now + graceMs);
  await store.due.put('contain.put-due', due);
  const intent = await store.journal.intend('contain.intend', scope, containment);
  if (!intent.first) return repeated(intent.containment.value, id, kind);
  if (refusal !== undefined) return { containment: (await refuseIntent(tools, scope, intent.containment, refusal)).value };
  const other = await link(tools, scope, incident.id, containment.id);
  if (other !== undefined) {
    await refuseIntent(tools, scope, intent.containment, { why: 'Another press was first.', next: `See containment ${other.id}.` });
    return { containment: other };
  }
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
  dryRun: boolean,
  at: string,
  refusal: Refusal | undefined,
): Containment {
  const state: Pick<StepState, 'status' | 'result'> =
    refusal === undefined ? { status: 'waiting' } : { status: 'done', result: { outcome: 'refused', ...refusal } };
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
    steps: plan.steps.map((step) => ({ ...step, ...state })),
    staysOpen: [...plan.staysOpen],
  };
}

/** A containment of this incident that has not ended. */
async function running({ store }: ContainTools, scope: TenantScope, incident: Incident): Promise<Containment | undefined> {
  if (incident.containment === undefined) return undefined;
  const stored = await store.journal.containment(scope, incident.containment);
  return stored === undefined || stored.value.status === 'done' || stored.value.status === 'undone' ? undefined : stored.value;
}

/** Ties the containment to its incident; of two presses at once the second finds the first one's and gets it back. */
async function link(tools: ContainTools, scope: TenantScope, incident: string, containment: string): Promise<Containment | undefined> {
  for (;;) {
    const stored = await tools.store.state.incident(scope, incident);
    if (stored === undefined) throw new Error(`Incident ${incident} is gone`);
    if (stored.value.containment === containment) return undefined;
    const other = await running(tools, scope, stored.value);
    if (other !== undefined) return other;
    const value: Incident = {
      ...stored.value,
      containment,
      updatedAt: new Date(tools.clock.now()).toISOString(),
      revision: stored.value.revision + 1,
    };
    try {
      await tools.store.state.commitIncident('contain.link-incident', scope, { value, etag: stored.etag }, []);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

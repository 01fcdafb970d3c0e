// Turns a stored intent into a running plan, or refuses it: ceilings, and one containment of an incident at a time. Called by press.ts at once, and by execute.ts for a
// press that died after its intent: both go through the same questions.
import type { Containment, StepState } from '../contracts/containment.ts';
import { parseSubject } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { containmentsOf } from '../incidents/containments.ts';
import { iso } from '../incidents/quiet.ts';
import { ConflictError, type Versioned } from '../store/store.ts';
import type { Refusal } from './action.ts';
import { blockSignIn } from './actions/block-sign-in.ts';
import { hour, refusePress } from './guard.ts';
import { containmentOf, goingOn } from './of-incident.ts';
import { entryAt, hasEnded } from './steps.ts';
import type { ContainTools } from './tools.ts';

type Stored = Versioned<Containment>;

/** `instead`: another press was first; `stored` was refused. */
export interface Started {
  readonly stored: Stored;
  readonly instead?: Containment;
}

/** Does nothing for a containment that was started before. Throws ConflictError if another worker starts it at this moment. */
export async function startIntent(tools: ContainTools, scope: TenantScope, stored: Stored): Promise<Started> {
  if (stored.value.status !== 'intended') return { stored };
  const others = await othersOf(tools, scope, stored.value);
  const refusal = await refusalOf(tools, scope, stored.value, others);
  if (refusal !== undefined) return { stored: await refuse(tools, scope, stored, refusal) };
  const instead = await link(tools, scope, stored.value);
  if (instead !== undefined) {
    const overtaken: Refusal = { why: 'Another press was first.', next: `See containment ${instead.id}.` };
    return { stored: await refuse(tools, scope, stored, overtaken), instead };
  }
  const { kind, dryRun, incident, by } = stored.value;
  const steps = withBlocked(stored.value.steps, others);
  const plan = steps.map(({ id, action, target, after, parameters }) => ({ id, action, target, after, parameters }));
  const entry = entryAt(stored.value, iso(tools.clock.now()), 'intent', { by, data: { kind, dryRun, incident, plan } });
  const value: Containment = { ...stored.value, steps, status: 'running' };
  return { stored: await tools.store.journal.save('contain.save-intent', scope, { ...stored, value }, [entry]) };
}

/** The tenant's other containments of the last hour. Read after the intent is stored: of presses at the same moment at least one sees the other. */
async function othersOf({ store }: ContainTools, scope: TenantScope, intent: Containment): Promise<Containment[]> {
  return (await store.journal.since(scope, Date.parse(intent.at) - hour)).filter(({ id }) => id !== intent.id);
}

async function refusalOf(
  tools: ContainTools,
  scope: TenantScope,
  intent: Containment,
  recent: readonly Containment[],
): Promise<Refusal | undefined> {
  const incident = await goingOn(tools, scope, intent.incident);
  if (incident === undefined) return { why: 'There is no such incident in this tenant.', next: 'Reload the page.' };
  const { policy } = await tools.registry.entry(scope);
  return refusePress({ incident: incident.value, by: intent.by, policy, recent });
}

/** Tells the steps that block an account which others are being blocked now, or by earlier steps of this plan: the directory may not show it yet, and two administrators must not count on each other. */
function withBlocked(steps: readonly StepState[], others: readonly Containment[]): StepState[] {
  const blocking = ({ action, result }: StepState): boolean => action === blockSignIn.id && result?.outcome !== 'refused';
  const blocked = others
    .filter((other) => !other.dryRun && other.status !== 'undone')
    .flatMap((other) => other.steps.filter(blocking).map(({ target }) => parseSubject(target).id));
  return steps.map((step, index) => {
    if (!blocking(step)) return step;
    const before = steps.slice(0, index).filter(blocking);
    const all = [...blocked, ...before.map(({ target }) => parseSubject(target).id)];
    return { ...step, parameters: { ...step.parameters, blocked: all.join(' ') } };
  });
}

/** Ends an intent that may not go on, with the reason in the journal. */
async function refuse({ store, clock }: ContainTools, scope: TenantScope, intent: Stored, refusal: Refusal): Promise<Stored> {
  const at = iso(clock.now());
  const value: Containment = {
    ...intent.value,
    status: 'done',
    endedAt: at,
    steps: intent.value.steps.map((step) => ({ ...step, status: 'done', result: { outcome: 'refused', ...refusal } })),
  };
  const entry = entryAt(value, at, 'refused', { by: value.by, data: refusal });
  return store.journal.save('contain.refuse', scope, { ...intent, value }, [entry]);
}

/** Ties the containment to its incident. Gives back the one that has the incident already: under way, or pressed after this one, which then died and was found late. */
async function link(tools: ContainTools, scope: TenantScope, intent: Containment): Promise<Containment | undefined> {
  for (;;) {
    const stored = await goingOn(tools, scope, intent.incident);
    if (stored === undefined) throw new Error(`Incident ${intent.incident} is gone`);
    if (stored.value.containment === intent.id) return undefined;
    const other = await containmentOf(tools, scope, stored.value);
    if (other !== undefined && (!hasEnded(other) || other.at > intent.at)) return other;
    // A rehearsal changes nothing, so it leaves nothing to undo.
    const containments = [
      ...containmentsOf(stored.value).filter((id) => other?.dryRun !== true || id !== other.id),
      ...(intent.dryRun ? [] : [intent.id]),
    ];
    const value: Incident = {
      ...stored.value,
      containment: intent.id,
      containments,
      updatedAt: iso(tools.clock.now()),
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

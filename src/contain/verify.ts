// Reads a change back: green only once the directory itself shows it. Called by execute.ts when a look is due.
import type { Containment, StepOutcome, StepState } from '../contracts/containment.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Versioned } from '../store/store.ts';
import { ServiceError } from '../tenants/connections.ts';
import type { Look } from './action.ts';
import { actionById } from './actions/index.ts';
import { contextOf, stateBefore } from './step-context.ts';
import { actedAt, directionOf, entryAt, nextLook, withStep } from './steps.ts';
import type { ContainTools } from './tools.ts';

/** A step that begins anew finds less each time, unless somebody adds faster than it removes: then a person has to look. */
const anewMost = 20;

/** One look. Seen: green. Not seen: the next look by the schedule (or, if there is more to do than was known, the step anew), and after the last one `unverified`, never a guess. */
export async function lookAt(
  tools: ContainTools,
  scope: TenantScope,
  stored: Versioned<Containment>,
  step: StepState,
  verifying: Extract<StepOutcome, { outcome: 'verifying' }>,
): Promise<Versioned<Containment>> {
  const { store, clock } = tools;
  const direction = directionOf(stored.value);
  const acted = actedAt(step, verifying);
  const look = await glance(tools, scope, stored.value, step, acted);
  const now = clock.now();
  const next = nextLook(step, acted, now);
  if (look.more && direction === 'result' && (step.again ?? 0) < anewMost) {
    const value = withStep(stored.value, step.id, { status: 'waiting', found: undefined, result: undefined, again: (step.again ?? 0) + 1 });
    const entry = entryAt(value, new Date(now).toISOString(), 'looked', { step: step.id, data: { seen: false, detail: look.detail } });
    return store.journal.save('contain.save-look', scope, { ...stored, value }, [entry]);
  }
  if (!look.seen && next !== undefined) {
    const outcome: StepOutcome = { ...verifying, detail: look.detail, nextLook: new Date(next).toISOString() };
    return store.journal.save(
      'contain.save-look',
      scope,
      { ...stored, value: withStep(stored.value, step.id, { [direction]: outcome }) },
      [],
    );
  }
  const outcome: StepOutcome = look.seen
    ? step.found !== undefined && direction === 'result'
      ? { outcome: 'already', detail: step.found.detail }
      : { outcome: 'contained', detail: look.detail }
    : {
        outcome: 'unverified',
        detail: `Microsoft accepted the change, but it was not seen: ${look.detail}`,
        next: `Look for yourself: ${actionById(step.action).portal(contextOf(tools, scope, step))}`,
      };
  const status = direction === 'result' ? 'done' : look.seen ? 'undone' : 'undo-failed';
  const value = withStep(stored.value, step.id, { status, [direction]: outcome });
  const at = new Date(now).toISOString();
  const result = entryAt(value, at, direction === 'result' ? 'result' : 'undo-result', { step: step.id, data: outcome });
  return store.journal.save('contain.save-result', scope, { ...stored, value }, [
    entryAt(value, at, 'looked', { step: step.id, data: { seen: look.seen, secondsAfter: Math.round((now - acted) / 1000) } }),
    result,
  ]);
}

/** A look that fails saw nothing: it is said, and the schedule goes on. */
async function glance(tools: ContainTools, scope: TenantScope, containment: Containment, step: StepState, acted: number): Promise<Look> {
  const action = actionById(step.action);
  const context = contextOf(tools, scope, step);
  const { value: state } = await stateBefore(tools, scope, containment.id, step.id);
  try {
    if (directionOf(containment) === 'result') return await action.look(context, state, acted);
    if ('whyNot' in action.undo) throw new Error(`${action.id} cannot be undone, so there is nothing to look at`);
    return await action.undo.look(context, state);
  } catch (error) {
    if (error instanceof ServiceError) return { seen: false, detail: `It could not be looked at: ${error.message}` };
    throw error;
  }
}

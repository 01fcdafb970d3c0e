// Undoes one step: restores the stored state, unless somebody changed the object since. Called by execute.ts.
import type { Containment, StepOutcome, StepState } from '../contracts/containment.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { iso } from '../incidents/quiet.ts';
import type { Versioned } from '../store/store.ts';
import { actionById } from './actions/index.ts';
import { failedBy } from './errors.ts';
import { stopped } from './guard.ts';
import { insisting, isOver } from './insist.ts';
import { contextOf, storedState } from './step-context.ts';
import { accepted, entryAt, verifying, withStep } from './steps.ts';
import type { ContainTools } from './tools.ts';

type Stored = Versioned<Containment>;

export async function undoStep(tools: ContainTools, scope: TenantScope, from: Stored, step: StepState): Promise<Stored> {
  const { store, clock } = tools;
  const action = actionById(step.action);
  const context = contextOf(tools, scope, step);
  const portal = action.portal(context);
  let stored = from;
  const ended = (outcome: StepOutcome, status: StepState['status']) => {
    const value = withStep(stored.value, step.id, { status, undo: outcome });
    const entry = entryAt(value, iso(clock.now()), 'undo-result', { step: step.id, data: outcome });
    return store.journal.save('contain.save-result', scope, { ...stored, value }, [entry]);
  };

  if ('whyNot' in action.undo) return ended({ outcome: 'refused', why: action.undo.whyNot, next: action.undo.next }, 'done');
  const { policy, status } = await tools.registry.entry(scope);
  if (status !== 'active') return ended({ outcome: 'refused', ...stopped }, 'undo-failed');
  if (!policy.live)
    return ended(
      { outcome: 'refused', why: 'The tenant was switched to dry run.', next: `Switch it live again, or do it by hand: ${portal}` },
      'undo-failed',
    );
  // A step that failed while it was looking has no state before, and changed nothing.
  const state = await storedState(tools, scope, stored.value.id, step.id);
  if (state === undefined) return ended({ outcome: 'already', detail: 'Nothing was changed.' }, 'undone');
  const resumed = step.status === 'running';
  try {
    const check = await action.undo.check(context, state.value);
    if (check.conflict !== undefined)
      return ended(
        {
          outcome: 'refused',
          why: `Somebody changed it since. Left: ${check.conflict.left}. Found: ${check.conflict.found}.`,
          next: `Ask who changed it, then decide by hand: ${portal}`,
        },
        'undo-failed',
      );
    // After a crash the object may already be as before through our own try: that one is read back like any other. And as long as a replica may not have heard of our
    // change, "as before" may be what was before it: restoring twice does no harm, believing it would leave somebody blocked.
    const heard = state.actedAt !== undefined && clock.now() - state.actedAt > (action.schedule.at(-1) ?? 0) * 1000;
    if (check.already !== undefined && heard && !resumed) return ended({ outcome: 'already', detail: check.already }, 'undone');
    if (!resumed)
      stored = await store.journal.save(
        'contain.save-undo-start',
        scope,
        { ...stored, value: withStep(stored.value, step.id, { status: 'running' }) },
        [],
      );
    if (isOver(tools)) return stored;
    const acted = clock.now();
    const { act } = action.undo;
    await insisting(tools, () => act(context, state.value));
    const value = withStep(stored.value, step.id, { undo: verifying(step, acted, accepted) });
    const entry = entryAt(value, iso(acted), 'acted', { step: step.id, data: { action: action.id, target: step.target, undo: true } });
    return await store.journal.save('contain.save-acted', scope, { ...stored, value }, [entry]);
  } catch (error) {
    return ended(failedBy(error, portal, context.target.kind), 'undo-failed');
  }
}

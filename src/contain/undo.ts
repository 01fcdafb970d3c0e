// Undo, for false alarms: restores what a containment stored, with a person's reason. Called by the action endpoint, after it proved who asks and that they may.
import type { Containment, Responder, StepState } from '../contracts/containment.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { isAboutThemselves } from '../incidents/dismiss.ts';
import { clean } from '../incidents/text.ts';
import { ConflictError } from '../store/store.ts';
import { containmentDue, continueContainment, graceMs } from './execute.ts';
import { goingOn } from './of-incident.ts';
import type { PressResult } from './press.ts';
import { canUndoAgain, directionOf, entryAt, hasEnded, undoableThings } from './steps.ts';
import type { ContainTools } from './tools.ts';

export interface UndoRequest {
  readonly containment: string;
  readonly request: string;
  readonly by: Responder;
  readonly reason: string;
}

const no = (why: string, next: string): PressResult => ({ refused: { why, next } });

/** Each step's outcome is in its `undo`; a step that cannot be undone says why there. The same request again returns what is stored; another one tries what failed once more. */
export async function undo(
  tools: ContainTools,
  scope: TenantScope,
  { containment: id, request, by, reason }: UndoRequest,
): Promise<PressResult> {
  const { store, clock } = tools;
  const said = clean(reason, 300);
  if (said === '') return no('Undo needs a reason.', 'Say why this was no attack: whoever looks at the case later has to understand it.');
  const stored = await store.journal.containment(scope, id);
  if (stored === undefined) return no('There is no such containment in this tenant.', 'Reload the page.');
  const { value } = stored;
  if (value.undo?.request === request) return { containment: value };
  if (value.undo !== undefined && !canUndoAgain(value)) return no('It is being undone, or was, by another request.', 'Reload the page.');
  if (!hasEnded(value)) return no('The containment has not ended yet.', 'Wait until every step has ended, then undo.');
  if (value.dryRun) return no('A rehearsal changed nothing, so there is nothing to undo.', 'Nothing to do.');
  const incident = await goingOn(tools, scope, value.incident);
  if (incident !== undefined && isAboutThemselves(incident.value, by))
    return no('Nobody can undo a case about themselves.', 'Ask another responder.');
  if (await isHeldByLater(tools, scope, value))
    return no('A later containment holds the same account or connector.', 'Reload the page, and undo that one.');

  const at = new Date(clock.now()).toISOString();
  const due = containmentDue(scope, id, clock.now() + graceMs);
  await store.due.put('contain.put-undo-due', due);
  const { endedAt: _ended, ...rest } = value;
  const undoing: Containment = { ...rest, steps: value.steps.map(anew), status: 'undoing', undo: { request, by, at, reason: said } };
  try {
    await store.journal.save('contain.intend-undo', scope, { ...stored, value: undoing }, [
      entryAt(undoing, at, 'undo-intent', { by, data: { reason: said } }),
    ]);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const now = (await store.journal.containment(scope, id))?.value;
    return now?.undo?.request === request ? { containment: now } : no('It is being undone by another request.', 'Reload the page.');
  }
  return { containment: (await continueContainment(tools, scope, id, due)) ?? undoing };
}

/** A step whose undoing failed starts from its end again. */
function anew(step: StepState): StepState {
  if (step.status !== 'undo-failed') return step;
  const { undo: _failed, ...rest } = step;
  return { ...rest, status: 'done' };
}

/** Did a later containment change the same thing in the same way? Then restoring what this one found would lift that one's change. */
async function isHeldByLater({ store }: ContainTools, scope: TenantScope, undone: Containment): Promise<boolean> {
  const own = new Set(undoableThings(undone));
  const later = (await store.journal.since(scope, Date.parse(undone.at))).filter(
    (other) => other.id !== undone.id && !other.dryRun && other.at > undone.at && directionOf(other) === 'result',
  );
  return later.some((other) => undoableThings(other).some((thing) => own.has(thing)));
}

// A containment as a state machine: which step is next, what is being verified, what has ended. Pure; used by execute.ts, undo.ts and alert.
import type { Containment, JournalEntry, PlannedStep, StepOutcome, StepState } from '../contracts/containment.ts';
import { iso } from '../incidents/quiet.ts';
import { actionById } from './actions/index.ts';

export type Draft = Omit<JournalEntry, 'sequence' | 'previous'>;

/** Doing writes a step's `result`, undoing its `undo`. */
export const directionOf = (containment: Containment): 'result' | 'undo' =>
  containment.status === 'undoing' || containment.status === 'undone' ? 'undo' : 'result';

export const hasEnded = ({ status }: Containment): boolean => status === 'done' || status === 'undone';

/** Some step could not be restored: what stood in the way may be gone. */
export const canUndoAgain = ({ status, steps }: Containment): boolean =>
  status === 'undone' && steps.some((step) => step.status === 'undo-failed');

export const accepted = 'Microsoft accepted the change; it is not visible yet.';

export const isGreen = (outcome: StepOutcome | undefined): boolean => outcome?.outcome === 'contained' || outcome?.outcome === 'already';
export const isFinal = (outcome: StepOutcome | undefined): boolean => outcome !== undefined && outcome.outcome !== 'verifying';

/** Did the step change, or may it have changed, its target? Then undo has to look at it. A failed one may have reached the service. */
export const mayHaveChanged = (step: StepState): boolean =>
  step.result?.outcome === 'contained' || step.result?.outcome === 'unverified' || step.result?.outcome === 'failed';

/** What undo could restore of it, as `action target`: not what was found so already or was refused. */
export const undoableThings = ({ steps }: Containment): string[] =>
  steps
    .filter(
      ({ action, result }) => !('whyNot' in actionById(action).undo) && result?.outcome !== 'already' && result?.outcome !== 'refused',
    )
    .map(({ action, target }) => `${action} ${target}`);

/** The accounts and connectors that containments hold at this time: each was seen to be closed, and is not being put back. */
export const heldBy = (containments: readonly Containment[]): ReadonlySet<string> =>
  new Set(
    containments
      .filter((containment) => !containment.dryRun && directionOf(containment) === 'result')
      .flatMap(({ steps }) => steps.filter(({ action, result }) => isGreen(result) && !('whyNot' in actionById(action).undo)))
      .map(({ target }) => target),
  );

/** What the steps came to in this direction; for undo only those that it has to look at and can restore. */
export const outcomesOf = (steps: Containment['steps'], direction: 'result' | 'undo'): (StepOutcome['outcome'] | undefined)[] =>
  steps
    .filter((step) => direction === 'result' || (mayHaveChanged(step) && !('whyNot' in actionById(step.action).undo)))
    .map((step) => step[direction]?.outcome);

export const withStep = (containment: Containment, id: string, change: Partial<StepState>): Containment => ({
  ...containment,
  steps: containment.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
});

/** Adds a step right after another one, unless it is there. */
export function withFallback(containment: Containment, after: string, added: PlannedStep | undefined): Containment {
  if (added === undefined || containment.steps.some(({ id }) => id === added.id)) return containment;
  const index = containment.steps.findIndex(({ id }) => id === after);
  return { ...containment, steps: containment.steps.toSpliced(index + 1, 0, { ...added, status: 'waiting' }) };
}

export const entryAt = (
  containment: Containment,
  at: string,
  kind: JournalEntry['kind'],
  more: Pick<Draft, 'step' | 'by' | 'data'>,
): Draft => ({
  v: 1,
  containment: containment.id,
  at,
  kind,
  ...more,
});

/** The step to act on now. Going forward, a step starts once every step it comes after was tried; undo goes backwards, one at a time. */
export function nextStep(containment: Containment): StepState | undefined {
  if (directionOf(containment) === 'undo')
    return containment.steps.toReversed().find((step) => mayHaveChanged(step) && step.undo === undefined);
  const tried = (id: string) => containment.steps.some((step) => step.id === id && step.result !== undefined);
  return containment.steps.find((step) => step.result === undefined && step.after.every(tried));
}

/** Steps whose change was accepted but not seen yet. */
export function watched(containment: Containment): { step: StepState; outcome: Extract<StepOutcome, { outcome: 'verifying' }> }[] {
  const direction = directionOf(containment);
  return containment.steps.flatMap((step) => {
    const outcome = step[direction];
    return outcome?.outcome === 'verifying' ? [{ step, outcome }] : [];
  });
}

/** When the change was asked for, from the stored end of the verification: nothing else has to be kept. Epoch ms. */
export const actedAt = (step: StepState, outcome: { readonly until: string }): number =>
  Date.parse(outcome.until) - (actionById(step.action).schedule.at(-1) ?? 0) * 1000;

/** The first look after `now` by the action's schedule; undefined once the last one is over. Epoch ms. */
export function nextLook(step: StepState, acted: number, now: number): number | undefined {
  return actionById(step.action)
    .schedule.map((seconds) => acted + seconds * 1000)
    .find((time) => time > now);
}

/** A change that was asked for at `acted` and is looked for by the action's schedule. @param from epoch ms before which no look proves anything */
export function verifying(step: StepState, acted: number, detail: string, from: number = acted): StepOutcome {
  const last = acted + (actionById(step.action).schedule.at(-1) ?? 0) * 1000;
  return { outcome: 'verifying', detail, until: iso(last), nextLook: iso(nextLook(step, acted, Math.max(acted, from - 1)) ?? last) };
}

/** All steps that matter ended green: forward all of them, backwards those that can be undone. */
export function allGreen(containment: Containment): boolean {
  if (directionOf(containment) === 'result') return containment.steps.every((step) => isGreen(step.result));
  return containment.steps.every((step) => step.status !== 'undo-failed' && isFinal(step.undo ?? step.result));
}

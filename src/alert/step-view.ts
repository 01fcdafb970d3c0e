// One step of a plan in words: what it does, to whom, and how it ended. Pure; called by view.ts.
import { actionById } from '../contain/actions/index.ts';
import type { PlannedStep, StepOutcome, StepState } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';

export type Tone = 'good' | 'warning' | 'attention' | 'default';

export interface ViewStep {
  readonly label: string;
  readonly tone: Tone;
  /** One word: Done, Verifying, Waiting, Red, Rehearsed. */
  readonly mark: string;
  readonly detail: string;
  /** What the responder does now, for red ones. */
  readonly next?: string;
}

/** @example utc('2026-03-02T02:31:09.000Z') === '2026-03-02 02:31 UTC' */
export const utc = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/** Whom or what a step acts on is said where it is not whom the headline names. */
export const labelOf = ({ root }: Pick<Incident, 'root'>, { label, target, targetName }: PlannedStep): string =>
  target === root ? label : `${label} (${targetName})`;

export function stepView(incident: Pick<Incident, 'root'>, step: StepState): ViewStep {
  const label = labelOf(incident, step);
  return givenUp(step, label) ?? outcomeView(label, step.undo ?? step.result);
}

/** What no undo can restore was known and said beforehand: no failure of this one. */
function givenUp({ action, undo }: StepState, label: string): ViewStep | undefined {
  if (undo?.outcome !== 'refused' || !('whyNot' in actionById(action).undo)) return undefined;
  return { label, tone: 'default', mark: 'Not restored', detail: undo.why, next: undo.next };
}

function outcomeView(label: string, outcome: StepOutcome | undefined): ViewStep {
  if (outcome === undefined) return { label, tone: 'default', mark: 'Waiting', detail: '' };
  switch (outcome.outcome) {
    case 'contained':
    case 'already':
      return { label, tone: 'good', mark: 'Done', detail: outcome.detail };
    case 'verifying':
      return { label, tone: 'warning', mark: 'Verifying', detail: `Looked for until ${utc(outcome.until)}.` };
    case 'rehearsed':
      return { label, tone: 'default', mark: 'Rehearsed', detail: outcome.detail };
    case 'unverified':
      return { label, tone: 'attention', mark: 'Not verified', detail: outcome.detail, next: outcome.next };
    case 'refused':
      return { label, tone: 'attention', mark: 'Refused', detail: outcome.why, next: outcome.next };
    case 'failed':
      return { label, tone: 'attention', mark: 'Failed', detail: outcome.cause, next: outcome.next };
  }
}

// Which of its faces an incident shows. Pure; used by view.ts.

import { plansFor } from '../contain/plan.ts';
import { allGreen } from '../contain/steps.ts';
import type { Containment } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';

export type CardState =
  | 'open'
  | 'dry-run'
  | 'rehearsed'
  | 'verifying'
  | 'contained'
  /** A smaller plan than the strongest one ended green: sessions ended, or the connector disabled. */
  | 'partly'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'withdrawn'
  | 'closed';

export function cardState(incident: Incident, containment: Containment | undefined, live: boolean): CardState {
  const untouched = live ? 'open' : 'dry-run';
  if (containment !== undefined) {
    if (containment.status === 'undoing') return 'undoing';
    if (containment.status === 'undone') return allGreen(containment) ? 'undone' : 'failed';
    if (containment.status !== 'done') return 'verifying';
    // What was pressed besides may have failed: then the card is not green, whatever was contained before.
    if (incident.status === 'contained') return containment.dryRun || allGreen(containment) ? 'contained' : 'failed';
  }
  if (incident.status === 'closed') return incident.findings.length === 0 ? 'withdrawn' : 'closed';
  if (containment === undefined) return untouched;
  if (containment.dryRun) return 'rehearsed';
  if (!allGreen(containment)) return 'failed';
  // Contained before, and open again: the attack went on.
  return plansFor(incident)[0] === containment.kind ? untouched : 'partly';
}

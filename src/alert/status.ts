// What became of an incident, in one sentence. Pure; used by view.ts.
import { plansFor, untouchedBy } from '../contain/plan.ts';
import { isGreen } from '../contain/steps.ts';
import type { Containment } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';
import { buttonTitles } from './buttons.ts';
import type { CardState } from './state.ts';
import { utc } from './step-view.ts';

/** What its steps act on, and what is held anyway. */
export const reachedBy = ({ steps }: Containment, held: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...steps.map(({ target }) => target), ...held]);

interface Told {
  readonly incident: Incident;
  readonly containment: Containment | undefined;
  readonly held: ReadonlySet<string>;
}

const openMore = ({ incident, containment, held }: Told): boolean =>
  containment !== undefined && untouchedBy(incident, reachedBy(containment, held)).length > 0;

/** A case stays contained while something that Contain left out is done besides. */
const isBeside = ({ incident, containment }: Pick<Told, 'incident' | 'containment'>): boolean =>
  incident.status === 'contained' && containment !== undefined && plansFor(incident)[0] !== containment.kind;

/** What only joined the case later, and happened before, is no attack that goes on. */
const isLater = (time: string, { endedAt, at }: Containment): boolean => Date.parse(time) > Date.parse(endedAt ?? at);

export function statusOf(state: CardState, told: Told): string | undefined {
  const { incident, containment } = told;
  const by = containment?.by.name ?? '';
  const ended = containment?.endedAt === undefined ? '' : ` ${utc(containment.endedAt)}`;
  switch (state) {
    case 'open':
      if (containment === undefined) return undefined;
      return isLater(told.incident.lastAt, containment) ? 'It goes on after the containment.' : 'More was found after the containment.';
    case 'dry-run':
      return 'Dry run: nothing will be changed.';
    case 'rehearsed':
      return `Rehearsed by ${by}${ended}. Nothing was changed.`;
    case 'verifying':
      return `Started by ${by}. Verifying until every change is visible.`;
    case 'contained':
      return `${isBeside(told) ? `Contained. Then ${planTitle(containment)}` : 'Contained'} by ${by}${ended}. Every step was seen to hold${openMore(told) ? '; something stays open, see below' : ''}.`;
    case 'partly':
      return `Done by ${by}${ended}. The case is still open.`;
    case 'failed': {
      if (isBeside(told) && containment?.undo === undefined) return `Contained before. Not every step of ${planTitle(containment)} worked.`;
      const open = containment?.steps.some((step) => step.action === 'block-sign-in' && !isGreen(step.result)) === true;
      return open && containment?.undo === undefined ? 'Still open: not every step worked.' : 'Not every step worked.';
    }
    case 'undoing':
      return `Being undone by ${containment?.undo?.by.name ?? by}.`;
    case 'undone':
      return `Undone by ${containment?.undo?.by.name ?? by}${ended}: ${containment?.undo?.reason ?? ''}`;
    case 'withdrawn':
    case 'closed':
      return incident.closedBecause ?? 'Closed.';
  }
}

const planTitle = (containment: Containment | undefined): string =>
  containment === undefined ? '' : `“${buttonTitles[containment.kind]}”`;

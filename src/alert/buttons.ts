// Which buttons an incident's card has in each of its states. Pure; used by view.ts and status.ts.
import { actionById } from '../contain/actions/index.ts';
import { plansFor, plansLeft } from '../contain/plan.ts';
import { canUndoAgain, mayHaveChanged } from '../contain/steps.ts';
import type { Containment, PlanKind, StepState } from '../contracts/containment.ts';
import type { Incident } from '../contracts/incident.ts';
import type { CardState } from './state.ts';
import { utc } from './step-view.ts';

export type Verb = PlanKind | 'undo' | 'dismiss' | 'evidence' | 'how-to-go-live';

export interface Button {
  readonly verb: Verb;
  readonly title: string;
  readonly primary: boolean;
  /** Which containment an undo means, where it is not the one that the card shows. */
  readonly containment?: string;
}

export const buttonTitles: Readonly<Record<Verb, string>> = {
  contain: 'Contain',
  'sign-out': 'Sign out only',
  'disable-connector': 'Disable connector',
  undo: 'Undo…',
  dismiss: 'Not an attack…',
  evidence: 'Evidence',
  'how-to-go-live': 'How to go live',
};
const rehearse = 'Rehearse (changes nothing)';
const rehearseTitles: Readonly<Record<PlanKind, string>> = {
  contain: 'Rehearse Contain',
  'sign-out': 'Rehearse Sign out only',
  'disable-connector': 'Rehearse Disable connector',
};

/** The steps that an undo would have to look at. */
export function changedBy(containment: Containment | undefined): StepState[] {
  const ended = containment?.status === 'done' || (containment !== undefined && canUndoAgain(containment));
  return ended && !containment.dryRun ? containment.steps.filter(mayHaveChanged) : [];
}
const isUndoable = (containment: Containment | undefined): boolean =>
  changedBy(containment).some((step) => !('whyNot' in actionById(step.action).undo));

/** Each containment is undone by itself; not while another one is under way. In dry run nothing is restored. */
export function undoOfOthers(state: CardState, others: readonly Containment[], live: boolean): Button[] {
  if (!live || state === 'verifying' || state === 'undoing') return [];
  return others.filter(isUndoable).map((other) => ({
    verb: 'undo',
    title: `Undo ${buttonTitles[other.kind]} of ${utc(other.at)}…`,
    primary: false,
    containment: other.id,
  }));
}

interface Pressable {
  readonly state: CardState;
  readonly incident: Incident;
  readonly containment: Containment | undefined;
  readonly held: ReadonlySet<string>;
  readonly others: readonly Containment[];
  readonly live: boolean;
}

export function buttonsOf({ state, incident, containment, others, held, live }: Pressable): Button[] {
  const button = (verb: Verb, title: string = buttonTitles[verb], primary = false): Button => ({ verb, title, primary });
  const first = plansFor(incident)[0];
  // In dry run a press rehearses; where something was done for real it is refused, so that the rehearsal doesn't take its place.
  const rehearsal =
    changedBy(containment).length > 0
      ? []
      : plansFor(incident)
          .filter((kind) => kind === first || kind === 'disable-connector')
          .map((kind) => button(kind, kind === first ? rehearse : rehearseTitles[kind], kind === first));
  const plans = live ? plansFor(incident).map((kind) => button(kind, buttonTitles[kind], kind === first)) : rehearsal;
  const which = containment !== undefined && others.some(isUndoable) ? `Undo ${buttonTitles[containment.kind]}…` : buttonTitles.undo;
  const undo = live && isUndoable(containment) ? [button('undo', which)] : [];
  // What Contain leaves open and a step can close is one press away.
  const left = live ? plansLeft(incident, held).map((kind) => button(kind)) : [];
  const goLive = live ? [] : [button('how-to-go-live')];
  const always = [button('evidence'), button('dismiss'), ...goLive];
  switch (state) {
    case 'open':
    case 'partly':
      return [...plans, ...undo, ...always];
    case 'failed':
      return incident.status === 'closed' ? [...undo, button('evidence'), ...goLive] : [...plans, ...undo, ...always];
    case 'dry-run':
    case 'rehearsed':
      return [...rehearsal, button('evidence'), button('dismiss'), button('how-to-go-live')];
    case 'contained':
      return [...left, ...undo, button('evidence'), ...goLive];
    case 'closed':
      return [...undo, button('evidence')];
    case 'verifying':
    case 'undoing':
    case 'undone':
    case 'withdrawn':
      return [button('evidence')];
  }
}

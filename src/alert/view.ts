// What an incident's card says, before it is drawn: one typed picture for card, page and ticket. Pure; used by outbox.ts and the console's endpoint.
import { actionById } from '../contain/actions/index.ts';
import { byHand, outsidersOf } from '../contain/outsiders.ts';
import { notTouched, planFor, plansFor, untouchedBy } from '../contain/plan.ts';
import { canUndoAgain, heldBy, undoableThings } from '../contain/steps.ts';
import type { Containment } from '../contracts/containment.ts';
import type { Severity } from '../contracts/finding.ts';
import { parseSubject } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import { endsForAll } from '../incidents/attacks.ts';
import { type Button, buttonsOf, buttonTitles, changedBy, undoOfOthers } from './buttons.ts';
import { type CardState, cardState } from './state.ts';
import { reachedBy, statusOf } from './status.ts';
import { labelOf, stepView, type Tone, utc, type ViewStep } from './step-view.ts';
import { linesOf, type TimelineLine } from './timeline.ts';

export interface IncidentView {
  readonly tenant: string;
  readonly incident: string;
  /** Recognises a repeated post: the same case and update number is the same card. */
  readonly reference: string;
  readonly state: CardState;
  readonly tone: Tone;
  readonly severity: Severity;
  /** Who and what in one line. */
  readonly headline: string;
  readonly sentence: string;
  /** What became of it, in one sentence; absent while nothing was done. */
  readonly status?: string;
  readonly timeline: readonly TimelineLine[];
  readonly why: readonly string[];
  readonly against: readonly string[];
  readonly unread: readonly string[];
  /** What the first button will do, in its steps; empty once something was done. */
  readonly plan: readonly string[];
  readonly steps: readonly ViewStep[];
  readonly staysOpen: readonly string[];
  readonly undo: readonly string[];
  /** What no step can do, since the account is another organisation's: one sentence each, the page where it is done at its end. */
  readonly byHand: readonly string[];
  /** Whom to call, and how not. */
  readonly call?: string;
  readonly visibleAt?: string;
  /** Other containments of the case, one sentence each. */
  readonly others: readonly string[];
  readonly buttons: readonly Button[];
}

export interface ViewInput {
  readonly incident: Incident;
  readonly containment?: Containment | undefined;
  /** Further containments of the case, oldest first. */
  readonly others?: readonly Containment[];
  /** The tenant's policy: live, or dry run. */
  readonly policy: { readonly live: boolean };
  /** Further sentences on what cannot be read now. */
  readonly unread?: readonly string[];
}

const tones: Readonly<Record<CardState, Tone>> = {
  open: 'attention',
  'dry-run': 'attention',
  rehearsed: 'warning',
  verifying: 'warning',
  contained: 'good',
  partly: 'warning',
  failed: 'attention',
  undoing: 'warning',
  undone: 'default',
  withdrawn: 'default',
  closed: 'default',
};

export function incidentView({ incident, containment, others = [], policy, unread = [] }: ViewInput): IncidentView {
  const state = cardState(incident, containment, policy.live);
  const kind = plansFor(incident)[0];
  const held = heldBy([...others, ...(containment === undefined ? [] : [containment])]);
  const plan = kind === undefined ? undefined : planFor(kind, incident, held);
  const toDo = isToDo(state) && plan !== undefined && 'steps' in plan ? plan : undefined;
  const steps = containment === undefined || toDo !== undefined ? [] : containment.steps.map((step) => stepView(incident, step));
  const actions = [...new Set((toDo?.steps ?? containment?.steps ?? []).map((step) => step.action))];
  const said = statusOf(state, { incident, containment, held });
  const status = !policy.live && (state === 'failed' || state === 'partly') ? `${said} Dry run now: nothing will be changed.` : said;
  const visibleAt = incident.timeline
    .flatMap((entry) => entry.visibleAt ?? [])
    .sort()
    .at(-1);
  const changed = changedBy(containment);
  const ends = endsForAll(incident);
  return {
    tenant: incident.tenant,
    incident: incident.id,
    reference: `Case ${incident.id.slice(0, 8)}, update ${incident.revision}`,
    state,
    tone: tones[state],
    severity: incident.severity,
    headline: incident.title,
    sentence: incident.summary,
    ...(status === undefined ? {} : { status }),
    timeline: linesOf(incident.timeline, incident.notes),
    why: incident.why,
    against: incident.against,
    unread: [...new Set([...incident.unread, ...unread])],
    plan: toDo?.steps.map((step) => labelOf(incident, step)) ?? [],
    steps,
    staysOpen:
      state === 'undone' ? [] : toDo === undefined ? openAfter(incident, containment, held) : [...toDo.staysOpen, ...expected(actions)],
    // A rehearsal leaves nothing to undo.
    undo: [
      ...undoText(state, toDo !== undefined, changed.length > 0, policy.live, actions),
      ...(changed.length > 0 && ends !== undefined ? [ends] : []),
    ],
    byHand: tones[state] === 'default' ? [] : byHand(incident),
    ...(parseSubject(incident.root).kind === 'user' && !isOutsider(incident) && tones[state] !== 'default'
      ? { call: 'Call the user; don’t write to this mailbox.' }
      : {}),
    ...(visibleAt === undefined ? {} : { visibleAt }),
    others: others.map(otherSentence),
    buttons: [...buttonsOf({ state, incident, containment, others, held, live: policy.live }), ...undoOfOthers(state, others, policy.live)],
  };
}

/** Whoever the case is headed by works for somebody else: there is no user to call here. */
const isOutsider = (incident: Incident): boolean => outsidersOf(incident).some(({ subject }) => subject === incident.root);

/** What stays open, with what was found since the press. */
function openAfter(incident: Incident, containment: Containment | undefined, held: ReadonlySet<string>): string[] {
  if (containment === undefined) return [];
  const stored = containment.staysOpen.filter((sentence) => !sentence.startsWith(notTouched));
  return [...untouchedBy(incident, reachedBy(containment, held)), ...stored];
}

const otherStatus: Readonly<Record<Containment['status'], string>> = {
  intended: 'has begun',
  running: 'is under way',
  verifying: 'is under way',
  done: 'holds',
  undoing: 'is being undone',
  undone: 'was undone',
};
function otherSentence(other: Containment): string {
  const ended = other.status === 'done' && undoableThings(other).length === 0 ? 'has ended' : otherStatus[other.status];
  return `${buttonTitles[other.kind]} by ${other.by.name}, ${utc(other.at)}, ${canUndoAgain(other) ? 'could not be undone' : ended}.`;
}

/** Nothing was changed yet, so the card says what the first button will do. */
const isToDo = (state: CardState): boolean => state === 'open' || state === 'dry-run';

const expected = (actions: readonly string[]): string[] => (actions.includes('end-sessions') ? ['Open apps may last up to an hour.'] : []);

function undoText(state: CardState, toDo: boolean, changed: boolean, live: boolean, actions: readonly string[]): string[] {
  if (changed && !live) return ['Once the tenant is live again.'];
  return (toDo && state === 'open') || changed ? undoSentences(actions) : [];
}

/** "Restores sign-in, not sessions or removed methods." */
function undoSentences(actions: readonly string[]): string[] {
  const objects = (possible: boolean) =>
    actions
      .map(actionById)
      .filter(({ undo }) => 'whyNot' in undo !== possible)
      .map(({ object }) => object);
  const restored = objects(true);
  const lost = objects(false).join(' or ');
  if (restored.length === 0) return [`Not possible for ${lost}.`];
  return [`Restores ${restored.join(' and ')}${lost === '' ? '' : `, not ${lost}`}.`];
}

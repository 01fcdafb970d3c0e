// Which steps a press means. Pure; used by press.ts and by the card, which shows the steps before anybody presses.
import type { PlanKind, PlannedStep } from '../contracts/containment.ts';
import { parseSubject, type SubjectKind } from '../contracts/ids.ts';
import type { Incident } from '../contracts/incident.ts';
import { clean, counted } from '../incidents/text.ts';
import { actionById } from './actions/index.ts';

export type Plan = { readonly steps: readonly PlannedStep[]; readonly staysOpen: readonly string[] } | { readonly impossible: string };

/** The audit record of a registration may carry a later time than the method itself. */
const registrationSlackMs = 5 * 60_000;
const connectorsMost = 5;

const planned = (
  id: string,
  action: string,
  target: string,
  targetName: string,
  more: Partial<Pick<PlannedStep, 'label' | 'after' | 'parameters'>>,
): PlannedStep => ({
  id,
  action,
  label: more.label ?? actionById(action).label,
  target,
  targetName,
  after: more.after ?? [],
  parameters: more.parameters ?? {},
});

/** The root first, then the others as they joined. */
const subjectsOf = (incident: Incident, kind: SubjectKind): string[] =>
  [...new Set([incident.root, ...incident.subjects])].filter((subject) => parseSubject(subject).kind === kind);

/** Begins the sentence about what no step of a plan touches. */
export const notTouched = 'Not touched: ';

/** What the guard found of this attack and no step of the plan touches: a green card has to say that it is still there. One sentence, or none. */
export function untouchedBy(kind: PlanKind, incident: Incident): string[] {
  const things = incident.things ?? [];
  const applications = subjectsOf(incident, 'app').length;
  const devices = subjectsOf(incident, 'device').length;
  const connectors = kind === 'disable-connector' ? 0 : subjectsOf(incident, 'connector').length;
  const flowRules = things.includes('mail flow rules') || subjectsOf(incident, 'transport-rule').length > 0;
  const named = [
    ...(applications > 0 ? [counted(applications, 'application')] : things.filter((thing) => thing === 'applications')),
    ...(devices > 0 ? [counted(devices, 'device')] : []),
    ...(connectors > 0 ? [counted(connectors, 'connector')] : []),
    ...(flowRules ? ['mail flow rules'] : []),
    ...things.filter((thing) => thing !== 'applications' && thing !== 'mail flow rules'),
  ];
  return named.length === 0 ? [] : [`${notTouched}${named.join(', ')}. Look at them.`];
}

const passwordStays = 'The password is unchanged: whoever knows it can sign in again.';

/**
 * `contain`: close the door, throw out, lock, throw out again; `after` names steps whose change the service must have accepted first.
 * `sign-out`: end sessions only. `disable-connector`: every inbound connector of the incident.
 */
export function planFor(kind: PlanKind, incident: Incident): Plan {
  if (kind === 'disable-connector') {
    const connectors = subjectsOf(incident, 'connector').slice(0, connectorsMost);
    if (connectors.length === 0) return { impossible: 'No inbound connector belongs to this case.' };
    const steps = connectors.map((target, index) =>
      planned(
        index === 0 ? 'disable-connector' : `disable-connector-${index + 1}`,
        'disable-inbound-connector',
        target,
        parseSubject(target).id,
        {},
      ),
    );
    return { steps, staysOpen: untouchedBy(kind, incident) };
  }
  const user = subjectsOf(incident, 'user')[0];
  if (user === undefined)
    return {
      impossible:
        subjectsOf(incident, 'unresolved').length > 0
          ? 'The account is known by name only: its object id could not be read, and only object ids are acted on.'
          : 'No user belongs to this case.',
    };
  const name = clean(user === incident.root ? (incident.rootName ?? parseSubject(user).id) : parseSubject(user).id, 120);
  if (kind === 'sign-out')
    return { steps: [planned('end-sessions', 'end-sessions', user, name, {})], staysOpen: [passwordStays, ...untouchedBy(kind, incident)] };
  const since = new Date(Date.parse(incident.firstAt) - registrationSlackMs).toISOString();
  return {
    steps: [
      planned('block-sign-in', 'block-sign-in', user, name, {}),
      planned('end-sessions', 'end-sessions', user, name, { after: ['block-sign-in'] }),
      planned('remove-methods', 'remove-methods', user, name, { after: ['end-sessions'], parameters: { since } }),
      planned('end-sessions-again', 'end-sessions', user, name, { label: 'End sessions again', after: ['remove-methods'] }),
    ],
    staysOpen: untouchedBy(kind, incident),
  };
}

/** The step that takes over when this one failed: it joins the plan then, right after it. */
export function fallbackOf({ action, target, targetName, parameters }: PlannedStep): PlannedStep | undefined {
  if (action !== 'block-sign-in') return undefined;
  return planned('new-password', 'new-password', target, targetName, { after: ['block-sign-in'], parameters });
}

/** The plans that make sense for an incident, the strongest first: what the card offers. */
export const plansFor = (incident: Incident): PlanKind[] =>
  (['contain', 'disable-connector', 'sign-out'] as const).filter((kind) => 'steps' in planFor(kind, incident));

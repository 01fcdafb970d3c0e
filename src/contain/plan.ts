// Which steps a press means. Pure; used by press.ts and by the card, which shows the steps before anybody presses.
import type { PlanKind, PlannedStep } from '../contracts/containment.ts';
import { parseSubject, type SubjectKind } from '../contracts/ids.ts';
import type { Account, Incident } from '../contracts/incident.ts';
import { counted } from '../incidents/text.ts';
import { actionById } from './actions/index.ts';
import { byHand, nameOf, outsidersOf } from './outsiders.ts';

export type Plan = { readonly steps: readonly PlannedStep[]; readonly staysOpen: readonly string[] } | { readonly impossible: string };

/** The audit record of a registration may carry a later time than the method itself. */
const registrationSlackMs = 5 * 60_000;
const connectorsMost = 5;
/** More accounts than this are no case for one press: the rest is said. */
const accountsMost = 5;

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

/** What an earlier containment holds comes last: of more than one press reaches, the next one takes what is left. */
const leftFirst = <T>(all: readonly T[], subjectOf: (one: T) => string, held: ReadonlySet<string>): T[] =>
  all.toSorted((a, b) => Number(held.has(subjectOf(a))) - Number(held.has(subjectOf(b))));

const connectorsOf = (incident: Incident, held: ReadonlySet<string>): string[] =>
  leftFirst(subjectsOf(incident, 'connector'), (subject) => subject, held).slice(0, connectorsMost);

/** The accounts that a plan acts on: those that the attack entered and that this tenant has, at most so many. */
function accountsOf(incident: Incident, held: ReadonlySet<string>): Account[] {
  const first = subjectsOf(incident, 'user')[0] as Account['subject'] | undefined;
  const { root, rootName } = incident;
  const alone: Account[] =
    first === undefined ? [] : [{ subject: first, ...(first === root && rootName !== undefined ? { name: rootName } : {}) }];
  const outside = new Set<string>(outsidersOf(incident).map(({ subject }) => subject));
  const own = (incident.accounts ?? alone).filter(({ subject }) => !outside.has(subject));
  return leftFirst(own, ({ subject }) => subject, held).slice(0, accountsMost);
}

/** Begins the sentence about what no step of a plan touches. */
export const notTouched = 'Not touched: ';

const nothingHeld: ReadonlySet<string> = new Set();

/**
 * What the guard found of this attack and no step touches: a green card has to say that it is still there. One sentence, or none.
 * @param reached the subjects that steps act on, or other containments hold
 */
export function untouchedBy(incident: Incident, reached: ReadonlySet<string>): string[] {
  const things = incident.things ?? [];
  const outsiders = new Set<string>(outsidersOf(incident).map(({ subject }) => subject));
  const others = subjectsOf(incident, 'user').filter((subject) => !reached.has(subject) && !outsiders.has(subject)).length;
  const applications = subjectsOf(incident, 'app').length;
  const devices = subjectsOf(incident, 'device').length;
  const connectors = subjectsOf(incident, 'connector').filter((subject) => !reached.has(subject)).length;
  const isOfPeople = [...reached].some((subject) => subject.startsWith('user:'));
  const flowRules = things.includes('mail flow rules') || subjectsOf(incident, 'transport-rule').length > 0;
  const named = [
    ...(others > 0 && isOfPeople ? [counted(others, 'other account')] : []),
    ...(outsiders.size > 0 ? [counted(outsiders.size, 'account from outside')] : []),
    ...(applications > 0 ? [counted(applications, 'application')] : things.filter((thing) => thing === 'applications')),
    ...(devices > 0 ? [counted(devices, 'device')] : []),
    ...(connectors > 0 ? [counted(connectors, 'connector')] : []),
    ...(flowRules ? ['mail flow rules'] : []),
    ...things.filter((thing) => thing !== 'applications' && thing !== 'mail flow rules'),
  ];
  return named.length === 0 ? [] : [`${notTouched}${named.join(', ')}. Look at them.`];
}

const guestsAtHome = 'A guest’s sessions and sign-in methods are its own organisation’s: tell it.';
const passwordsStay = 'The passwords are unchanged: whoever knows them can sign in again.';
const passwordStays = 'The password is unchanged: whoever knows it can sign in again.';

/**
 * `contain`: close the door, throw out, lock, throw out again, for every account that the attack entered; `after` names steps whose change the service must have accepted first.
 * `sign-out`: end sessions only. `disable-connector`: every inbound connector of the incident.
 * @param held what other containments of the case hold
 */
export function planFor(kind: PlanKind, incident: Incident, held: ReadonlySet<string> = nothingHeld): Plan {
  if (kind === 'disable-connector') {
    const connectors = connectorsOf(incident, held);
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
    return { steps, staysOpen: untouchedBy(incident, new Set([...connectors, ...held])) };
  }
  const accounts = accountsOf(incident, held);
  if (accounts.length === 0) return { impossible: whyNobody(incident) };
  const own = accounts.filter(({ outside }) => outside !== 'guest');
  const untouched = untouchedBy(incident, new Set<string>([...accounts.map(({ subject }) => subject), ...held]));
  if (kind === 'sign-out') {
    if (own.length === 0) return { impossible: guestsAtHome };
    const steps = own.map((account, index) => planned(nth('end-sessions', index), 'end-sessions', account.subject, nameOf(account), {}));
    return { steps, staysOpen: [own.length === 1 ? passwordStays : passwordsStay, ...untouched] };
  }
  const guests = own.length < accounts.length ? [guestsAtHome] : [];
  return { steps: stepsFor(accounts, incident), staysOpen: [...guests, ...untouched] };
}

/** `block-sign-in`, and `block-sign-in-2` for the second account. */
const nth = (id: string, index: number): string => (index === 0 ? id : `${id}-${index + 1}`);

/** Every door is closed before anybody is thrown out: who has two accounts must not come back with the other one. */
function stepsFor(accounts: readonly Account[], incident: Incident): PlannedStep[] {
  const since = new Date(Date.parse(incident.firstAt) - registrationSlackMs).toISOString();
  const each = accounts.map((account, index): PlannedStep[] => {
    const step = (id: string, action: string, more: Parameters<typeof planned>[4]) =>
      planned(nth(id, index), action, account.subject, nameOf(account), more);
    const after = (id: string) => [nth(id, index)];
    if (account.outside === 'guest')
      return [step('block-sign-in', 'block-sign-in', { label: 'Disable the guest', parameters: { guest: 'true' } })];
    return [
      step('block-sign-in', 'block-sign-in', {}),
      step('end-sessions', 'end-sessions', { after: after('block-sign-in') }),
      step('remove-methods', 'remove-methods', { after: after('end-sessions'), parameters: { since } }),
      step('end-sessions-again', 'end-sessions', { label: 'End sessions again', after: after('remove-methods') }),
    ];
  });
  return [0, 1, 2, 3].flatMap((place) => each.flatMap((steps) => steps[place] ?? []));
}

function whyNobody(incident: Incident): string {
  const outsiders = byHand(incident);
  if (outsiders.length > 0) return outsiders.join(' ');
  return subjectsOf(incident, 'unresolved').length > 0
    ? 'The account is known by name only: its object id could not be read, and only object ids are acted on.'
    : 'No user belongs to this case.';
}

/** The step that takes over when this one failed: it joins the plan then, right after it. A guest's password is its own organisation's. */
export function fallbackOf({ id, action, target, targetName, parameters }: PlannedStep): PlannedStep | undefined {
  if (action !== 'block-sign-in' || parameters['guest'] === 'true') return undefined;
  return planned(id.replace('block-sign-in', 'new-password'), 'new-password', target, targetName, { after: [id], parameters });
}

/** The plans that make sense for an incident, the strongest first: what the card offers. */
export const plansFor = (incident: Incident): PlanKind[] =>
  (['contain', 'disable-connector', 'sign-out'] as const).filter((kind) => 'steps' in planFor(kind, incident));

/** The plans that would still close something, once a case is contained: what the strongest one left out. */
export const plansLeft = (incident: Incident, held: ReadonlySet<string>): PlanKind[] =>
  plansFor(incident).filter((kind) => {
    const plan = planFor(kind, incident, held);
    return kind !== 'sign-out' && 'steps' in plan && plan.steps.some(({ target }) => !held.has(target));
  });

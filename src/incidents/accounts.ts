// Which accounts an attack entered, and which of them are none of this tenant's: what containment acts on, and how the case is headed. Pure; used by merge.ts.
import { type Finding, severityRank } from '../contracts/finding.ts';
import type { Account, Incident } from '../contracts/incident.ts';
import { clean } from './text.ts';

const most = 50;
/** How a sign-in log names the way by which somebody of another organisation comes in (fact `access`). */
const outsiders: ReadonlyMap<string, NonNullable<Account['outside']>> = new Map([
  ['microsoftSupport', 'support'],
  ['serviceProvider', 'provider'],
  ['b2bDirectConnect', 'partner'],
  ['passthrough', 'partner'],
  ['b2bCollaboration', 'guest'],
]);

export interface AccountsInput {
  readonly root: string;
  readonly rootName: string | undefined;
  readonly before: Incident | undefined;
  /** Findings of the case are not among the standing ones because nobody looked: what they led to stays. */
  readonly isPartial: boolean;
  /** What the directory said of accounts just now: true, there is one; false, there is none. Missing: not asked. */
  readonly present: ReadonlyMap<string, boolean>;
}

const isUser = (subject: string): boolean => subject.startsWith('user:');
/**
 * Somebody's session, and not merely a person who used an application that belongs to the attack: such people are in its way, and are no reason to block them.
 * Unsure or mild signs make nobody's account one that was entered.
 */
const isEntered = ({ stage, subject, related, severity, unsure }: Finding): boolean =>
  isUser(subject) &&
  unsure !== true &&
  stage === 'entry' &&
  severityRank(severity) >= severityRank('medium') &&
  !related.some((other) => other.startsWith('app:'));

/** The root first, then by when each was entered. Undefined where the root alone says it: an account of this tenant, or no account. */
export function accountsOf(
  standing: readonly Finding[],
  { root, rootName, before, isPartial, present }: AccountsInput,
): Account[] | undefined {
  const held = before?.accounts ?? [];
  // Of whom everything was withdrawn, nothing speaks any more: nobody is contained for having been listed once.
  const isNamed = (subject: Account['subject']): boolean =>
    isPartial || standing.some((finding) => finding.subject === subject || finding.related.includes(subject));
  const subjects = new Set([
    ...(isUser(root) ? [root] : []),
    ...held.map(({ subject }) => subject).filter(isNamed),
    ...standing.filter(isEntered).map(({ subject }) => subject),
  ]);
  const accounts = [...subjects].slice(0, most).map((subject): Account => {
    const own = standing.filter((finding) => finding.subject === subject);
    const old = held.find((account) => account.subject === subject);
    const named = own.find(({ subjectName }) => subjectName !== undefined)?.subjectName;
    const name = clean((subject === root ? rootName : named) ?? old?.name ?? '', 120);
    const outside = outsideOf(own, present.get(subject)) ?? (present.get(subject) === true ? undefined : old?.outside);
    return { subject: subject as Account['subject'], ...(name === '' ? {} : { name }), ...(outside === undefined ? {} : { outside }) };
  });
  const plain = accounts.every(({ subject, outside }) => subject === root && outside === undefined);
  return plain ? undefined : accounts;
}

/** The log's own word goes before the directory's, which does not know why it knows nobody. */
function outsideOf(own: readonly Finding[], present: boolean | undefined): Account['outside'] {
  const told = own.map(({ facts }) => outsiders.get(facts['access'] ?? '')).find((kind) => kind !== undefined);
  if (told === 'guest' && present === false) return 'absent';
  return told ?? (present === false ? 'absent' : undefined);
}

/** Whose accounts the cases were about, where there was more than one case. */
export function unitedAccounts(incidents: readonly Incident[]): Account[] {
  if (incidents.length < 2) return [...(incidents[0]?.accounts ?? [])];
  const all = incidents.flatMap(({ root, rootName, accounts = [] }): Account[] => [
    ...(isUser(root) ? [{ subject: root, ...(rootName === undefined ? {} : { name: rootName }) }] : []),
    ...accounts,
  ]);
  return [...new Map(all.map((account) => [account.subject, account])).values()];
}

/** Accounts that joined a case which people know: the case is worse than they were told. */
export function newcomers(before: Incident | undefined, accounts: readonly Account[] | undefined, standing: readonly Finding[]): Account[] {
  if (before === undefined) return [];
  // A case that was stored before cases named their accounts: whom its findings told of, people were told of.
  const told = new Set(
    before.accounts === undefined ? standing.flatMap((one) => (isEntered(one) && before.findings.includes(one.id) ? one.subject : [])) : [],
  );
  return (accounts ?? []).filter(
    ({ subject }) => subject !== before.root && !told.has(subject) && before.accounts?.some((known) => known.subject === subject) !== true,
  );
}

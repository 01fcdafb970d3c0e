// Making and ending exclusions: what is refused, what is stored, and the card that tells of it on another channel. Called by dismiss.ts, the console's endpoint and the command.
import type { Clock } from '../contracts/clock.ts';
import { type Decider, type Exclusion, exclusionDaysMost } from '../contracts/doubt.ts';
import { type Finding, type Severity, severityRank, worst } from '../contracts/finding.ts';
import { hashId, parseSubject, type SubjectKind, subjectId } from '../contracts/ids.ts';
import type { OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError, type Store } from '../store/store.ts';
import { isInForce } from './exclusions.ts';
import { outboxDue } from './outbox-due.ts';
import { isConfirmed } from './severity.ts';
import { clean } from './text.ts';

export interface ExcludeTools {
  readonly store: Store;
  readonly clock: Clock;
}

/** One rule for one subject. */
export interface Pair {
  readonly rule: string;
  readonly title: string;
  readonly subject: Exclusion['subject'];
  readonly subjectName?: string;
  readonly most: Severity;
  /** Epoch ms of the earliest event that it speaks of. */
  readonly from: number;
}

export interface ExcludeRequest {
  readonly pairs: readonly Pair[];
  readonly days: number;
  readonly reason: string;
  readonly by: Decider & { readonly username?: string };
  /** Made from that: pressing twice is once. */
  readonly press: string;
  readonly incident?: string;
  /** Whether the tenant is live: in dry run nothing is decided for later. */
  readonly live: boolean;
  /** The findings of each case in which these pairs stand. */
  readonly cases: readonly (readonly Finding[])[];
}

const dayMs = 86_400_000;
const pairsMost = 5;
/** A list that long is a hole in the wall. */
const inForceMost = 200;
/** One thing each, known by its id. An address, the whole tenant or a name that somebody else can have tomorrow is too wide. */
const narrow: ReadonlySet<SubjectKind> = new Set(['user', 'app', 'connector', 'transport-rule', 'group', 'device', 'domain', 'mailbox']);
const wide = 'An exclusion speaks of one person, application or object by its id: an address, a name or the whole tenant is too wide.';

function kindOf(subject: string): SubjectKind | undefined {
  try {
    const { kind, id } = parseSubject(subject);
    return /^[^\s*?|]{1,200}$/.test(id) ? kind : undefined;
  } catch {
    return undefined;
  }
}

/** Narrow enough, and not so bad that it is looked at every time. */
export function isExcludable({ subject, most }: Pick<Pair, 'subject' | 'most'>): boolean {
  const kind = kindOf(subject);
  return kind !== undefined && narrow.has(kind) && severityRank(most) <= severityRank('high');
}

const standingIn = (findings: readonly Finding[]): Finding[] => findings.filter(({ standing, effect }) => standing && effect === 'alert');
const confirmed = 'An entry and a later stage stand together here: that is never excluded.';

/** Why this cannot be excluded, whoever asks and however; undefined if it can. */
export function refusal({ pairs, days, reason, by, live, cases }: ExcludeRequest): string | undefined {
  if (!live) return 'This tenant is in dry run: a case can be closed, but nothing is excluded for later.';
  if (cases.some((findings) => isConfirmed(standingIn(findings)))) return confirmed;
  if (clean(reason, 300) === '') return 'An exclusion needs a reason: whoever meets it later has to understand it.';
  if (!Number.isInteger(days) || days < 1 || days > exclusionDaysMost)
    return `An exclusion ends: after 1 to ${exclusionDaysMost} days. It can be renewed.`;
  if (pairs.length === 0) return 'Nothing was named to exclude.';
  if (pairs.length > pairsMost) return `More than ${pairsMost} rules at once are a hole: exclude what is known, and look at the rest.`;
  for (const pair of pairs) {
    const { rule, title, subject, most } = pair;
    if (!/^[^*?\r\n]{1,200}$/.test(rule) || rule.trim() === '') return 'An exclusion speaks of one rule, by its name.';
    if (severityRank(most) > severityRank('high')) return `“${clean(title, 80)}” was critical: what is that bad is looked at every time.`;
    if (!isExcludable(pair)) return wide;
    const own: string[] = [subjectId('user', by.oid ?? ''), subjectId('unresolved', by.username ?? '')];
    if (own.includes(subject)) return 'Nobody can exclude what is said about themselves. Ask another responder.';
  }
  return undefined;
}

/** The pairs of a case that these rules stand for, or why they cannot be excluded. @param findings of the case */
export function pairsOf(findings: readonly Finding[], rules: readonly string[]): readonly Pair[] | { readonly refused: string } {
  const standing = standingIn(findings);
  if (isConfirmed(standing)) return { refused: confirmed };
  const pairs = [...Map.groupBy(standing, ({ rule, subject }) => JSON.stringify([rule, subject])).values()].flatMap((own): Pair[] => {
    const [first] = own;
    if (first === undefined) return [];
    const subjectName = own.find((finding) => finding.subjectName !== undefined)?.subjectName;
    return [
      {
        rule: first.rule,
        title: first.title,
        subject: first.subject,
        ...(subjectName === undefined ? {} : { subjectName: clean(subjectName, 120) }),
        most: worst(own.map(({ severity }) => severity)),
        from: Math.min(...own.map(({ time }) => Date.parse(time))),
      },
    ];
  });
  const named = pairs.filter(({ rule }) => rules.includes(rule));
  const missing = rules.find((rule) => !named.some((pair) => pair.rule === rule));
  return missing === undefined ? named : { refused: 'This case has no standing finding of that rule: look again.' };
}

/** The card that tells of it: outbox.ts draws it. */
const cardOf = (press: string, now: number): OutboxEntry => ({
  v: 1,
  incident: `exclude-${press}`,
  revision: 1,
  reason: 'excluded',
  createdAt: now,
  status: 'waiting',
  tries: 0,
});

/** Whoever can press must not be able to do this silently: row and card are one transaction, and the card goes to the tenant's channel. */
export async function exclude(
  { store, clock }: ExcludeTools,
  scope: TenantScope,
  request: ExcludeRequest,
): Promise<{ readonly exclusions: readonly Exclusion[] } | { readonly refused: string }> {
  const refused = refusal(request);
  if (refused !== undefined) return { refused };
  const now = clock.now();
  const inForce = (await store.exclusions.of(scope)).filter(({ value }) => isInForce(value, now));
  if (inForce.length + request.pairs.length > inForceMost)
    return { refused: `${inForce.length} exclusions are in force here: end some before you add more.` };
  const { name, oid, via } = request.by;
  const exclusions = request.pairs.map(
    (pair): Exclusion => ({
      v: 1,
      id: hashId('exclusion', scope.tenant, request.press, pair.rule, pair.subject),
      ...pair,
      title: clean(pair.title, 160),
      reason: clean(request.reason, 300),
      by: { name: clean(name, 80), ...(oid === undefined ? {} : { oid }), via },
      at: now,
      until: now + request.days * dayMs,
      press: request.press,
      ...(request.incident === undefined ? {} : { incident: request.incident }),
    }),
  );
  const card = cardOf(request.press, now);
  await store.due.put('exclude.put-due', outboxDue(scope.tenant, card, now));
  await store.exclusions.add('exclude.add', scope, exclusions, card);
  await store.queues.ring('exclude.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: card.incident });
  return { exclusions };
}

/** Takes one back: from the next finding on, what it hid counts again. Ending one that has ended returns it as it is. */
export async function endExclusion(
  { store, clock }: ExcludeTools,
  scope: TenantScope,
  request: { readonly id: string; readonly by: Decider; readonly reason: string },
): Promise<{ readonly exclusion: Exclusion } | { readonly refused: string }> {
  const found = (await store.exclusions.of(scope)).find(({ value }) => value.id === request.id);
  if (found === undefined) return { refused: 'There is no such exclusion in this tenant.' };
  if (found.value.ended !== undefined) return { exclusion: found.value };
  const { name, oid, via } = request.by;
  const ended = {
    at: clock.now(),
    by: { name: clean(name, 80), ...(oid === undefined ? {} : { oid }), via },
    reason: clean(request.reason, 300),
  };
  const exclusion: Exclusion = { ...found.value, ended };
  try {
    await store.exclusions.put('exclude.end', scope, { value: exclusion, etag: found.etag });
  } catch (error) {
    // Somebody else ended it at the same moment.
    if (!(error instanceof ConflictError)) throw error;
  }
  return { exclusion };
}

// HTTP GET tenants/{tenant}/incidents/{id}: the incident's card, journal and evidence. Shows, never acts.
import type { HttpFunctionOptions } from '@azure/functions';
import { z } from 'zod';
import { fittedCard } from '../src/alert/fit.ts';
import { incidentView } from '../src/alert/view.ts';
import { containmentOf, goingOn, otherContainments } from '../src/contain/of-incident.ts';
import type { IncidentDetail } from '../src/contracts/console.ts';
import type { Containment, JournalEntry, StepOutcome } from '../src/contracts/containment.ts';
import { stepOutcome } from '../src/contracts/containment.ts';
import type { Finding } from '../src/contracts/finding.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import type { Incident } from '../src/contracts/incident.ts';
import { becauseLine } from '../src/detect/doubt.ts';
import { endsForAll } from '../src/incidents/attacks.ts';
import { beganAt, byBeginning } from '../src/incidents/draw.ts';
import { isExcludable, pairsOf } from '../src/incidents/exclude.ts';
import { figureText, noiseFigures, type RuleNoise } from '../src/incidents/noise.ts';
import { clean } from '../src/incidents/text.ts';
import { exclusionRows } from './exclusion-rows.ts';
import type { Guard } from './guard.ts';
import { cached, forTenant, RequestError } from './http.ts';
import { seenElsewhere } from './hunts.ts';
import type { LazyGuard } from './lazy-guard.ts';

const mostEvidence = 100;
const mostExcludable = 5;
const mostSigns = 5;

export const incident = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'tenants/{tenant}/incidents/{id}',
  handler: forTenant(lazy, 'show', async ({ guard, scope, entry, request }) => {
    const stored = await goingOn(guard, scope, request.params['id'] ?? '');
    if (stored === undefined) throw new RequestError(404, 'unknown-incident', 'There is no such incident in this tenant.');
    const { value } = stored;
    const [containment, others] = await Promise.all([containmentOf(guard, scope, value), otherContainments(guard, scope, value)]);
    const all = [...others, ...(containment === undefined ? [] : [containment])];
    const [journals, findings, exclusions, noise, people] = await Promise.all([
      Promise.all(all.map(async (one) => (await guard.store.journal.entries(scope, one.id)).map((line) => journalLine(line, one)))),
      guard.store.findings.ofSubjects(scope, value.subjects as SubjectId[]),
      guard.store.exclusions.of(scope),
      guard.store.noise.of(scope),
      guard.store.noise.people(scope),
    ]);
    const figures = noiseFigures([{ rows: noise, users: people?.users }], guard.clock.now());
    const view = incidentView({ incident: value, containment, others, policy: entry.policy });
    // Read in ten seconds, like that of a channel: the page beside it has the rest.
    const card = fittedCard(view, { target: { kind: 'console' } });
    const own = findings.filter(({ id }) => value.findings.includes(id));
    const sharing = await sharedSigns(guard, own);
    const related = exclusions.filter(({ value: one }) => one.incident === value.id || value.subjects.includes(one.subject));
    const body: IncidentDetail = {
      incident: value,
      card: { ...card },
      story: { timeline: view.timeline, why: view.why, against: view.against, unread: view.unread },
      journal: [...journals.flat(), ...closingLine(value)].sort((a, b) => a.at.localeCompare(b.at)),
      evidence: own
        .sort(byBeginning)
        .slice(0, mostEvidence)
        .map((finding) => evidenceOf(finding, figures, sharing)),
      ends: endsForAll(value),
      elsewhere: await seenElsewhere(guard, own),
      exclusions: await exclusionRows(
        guard,
        scope,
        related.map((one) => one.value),
      ),
      excludable: excludableOf(value, own, entry.policy.live),
    };
    return cached(request, body);
  }),
});

/** A dismissal, or why the case ended by itself: no containment has it in its journal. */
export const closingLine = ({ status, closedBecause, closedAt, updatedAt }: Incident): IncidentDetail['journal'] =>
  status === 'closed' && closedBecause !== undefined ? [{ at: closedAt ?? updatedAt, text: closedBecause, good: undefined }] : [];

const factNames: Readonly<Record<string, string>> = {
  userAgent: 'browser',
  passwordKnownUsers: 'password known of',
  errorCode: 'error',
};
const factOrder = ['operation', 'method', 'actor', 'address', 'place', 'network', 'application', 'userAgent', 'errorCode'];
const factsMost = 12;

/** What the records say, one line: what people look for first, then what the rule asked for. */
export function factsLine(facts: Finding['facts']): string {
  const place = (name: string) => (factOrder.includes(name) ? factOrder.indexOf(name) : factOrder.length);
  return Object.entries(facts)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([name, value]) => [clean(Object.hasOwn(factNames, name) ? (factNames[name] ?? name) : name, 40), clean(value, 160)])
    .filter(([name, value]) => name !== '' && value !== '')
    .slice(0, factsMost)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');
}

/** What the dialog of a dismissal offers to exclude. */
export function excludableOf(incident: Incident, findings: readonly Finding[], live: boolean): IncidentDetail['excludable'] {
  if (incident.status === 'closed') return { rules: [] };
  if (!live) return { rules: [], whyNot: 'In dry run nothing is excluded for later.' };
  const names = [...new Set(findings.filter(({ standing }) => standing).map(({ rule }) => rule))];
  const pairs = pairsOf(findings, names);
  if ('refused' in pairs) return { rules: [], whyNot: pairs.refused };
  const possible = pairs.filter((pair) => isExcludable(pair));
  return {
    rules: [...Map.groupBy(possible, ({ rule }) => rule).values()].slice(0, mostExcludable).flatMap((own) => {
      const [first] = own;
      const who = [...new Set(own.map(({ subject, subjectName }) => clean(subjectName ?? subject, 80)))].join(', ');
      return first === undefined ? [] : [{ rule: first.rule, title: clean(first.title, 160), who }];
    }),
  };
}

/** A sign that half of the fleet shows says little about one tenant. Counts only: no tenant learns of another which it is. */
export const sharedBy = (sign: string, seen: number, tenants: number): string | undefined =>
  seen >= 3 && seen * 2 >= tenants
    ? `The sign ${sign} was seen in ${seen} of ${tenants} tenants: what so many have may be ordinary.`
    : undefined;

/** Of the first few signs of a case, what speaks against each. */
async function sharedSigns({ store, registry }: Guard, findings: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  const signs = [...new Set(findings.flatMap(({ indicators = [] }) => indicators.map(({ id }) => id)))].slice(0, mostSigns);
  if (signs.length === 0) return new Map();
  const [tenants, ...seen] = await Promise.all([registry.list(), ...signs.map((sign) => store.sightings.tenantsOf(sign))]);
  return new Map(
    signs.flatMap((sign, index) => {
      const said = sharedBy(sign, seen[index]?.length ?? 0, tenants.length);
      return said === undefined ? [] : [[sign, said] as const];
    }),
  );
}

const evidenceOf = (
  finding: Finding,
  figures: ReadonlyMap<string, RuleNoise>,
  sharing: ReadonlyMap<string, string>,
): IncidentDetail['evidence'][number] => ({
  finding: finding.id,
  rule: finding.rule,
  severity: finding.severity,
  time: beganAt(finding),
  why: finding.why,
  facts: factsLine(finding.facts),
  because: clean(becauseLine(finding), 800),
  against: [...finding.against, ...(finding.indicators ?? []).flatMap(({ id }) => sharing.get(id) ?? [])].map((sentence) =>
    clean(sentence, 300),
  ),
  noise: figureText(figures.get(finding.rule)),
});

/** Undo may be asked for more than once: each line has its own reason. */
const undoReason = z.object({ reason: z.string() });
const pressed = { contain: 'Contain', 'sign-out': 'Sign out only', 'disable-connector': 'Disable connector' } as const;

function labelOf(containment: Containment | undefined, step: string | undefined): string {
  return containment?.steps.find(({ id }) => id === step)?.label ?? step ?? '';
}

function outcomeText(outcome: StepOutcome): string {
  switch (outcome.outcome) {
    case 'refused':
      return `refused: ${outcome.why}`;
    case 'failed':
      return `failed: ${outcome.cause}`;
    case 'verifying':
    case 'unverified':
      return `${outcome.outcome}: ${outcome.detail}`;
    default:
      return outcome.detail;
  }
}

/** One line for people; the stored entry has everything. */
function journalLine(entry: JournalEntry, containment: Containment | undefined): IncidentDetail['journal'][number] {
  const step = labelOf(containment, entry.step);
  const outcome = stepOutcome.safeParse(entry.data);
  // What no undo can restore was said beforehand: it is no failure.
  const known = outcome.success && entry.kind === 'undo-result' && outcome.data.outcome === 'refused';
  const good = outcome.success && !known ? ['contained', 'already', 'rehearsed'].includes(outcome.data.outcome) : undefined;
  const text = (() => {
    switch (entry.kind) {
      case 'intent':
        return `${entry.by?.name ?? 'Somebody'} pressed ${containment === undefined ? 'a button' : pressed[containment.kind]}${containment?.dryRun === true ? ' (rehearsal: nothing is changed)' : ''}.`;
      case 'state-before':
        return `${step}: the state before is stored.`;
      case 'acted':
        return `${step}: the change was sent.`;
      case 'looked':
        return `${step}: read back${outcome.success ? `, ${outcomeText(outcome.data)}` : '.'}`;
      case 'result':
        return `${step}${outcome.success ? `: ${outcomeText(outcome.data)}` : ''}`;
      case 'undo-intent':
        return `${entry.by?.name ?? 'Somebody'} pressed Undo: ${undoReason.safeParse(entry.data).data?.reason ?? ''}`;
      case 'undo-result':
        return `${step}, undo${outcome.success ? `: ${outcomeText(outcome.data)}` : ''}`;
      case 'refused':
        return `Refused. ${step}`;
    }
  })();
  return { at: entry.at, text, good: entry.kind === 'looked' ? undefined : good };
}

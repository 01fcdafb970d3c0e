// What a hunt found in one tenant becomes part of its incidents: of open ones always, a new one only where it is bad enough. Nobody is told here: a hunt has one card. Called by step.ts.

import { type Severity, severityRank } from '../../contracts/finding.ts';
import type { Hunt } from '../../contracts/hunt.ts';
import type { SubjectId } from '../../contracts/ids.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { TenantScope } from '../../contracts/tenant-scope.ts';
import { mergeFindings } from '../../incidents/merge.ts';
import type { CampaignLabel } from '../../incidents/severity.ts';
import { ConflictError } from '../../store/store.ts';
import type { RoundDependencies } from '../dependencies.ts';

/** What is milder is shown with the hunt, and joins an incident of the same person should one open. */
const leastToOpen: Severity = 'high';
const tries = 5;

export interface Joined {
  /** Incidents that hold nothing but what was found in retrospect. */
  readonly opened: number;
  readonly joined: number;
}

/** Done twice it changes nothing. Throws ConflictError if others keep changing the same incidents. */
export async function joinIncidents(
  deps: Pick<RoundDependencies, 'store' | 'campaigns' | 'clock'>,
  scope: TenantScope,
  hunt: Hunt,
  label: CampaignLabel,
): Promise<Joined> {
  const own = (await deps.store.findings.all(scope)).filter(
    ({ standing, effect, retrospect }) => standing && effect === 'alert' && retrospect === hunt.id,
  );
  if (own.length === 0) return { opened: 0, joined: 0 };
  const ids = new Set(own.map(({ id }) => id));
  const campaigns = deps.campaigns.some(({ id }) => id === label.id) ? deps.campaigns : [...deps.campaigns, label];
  for (let attempt = 1; ; attempt++) {
    try {
      const changed = await merge(deps, scope, own, campaigns);
      for (const incident of changed) await deps.store.state.commitIncident('hunt.commit-incident', scope, incident, []);
      break;
    } catch (error) {
      // A round or a press changed one of them meanwhile: look again, with what it wrote.
      if (!(error instanceof ConflictError) || attempt === tries) throw error;
    }
  }
  const holding = (await deps.store.state.incidents(scope))
    .map(({ value }) => value)
    .filter(({ findings }) => findings.some((id) => ids.has(id)));
  const opened = holding.filter(({ retrospect }) => retrospect === true).length;
  return { opened, joined: holding.length - opened };
}

async function merge(
  { store, clock }: Pick<RoundDependencies, 'store' | 'clock'>,
  scope: TenantScope,
  own: Awaited<ReturnType<RoundDependencies['store']['findings']['all']>>,
  campaigns: readonly CampaignLabel[],
): Promise<{ readonly value: Incident; readonly etag?: string }[]> {
  const touched = new Set<string>(own.flatMap(({ subject, related }) => [subject, ...related]));
  const known = (await store.state.incidents(scope)).filter(({ value }) => value.subjects.some((subject) => touched.has(subject)));
  const open = known.filter(({ value }) => value.status !== 'closed');
  const stored = await store.findings.ofSubjects(scope, [
    ...(open.flatMap(({ value }) => value.subjects) as SubjectId[]),
    ...own.map(({ subject }) => subject as SubjectId),
  ]);
  const etags = new Map(known.map(({ value, etag }) => [value.id, etag]));
  const held = new Set(open.flatMap(({ value }) => value.findings));
  const ownIds = new Set(own.map(({ id }) => id));
  const { incidents } = mergeFindings({
    open: open.map(({ value }) => value),
    settled: known.filter(({ value }) => value.status === 'closed').map(({ value }) => value),
    // Other findings of these people count where an incident holds them; they open nothing now that they did not open when they came.
    findings: [...stored.filter(({ id, effect }) => effect === 'note' || held.has(id) || ownIds.has(id))],
    exclusions: (await store.exclusions.of(scope)).map(({ value }) => value),
    coverageNotes: [],
    campaigns,
    now: clock.now(),
  });
  return incidents.flatMap((value) => {
    const etag = etags.get(value.id);
    if (etag !== undefined)
      return [{ value: { ...value, unread: known.find((one) => one.value.id === value.id)?.value.unread ?? [] }, etag }];
    return severityRank(value.severity) >= severityRank(leastToOpen) ? [{ value }] : [];
  });
}

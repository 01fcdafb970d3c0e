// Stores what a lane found, in the order that loses nothing: due rows, then activities, findings, baselines and hits (each written by id), then marks, incidents and
// outbox in one transaction, then the bell, then the due rows go. Called by every lane.
import type { Activity } from '../contracts/activity.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { DueEntry, FeedState, Gap, OutboxEntry } from '../contracts/rows.ts';
import { mergeFindings } from '../incidents/merge.ts';
import type { LaneLease } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';
import { derive } from './derive.ts';

/** Grace before the sweeper rings again for what this process was about to do itself. */
const graceMs = 30_000;
/** Incidents looked through for findings that are already part of one, open or closed. */
const recentIncidents = 200;

export interface Settlement {
  readonly lease: LaneLease;
  readonly fresh: readonly Activity[];
  readonly feeds: readonly FeedState[];
  readonly gaps: readonly Gap[];
  /** Sentences on what could not be read, for cards drawn now. */
  readonly unread: readonly string[];
}

export interface Settled {
  readonly lease: LaneLease;
  readonly findings: number;
  readonly withdrawn: number;
  readonly incidents: readonly string[];
  readonly cards: number;
}

export const outboxDueId = (entry: Pick<OutboxEntry, 'incident' | 'revision'>): string => `${entry.incident}|${entry.revision}`;

export async function settle(deps: RoundDependencies, { lease, fresh, feeds, gaps, unread }: Settlement): Promise<Settled> {
  const { store, clock } = deps;
  const scope = lease.scope;
  if (fresh.length === 0) {
    return {
      lease: await store.state.commitRound('round.commit', lease, { feeds, gaps, incidents: [], outbox: [] }),
      findings: 0,
      withdrawn: 0,
      incidents: [],
      cards: 0,
    };
  }
  const derived = await derive(deps, scope, fresh);
  for (const [date, activities] of Map.groupBy(fresh, ({ time }) => new Date(time).toISOString().slice(0, 10)))
    await store.blobs.appendActivities('round.append-activities', scope, date, activities);
  const findings = [...derived.findings, ...derived.withdrawn];
  await store.findings.put('round.put-findings', scope, findings);
  await store.baselines.merge('round.merge-baselines', scope, derived.baselines);
  await store.sequences.put('round.put-hits', scope, derived.hits);

  const known = await store.state.incidents(scope, recentIncidents);
  // A dismissed finding that is read again must not open its incident again.
  const closed = new Set(
    known.filter(({ value }) => value.status === 'closed').flatMap(({ value }) => [...value.findings, ...value.withdrawn]),
  );
  const subjects = new Set(findings.flatMap(({ subject, related }) => [subject, ...related] as SubjectId[]));
  const open = new Map(
    (await Promise.all([...subjects].map((subject) => store.state.openIncident(scope, subject)))).flatMap((found) =>
      found === undefined ? [] : [[found.value.id, found] as const],
    ),
  );
  const merged = mergeFindings({
    open: [...open.values()].map(({ value }) => value),
    findings: findings.filter(({ id }) => !closed.has(id)),
    coverageNotes: unread,
    campaigns: [...deps.campaignTitles].map(([id, title]) => ({ id, title })),
    now: clock.now(),
  });
  const due: DueEntry[] = merged.outbox.map((entry) => ({
    v: 1,
    tenant: scope.tenant,
    kind: 'outbox',
    id: outboxDueId(entry),
    dueAt: clock.now() + graceMs,
    tries: 0,
  }));
  for (const entry of due) await store.due.put('round.put-due', entry);
  const committed = await store.state.commitRound('round.commit', lease, {
    feeds,
    gaps,
    incidents: merged.incidents.map((value) => {
      const etag = open.get(value.id)?.etag;
      return etag === undefined ? { value } : { value, etag };
    }),
    outbox: merged.outbox,
  });
  for (const incident of new Set(merged.outbox.map((entry) => entry.incident)))
    await store.queues.ring('round.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident });
  return {
    lease: committed,
    findings: derived.findings.length,
    withdrawn: derived.withdrawn.length,
    incidents: merged.incidents.map(({ id }) => id),
    cards: merged.outbox.length,
  };
}

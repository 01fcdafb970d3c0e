// What is left when a fault story is over, without what a fault may change: times, and how often people were told the same. Used by the fault scenarios.
import type { Moment } from '../../../src/contracts/detection.ts';
import { contoso, type TestGuard } from '../../support/guard.ts';

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();
export const named = (
  findings: Iterable<{ readonly rule: string; readonly id: string; readonly activities: readonly string[] }>,
): string[] => sorted([...findings].map(({ rule, id, activities }) => `${rule} ${id} ${sorted(activities).join(' ')}`));

export async function keptIds(guard: TestGuard): Promise<Set<string>> {
  const { store, registry } = guard.deps;
  const scope = await registry.authorise(contoso.id, 'show');
  const ids = new Set<string>();
  for (const date of ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06'])
    for await (const { id } of store.blobs.activities(scope, date)) ids.add(id);
  return ids;
}

/** A sign-in that was read by v1.0 at first, which names no AS, leaves a second moment of the same place: it says nothing that the fuller one does not. */
function withoutPoorer(moments: readonly Moment[]): Moment[] {
  const fuller = new Set(moments.flatMap(([key]) => (key.includes('|as:') ? [key.replace(/\|as:\d+,/, '|')] : [])));
  return moments.filter(([key]) => !fuller.has(key));
}

export async function ending(guard: TestGuard) {
  const { store, registry, detector } = guard.deps;
  const scope = await registry.authorise(contoso.id, 'show');
  const incidents = (await store.state.incidents(scope)).map(({ value }) => value).sort((a, b) => (a.id < b.id ? -1 : 1));
  const outbox = await Promise.all(incidents.map(({ id }) => store.state.outboxOf(scope, id)));
  const cards = outbox.map((entries) => entries.map(({ value }) => value));
  const hits = (await Promise.all(detector.sequences.map(({ rule }) => store.sequences.ofRule(scope, rule)))).flat();
  const users = sorted(new Set(incidents.flatMap(({ subjects }) => subjects)).values()).filter((id) => id.startsWith('user:'));
  const baselines = await store.baselines.of(scope, users as `user:${string}`[]);
  return {
    findings: named((await store.findings.all(scope)).filter(({ standing }) => standing)),
    incidents: incidents.map(({ root, status, severity, campaigns, subjects, findings }) => ({
      root,
      status,
      severity,
      campaigns: sorted(campaigns.map(({ id }) => id)),
      subjects: sorted(subjects),
      findings: sorted(findings),
    })),
    opened: cards.map((entries) => entries.filter(({ reason }) => reason === 'opened').length),
    undelivered: cards.flat().filter(({ status }) => status !== 'accepted'),
    doubled: cards
      .flatMap((entries) => entries.length - new Set(entries.map(({ revision }) => revision)).size)
      .filter((count) => count > 0),
    waiting: (await store.due.ofTenant(scope)).map(({ kind, id }) => `${kind} ${id}`),
    hits: sorted(hits.map(({ rule, group, base, activity }) => `${rule} ${group} ${base} ${activity}`)),
    baselines: [...baselines]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([user, { moments = [], ...baseline }]) => [user, { ...baseline, moments: withoutPoorer(moments) }]),
    kept: sorted(await keptIds(guard)),
    feeds: (await store.state.feeds(scope)).map(({ feed, outcome, snapshot }) => `${feed} ${outcome.status} ${snapshot ?? ''}`),
    gaps: await store.state.gaps(scope),
  };
}

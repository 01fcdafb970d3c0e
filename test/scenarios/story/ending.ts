// What is left when the story is over, without what a death may change: times, and what follows from them. Used by the crash scenarios.
import { z } from 'zod';
import { brokenAt } from '../../../src/store/journal.ts';
import { contoso, fabrikam, type TestGuard } from '../../support/guard.ts';
import { everythingStored } from '../../support/stored.ts';
import { tailwind } from './story.ts';

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

async function endingOf(guard: TestGuard, tenant: string) {
  const { store, registry } = guard.deps;
  const scope = await registry.authorise(tenant, 'respond');
  const incidents = (await store.state.incidents(scope, 50)).map(({ value }) => value).sort((a, b) => (a.id < b.id ? -1 : 1));
  const containments = (await store.journal.since(scope, 0)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const cards = await Promise.all(incidents.map(({ id }) => store.state.outboxOf(scope, id)));
  const journals = await Promise.all(containments.map(({ id }) => store.journal.entries(scope, id)));
  const rules = guard.deps.detector.sequences.map(({ rule }) => rule);
  const hits = await Promise.all(rules.map((rule) => store.sequences.ofRule(scope, rule)));
  const kept = new Set<string>();
  // What the guard does itself is logged under ids that the service invents anew, and once more for a deed that was repeated after a death.
  const own = new Set<string>();
  for (const day of ['2026-03-02', '2026-03-03'])
    for await (const { id, views } of store.blobs.activities(scope, day)) (views.some(({ record }) => isOwn(record)) ? own : kept).add(id);
  const findings = await store.findings.all(scope);
  const world = guard.simulator.world.tenants.get(tenant);
  return {
    // One that was withdrawn again before a late round came is never made by it.
    findings: sorted(
      findings.filter(({ standing }) => standing).map(({ id, rule, activities }) => `${rule} ${id} ${activities.join(' ')}`),
    ),
    incidents: incidents.map(({ id, root, status, severity, campaigns, subjects, findings, containment, closedBecause, unread }) => ({
      id,
      root,
      status,
      severity,
      campaigns,
      subjects: sorted(subjects),
      findings: sorted(findings),
      containment,
      closedBecause,
      unread: sorted(unread),
    })),
    containments: containments.map(({ id, status, dryRun, by, steps, staysOpen, undo }) => ({
      id,
      status,
      dryRun,
      by,
      undo: undo?.reason,
      staysOpen,
      steps: steps.map((step) => [step.id, step.status, step.result?.outcome, step.undo?.outcome]),
    })),
    journals: journals.map((entries, index) => ({
      whole: brokenAt(scope, containments[index]?.id ?? '', entries) === undefined,
      entries: entries.map(({ step, kind }) => `${step ?? ''} ${kind}`),
    })),
    cards: cards.map((entries) => sorted(entries.map(({ value }) => `${value.reason} ${value.status}`))),
    waiting: (await store.due.ofTenant(scope)).map(({ kind, id }) => `${kind} ${id}`),
    hits: sorted(
      hits
        .flat()
        .filter(({ activity }) => !own.has(activity))
        .map(({ rule, group, activity }) => `${rule} ${group} ${activity}`),
    ),
    kept: sorted(kept),
    feeds: (await store.state.feeds(scope)).map(({ feed, outcome, snapshot }) => ({ feed, status: outcome.status, snapshot })),
    gaps: (await store.state.gaps(scope)).map(({ feed, why }) => `${feed} ${why}`),
    accounts: sorted((world?.users.all() ?? []).map(([, { id, accountEnabled }]) => `${id} ${accountEnabled}`)),
    methods: sorted((world?.methods.all() ?? []).map(([key]) => key)),
  };
}

const initiator = z.object({ initiatedBy: z.object({ app: z.object({ displayName: z.string() }) }) });
const isOwn = (record: unknown): boolean => {
  const parsed = initiator.safeParse(record);
  return parsed.success && parsed.data.initiatedBy.app.displayName.startsWith('Tenant Guard');
};

export async function ending(guard: TestGuard) {
  return {
    contoso: await endingOf(guard, contoso.id),
    fabrikam: await endingOf(guard, fabrikam.id),
    tailwind: (await guard.deps.registry.all())
      .filter(({ tenant }) => tenant === tailwind.id)
      .map(({ name, status, erasedAt }) => ({ name, status, erased: erasedAt !== undefined })),
    // What is left of a tenant that was erased, wherever its id stands.
    leftOfTailwind: (await everythingStored(guard.backend)).filter((line) => line.includes(tailwind.id)).map((line) => line.split(' ')[0]),
  };
}

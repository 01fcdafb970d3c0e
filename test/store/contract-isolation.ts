// The contract suite, part five: nothing that is written for one tenant can be read for another, through any function.
import { describe, expect, it } from 'vitest';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import type { Store } from '../../src/store/store.ts';
import { scopeOf } from '../support/scope.ts';
import {
  activityOf,
  baselineOf,
  collected,
  containmentOf,
  dueOf,
  exclusionOf,
  feedOf,
  findingOf,
  hitOf,
  incidentOf,
  newScope,
  noon,
  outboxOf,
} from './fixtures.ts';

async function fill(store: Store, scope: TenantScope): Promise<void> {
  const lease = await store.state.lease('round.take-lease', scope, 'fast', 'w', noon, 60);
  if (!lease) throw new Error('the lane is taken');
  await store.state.commitRound('round.commit', lease, {
    feeds: [feedOf('directory-audits')],
    gaps: [{ v: 1, feed: 'directory-audits', from: 1, to: 2, why: 'denied' }],
    incidents: [{ value: incidentOf(scope) }],
    outbox: [outboxOf('i1', 1)],
    noise: { v: 1, lane: 'fast', from: 0, rules: [] },
  });
  await store.noise.putPeople('digest.put-people', scope, { v: 1, users: 1, at: noon });
  await store.exclusions.add('exclude.add', scope, [exclusionOf()], outboxOf('exclude-1', 1));
  await store.state.commitWatch('watch.commit', scope, { value: { v: 1, revision: 1 } }, undefined);
  await store.state.putAliases('round.put-findings', scope, new Map([['ada', 'user:ada']]));
  await store.findings.put('round.put-findings', scope, [findingOf(scope), findingOf(scope, { id: 'f2', subject: 'unresolved:ada' })]);
  await store.baselines.merge('round.merge-baselines', scope, new Map([['user:ada', baselineOf(1)]]));
  await store.sequences.put('round.put-hits', scope, [hitOf()]);
  const { containment } = await store.journal.intend('contain.intend', scope, containmentOf(scope));
  await store.journal.save('contain.save-acted', scope, containment, [
    { v: 1, containment: 'c1', at: '2024-05-17T12:00:00.000Z', kind: 'intent', data: {} },
  ]);
  await store.due.put('round.put-due', dueOf(scope));
  await store.blobs.appendActivities('round.append-activities', scope, '2024-05-17', [activityOf(scope, 'signin:1')]);
  await store.blobs.putSnapshot('round.put-snapshot', scope, 'permission-grants', 'now', [{ id: '1' }]);
  await store.blobs.putEvidence('contain.put-evidence', scope, 'c1', 'methods', {});
  const subscription = { v: 1, resource: 'users', state: 'wanted', clientState: 'intent-1', topic: 'guard-1', intendedAt: noon } as const;
  await store.subscriptions.put('subscriptions.put-intent', scope, subscription);
  const report = {
    v: 1 as const,
    address: '192.0.2.7',
    reason: 'a honeypot',
    sender: '/drill',
    reportedAt: noon,
    from: noon,
    until: noon + 1,
  };
  await store.reports.put('commands.put-report', scope, report);
  await store.hints.put('events.put-hint', scope, { v: 1, lane: 'fast', rungFor: noon });
  await store.spool.putRecords('pushed.put-records', scope, 'batch-1', [{ id: '1' }]);
  await store.spool.put('pushed.put-row', scope, { v: 1, feed: 'sign-ins.interactive', name: 'batch-1', at: noon, count: 1 });
}

/** Every function that reads with a scope; the test below fails if one is missing here. */
const reads: Record<string, (store: Store, scope: TenantScope) => Promise<unknown>> = {
  'state.feeds': (store, scope) => store.state.feeds(scope),
  'state.beside': async (store, scope) => {
    const { versions, incidents } = await store.state.beside(scope);
    return [...versions, ...incidents];
  },
  'state.gaps': (store, scope) => store.state.gaps(scope),
  'state.incident': (store, scope) => store.state.incident(scope, 'i1'),
  'state.incidents': (store, scope) => store.state.incidents(scope, 10),
  'state.openIncident': (store, scope) => store.state.openIncident(scope, 'user:ada'),
  'state.outbox': (store, scope) => store.state.outbox(scope, 'i1', 1),
  'state.outboxOf': (store, scope) => store.state.outboxOf(scope, 'i1'),
  'state.watch': (store, scope) => store.state.watch(scope),
  'state.aliases': async (store, scope) => [...(await store.state.aliases(scope, ['ada']))],
  'exclusions.of': (store, scope) => store.exclusions.of(scope),
  'noise.of': (store, scope) => store.noise.of(scope),
  'noise.ofLane': (store, scope) => store.noise.ofLane(scope, 'fast'),
  'noise.people': (store, scope) => store.noise.people(scope),
  'baselines.count': async (store, scope) => (await store.baselines.count(scope)) || undefined,
  'findings.ofSubject': (store, scope) => store.findings.ofSubject(scope, 'user:ada'),
  'findings.ofSubjects': (store, scope) => store.findings.ofSubjects(scope, ['user:ada', 'user:bob', 'user:eve']),
  'findings.all': (store, scope) => store.findings.all(scope),
  'baselines.of': async (store, scope) => [...(await store.baselines.of(scope, ['user:ada']))],
  'sequences.of': (store, scope) => store.sequences.of(scope, [{ rule: 'spray', group: '192.0.2.7' }]),
  'sequences.ofRule': (store, scope) => store.sequences.ofRule(scope, 'spray'),
  'journal.containment': (store, scope) => store.journal.containment(scope, 'c1'),
  'journal.containmentOfRequest': (store, scope) => store.journal.containmentOfRequest(scope, 'r1'),
  'journal.entries': (store, scope) => store.journal.entries(scope, 'c1'),
  'journal.since': (store, scope) => store.journal.since(scope, 0),
  'due.ofTenant': (store, scope) => store.due.ofTenant(scope),
  'blobs.activities': (store, scope) => collected(store.blobs.activities(scope, '2024-05-17')),
  'blobs.days': (store, scope) => store.blobs.days(scope),
  'blobs.mentioning': (store, scope) => store.blobs.mentioning(scope, '2024-05-17', ['signin']),
  'blobs.snapshot': (store, scope) => store.blobs.snapshot(scope, 'permission-grants', 'now'),
  'subscriptions.of': (store, scope) => store.subscriptions.of(scope),
  'subscriptions.get': (store, scope) => store.subscriptions.get(scope, 'users'),
  'reports.of': (store, scope) => store.reports.of(scope),
  'hints.get': (store, scope) => store.hints.get(scope, 'fast'),
  'spool.of': (store, scope) => store.spool.of(scope, 'sign-ins.interactive'),
  'spool.records': (store, scope) => store.spool.records(scope, 'batch-1'),
  'blobs.evidence': (store, scope) => store.blobs.evidence(scope, 'c1', 'methods'),
};
const writesOrUnscoped =
  /^(registry\.|stages\.|exclusions\.(put|add)|noise\.putPeople|sightings\.|fleet\.|indicatorFeeds\.|subscriptions\.put|reports\.(put|delete)|hints\.put|spool\.(put|delete)|hunts\.|packs\.|queues\.|due\.(put|overdue|delete|again)|erasure\.|state\.(lease|addOutbox|commit\w+|put\w+)|findings\.put|baselines\.merge|sequences\.(put|remove|expire)|journal\.(intend|save|lease|release)|blobs\.(expire|(append|put)\w+))/;

export function describeIsolation(backendOf: () => Backend): void {
  describe('tenants', () => {
    it('see their own rows and nothing of one another, through every function that reads', async () => {
      const store = createStore({ backend: backendOf() });
      const full = newScope();
      await fill(store, full);
      // Neighbours in every sort order: a tenant whose id begins with the other's, one before, one after, and one that tries to be a pattern.
      const others = [
        newScope(),
        scopeOf(`${full.tenant}0`),
        scopeOf(full.tenant.slice(0, -1)),
        scopeOf(`${full.tenant}|feed`),
        scopeOf(`${full.tenant}' or '1' eq '1`),
      ];
      for (const [name, read] of Object.entries(reads)) {
        expect(await read(store, full), `${name} for its own tenant`).toSatisfy(
          (value: unknown) => value !== undefined && (!Array.isArray(value) || value.length > 0),
        );
        for (const other of others)
          expect(await read(store, other), `${name} for another tenant`).toSatisfy(
            (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0),
          );
      }
    });
    it('are covered by the test above in every function that the store has', () => {
      const store = createStore({ backend: backendOf() });
      const functions = Object.entries(store).flatMap(([area, members]) => Object.keys(members).map((name) => `${area}.${name}`));
      expect(functions.filter((name) => !writesOrUnscoped.test(name)).sort()).toEqual(Object.keys(reads).sort());
    });
  });
}

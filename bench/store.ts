// Storage operations of each function of the store, and of a quiet round, by size of tenant. Counted in memory, where a page, a batch and a message are one operation each, as the
// service bills them. Run by `npm run bench`, or alone: node bench/store.ts

import type { Activity } from '../src/contracts/activity.ts';
import type { UserBaseline } from '../src/contracts/detection.ts';
import type { SubjectId } from '../src/contracts/ids.ts';
import type { FeedState } from '../src/contracts/rows.ts';
import { mintTenantScope, type TenantScope } from '../src/contracts/tenant-scope.ts';
import { countOperations } from '../src/store/count-operations.ts';
import { createStore } from '../src/store/create-store.ts';
import { memoryBackend } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';

const noon = Date.UTC(2024, 4, 17, 12);

export interface StoreFigures {
  readonly users: number;
  /** Users who signed in during the round. */
  readonly active: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly round: number;
}

const feedOf = (feed: string): FeedState => ({ v: 1, feed, startedAt: noon, triedAt: noon, outcome: { status: 'complete' }, readTo: noon });
const baseline: UserBaseline = { since: noon, seen: { browser: {}, country: {}, network: {}, application: {} } };
const activityOf = (scope: TenantScope, subject: SubjectId, index: number): Activity => ({
  id: `signin:${index}`,
  tenant: scope.tenant,
  feed: 'sign-ins.interactive',
  time: noon,
  subject,
  views: [{ shape: 'sign-in', record: { id: `${index}` } }],
});

/** A quiet round of the fast lane: everything that the store is asked for, no finding; one active user in ten does something for the first time. */
export async function storeFigures(users: number, active: number): Promise<StoreFigures> {
  const counter = countOperations(memoryBackend());
  const store = createStore({ backend: counter.backend });
  const scope = mintTenantScope('11111111-1111-4111-8111-111111111111');
  const all = Array.from({ length: users }, (_, index): SubjectId => `user:${index}`);
  for (let start = 0; start < users; start += 500)
    await store.baselines.merge('round.merge-baselines', scope, new Map(all.slice(start, start + 500).map((user) => [user, baseline])));
  const seen = all.filter((_, index) => index % Math.ceil(users / active) === 0);

  const operations: Record<string, number> = {};
  const count = async <T>(name: string, work: (store: Store) => Promise<T>): Promise<T> => {
    counter.reset();
    const result = await work(store);
    operations[name] = counter.total();
    return result;
  };
  const due = { v: 1, tenant: scope.tenant, kind: 'round', id: 'fast', lane: 'fast', dueAt: noon, tries: 0 } as const;
  const lease = await count('state.lease', ({ state }) => state.lease('round.take-lease', scope, 'fast', 'bench', noon, 300));
  if (!lease) throw new Error('the lane is taken');
  await count('due.put', (one) => one.due.put('round.put-due', due));
  await count('baselines.of', ({ baselines }) => baselines.of(scope, seen, lease.seen.layout));
  await count('blobs.appendActivities', ({ blobs }) =>
    blobs.appendActivities(
      'round.append-activities',
      scope,
      '2024-05-17',
      seen.map((user, index) => activityOf(scope, user, index)),
    ),
  );
  const earlier = { ...baseline, since: noon - 1 };
  const after = new Map(seen.map((user, index) => [user, index % 10 === 0 ? earlier : baseline]));
  await count('baselines.merge', ({ baselines }) => baselines.merge('round.merge-baselines', scope, after));
  const commit = { feeds: ['sign-ins.interactive', 'directory-audits'].map(feedOf), gaps: [], incidents: [], outbox: [], release: true };
  await count('state.commitRound', ({ state }) => state.commitRound('round.commit', lease, commit));
  await count('due.delete', (one) => one.due.delete('round.delete-due', due));
  return { users, active: seen.length, operations, round: Object.values(operations).reduce((sum, one) => sum + one, 0) };
}

if (import.meta.main) {
  const figures = [await storeFigures(100, 10), await storeFigures(1_000, 50), await storeFigures(10_000, 300)];
  console.table(figures.map(({ users, active, round, operations }) => ({ users, active, ...operations, round })));
}

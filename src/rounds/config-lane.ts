// The config lane of one tenant: every snapshot feed, compared with the stored snapshot. The first snapshot only teaches what is there. Called by round.ts.
import type { SnapshotFeed } from '../collect/feed.ts';
import { canonicalJson, snapshotChanges } from '../collect/snapshot.ts';
import type { Activity } from '../contracts/activity.ts';
import { hashId, subjectId } from '../contracts/ids.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { LaneLease } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';
import { blindness, nextState } from './fast-lane.ts';
import { type Settled, settle } from './settle.ts';

type Thing = Record<string, unknown>;

export async function configLane(deps: RoundDependencies, lease: LaneLease): Promise<Settled> {
  const { store, clock } = deps;
  const scope = lease.scope;
  const now = clock.now();
  const states = new Map((await store.state.feeds(scope)).map((state) => [state.feed, state]));
  const context = { tenant: scope.tenant, connection: deps.connect(scope).reader, now, touched: [] };
  const due = deps.feeds.filter((feed): feed is SnapshotFeed => feed.kind === 'snapshot');
  const reads = await Promise.all(due.map(async (feed) => ({ feed, state: states.get(feed.id), read: await feed.list(context) })));
  const applications = applicationIds(reads.find(({ feed }) => feed.shape === 'service-principal')?.read.objects ?? []);
  const fresh: Activity[] = [];
  const next: FeedState[] = [];
  for (const { feed, state, read } of reads) {
    const after = nextState(feed, state, { outcome: read.outcome, readTo: now }, 0, [], now);
    if (read.outcome.status !== 'complete') {
      next.push(after);
      continue;
    }
    const objects = [...read.objects].sort((a, b) => (feed.describe(a).id < feed.describe(b).id ? -1 : 1));
    const name = hashId(canonicalJson(objects));
    if (name !== state?.snapshot) {
      const before = state?.snapshot === undefined ? undefined : await store.blobs.snapshot(scope, feed.id, state.snapshot);
      if (before !== undefined)
        fresh.push(...snapshotChanges(feed, scope.tenant, before, objects, now).map((activity) => named(activity, applications)));
      // Under its own name, so that a crash before the mark moves leaves the old one to compare with.
      await store.blobs.putSnapshot('round.put-snapshot', scope, feed.id, name, objects);
    }
    next.push({ ...after, snapshot: name });
  }
  return settle(deps, {
    lease,
    fresh,
    changed: false,
    feeds: next,
    gaps: [],
    ...blindness(deps, [...states.values(), ...next]),
  });
}

/** Service principal's object id -> application id: a grant names only the former, incidents know the latter. */
function applicationIds(objects: readonly Thing[]): ReadonlyMap<string, string> {
  return new Map(objects.map((object) => [String(object['id']).toLowerCase(), String(object['appId'])]));
}

function named(activity: Activity, applications: ReadonlyMap<string, string>): Activity {
  if (!activity.subject.startsWith('app:')) return activity;
  const application = applications.get(activity.subject.slice('app:'.length));
  return application === undefined ? activity : { ...activity, subject: subjectId('app', application) };
}

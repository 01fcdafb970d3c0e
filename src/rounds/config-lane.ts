// The config lane of one tenant: every snapshot feed, compared with the stored snapshot. The first snapshot only teaches what is there. Called by round.ts.
import type { SnapshotFeed, SnapshotRead } from '../collect/feed.ts';
import { partChanges } from '../collect/parts.ts';
import { canonicalJson, firstReading, type Reading, snapshotChanges } from '../collect/snapshot.ts';
import { noTurns, turnsAfter, withoutTurns, withTurns } from '../collect/turns.ts';
import type { Activity } from '../contracts/activity.ts';
import { hashId, subjectId } from '../contracts/ids.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { BegunLane } from '../store/store.ts';
import { withProof, withRead } from '../tenants/feed-health.ts';
import { byWhom, claimed, deedsOf, orphansIn, withMakers } from './deeds.ts';
import type { LaneDependencies } from './dependencies.ts';
import { notPaused } from './due-feeds.ts';
import { blindness, nextState } from './fast-lane.ts';
import { type Settled, settle } from './settle.ts';
import { touchedUsers } from './touched.ts';

type Thing = Record<string, unknown>;

export async function configLane(deps: LaneDependencies, lease: BegunLane): Promise<Settled> {
  const { store, clock } = deps;
  const scope = lease.scope;
  const now = clock.now();
  const states = new Map(deps.states.map((state) => [state.feed, state]));
  const connection = deps.connect(scope).reader;
  const touched = await touchedUsers({ store, graph: connection.graph }, scope, [...states.values()], now);
  const context = { tenant: scope.tenant, connection, now, touched };
  const snapshots = deps.feeds.filter((feed): feed is SnapshotFeed => feed.kind === 'snapshot');
  const due = notPaused(snapshots, deps.feeds, states, now, 'fast');
  const storedOf = storedSnapshots(deps, scope, states);
  const reads = await Promise.all(
    due.map(async (feed) => {
      const state = states.get(feed.id);
      const known = {
        ...(state?.kept === undefined ? {} : { kept: state.kept }),
        ...(state?.snapshot === undefined ? {} : { stored: async () => (await storedOf(feed.id))?.objects }),
      };
      return { feed, state, read: await feed.list({ ...context, ...known }) };
    }),
  );
  const applications = applicationIds(reads, (feed) => storedOf(feed));
  const fresh: Activity[] = [];
  const next: FeedState[] = [];
  // The fast lane may have told of a deed while the change was being found.
  const claims = deps.states.flatMap(({ orphans = [] }) => claimed(orphans, deedsOf(deps.states)));
  const explained = new Set(claims.map(({ orphan }) => orphan.id));
  for (const { feed, state, read } of reads) {
    const waiting = orphansIn([], state?.orphans ?? [], { since: 0, now }).filter(({ id }) => !explained.has(id));
    const kept = read.kept ?? (read.outcome.status === 'complete' ? undefined : state?.kept);
    const attempt = nextState(feed, state, { outcome: read.outcome, readTo: now, ...(kept === undefined ? {} : { kept }) }, 0, [], now);
    const marks = withProof(state, withRead(state, attempt, { now }), read.proof, now);
    if ((read.proof?.missed ?? 0) > 0) deps.log('collect.change-untold', { tenant: scope.tenant, feed: feed.id, ...read.proof });
    const after: FeedState = { ...marks, ...(waiting.length === 0 ? {} : { orphans: waiting }) };
    const seen = feed.partOf === undefined ? read.outcome.status === 'complete' : (read.parts ?? []).length > 0;
    const whole = feed.partOf === undefined ? inOrder(feed, read.objects) : undefined;
    if (!seen || read.unchanged === true || (whole !== undefined && snapshotName(whole) === state?.snapshot)) {
      next.push(after);
      continue;
    }
    const { objects: stored, turns } = (await storedOf(feed.id)) ?? { objects: undefined, turns: noTurns };
    // The stored snapshot is as old as the mark: a round that is done again after a crash finds both as they were.
    const reading = { tenant: scope.tenant, now, since: state?.readTo ?? 0, turns };
    const { activities, snapshot } =
      whole === undefined ? partChanges(feed, stored ?? [], read, reading) : wholeChanges(feed, stored, whole, reading);
    const names = activities.some(({ subject }) => subject.startsWith('app:')) ? await applications() : new Map<string, string>();
    const changes = activities.map((activity) => byWhom(named(activity, names), deps.states, reading.since));
    fresh.push(...changes);
    const name = snapshotName(snapshot);
    // Under its own name, so that a crash before the mark moves leaves the old one to compare with.
    if (name !== state?.snapshot)
      await store.blobs.putSnapshot('round.put-snapshot', scope, feed.id, name, withTurns(snapshot, turnsAfter(turns, activities)));
    const orphans = orphansIn(changes, waiting, { since: reading.since, now });
    next.push({ ...after, ...(orphans.length === 0 ? {} : { orphans }), snapshot: name, lastCount: activities.length });
  }
  const again = await withMakers(store, scope, claims);
  return settle(deps, {
    lease,
    fresh: [...fresh, ...again],
    changed: again.length > 0,
    feeds: next,
    gaps: [],
    ...blindness(deps, [...states.values(), ...next]),
  });
}

const snapshotName = (snapshot: readonly Thing[]): string => hashId(canonicalJson(snapshot));

const inOrder = (feed: SnapshotFeed, objects: readonly Thing[]): Thing[] =>
  [...objects].sort((a, b) => (feed.describe(a).id < feed.describe(b).id ? -1 : 1));

function wholeChanges(feed: SnapshotFeed, stored: readonly Thing[] | undefined, snapshot: readonly Thing[], reading: Reading) {
  const activities =
    stored === undefined
      ? firstReading(feed, snapshot.filter(feed.tellsFirst ?? (() => false)), reading)
      : snapshotChanges(feed, stored, snapshot, reading);
  return { activities, snapshot };
}

/** The stored snapshot of a feed, as it stood when the round began; each is read once. */
function storedSnapshots({ store }: LaneDependencies, scope: TenantScope, states: ReadonlyMap<string, FeedState>) {
  const asked = new Map<string, Promise<ReturnType<typeof withoutTurns> | undefined>>();
  async function stored(feed: string): Promise<ReturnType<typeof withoutTurns> | undefined> {
    const name = states.get(feed)?.snapshot;
    const found = name === undefined ? undefined : await store.blobs.snapshot(scope, feed, name);
    return found && withoutTurns(found);
  }
  return (feed: string) => {
    const answer = asked.get(feed) ?? stored(feed);
    asked.set(feed, answer);
    return answer;
  };
}

/** Service principal's object id -> application id: a grant names only the former, incidents know the latter. Where they were not read this time, as they were known. */
function applicationIds(
  reads: readonly { readonly feed: SnapshotFeed; readonly read: SnapshotRead }[],
  storedOf: (feed: string) => Promise<{ readonly objects: readonly Thing[] } | undefined>,
): () => Promise<ReadonlyMap<string, string>> {
  const found = reads.find(({ feed }) => feed.shape === 'service-principal');
  let known: Promise<ReadonlyMap<string, string>> | undefined;
  async function read(): Promise<ReadonlyMap<string, string>> {
    if (found === undefined) return new Map();
    const objects = found.read.objects.length > 0 ? found.read.objects : ((await storedOf(found.feed.id))?.objects ?? []);
    return new Map(objects.map((object) => [String(object['id']).toLowerCase(), String(object['appId'])]));
  }
  return () => {
    known ??= read();
    return known;
  };
}

function named(activity: Activity, applications: ReadonlyMap<string, string>): Activity {
  if (!activity.subject.startsWith('app:')) return activity;
  const application = applications.get(activity.subject.slice('app:'.length));
  return application === undefined ? activity : { ...activity, subject: subjectId('app', application) };
}

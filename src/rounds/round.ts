// One round: one lane of one tenant. Takes the lane's lease, reads, detects, stores, and leaves a due row behind until it is done. Called by the `checks` queue functions.
import type { Feed, FeedSource } from '../collect/feed.ts';
import { type Lane, lanes as laneNames } from '../contracts/bells.ts';
import type { Spent } from '../contracts/fleet-rows.ts';
import type { DueEntry, FeedState } from '../contracts/rows.ts';
import type { BegunLane } from '../store/store.ts';
import { closeStill } from './close-still.ts';
import { completing } from './completed.ts';
import { configLane } from './config-lane.ts';
import type { LaneDependencies, RoundDependencies } from './dependencies.ts';
import { feedsOf, statesOf } from './due-feeds.ts';
import { fastLane } from './fast-lane.ts';
import type { Rung } from './limits.ts';
import { createMeter } from './meter.ts';
import { reconcileLane } from './reconcile-lane.ts';
import type { Settled } from './settle.ts';
import { createTally, laneRow } from './tally.ts';

const leaseSeconds = 300;
const lanes = { fast: fastLane, config: configLane, reconcile: reconcileLane } as const;

export type RoundReport = { readonly outcome: 'busy' } | ({ readonly outcome: 'done' } & Settled);

/** Throws on faults that are not the tenant's: the queue then tries again. A tenant's own refusals are outcomes of its feeds. */
export async function runRound(deps: RoundDependencies, tenant: string, lane: Lane, rung: Rung = {}): Promise<RoundReport> {
  const { store, clock } = deps;
  const {
    scope,
    entry: { policy },
  } = await deps.registry.enter(tenant, 'round');
  const now = clock.now();
  const lease = await store.state.lease('round.take-lease', scope, lane, deps.ids.fresh(), now, leaseSeconds);
  if (lease === undefined) return { outcome: 'busy' };
  const due: DueEntry = { v: 1, tenant, kind: 'round', id: lane, lane, dueAt: now + leaseSeconds * 1000, tries: 0 };
  // Its due row still stands: an earlier round of this lane died, or lost its lease, on the way.
  const resumed = lane === 'reconcile' && (await store.due.ofTenant(scope)).some(({ kind, id }) => kind === 'round' && id === lane);
  const version = await store.due.put('round.put-due', due);
  const feeds = feedsOf(deps.feeds, policy);
  const states = statesOf(lease.seen.feeds, feeds);
  const hot = states.some(({ feed, lane: memory }) => feed === laneRow('fast') && memory?.mood === 'hot');
  const connections = deps.connect(scope);
  const limits = deps.limits?.open({
    tenant,
    lane,
    hot,
    ...rung,
    besideSince: besideSince(lane, lease),
    before: spentBy(states),
    answered: answeredIn(states, feeds),
  });
  const meter = createMeter({ connection: connections.reader, feeds, limits });
  const tally = createTally(deps, { scope, lane, startedAt: now, policy, states, meter, limits, rung });
  const metered: LaneDependencies = {
    ...deps,
    feeds: meter.feeds.map((feed) => completing(store, scope, feed)),
    connect: () => ({ ...connections, reader: meter.connection }),
    states,
    tally,
  };
  const settled = await lanes[lane](metered, { ...lease, seen: { ...lease.seen, feeds: states } }, resumed);
  await tally.afterCommit();
  if (lane === 'reconcile') await closeStill(deps, scope);
  // The commit gave the lane back: a round that began since has put the row again, and keeps it.
  await store.due.delete('round.delete-due', due, version);
  deps.log('round.done', { tenant, lane, ...settled, milliseconds: clock.now() - now });
  return { outcome: 'done', ...settled };
}

/** Of the other lane that asks the reporting API. */
function besideSince(lane: Lane, { seen }: BegunLane): number | undefined {
  const until = seen.held.get(lane === 'fast' ? 'reconcile' : 'fast');
  return until === undefined || lane === 'config' ? undefined : until - leaseSeconds * 1000;
}

function spentBy(states: readonly FeedState[]): ReadonlyMap<Lane, Spent> {
  return new Map(
    laneNames.flatMap((lane): [Lane, Spent][] => {
      const spent = states.find(({ feed }) => feed === laneRow(lane))?.lane?.spent;
      return spent === undefined ? [] : [[lane, spent]];
    }),
  );
}

/** A feed that was read to its end was answered after its round began. */
function answeredIn(states: readonly FeedState[], feeds: readonly Feed[]): ReadonlyMap<FeedSource, number> {
  const answered = new Map<FeedSource, number>();
  for (const { id, source } of feeds) {
    const state = states.find(({ feed }) => feed === id);
    if (state?.outcome.status === 'complete') answered.set(source, Math.max(state.triedAt, answered.get(source) ?? 0));
  }
  return answered;
}

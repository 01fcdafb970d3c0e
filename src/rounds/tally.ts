// What a lane remembers from round to round beside its marks: what it asked for per day, whether the tenant is under attack or asleep, whether work is left. Made per round by round.ts;
// settle.ts asks it for its row right before the commit, so that it costs no write of its own.
import type { Activity } from '../contracts/activity.ts';
import type { Lane } from '../contracts/bells.ts';
import type { LaneMemory, Overtaken, UsageDay } from '../contracts/fleet-rows.ts';
import type { TenantPolicy } from '../contracts/policy.ts';
import type { DueEntry, FeedState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { RoundDependencies } from './dependencies.ts';
import type { LimitedRound, Rung } from './limits.ts';
import type { Meter } from './meter.ts';

/** Nobody signed in for so long: the tenant sleeps. */
const asleepAfterMs = 2 * 3_600_000;
const keptDays = 8;
/** An execution is billed for a second at least. */
const leastMs = 1000;
const signIns = 'sign-ins.interactive';

export interface Tally {
  /** This round goes on with what an earlier one left. */
  readonly continuing: boolean;
  /** And does nothing else: neither the planner nor an event rang it, and it stands in the way of no bell of the planner's. */
  goesOn(): Promise<boolean>;
  /** What this round has to leave is read by the planner's next bell, and gets none of its own. */
  yields(): boolean;
  /** Requests of this round had to wait for a later one. */
  heldBack(): boolean;
  /** Something is left that is worth going on with at `at`, before the lane's next bell. */
  leftOver(at: number): void;
  /** Deletes what no longer holds, tells the planner of a new mood, and gives the row to commit. */
  beforeCommit(found: {
    readonly open: boolean;
    readonly fresh: readonly Activity[];
    readonly feeds: readonly FeedState[];
    readonly overtaken?: Overtaken | undefined;
  }): Promise<FeedState>;
  /** Writes the due row of what is left. After the commit, which says that it stands: a crash between only delays it to the next bell. */
  afterCommit(): Promise<void>;
}

export const laneRow = (lane: Lane): string => `lane:${lane}`;
const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** At most `keptDays` days: this round added to today's. */
export function addUsage(usage: LaneMemory['usage'], now: number, round: Omit<UsageDay, 'rounds'>): LaneMemory['usage'] {
  const today = dateOf(now);
  const before = usage[today] ?? { rounds: 0, milliseconds: 0, requests: {}, heldBack: 0 };
  const requests = { ...before.requests };
  for (const [feed, count] of Object.entries(round.requests)) requests[feed] = (requests[feed] ?? 0) + count;
  const day: UsageDay = {
    rounds: before.rounds + 1,
    milliseconds: before.milliseconds + Math.round(Math.max(leastMs, round.milliseconds)),
    requests,
    heldBack: before.heldBack + round.heldBack,
  };
  const days = Object.entries({ ...usage, [today]: day }).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(days.slice(-keptDays));
}

export function createTally(
  deps: Pick<RoundDependencies, 'store' | 'clock'>,
  round: {
    readonly scope: TenantScope;
    readonly lane: Lane;
    readonly startedAt: number;
    readonly policy: Pick<TenantPolicy, 'cadence'>;
    readonly states: readonly FeedState[];
    readonly meter: Pick<Meter, 'requests' | 'heldBack'>;
    readonly rung?: Rung;
    readonly limits?: Pick<LimitedRound, 'spent' | 'yields' | 'isBellNear'> | undefined;
  },
): Tally {
  const { store, clock } = deps;
  const { scope, lane, meter } = round;
  const row = round.states.find(({ feed }) => feed === laneRow(lane));
  const memory: LaneMemory = row?.lane ?? { usage: {} };
  const due: DueEntry = { v: 1, tenant: scope.tenant, kind: 'round', id: `more-${lane}`, lane, dueAt: 0, tries: 0 };
  const hot: DueEntry = { ...due, id: 'hot' };
  let moreAt: number | undefined;

  async function moodNow(open: boolean, activeAt: number | undefined, feeds: readonly FeedState[]): Promise<LaneMemory['mood']> {
    const now = clock.now();
    const read = feeds.some(({ feed, outcome }) => feed === signIns && outcome.status === 'complete');
    const mood = open
      ? 'hot'
      : read && moreAt === undefined && now - (activeAt ?? row?.startedAt ?? now) > asleepAfterMs
        ? 'asleep'
        : undefined;
    if (mood !== memory.mood) await store.fleet.putMood('round.put-mood', scope, mood === undefined ? undefined : { mood, since: now });
    // A tenant under attack is looked at twice as often, on a queue of its own: the sweeper rings `checks-hot` for this row.
    if (mood === 'hot') await store.due.put('round.put-hot', { ...hot, dueAt: now + round.policy.cadence.fast * 500 });
    else if (memory.mood === 'hot') await store.due.delete('round.delete-hot', hot);
    return mood;
  }

  return {
    goesOn: async () =>
      memory.more === true && round.rung?.slot === undefined && round.rung?.hint !== true && (await round.limits?.isBellNear()) !== true,
    yields: () => round.limits?.yields() === true,
    continuing: memory.more === true,
    heldBack: () => meter.heldBack() > 0,
    leftOver(at) {
      moreAt = Math.min(at, moreAt ?? at);
    },
    async beforeCommit({ open, fresh, feeds, overtaken }) {
      const now = clock.now();
      const seen = [
        ...fresh.filter(({ feed }) => feed === signIns).map(({ time }) => time),
        ...(memory.activeAt === undefined ? [] : [memory.activeAt]),
      ];
      const activeAt = seen.length === 0 ? undefined : seen.reduce((a, b) => Math.max(a, b));
      const mood = lane === 'fast' ? await moodNow(open, activeAt, feeds) : undefined;
      if (memory.more === true && moreAt === undefined) await store.due.delete('round.delete-more', due);
      return {
        v: 1,
        feed: laneRow(lane),
        startedAt: row?.startedAt ?? now,
        triedAt: now,
        outcome: { status: 'complete' },
        lane: {
          ...(mood === undefined ? {} : { mood }),
          ...(activeAt === undefined || lane !== 'fast' ? {} : { activeAt }),
          ...(moreAt === undefined ? {} : { more: true }),
          ...(overtaken === undefined ? {} : { overtaken }),
          ...(round.limits === undefined ? {} : { spent: round.limits.spent() }),
          usage: addUsage(memory.usage, now, {
            milliseconds: now - round.startedAt,
            requests: meter.requests,
            heldBack: meter.heldBack(),
          }),
        },
      };
    },
    async afterCommit() {
      if (moreAt !== undefined) await store.due.put('round.put-more', { ...due, dueAt: moreAt });
    },
  };
}

// A worker that stalls and loses its lease may wake in the middle of a write: findings and hits then stand as it judged them, older than what its successor wrote. No transaction spans its lease
// and these rows, so the lane remembers it, and judges what was read since then once more as soon as that worker has ended for certain. Called by settle.ts.
import type { Activity } from '../contracts/activity.ts';
import type { Overtaken } from '../contracts/fleet-rows.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { BegunLane } from '../store/store.ts';
import type { RoundDependencies } from './dependencies.ts';
import { datesBetween, newestOf } from './derive.ts';
import { laneRow } from './tally.ts';

/** The host ends a function after so long (functionTimeout in host.json), and with it all that it writes. */
export const longestLifeMs = 10 * 60_000;
/** Of what it read, most is no older than a day; what is older is read again by its successor. */
const dayMs = 86_400_000;

export interface Overtaking {
  /** Read before, to be judged once more in this round. */
  readonly again: readonly Activity[];
  /** Somebody died or was overtaken: what is stored may come from other versions of the records that are read now. */
  readonly doubtful: boolean;
  /** What the lane has to remember. */
  readonly after: Overtaken | undefined;
}

/** @param fresh what this round read: its predecessor read no older events, since it began with the same marks */
export async function overtaking(
  deps: Pick<RoundDependencies, 'store' | 'clock'>,
  lease: BegunLane,
  states: readonly FeedState[],
  fresh: readonly Activity[],
): Promise<Overtaking> {
  const now = deps.clock.now();
  const before = states.find(({ feed }) => feed === laneRow(lease.lane))?.lane?.overtaken;
  const { abandonedAt } = lease;
  if (before === undefined && abandonedAt === undefined) return { again: [], doubtful: false, after: undefined };
  if (abandonedAt === undefined && before !== undefined && now >= before.until)
    return { again: await readSince(deps, lease, before, now), doubtful: true, after: undefined };
  const from = Math.min(before?.from ?? Number.POSITIVE_INFINITY, abandonedAt ?? Number.POSITIVE_INFINITY);
  const since = fresh.reduce((least, { time }) => Math.min(least, time), Math.min(before?.since ?? Number.POSITIVE_INFINITY, from - dayMs));
  const until = abandonedAt === undefined ? (before?.until ?? now) : now + longestLifeMs;
  return { again: [], doubtful: abandonedAt !== undefined, after: { from, since, until } };
}

/** Newest version of each record that was read from then on. */
async function readSince(
  { store }: Pick<RoundDependencies, 'store'>,
  { scope }: BegunLane,
  { from, since }: Overtaken,
  now: number,
): Promise<Activity[]> {
  const found: Activity[] = [];
  for (const date of datesBetween(since, now))
    for await (const activity of store.blobs.activities(scope, date))
      if (activity.time >= since && (activity.visibleAt ?? activity.time) >= from) found.push(activity);
  return newestOf(found);
}

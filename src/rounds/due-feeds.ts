// Which feeds a round reads: those that the tenant's policy asks for, and of these the ones whose service did not ask to be left alone for a while. Pure; called by round.ts and the lanes, by coverage through functions/.
import type { Feed } from '../collect/feed.ts';
import type { TenantPolicy } from '../contracts/policy.ts';
import type { FeedState } from '../contracts/rows.ts';

/** What a tenant's operator switched off is not read, what needs their asking only then. */
export function feedsOf<T extends Pick<Feed, 'id' | 'optIn'>>(
  feeds: readonly T[],
  { feeds: { on, off } }: Pick<TenantPolicy, 'feeds'>,
): T[] {
  return feeds.filter(({ id, optIn }) => !off.includes(id) && (optIn !== true || on.includes(id)));
}

const switchedOff = { status: 'off', what: 'it is switched off for this tenant', next: 'switch it on in the tenant’s policy' } as const;

/**
 * Marks as they stand, those of feeds that are not read (any more) as `off`: else the last reading would say for ever that such a feed is read, and hold back what waits for its
 * settled records. For judging only, never stored.
 */
export function statesOf(states: readonly FeedState[], feeds: readonly Pick<Feed, 'id'>[]): FeedState[] {
  const read = new Set(feeds.flatMap(({ id }) => [id, `reconcile:${id}`]));
  return states.map((state) => (state.lane !== undefined || read.has(state.feed) ? state : { ...state, outcome: switchedOff }));
}

/**
 * A service that throttled one feed of a tenant means all that draw on the same limit, whichever lane met it: `until` is in the marks, which every worker reads. What our own
 * budget held back (`why`) concerns that feed alone.
 */
export function notPaused<T extends Pick<Feed, 'id' | 'source'>>(
  feeds: readonly T[],
  all: readonly Pick<Feed, 'id' | 'source'>[],
  states: ReadonlyMap<string, FeedState>,
  now: number,
  lane: 'fast' | 'reconcile',
): T[] {
  const paused = new Set<string>();
  for (const { id, source } of all) {
    for (const row of [id, `reconcile:${id}`]) {
      const outcome = states.get(row)?.outcome;
      if (outcome?.status === 'throttled' && outcome.until > now) paused.add(outcome.why === undefined ? source : `${row}|held`);
    }
  }
  return feeds.filter(({ id, source }) => !paused.has(source) && !paused.has(`${lane === 'reconcile' ? 'reconcile:' : ''}${id}|held`));
}

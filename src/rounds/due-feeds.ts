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

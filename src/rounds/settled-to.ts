// Up to when nothing more comes: the least of what the logs are settled to. Called by the reconcile lane, and by derive for sequences that a late record could falsify.
import type { FeedState } from '../contracts/rows.ts';

/**
 * Epoch ms; undefined before anything is settled. A feed that cannot be read holds nothing back: what it would bring is not assessable.
 * @param states rows of feeds as stored; only those of reconciliation are looked at
 */
export function settledTo(states: readonly FeedState[]): number | undefined {
  const marks = states
    .filter(({ feed }) => feed.startsWith('reconcile:'))
    .flatMap(({ settledTo: mark, outcome }) =>
      outcome.status === 'complete' || outcome.status === 'incomplete' || outcome.status === 'throttled' ? [mark ?? 0] : [],
    );
  const least = marks.length === 0 ? 0 : Math.min(...marks);
  return least > 0 ? least : undefined;
}

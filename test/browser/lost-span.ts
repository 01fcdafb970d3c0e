// Makes a feed look as one that nobody read for days, as a guard finds it that was down. Used by the tests of this folder.
import type { RunningGuard } from './running-guard.ts';

const dayMs = 86_400_000;

/** Waits for the lane to be free, as a worker would: rounds go on meanwhile. */
export async function forgetDays({ store, registry }: RunningGuard, tenant: string, feed: string, days: number): Promise<void> {
  const scope = await registry.authorise(tenant, 'round');
  for (let tries = 0; tries < 600; tries++) {
    const lease = await store.state.lease('round.take-lease', scope, 'fast', 'test', Date.now(), 30);
    if (lease === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const state = lease.seen.feeds.find((one) => one.feed === feed);
    if (state === undefined) throw new Error(`${feed} was never read`);
    const { ahead: _ahead, ...rest } = state;
    const feeds = [{ ...rest, readTo: Date.now() - days * dayMs }];
    await store.state.commitRound('round.commit', lease, { feeds, gaps: [], incidents: [], outbox: [], release: true });
    return;
  }
  throw new Error('the lane was never free');
}

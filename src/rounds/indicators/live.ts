// What foreign feeds list by now: the copies that the refresh keeps, indexed once per version. Made by the composition root; asked by every round, which so has a new copy within a minute.
import { createLive } from '../../campaigns/live.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { ForeignIndicators } from '../../contracts/indicators.ts';
import { createForeignIndicators } from '../../detect/indicators/feeds/foreign-index.ts';
import type { Store } from '../../store/store.ts';
import type { Log } from '../dependencies.ts';

/** A look is one small read. */
const lookEveryMs = 20_000;

export interface LiveDependencies {
  readonly store: Pick<Store, 'indicatorFeeds'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Names of the feeds that are set up: what was kept of another one no longer counts. */
  readonly names: readonly string[];
}

/** Undefined where no feed has a copy. Throws only while none of the copies could ever be looked at: a round must not take that for "nothing listed". */
export function createLiveIndicators({ store, clock, log, names }: LiveDependencies): () => Promise<ForeignIndicators | undefined> {
  if (names.length === 0) return async () => undefined;
  let cause: unknown;
  const live = createLive<ForeignIndicators | undefined>({
    async look() {
      const held = (await store.indicatorFeeds.statuses())
        .filter(({ feed, version }) => version !== undefined && names.includes(feed))
        .sort((a, b) => (a.feed < b.feed ? -1 : 1));
      return {
        version: held.map(({ feed, version }) => `${feed}:${version}`).join(' '),
        async make() {
          const copies = await Promise.all(held.map(({ feed }) => store.indicatorFeeds.copy(feed)));
          const kept = copies.filter((copy) => copy !== undefined);
          return kept.length === 0 ? undefined : createForeignIndicators(kept);
        },
      };
    },
    fallback: () => Promise.reject(new Error('What indicator feeds list could not be looked at', { cause })),
    failed: (error) => {
      cause = error;
      log('indicators.unread', { problem: error instanceof Error ? error.message : String(error) });
    },
    clock,
    everyMs: lookEveryMs,
  });
  return () => live.current();
}

// Timer: reads the foreign indicator feeds again. Registered only where feeds are set up. What fails leaves the last good copy, and the next tick tries again.
import type { TimerFunctionOptions } from '@azure/functions';
import type { LazyGuard } from './lazy-guard.ts';

export const indicators = (guard: LazyGuard): TimerFunctionOptions => ({
  schedule: '%TG_INDICATORS_SCHEDULE%',
  handler: async () => {
    // Once an hour, and with the public suffix list: nothing that a cold start of another function should load.
    const [{ createGuardedFetch }, { refreshIndicators }] = await Promise.all([
      import('../src/collect/indicator-feeds/guarded-fetch.ts'),
      import('../src/rounds/indicators/refresh.ts'),
    ]);
    const { config, store, registry, clock, log } = await guard();
    await refreshIndicators({ store, registry, clock, log, sources: config.indicatorFeeds, fetch: createGuardedFetch() });
  },
});

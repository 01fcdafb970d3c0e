// Timer: decides when each tenant's bell rings. A bad tenant list stops nothing: the next tick plans again.
import type { TimerFunctionOptions } from '@azure/functions';
import type { LazyGuard } from './lazy-guard.ts';

export const planner = (guard: LazyGuard): TimerFunctionOptions => ({
  schedule: '%TG_PLANNER_SCHEDULE%',
  handler: async () => {
    await (await guard()).planner.tick();
  },
});

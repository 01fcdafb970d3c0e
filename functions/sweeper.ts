// Timer: rings again for what is overdue, and looks at the poison queues.
import type { TimerFunctionOptions } from '@azure/functions';
import { sweep } from '../src/rounds/sweeper.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const sweeper = (guard: LazyGuard): TimerFunctionOptions => ({
  schedule: '%TG_SWEEPER_SCHEDULE%',
  handler: async () => {
    await sweep(await guard());
  },
});

// Event Grid, the guard's own topic (CloudEvents 1.0): "check this tenant now". Only rings: Event Grid wants an answer in 30 seconds and delivers twice.
import type { EventGridFunctionOptions } from '@azure/functions';
import { z } from 'zod';
import type { Bell } from '../src/contracts/bells.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const checkTenantType = 'TenantGuard.CheckTenant';

/** The typings know only Event Grid's own schema; the topic delivers CloudEvents. */
const command = z.object({ id: z.string(), type: z.string(), specversion: z.literal('1.0'), data: z.object({ tenant: z.guid() }) });

export const commands = (guard: LazyGuard): EventGridFunctionOptions => ({
  handler: async (event, context) => {
    const parsed = command.safeParse(event);
    if (!parsed.success) {
      // Nobody can mend a malformed event by delivering it again: say what was wrong and let it go.
      context.warn('event.malformed', { problem: z.prettifyError(parsed.error) });
      return;
    }
    if (parsed.data.type !== checkTenantType) {
      context.warn('event.unknown-type', { expected: checkTenantType });
      return;
    }
    const { store } = await guard();
    const bells: Bell[] = (['fast', 'config'] as const).map((lane) => ({ v: 1, tenant: parsed.data.data.tenant, lane }));
    for (const bell of bells) await store.queues.ring('commands.ring-event', 'events', bell);
  },
});

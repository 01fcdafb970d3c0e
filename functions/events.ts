// Queue `events`: a hint from Event Grid makes a round earlier; it is never the truth. Tenants that are not under guard are dropped.
import type { StorageQueueFunctionOptions } from '@azure/functions';
import { bell } from '../src/contracts/bells.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const events = (guard: LazyGuard): StorageQueueFunctionOptions => ({
  queueName: 'events',
  connection: 'AzureWebJobsStorage',
  handler: async (message) => {
    const rung = bell.parse(message);
    if (!('lane' in rung)) throw new Error('a bell on events names no lane');
    const deps = await guard();
    try {
      const scope = await deps.registry.authorise(rung.tenant, 'round');
      await deps.store.queues.ring('events.ring-check', 'checks', { v: 1, tenant: scope.tenant, lane: rung.lane });
    } catch (error) {
      if (!(error instanceof UnknownTenantError)) throw error;
      deps.log('event.unknown-tenant', { tenant: rung.tenant });
    }
  },
});

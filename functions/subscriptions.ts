// Timer: makes, renews and replaces the subscriptions at Graph through which changes reach the queue `events`. Registered only where partner events are set up.
import type { TimerFunctionOptions } from '@azure/functions';
import { maintainSubscriptions } from '../src/tenants/event-subscriptions.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const subscriptions = (guard: LazyGuard): TimerFunctionOptions => ({
  schedule: '%TG_SUBSCRIPTIONS_SCHEDULE%',
  handler: async () => {
    const { config, registry, connect, store, clock, ids, log, partnerTopics } = await guard();
    if (config.partnerEvents === undefined || partnerTopics === undefined) return;
    try {
      // Graph makes partner topics for the tenant of the token; that it does so in another tenant's Azure subscription is promised nowhere, so only the home tenant has them.
      const scope = await registry.authorise(config.homeTenant, 'round');
      const { graph } = connect(scope).reader;
      await maintainSubscriptions(
        { store, clock, ids, log, graph, topics: partnerTopics, resources: config.partnerEvents.resources },
        scope,
      );
    } catch (error) {
      if (!(error instanceof UnknownTenantError)) throw error;
      log('subscriptions.not-guarded', { tenant: config.homeTenant });
    }
  },
});

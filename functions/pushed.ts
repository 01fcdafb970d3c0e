// Event Hub: records that diagnostic settings push. Stores them and rings; nothing is judged here. Delivered at least once and in any order: ids decide later. Registered only where a hub is set up.
import type { EventHubFunctionOptions } from '@azure/functions';
import { sortPushed } from '../src/collect/pushed/sort.ts';
import { hashId } from '../src/contracts/ids.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { LazyGuard } from './lazy-guard.ts';

/** Records of one spool blob. */
const mostRecords = 5_000;

/**
 * `dataType`: the typings of @azure/functions do not know it, the host does. Without it the host reads every message of a batch as JSON before the app sees any,
 * and one that is none fails the whole batch for ever; as text each comes alone, parsed where it is JSON (Azure/azure-functions-nodejs-library#187).
 */
const trigger = {
  connection: 'TG_EVENT_HUB',
  eventHubName: '%TG_EVENT_HUB_NAME%',
  consumerGroup: '$Default',
  cardinality: 'many',
  dataType: 'string',
} as const;

export const pushed = (guard: LazyGuard): EventHubFunctionOptions => ({
  ...trigger,
  handler: async (messages) => {
    const { config, registry, store, clock, log } = await guard();
    // Entra ID exports a tenant's logs into Azure subscriptions of the same tenant: whatever else stands in the hub is nobody's that we guard through it.
    const tenant = config.homeTenant;
    const { byFeed, foreign, other, unreadable } = sortPushed(Array.isArray(messages) ? messages : [messages], tenant);
    if (foreign > 0 || other > 0) log('pushed.not-taken', { foreign, other });
    for (const { reason, text } of unreadable) {
      log('pushed.unreadable', { reason });
      await store.queues.setAside('pushed.set-aside', 'events', JSON.stringify({ problem: reason, record: text }));
    }
    if (byFeed.size === 0) return;
    let scope: Awaited<ReturnType<typeof registry.authorise>>;
    try {
      scope = await registry.authorise(tenant, 'round');
    } catch (error) {
      if (!(error instanceof UnknownTenantError)) throw error;
      log('pushed.unknown-tenant', { tenant });
      return;
    }
    const { feeds } = (await registry.entry(scope)).policy;
    let spooled = 0;
    for (const [feed, records] of byFeed) {
      if (!feeds.on.includes(feed)) {
        log('pushed.feed-off', { tenant, feed, records: records.length });
        continue;
      }
      for (let start = 0; start < records.length; start += mostRecords) {
        const part = records.slice(start, start + mostRecords);
        const name = hashId('pushed', feed, JSON.stringify(part));
        await store.spool.putRecords('pushed.put-records', scope, name, part);
        await store.spool.put('pushed.put-row', scope, { v: 1, feed, name, at: clock.now(), count: part.length });
        spooled += part.length;
      }
    }
    if (spooled > 0) await store.queues.ring('pushed.ring-event', 'events', { v: 1, tenant: scope.tenant, lane: 'fast' });
  },
});

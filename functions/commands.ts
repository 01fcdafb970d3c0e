// Event Grid, the guard's own topic (CloudEvents 1.0): "check this tenant now" and "this address is bad". Only stores and rings: Event Grid wants an answer in 30 seconds and delivers twice.
import type { EventGridFunctionOptions } from '@azure/functions';
import { type Bell, type Lane, lanes } from '../src/contracts/bells.ts';
import { badAddressType, checkTenantType, command, problemsOf } from '../src/contracts/events.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import { report } from '../src/tenants/reported-addresses.ts';
import type { Guard } from './guard.ts';
import type { LazyGuard } from './lazy-guard.ts';

/** What a command is answered by at once; reconciliation looks at old spans only. */
const answering: Readonly<Record<string, readonly Lane[]>> = {
  [checkTenantType]: lanes.filter((lane) => lane !== 'reconcile'),
  [badAddressType]: ['fast'],
};

export const commands = (guard: LazyGuard): EventGridFunctionOptions => ({
  handler: async (event, context) => {
    const deps = await guard();
    // The typings know only Event Grid's own schema; the topic delivers CloudEvents.
    const parsed = command.safeParse(event);
    // Nobody can mend a malformed event by delivering it again: say what was wrong, keep it for inspection, and let it go.
    if (!parsed.success) return refuse(deps, event, problemsOf(parsed.error), context.warn.bind(context));
    const { type, data } = parsed.data;
    if (type === badAddressType) {
      try {
        const scope = await deps.registry.authorise(data.tenant, 'round');
        const { policy } = await deps.registry.entry(scope);
        const refused = await report(deps, scope, parsed.data, policy.ownNetworks ?? []);
        if (refused !== undefined) return refuse(deps, event, refused, context.warn.bind(context));
        deps.log('event.address-reported', { tenant: data.tenant, address: data.address, until: data.until ?? 'default' });
      } catch (error) {
        if (!(error instanceof UnknownTenantError)) throw error;
        deps.log('event.unknown-tenant', { tenant: data.tenant });
        return;
      }
    }
    const bells: Bell[] = (answering[type] ?? []).map((lane) => ({ v: 1, tenant: data.tenant, lane }));
    for (const bell of bells) await deps.store.queues.ring('commands.ring-event', 'events', bell);
  },
});

async function refuse(deps: Guard, event: unknown, problem: string, warn: (...args: unknown[]) => void): Promise<void> {
  warn('event.malformed', { problem });
  deps.log('event.malformed', { queue: 'commands', problem });
  await deps.store.queues.setAside('commands.set-aside', 'events', JSON.stringify({ problem, event }));
}

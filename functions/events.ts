// Queue `events`: a hint from Event Grid makes a round earlier; it is never the truth. Takes the guard's own bells and Graph's change notifications; what is forged, stale, foreign or
// of a tenant that is not under guard changes nothing.
import type { StorageQueueFunctionOptions } from '@azure/functions';
import { bell, type Lane } from '../src/contracts/bells.ts';
import { graphEvent, problemsOf } from '../src/contracts/events.ts';
import type { TenantScope } from '../src/contracts/tenant-scope.ts';
import { ringForHint } from '../src/rounds/hint.ts';
import { judgeEvent } from '../src/tenants/event-subscriptions.ts';
import { UnknownTenantError } from '../src/tenants/registry.ts';
import type { Guard } from './guard.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const events = (guard: LazyGuard): StorageQueueFunctionOptions => ({
  queueName: 'events',
  connection: 'AzureWebJobsStorage',
  handler: async (message) => {
    const deps = await guard();
    const rung = bell.safeParse(message);
    if (rung.success)
      return 'lane' in rung.data ? hint(deps, rung.data.tenant, [rung.data.lane]) : setAside(deps, message, 'a bell without a lane');
    const parsed = graphEvent.safeParse(message);
    if (!parsed.success) return setAside(deps, message, problemsOf(parsed.error));
    const event = parsed.data;
    const tenant = event.data.tenantId ?? event.data.organizationId;
    if (tenant === undefined) return setAside(deps, message, 'data.tenantId: missing');
    const scope = await scopeOf(deps, tenant);
    if (scope === undefined) return;
    const { cadence } = (await deps.registry.entry(scope)).policy;
    const judged = await judgeEvent({ store: deps.store, clock: deps.clock, app: deps.config.apps.reader }, scope, event, cadence);
    if ('ignored' in judged) {
      deps.log('event.ignored', { tenant, type: event.type, why: judged.ignored });
      return;
    }
    for (const lane of judged.lanes) await ringForHint(deps, scope, lane);
  },
});

async function scopeOf(deps: Guard, tenant: string): Promise<TenantScope | undefined> {
  try {
    return await deps.registry.authorise(tenant, 'round');
  } catch (error) {
    if (!(error instanceof UnknownTenantError)) throw error;
    deps.log('event.unknown-tenant', { tenant });
    return undefined;
  }
}

async function hint(deps: Guard, tenant: string, wanted: readonly Lane[]): Promise<void> {
  const scope = await scopeOf(deps, tenant);
  if (scope === undefined) return;
  for (const lane of wanted) await ringForHint(deps, scope, lane);
}

/** Five tries would change nothing about it: kept on the poison queue at once, which the sweeper reports. */
async function setAside(deps: Guard, message: unknown, problem: string): Promise<void> {
  deps.log('event.malformed', { queue: 'events', problem });
  await deps.store.queues.setAside('events.set-aside', 'events', JSON.stringify({ problem, message }));
}

// Graph's change notifications of one tenant: which subscriptions are wanted, made, renewed and replaced, each step written down before and after, so that any of them may be the last
// thing a process did. And which delivered event is one of ours. Called by functions/subscriptions.ts (timer) and functions/events.ts.
import { z } from 'zod';
import type { Lane } from '../contracts/bells.ts';
import type { Clock, Ids } from '../contracts/clock.ts';
import type { EventSubscription } from '../contracts/event-rows.ts';
import { type EventResource, type GraphEvent, lifecycleOf } from '../contracts/events.ts';
import { hashId } from '../contracts/ids.ts';
import type { Permission } from '../contracts/permission.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { ConflictError, type Store, type Versioned } from '../store/store.ts';
import { type Graph, ServiceError } from './connections.ts';
import type { PartnerTopics } from './partner-topics.ts';

interface ResourceFacts {
  readonly path: string;
  readonly changeType: string;
  /** Longest life that Graph grants (learn.microsoft.com/graph/api/resources/subscription, "Subscription lifetime"). */
  readonly minutes: number;
  readonly permission: Permission;
  /** Which lanes a change is worth a look of. */
  readonly lanes: readonly Lane[];
}
const graphPermission = (name: string, id: string): Permission => ({ kind: 'graph', name, id, holder: 'reader' });

/** `alerts` needs a permission that may also change alerts; that is why it is never on by itself. */
export const resourceFacts: Readonly<Record<EventResource, ResourceFacts>> = {
  users: {
    path: 'users',
    changeType: 'updated,deleted',
    minutes: 41_760,
    permission: graphPermission('User.Read.All', 'df021288-bdef-4463-88db-98f22de89214'),
    lanes: ['fast', 'config'],
  },
  groups: {
    path: 'groups',
    changeType: 'updated,deleted',
    minutes: 41_760,
    permission: graphPermission('Group.Read.All', '5b567255-7703-4780-807c-7be8301ae99b'),
    lanes: ['config'],
  },
  alerts: {
    path: 'security/alerts',
    changeType: 'updated',
    minutes: 43_200,
    permission: graphPermission('SecurityEvents.ReadWrite.All', 'd903a879-88e0-4c09-b0c9-82f6a1333f84'),
    lanes: ['fast'],
  },
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Renewed when a week is left: seven days in which Graph or we may fail. */
const renewAheadMs = 7 * dayMs;
/** An event that is older is no news: rounds have looked since. Never less than the quarter of an hour that logs take to become readable. */
const staleMs = 15 * minuteMs;
const futureMs = 5 * minuteMs;

export interface JudgeDependencies {
  readonly store: Pick<Store, 'subscriptions'>;
  readonly clock: Clock;
  /** Client id of the app that owns the subscriptions. */
  readonly app: string;
}

/** Whether a delivered event is one of ours and news, and which lanes it hints at. What Graph says of a subscription itself is written down for the timer. */
export async function judgeEvent(
  { store, clock, app }: JudgeDependencies,
  scope: TenantScope,
  event: GraphEvent,
  cadence: { readonly fast: number; readonly config: number },
): Promise<{ readonly lanes: readonly Lane[] } | { readonly ignored: string }> {
  const now = clock.now();
  const { data, source } = event;
  const found = (await store.subscriptions.of(scope)).find(({ value }) => value.id?.toLowerCase() === data.subscriptionId.toLowerCase());
  if (found === undefined) return { ignored: 'no subscription of this tenant has this id' };
  const { value } = found;
  if (data.clientState !== value.clientState) return { ignored: 'its clientState is not the one that we gave' };
  if (data.organizationId !== undefined && data.organizationId !== scope.tenant) return { ignored: 'it names two tenants' };
  if (source.toLowerCase() !== `/tenants/${scope.tenant}/applications/${app}`.toLowerCase())
    return { ignored: 'its source is not our application in this tenant' };
  const { lanes } = resourceFacts[value.resource];
  if (event.time !== undefined) {
    const oldest = Math.max(staleMs, ...lanes.map((lane) => (lane === 'reconcile' ? 0 : cadence[lane] * 1000)));
    const time = Date.parse(event.time);
    if (time < now - oldest) return { ignored: 'it is stale' };
    if (time > now + futureMs) return { ignored: 'it is from the future' };
  }
  const lifecycle = lifecycleOf(event);
  if (lifecycle === undefined) return { lanes };
  if (lifecycle === 'missed') return { lanes: ['fast', 'config'] };
  const change: Partial<EventSubscription> = lifecycle === 'subscriptionRemoved' ? { state: 'wanted', id: undefined } : { renew: true };
  // It comes again from time to time until somebody renewed: once is enough.
  if (lifecycle === 'subscriptionRemoved' || value.renew !== true) {
    try {
      await store.subscriptions.put('events.mark-subscription', scope, { ...value, ...change }, found.etag);
    } catch (error) {
      // The timer is at work on this very row: it looks at Graph itself.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  return { lanes: lifecycle === 'subscriptionRemoved' ? ['fast', 'config'] : [] };
}

export interface MaintainDependencies {
  readonly store: Pick<Store, 'subscriptions'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly graph: Graph;
  readonly topics: PartnerTopics;
  readonly resources: readonly EventResource[];
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

const standing = z.object({ id: z.string(), expirationDateTime: z.iso.datetime({ offset: true }), notificationUrl: z.string().nullish() });
type Standing = z.output<typeof standing>;

/** Brings every wanted subscription of one tenant a step on, or as far as it goes. What fails is written down with its reason and tried again by the next call. */
export async function maintainSubscriptions(deps: MaintainDependencies, scope: TenantScope): Promise<void> {
  const { store, graph, resources, log } = deps;
  const rows = new Map((await store.subscriptions.of(scope)).map((row) => [row.value.resource, row]));
  for (const [resource, row] of rows) if (!resources.includes(resource)) await withdraw(deps, scope, row);
  if (resources.length === 0) return;
  let atGraph: readonly Standing[];
  try {
    const found: unknown[] = [];
    for await (const page of graph.pages('/subscriptions')) found.push(...page);
    atGraph = z.array(standing).parse(found);
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof z.ZodError)) throw error;
    // Could not look: what is written down stays as it is, and nothing is made twice.
    log('subscriptions.unread', { tenant: scope.tenant, reason: error.message });
    return;
  }
  for (const resource of resources) {
    try {
      await maintainOne(deps, scope, resource, rows.get(resource), atGraph);
    } catch (error) {
      // Another worker is at it: it, or the next call, ends what is left.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function maintainOne(
  deps: MaintainDependencies,
  scope: TenantScope,
  resource: EventResource,
  known: Versioned<EventSubscription> | undefined,
  atGraph: readonly Standing[],
): Promise<void> {
  const { store, clock, log } = deps;
  let row = known ?? (await store.subscriptions.put('subscriptions.put-intent', scope, intent(deps, scope, resource)));
  const now = clock.now();
  try {
    const lost = row.value.state !== 'wanted' && !atGraph.some(({ id }) => id === row.value.id);
    // Removed, or never there again after a `subscriptionRemoved`: a new intent, with a topic of its own.
    if (lost || (row.value.state === 'wanted' && row.value.expiresAt !== undefined))
      row = await store.subscriptions.put('subscriptions.put-intent', scope, intent(deps, scope, resource), row.etag);
    if (row.value.state === 'wanted') {
      const made = (await adopted(deps, row.value, atGraph)) ?? (await created(deps, row.value));
      row = await store.subscriptions.put('subscriptions.put-created', scope, { ...row.value, ...made, state: 'created' }, row.etag);
    }
    if (row.value.state === 'created') {
      await deps.topics.deliver(row.value.topic);
      const { problem: _, ...active } = row.value;
      row = await store.subscriptions.put('subscriptions.put-active', scope, { ...active, state: 'active', triedAt: now }, row.etag);
      log('subscriptions.active', { tenant: scope.tenant, resource });
    }
    if (row.value.renew === true || (row.value.expiresAt ?? 0) - now < renewAheadMs) {
      const expiresAt = now + resourceFacts[resource].minutes * minuteMs;
      await deps.graph.request('PATCH', `/subscriptions/${encodeURIComponent(row.value.id ?? '')}`, {
        body: { expirationDateTime: new Date(expiresAt).toISOString() },
      });
      const { problem: _, renew: __, ...renewed } = row.value;
      row = await store.subscriptions.put('subscriptions.put-renewed', scope, { ...renewed, expiresAt, triedAt: now }, row.etag);
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    log('subscriptions.failed', { tenant: scope.tenant, resource, status: error.status, code: error.code, reason: error.message });
    const problem = error.message.slice(0, 500);
    await store.subscriptions.put('subscriptions.put-problem', scope, { ...row.value, triedAt: now, problem }, row.etag);
  }
}

function intent({ clock, ids }: MaintainDependencies, { tenant }: TenantScope, resource: EventResource): EventSubscription {
  const clientState = ids.fresh();
  const topic = `tg-${resource}-${hashId('partner-topic', tenant, clientState).slice(0, 16)}`;
  return { v: 1, resource, state: 'wanted', clientState, topic, intendedAt: clock.now() };
}

const timesOf = ({ id, expirationDateTime }: Standing) => ({ id, expiresAt: Date.parse(expirationDateTime) });

/** A process died after Graph had made it: its topic tells that it is ours. */
async function adopted({ topics }: MaintainDependencies, { topic }: EventSubscription, atGraph: readonly Standing[]) {
  const address = topics.address(topic).toLowerCase();
  const found = atGraph.find(({ notificationUrl }) => notificationUrl?.toLowerCase() === address);
  return found && timesOf(found);
}

async function created({ graph, topics, clock }: MaintainDependencies, { resource, topic, clientState }: EventSubscription) {
  const { path, changeType, minutes } = resourceFacts[resource];
  const address = topics.address(topic);
  const answer = await graph.request('POST', '/subscriptions', {
    body: {
      changeType,
      resource: path,
      expirationDateTime: new Date(clock.now() + minutes * minuteMs).toISOString(),
      clientState,
      notificationUrl: address,
      // Cannot be added later.
      lifecycleNotificationUrl: address,
    },
  });
  const parsed = standing.safeParse(answer);
  if (!parsed.success) throw new ServiceError('graph', 0, 'NoSubscription', 'POST /subscriptions: the answer was no subscription');
  return timesOf(parsed.data);
}

/** No longer wanted: taken back at Graph, and the row says so. */
async function withdraw(deps: MaintainDependencies, scope: TenantScope, { value, etag }: Versioned<EventSubscription>): Promise<void> {
  if (value.id === undefined) return;
  try {
    await deps.graph.request('DELETE', `/subscriptions/${encodeURIComponent(value.id)}`);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.status !== 404)
      return deps.log('subscriptions.failed', { tenant: scope.tenant, resource: value.resource, reason: error.message });
  }
  const { id: _, ...rest } = value;
  await deps.store.subscriptions.put('subscriptions.put-intent', scope, { ...rest, state: 'wanted' }, etag);
}

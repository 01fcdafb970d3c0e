// The simulator's own controls for change notifications: lets Graph send events now, of any kind that a reader must cope with, and tells what was delivered.
import { z } from 'zod';
import { queueSink } from '../../event-queue.ts';
import { type Handler, reading, writing } from '../../handler.ts';
import { deliver, type Subscription } from '../../partner-events.ts';

const common = { service: 'control', source: 'This simulator', certainty: 'measured', success: 200 } as const;
const kinds = ['updated', 'deleted', 'created', 'reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
type Kind = (typeof kinds)[number];
const objects: Readonly<Record<string, string>> = { users: 'User', groups: 'Group', 'security/alerts': 'Alert' };

/** One event in the form of a partner topic (Graph reference A.9). */
export function graphEventOf(subscription: Subscription, kind: Kind, object: string, time: number, id: string) {
  const { tenant, app, resource, clientState, expirationDateTime } = subscription;
  const lifecycle = kind === 'reauthorizationRequired' || kind === 'subscriptionRemoved' || kind === 'missed';
  const name = objects[resource] ?? 'User';
  const verb = kind.slice(0, 1).toUpperCase() + kind.slice(1);
  const subject = `${name}s/${object}`;
  return {
    id,
    type: `Microsoft.Graph.${kind === 'subscriptionRemoved' ? '' : lifecycle ? 'Subscription' : name}${verb}`,
    source: `/tenants/${tenant}/applications/${app}`,
    subject: lifecycle ? `Subscriptions/${subscription.id}` : subject,
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    specversion: '1.0',
    data: {
      ...(lifecycle ? { lifecycleEvent: kind } : { changeType: kind, resource: subject }),
      clientState,
      ...(lifecycle
        ? {}
        : { resourceData: { '@odata.type': `#Microsoft.Graph.${name}`, '@odata.id': subject, id: object, organizationId: tenant } }),
      subscriptionExpirationDateTime: expirationDateTime,
      subscriptionId: subscription.id,
      tenantId: tenant,
    },
  };
}

export const eventHandlers: readonly Handler[] = [
  reading({
    ...common,
    id: 'control.events.list',
    method: 'GET',
    path: '/control/events',
    example: {},
    run: (call) => {
      const { subscriptions, topics, delivered } = call.world.partnerEvents;
      return {
        status: 200,
        json: { subscriptions: [...subscriptions.values()], topics: [...topics.values()], delivered: delivered.slice(-100) },
      };
    },
  }),
  writing({
    ...common,
    id: 'control.events.queue',
    method: 'POST',
    path: '/control/events/queue',
    example: { body: { connectionString: 'UseDevelopmentStorage=true' } },
    body: z.strictObject({ connectionString: z.string().max(2_000) }),
    run: (call, { connectionString }) => {
      try {
        call.world.partnerEvents.sink = queueSink(connectionString);
      } catch (error) {
        return { status: 400, json: { error: error instanceof Error ? error.message : String(error) } };
      }
      return { status: 200, json: { queue: 'events' } };
    },
  }),
  writing({
    ...common,
    id: 'control.events.send',
    method: 'POST',
    path: '/control/events',
    example: { body: { resource: 'users', kind: 'updated' } },
    body: z.strictObject({
      resource: z.enum(['users', 'groups', 'security/alerts']),
      kind: z.enum(kinds),
      tenant: z.guid().optional(),
      object: z.string().max(100).optional(),
      /** The same event so many times, as Event Grid delivers at least once. */
      times: z.int().min(1).max(10_000).default(1),
    }),
    run: async (call, { resource, kind, tenant, object, times }) => {
      const { partnerEvents } = call.world;
      let delivered = 0;
      for (const subscription of [...partnerEvents.subscriptions.values()]) {
        if (subscription.resource !== resource || (tenant !== undefined && subscription.tenant !== tenant)) continue;
        const event = graphEventOf(subscription, kind, object ?? call.authority.fresh(), call.now, call.authority.fresh());
        for (let time = 0; time < times; time++) if (await deliver(partnerEvents, subscription, event)) delivered++;
        if (kind === 'subscriptionRemoved') partnerEvents.subscriptions.delete(subscription.id);
      }
      return { status: 200, json: { delivered } };
    },
  }),
];

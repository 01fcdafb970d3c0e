// What the guard asks Azure Resource Manager for: a partner topic's identity, its activation, and its event subscription. Source: Microsoft.EventGrid 2025-02-15 REST (PartnerTopics Update, Activate;
// PartnerTopicEventSubscriptions CreateOrUpdate); Azure reference F.7.
import { z } from 'zod';
import { type Call, type Handler, type Reply, reading, writing } from '../../handler.ts';
import type { PartnerTopic } from '../../partner-events.ts';

const base = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/partnerTopics/{topic}';
const apiVersion = '2025-02-15';
/** Without a token, which the examples lack, the answer is 401. */
const shared = {
  service: 'azure',
  source: 'Microsoft.EventGrid 2025-02-15 REST reference',
  certainty: 'documented',
  parameters: ['api-version'],
  success: 401,
} as const;
const params = { subscription: '11111111-1111-4111-8111-111111111111', group: 'rg', topic: 'example' };

const refuse = (status: number, code: string, message: string): Reply => ({ status, json: { error: { code, message } } });

/** The topic, or why the caller does not get it. Any token of the managed identity for this API will do: roles of Azure are not simulated. */
async function topicOf(call: Call): Promise<PartnerTopic | Reply> {
  const token = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const claims = token === undefined ? 'absent' : await call.authority.verify(token, ['https://management.azure.com', call.base]);
  if (typeof claims === 'string') return refuse(401, 'AuthenticationFailed', 'Authentication failed.');
  if (call.query.get('api-version') !== apiVersion)
    return refuse(
      400,
      'NoRegisteredProviderFound',
      `No registered resource provider found for API version '${call.query.get('api-version')}'.`,
    );
  const found = call.world.partnerEvents.topics.get(call.params.topic ?? '');
  return found ?? refuse(404, 'ResourceNotFound', `The Resource 'Microsoft.EventGrid/partnerTopics/${call.params.topic}' was not found.`);
}
const shown = (topic: PartnerTopic): Reply => ({
  status: 200,
  json: {
    name: topic.name,
    properties: { activationState: topic.activated ? 'Activated' : 'NeverActivated', provisioningState: 'Succeeded' },
  },
});

const identify = writing({
  ...shared,
  id: 'azure.partnerTopics.update',
  method: 'PATCH',
  path: base,
  example: {
    params,
    query: { 'api-version': apiVersion },
    body: { identity: { type: 'UserAssigned', userAssignedIdentities: { '/id': {} } } },
  },
  body: z.strictObject({
    identity: z.strictObject({ type: z.literal('UserAssigned'), userAssignedIdentities: z.record(z.string(), z.strictObject({})) }),
  }),
  run: async (call, { identity }) => {
    const topic = await topicOf(call);
    if ('status' in topic) return topic;
    [topic.identity] = Object.keys(identity.userAssignedIdentities);
    return shown(topic);
  },
});
const activate = reading({
  ...shared,
  id: 'azure.partnerTopics.activate',
  method: 'POST',
  path: `${base}/activate`,
  example: { params, query: { 'api-version': apiVersion } },
  run: async (call) => {
    const topic = await topicOf(call);
    if ('status' in topic) return topic;
    topic.activated = true;
    return shown(topic);
  },
});
const subscribe = writing({
  ...shared,
  id: 'azure.partnerTopics.subscribe',
  method: 'PUT',
  path: `${base}/eventSubscriptions/{name}`,
  example: {
    params: { ...params, name: 'to-queue' },
    query: { 'api-version': apiVersion },
    body: {
      properties: {
        eventDeliverySchema: 'CloudEventSchemaV1_0',
        deliveryWithResourceIdentity: {
          identity: { type: 'UserAssigned', userAssignedIdentity: '/id' },
          destination: {
            endpointType: 'StorageQueue',
            properties: { resourceId: '/st', queueName: 'events', queueMessageTimeToLiveInSeconds: 3600 },
          },
        },
        retryPolicy: { maxDeliveryAttempts: 10, eventTimeToLiveInMinutes: 60 },
      },
    },
  },
  body: z.strictObject({
    properties: z.strictObject({
      eventDeliverySchema: z.literal('CloudEventSchemaV1_0'),
      deliveryWithResourceIdentity: z.strictObject({
        identity: z.strictObject({ type: z.literal('UserAssigned'), userAssignedIdentity: z.string() }),
        destination: z.strictObject({
          endpointType: z.literal('StorageQueue'),
          properties: z.strictObject({
            resourceId: z.string(),
            queueName: z.literal('events'),
            queueMessageTimeToLiveInSeconds: z.int().min(1).max(604_800),
          }),
        }),
      }),
      retryPolicy: z.strictObject({ maxDeliveryAttempts: z.int().min(1).max(30), eventTimeToLiveInMinutes: z.int().min(1).max(1440) }),
    }),
  }),
  run: async (call, { properties }) => {
    const topic = await topicOf(call);
    if ('status' in topic) return topic;
    const { identity, destination } = properties.deliveryWithResourceIdentity;
    if (topic.identity !== identity.userAssignedIdentity)
      return refuse(400, 'InvalidRequest', 'The identity of the event subscription is not one of the partner topic’s.');
    topic.queueOf = destination.properties.resourceId;
    return { status: 201, json: { name: call.params.name, properties: { provisioningState: 'Succeeded' } } };
  },
});

export const partnerTopicHandlers: readonly Handler[] = [identify, activate, subscribe];

// Graph's change notifications through Event Grid: which subscriptions stand, which partner topics Graph made and whether they deliver, and the events that were delivered. Part of the world;
// changed by handlers/graph/subscriptions.ts, handlers/azure/partner-topics.ts and handlers/control/events.ts.

export interface Subscription {
  readonly id: string;
  readonly tenant: string;
  readonly app: string;
  readonly resource: string;
  readonly changeType: string;
  readonly clientState: string | null;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  expirationDateTime: string;
}
export interface PartnerTopic {
  readonly name: string;
  activated: boolean;
  /** Resource id of the identity that it delivers with. */
  identity: string | undefined;
  /** Resource id of the storage account whose queue `events` it delivers to. */
  queueOf: string | undefined;
}
export interface PartnerEvents {
  readonly subscriptions: Map<string, Subscription>;
  readonly topics: Map<string, PartnerTopic>;
  /** What reached the queue, oldest first, as its reader sees it. */
  readonly delivered: unknown[];
  /** Puts a message onto the queue `events`; absent: deliveries are only noted. */
  sink?: (text: string) => Promise<void>;
}

export const noPartnerEvents = (): PartnerEvents => ({ subscriptions: new Map(), topics: new Map(), delivered: [] });

const parameter = (url: string, name: string): string | undefined =>
  url.startsWith('EventGrid:?') ? (new URLSearchParams(url.slice('EventGrid:?'.length)).get(name) ?? undefined) : undefined;
export const topicName = (url: string): string => parameter(url, 'partnertopic') ?? '';
/** All four parts are asked for. */
export const isEventGridUrl = (url: string): boolean =>
  ['azuresubscriptionid', 'resourcegroup', 'partnertopic', 'location'].every((name) => (parameter(url, name) ?? '') !== '');

/** Graph sends, Event Grid delivers: nothing reaches the queue from a topic that is not activated, or that no event subscription listens to. Resolves to whether it did. */
export async function deliver(events: PartnerEvents, subscription: Subscription, event: unknown): Promise<boolean> {
  const topic = events.topics.get(topicName(subscription.notificationUrl));
  if (topic === undefined || !topic.activated || topic.queueOf === undefined || topic.identity === undefined) return false;
  events.delivered.push(event);
  await events.sink?.(JSON.stringify(event));
  return true;
}

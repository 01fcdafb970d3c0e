// Partner topics: what Graph makes in our resource group for a subscription, and what we do there so that events reach the queue `events`. Called by event-subscriptions.ts.
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { askWithToken } from './access-token.ts';
import { ServiceError } from './connections.ts';

/** Where partner topics stand and where their events go: what infra/app/partner-events.bicep made. */
export interface EventPlace {
  /** Azure subscription id. */
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
  /** Resource id of the storage account that holds the queue `events`. */
  readonly storage: string;
  /** Resource id of the guard's identity, which may write to that queue. */
  readonly identity: string;
}

export interface PartnerTopics {
  /** What Graph is to be given as `notificationUrl`. */
  address(topic: string): string;
  /** Activates the topic and lets it deliver to the queue. Doing it again changes nothing. Throws ServiceError; 404 where Graph has not made the topic yet. */
  deliver(topic: string): Promise<void>;
}

const apiVersion = '2025-02-15';
const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export function createPartnerTopics({
  host,
  credential,
  place,
  timeoutSeconds = 30,
}: {
  readonly host: string;
  readonly credential: TokenCredential;
  readonly place: EventPlace;
  readonly timeoutSeconds?: number;
}): PartnerTopics {
  const topicPath = (topic: string) =>
    `/subscriptions/${place.subscription}/resourceGroups/${place.group}/providers/Microsoft.EventGrid/partnerTopics/${topic}`;

  async function call(method: 'PATCH' | 'POST' | 'PUT', path: string, body?: unknown): Promise<void> {
    const ask = (token: string): Promise<Response> =>
      fetch(`${host}${path}?api-version=${apiVersion}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry what is sent to wherever it points.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
    const what = `${method} ${path}`;
    let response: Response;
    let text: string;
    try {
      response = await askWithToken(credential, `${host}/.default`, ask);
      text = await response.text();
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      throw new ServiceError('resource-manager', 0, 'Unreachable', `${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
    if (response.ok) return;
    const said = failure.safeParse(safeJson(text));
    throw new ServiceError(
      'resource-manager',
      response.status,
      said.success ? said.data.error.code : `Http${response.status}`,
      `${what}: ${said.success ? said.data.error.message : 'the answer was no error message of Azure'}`,
    );
  }

  return {
    address: (topic) =>
      `EventGrid:?azuresubscriptionid=${place.subscription}&resourcegroup=${place.group}&partnertopic=${topic}&location=${place.location}`,
    async deliver(topic) {
      const path = topicPath(topic);
      const identity = { type: 'UserAssigned', userAssignedIdentities: { [place.identity]: {} } };
      await call('PATCH', path, { identity });
      await call('POST', `${path}/activate`);
      await call('PUT', `${path}/eventSubscriptions/to-queue`, {
        properties: {
          eventDeliverySchema: 'CloudEventSchemaV1_0',
          deliveryWithResourceIdentity: {
            identity: { type: 'UserAssigned', userAssignedIdentity: place.identity },
            destination: {
              endpointType: 'StorageQueue',
              // A hint that waited for an hour says nothing that rounds have not seen.
              properties: { resourceId: place.storage, queueName: 'events', queueMessageTimeToLiveInSeconds: 3600 },
            },
          },
          retryPolicy: { maxDeliveryAttempts: 10, eventTimeToLiveInMinutes: 60 },
        },
      });
    },
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: the caller's error says so
  }
}

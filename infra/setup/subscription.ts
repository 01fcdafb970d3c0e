// The Event Grid subscription that brings "check this tenant now" from the guard's own topic to its function. Made after the first deployment, since Event Grid looks
// for the function. Called by infra/hooks/subscribe.ts; doing it again changes nothing.
import { badAddressType, checkTenantType } from '../../src/contracts/events.ts';
import { type Call, ok, reasonOf, SetupError } from './call.ts';

export interface Subscription {
  readonly topicId: string;
  readonly functionAppId: string;
  /** Resource id of the account that takes what could not be delivered. */
  readonly deadLetterStorageId: string;
}

export const subscriptionBody = ({ functionAppId, deadLetterStorageId }: Subscription) => ({
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0',
    destination: {
      endpointType: 'AzureFunction',
      properties: { resourceId: `${functionAppId}/functions/commands`, maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 },
    },
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' },
      deadLetterDestination: {
        endpointType: 'StorageBlob',
        properties: { resourceId: deadLetterStorageId, blobContainerName: 'dead-letters' },
      },
    },
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    filter: { includedEventTypes: [checkTenantType, badAddressType] },
  },
});

const tries = 20;
const apiVersion = '2025-02-15';

/**
 * Creates or replaces the subscription and waits until Event Grid says that it stands. A function that was deployed a moment ago may not be indexed yet, so a refused
 * destination is tried again for a while. Throws SetupError in the service's words.
 */
export async function ensureSubscription(
  arm: Call,
  subscription: Subscription,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const path = `${subscription.topicId}/eventSubscriptions/commands?api-version=${apiVersion}`;
  let last = 'nothing';
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await wait(15_000);
    const answer = await arm('PUT', path, subscriptionBody(subscription));
    last = reasonOf(answer);
    if (ok(answer)) {
      const state = await settled(arm, path, wait);
      if (state === 'Succeeded') return;
      last = `provisioning ${state}`;
    } else if (answer.status !== 400 && answer.status !== 404 && answer.status < 500) break;
  }
  throw new SetupError(
    `The Event Grid subscription could not be made: ${last}. Once the function app shows the function "commands", run: azd hooks run postdeploy`,
  );
}

async function settled(arm: Call, path: string, wait: (milliseconds: number) => Promise<void>): Promise<string> {
  let state = 'unknown';
  for (let look = 0; look < tries; look++) {
    const answer = await arm('GET', path);
    state = String((answer.body['properties'] as { provisioningState?: unknown } | undefined)?.provisioningState ?? reasonOf(answer));
    if (!['Creating', 'Updating', 'AwaitingManualAction'].includes(state)) return state;
    await wait(3_000);
  }
  return state;
}

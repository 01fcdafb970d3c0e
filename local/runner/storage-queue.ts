// The queue service for triggers and outputs, through @azure/storage-queue. Made by host.ts from a connection string in the settings.
import { QueueServiceClient, RestError } from '@azure/storage-queue';
import type { QueuePort } from './queues.ts';

const missing = (error: unknown): boolean => error instanceof RestError && error.statusCode === 404;

/** Opens queues by name on the storage account of a connection string. */
export function openQueues(connectionString: string): (queueName: string) => QueuePort {
  const service = QueueServiceClient.fromConnectionString(connectionString, { retryOptions: { maxTries: 2 } });
  return (queueName) => {
    const client = service.getQueueClient(queueName);
    return {
      async receive(count, seconds) {
        try {
          const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: count, visibilityTimeout: seconds });
          return receivedMessageItems.map((item) => ({
            id: item.messageId,
            text: item.messageText,
            popReceipt: item.popReceipt,
            dequeueCount: item.dequeueCount,
            inserted: item.insertedOn.toISOString(),
            expires: item.expiresOn.toISOString(),
            nextVisible: item.nextVisibleOn.toISOString(),
          }));
        } catch (error) {
          if (missing(error)) return [];
          throw error;
        }
      },
      async hide(id, popReceipt, seconds) {
        // Without a text the message keeps its own.
        const { popReceipt: fresh } = await client.updateMessage(id, popReceipt, undefined, seconds);
        return fresh ?? popReceipt;
      },
      async remove(id, popReceipt) {
        await client.deleteMessage(id, popReceipt);
      },
      async send(text) {
        try {
          await client.sendMessage(text);
        } catch (error) {
          if (!missing(error)) throw error;
          await client.createIfNotExists();
          await client.sendMessage(text);
        }
      },
    };
  };
}

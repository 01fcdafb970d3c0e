// Messages in Azure Queue Storage, as the Functions host reads them: base64 of UTF-8. Used by azure.ts.
import { type QueueServiceClient, RestError } from '@azure/storage-queue';
import { queues } from '../contracts/bells.ts';
import type { Reads, Writes } from './backend.ts';

export function azureQueues(
  service: QueueServiceClient,
): Pick<Reads, 'countMessages'> & Pick<Writes, 'send'> & { prepare(): Promise<void> } {
  return {
    async prepare() {
      await Promise.all(
        queues.flatMap((queue) => [queue, `${queue}-poison`]).map((name) => service.getQueueClient(name).createIfNotExists()),
      );
    },
    async send(queue, text, delaySeconds) {
      await service.getQueueClient(queue).sendMessage(Buffer.from(text).toString('base64'), { visibilityTimeout: delaySeconds });
    },
    async countMessages(queue) {
      try {
        return (await service.getQueueClient(queue).getProperties()).approximateMessagesCount ?? 0;
      } catch (error) {
        if (error instanceof RestError && error.code === 'QueueNotFound') return 0;
        throw error;
      }
    },
  };
}

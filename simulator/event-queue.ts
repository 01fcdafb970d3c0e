// Where delivered events go on one computer: the queue `events` of the local emulator, as Event Grid puts them there (base64 of one JSON event). Used by handlers/control/events.ts.
import { QueueServiceClient } from '@azure/storage-queue';

/** Throws for an address that is not on this computer: the simulator writes to no real account. */
export function queueSink(connectionString: string): (text: string) => Promise<void> {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  if (!['127.0.0.1', 'localhost'].includes(new URL(service.url).hostname)) throw new Error('only a queue on this computer can be given');
  const queue = service.getQueueClient('events');
  return async (text) => {
    await queue.createIfNotExists();
    await queue.sendMessage(Buffer.from(text).toString('base64'));
  };
}

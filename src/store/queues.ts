// Doorbells on queues. Called through Store.queues; what listens is in functions/.
import { bell } from '../contracts/bells.ts';
import type { Access } from './rows.ts';
import type { Store } from './store.ts';

export function queueBells({ reads, writer }: Access): Store['queues'] {
  return {
    ring: (point, queue, message, delaySeconds = 0) => writer.send(point, queue, JSON.stringify(bell.parse(message)), delaySeconds),
    poisoned: (queue) => reads.countMessages(`${queue}-poison`),
  };
}

// Doorbells on queues. Called through Store.queues; what listens is in functions/.
import { bell } from '../contracts/bells.ts';
import type { Access } from './rows.ts';
import type { Store } from './store.ts';

/** Characters of an unreadable message that are kept: at most four bytes each, so that it fits into one message again. */
const mostKept = 12_000;
const cut = (text: string): string => {
  const whole = text.toWellFormed();
  return whole.length <= mostKept ? whole : `${whole.slice(0, mostKept).toWellFormed()} … (cut off; ${whole.length} characters)`;
};

export function queueBells({ reads, writer }: Access): Store['queues'] {
  return {
    ring: (point, queue, message, delaySeconds = 0) => writer.send(point, queue, JSON.stringify(bell.parse(message)), delaySeconds),
    setAside: (point, queue, text) => writer.send(point, `${queue}-poison`, cut(text), 0),
    poisoned: (queue) => reads.countMessages(`${queue}-poison`),
  };
}

// Workers of one fleet as their limits see it. Used by the tests of limits and of the circuit breaker.
import { createLimits } from '../../src/rounds/limits.ts';
import { countOperations } from '../../src/store/count-operations.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createBreaker } from '../../src/tenants/breaker.ts';
import { ServiceError } from '../../src/tenants/connections.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { manualClock } from './manual-clock.ts';

/** A store, and as many workers as a test asks for: each with limits of its own, on one clock that waits move. */
export function workers() {
  const clock = manualClock(start);
  const counter = countOperations(memoryBackend({ clock }));
  const store = createStore({ backend: counter.backend });
  /** @param ahead by how much its clock is (ms) */
  const worker = (ahead = 0) => {
    const own = { now: () => clock.now() + ahead };
    const registry = createRegistry({ store, clock });
    return createLimits({
      store,
      registry,
      clock: own,
      breaker: createBreaker({ clock: own }),
      wait: async (milliseconds) => clock.advance(milliseconds),
    });
  };
  return { clock, worker, leased: () => counter.counts().get('transact state') ?? 0 };
}
export const start = Date.UTC(2026, 0, 5);
export const planned = { tenant: 'a', lane: 'fast', hot: false, slot: start } as const;
export const unplanned = { tenant: 'a', lane: 'fast', hot: false } as const;
/** What became of a request: sent, or the code of the refusal. */
export const refused = (promise: Promise<void>) =>
  promise.then(
    () => 'sent',
    (error: unknown) => (error instanceof ServiceError ? error.code : error),
  );

// Discrete events: a clock that jumps from one event to the next, and jobs that sleep on it. Used by the fleet simulation and its test.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../src/contracts/clock.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}
interface Job {
  sleeping: number;
}

export interface VirtualTime extends Clock {
  at(time: number, run: () => void): void;
  /** Inside a job: resolves when the clock shows so much more. */
  sleep(milliseconds: number): Promise<void>;
  /** Starts something that sleeps on this clock and does real work in between, during which the clock stands still. */
  job(work: () => Promise<void>): void;
  /** Plays events until `time`. Throws what a job threw. */
  runUntil(time: number): Promise<void>;
}

export function virtualTime(start: number): VirtualTime {
  let now = start;
  let order = 0;
  const heap: Event[] = [];
  const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (event: Event): void => {
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  };
  const pop = (): Event | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
    return first;
  };

  const current = new AsyncLocalStorage<Job>();
  const jobs = new Set<Job>();
  const failures: unknown[] = [];
  /** Until every job sleeps or is done: decompression, say, is real work that takes no virtual time. */
  async function settle(): Promise<void> {
    do await new Promise(setImmediate);
    while ([...jobs].some(({ sleeping }) => sleeping === 0));
    if (failures.length > 0) throw new Error('A job of the simulation failed', { cause: failures[0] });
  }

  const time: VirtualTime = {
    now: () => now,
    at: (at, run) => push({ at: Math.max(at, now), order: order++, run }),
    sleep(milliseconds) {
      const job = current.getStore();
      if (job === undefined) throw new Error('Only a job can sleep');
      job.sleeping++;
      return new Promise((resolve) =>
        time.at(now + milliseconds, () => {
          job.sleeping--;
          resolve();
        }),
      );
    },
    job(work) {
      const job: Job = { sleeping: 0 };
      jobs.add(job);
      void current
        .run(job, work)
        .catch((error: unknown) => failures.push(error))
        .finally(() => jobs.delete(job));
    },
    async runUntil(end) {
      await settle();
      while (heap[0] !== undefined && heap[0].at <= end) {
        const event = pop();
        now = event?.at ?? now;
        event?.run();
        // Events of the same moment run together: real work is waited for once.
        if (heap[0]?.at !== now) await settle();
      }
      now = end;
    },
  };
  return time;
}

// A clock that stands still until a test moves it, and ids that count.
import type { Clock, Ids } from '../../src/contracts/clock.ts';

export interface ManualClock extends Clock {
  set(time: number): void;
  advance(milliseconds: number): void;
}

export function manualClock(start: number): ManualClock {
  let time = start;
  return {
    now: () => time,
    set: (value) => {
      time = value;
    },
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

export function countingIds(prefix = 'id'): Ids {
  let count = 0;
  return { fresh: () => `${prefix}-${++count}` };
}

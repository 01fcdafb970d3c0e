// From when to when the records are that `check` has still to read: noted batch by batch in the first pass, asked in the second. Used by run.ts.
import type { Activity } from '../../src/contracts/activity.ts';

/** Event times, epoch ms, both included. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export class StillToCome {
  /** Per batch its own span, and from `end` on that of it and all batches after it. Two numbers a batch. */
  readonly #spans: { from: number; to: number }[] = [];

  /** First pass, in the order in which the second reads the same batches. */
  note(activities: readonly Activity[]): void {
    const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    for (const { time } of activities) {
      if (time < span.from) span.from = time;
      if (time > span.to) span.to = time;
    }
    this.#spans.push(span);
  }

  /** How many batches were noted: where a file that is not read again begins. */
  get batches(): number {
    return this.#spans.length;
  }

  /** Takes back what was noted since there were so many. */
  forget(since: number): void {
    this.#spans.length = since;
  }

  /** Between the passes. */
  settle(): void {
    for (let at = this.#spans.length - 2; at >= 0; at--) {
      const [own, after] = [this.#spans[at], this.#spans[at + 1]];
      if (own === undefined || after === undefined) continue;
      own.from = Math.min(own.from, after.from);
      own.to = Math.max(own.to, after.to);
    }
  }

  /** The span of all batches from this one on; undefined where there are none. A file that grew between the passes has batches that nobody noted: nothing is known of them. */
  from(batch: number): TimeSpan | undefined {
    return this.#spans[batch];
  }
}

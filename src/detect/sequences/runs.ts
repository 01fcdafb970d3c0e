// Hits of one group that may belong together, apart from those that cannot: what is told of each run alone is what is told of all. Called by `check`, which forgets what is over.
import { shortestStretch } from './bounded.ts';

export interface Run<T> {
  /** Earliest first. */
  readonly members: readonly T[];
  /** Nothing between these times (epoch ms, both included) can belong to it. */
  isOver(ahead: { readonly from: number; readonly to: number }): boolean;
}

/** @param timespan the longest of any window of the sequence (expiry.ts), ms */
export function runsOf<T>(hits: readonly T[], timeOf: (hit: T) => number, timespan: number): Run<T>[] {
  // So far apart they share no window, nor a stretch of which only so many hits are kept.
  const apart = Math.max(timespan, shortestStretch);
  const sorted = hits.toSorted((a, b) => timeOf(a) - timeOf(b));
  const runs: Run<T>[] = [];
  let members: T[] = [];
  const close = (): void => {
    const [first, last] = [members[0], members.at(-1)];
    if (first === undefined || last === undefined) return;
    const [from, to] = [timeOf(first) - apart, timeOf(last) + apart];
    runs.push({ members, isOver: (ahead) => ahead.from > to || ahead.to < from });
    members = [];
  };
  for (const hit of sorted) {
    const before = members.at(-1);
    if (before !== undefined && timeOf(hit) - timeOf(before) > apart) close();
    members.push(hit);
  }
  close();
  return runs;
}

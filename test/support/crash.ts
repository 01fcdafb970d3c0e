// Ends the work at a numbered write, as a killed process would, and lists the writes that were reached. Used by the crash scenarios and the store's tests.
import type { CrashPoint } from '../../src/store/crash-points.ts';
import type { CrashInjector } from '../../src/store/writer.ts';

/** What the process "died" of. Nothing but a test may catch it. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

/** Throws CrashError at the given pass (from 1) of a point: before the write, or after it was done and before its caller knows. */
export function crashAt(point: CrashPoint, when: 'before' | 'after', occurrence = 1): CrashInjector {
  let passes = 0;
  return (reached, side) => {
    if (reached === point && side === when && ++passes === occurrence) throw new CrashError(`crashed ${when} ${point}, pass ${occurrence}`);
  };
}

/** Notes every write that was done, in order. */
export function recordPoints(): { readonly crash: CrashInjector; readonly points: CrashPoint[] } {
  const points: CrashPoint[] = [];
  return { points, crash: (point, when) => void (when === 'after' && points.push(point)) };
}

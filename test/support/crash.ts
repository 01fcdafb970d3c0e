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

export interface Death {
  readonly point: CrashPoint;
  readonly when: 'before' | 'after';
}

/**
 * One process after another, of which the first that comes to `death` dies there; what it still tries afterwards fails, as nothing of a dead process reaches the store.
 * Without a death: only notes which points were passed.
 */
export function dyingOnce(death?: Death): {
  /** The injector of a new process. */
  readonly mortal: () => CrashInjector;
  readonly points: ReadonlySet<CrashPoint>;
  readonly died: () => boolean;
} {
  const points = new Set<CrashPoint>();
  let died = false;
  const mortal = (): CrashInjector => {
    let dead = false;
    return (point, when) => {
      if (dead) throw new CrashError('dead already');
      if (when === 'after') points.add(point);
      if (died || point !== death?.point || when !== death.when) return;
      died = true;
      dead = true;
      throw new CrashError(`died ${when} ${point}`);
    };
  };
  return { mortal, points, died: () => died };
}

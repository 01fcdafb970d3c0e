// How triggers get the guard: put together at the first call, not while the bundle loads. A failed attempt is tried again by the next call.
import type { Guard } from './guard.ts';

export type LazyGuard = () => Promise<Guard>;

export function lazily(make: () => Promise<Guard>): LazyGuard {
  let made: Promise<Guard> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

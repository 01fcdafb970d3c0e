// Something that is made of content which may change while the guard runs: made again when its version changed, else handed out as it is. Called by the composition root.
import type { Clock } from '../contracts/clock.ts';

export interface Live<T> {
  /** What holds by now. Never throws for what cannot be looked at: then what held before goes on holding. */
  current(): Promise<T>;
}

export interface LiveParts<T> {
  /** Cheap where nothing changed. `make` is called only for another version than the last. */
  readonly look: () => Promise<{ readonly version: string; readonly make: () => T | Promise<T> }>;
  /** Where nothing was ever looked at with success. */
  readonly fallback: () => T | Promise<T>;
  readonly failed: (cause: unknown) => void;
  readonly clock: Clock;
  /** Between two looks; whoever asks in between gets what there is. */
  readonly everyMs: number;
}

export function createLive<T>({ look, fallback, failed, clock, everyMs }: LiveParts<T>): Live<T> {
  let held: { readonly version: string | undefined; readonly value: T } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<T> | undefined;

  async function lookAgain(): Promise<T> {
    try {
      const { version, make } = await look();
      if (held === undefined || held.version !== version) held = { version, value: await make() };
    } catch (cause) {
      failed(cause);
      held ??= { version: undefined, value: await fallback() };
    }
    lookedAt = clock.now();
    return held.value;
  }

  return {
    async current() {
      if (held !== undefined && clock.now() - lookedAt < everyMs) return held.value;
      // Workers that ask side by side share one look.
      looking ??= lookAgain().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}

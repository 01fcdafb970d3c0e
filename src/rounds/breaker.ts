// A circuit breaker per host: where a service answers nobody any more, asking on for every tenant only costs time and money. Kept per process. Called by limits.ts.
import type { Clock } from '../contracts/clock.ts';

/** Failures in a row, with no success of any tenant between, and from so many tenants: one tenant's trouble opens nothing. */
const failuresToOpen = 10;
const tenantsToOpen = 3;
const firstPauseMs = 30_000;
const longestPauseMs = 10 * 60_000;

interface State {
  failures: number;
  tenants: Set<string>;
  pauseMs: number;
  openUntil: number;
  /** Half open: a request was let through to see whether the host answers again. */
  probing: boolean;
}

export interface Breaker {
  /**
   * Undefined: ask. Otherwise when it is worth asking again (epoch ms). After the pause one caller is let through, whose answer decides; where none comes (it got no token, or
   * its process gave up), another is let through half a minute later.
   */
  closedUntil(host: string): number | undefined;
  succeeded(host: string): void;
  /** The host could not be reached, or answered 5xx. Refusals (4xx, 429) are answers. */
  failed(host: string, tenant: string): void;
}

export function createBreaker({ clock }: { readonly clock: Clock }): Breaker {
  const states = new Map<string, State>();
  const open = (state: State) => {
    state.openUntil = clock.now() + state.pauseMs;
    state.pauseMs = Math.min(longestPauseMs, state.pauseMs * 2);
    state.probing = false;
  };
  return {
    closedUntil(host) {
      const state = states.get(host);
      if (state === undefined || state.openUntil === 0) return undefined;
      if (clock.now() < state.openUntil) return state.openUntil;
      state.probing = true;
      state.openUntil = clock.now() + firstPauseMs;
      return undefined;
    },
    succeeded: (host) => void states.delete(host),
    failed(host, tenant) {
      const state = states.get(host) ?? { failures: 0, tenants: new Set(), pauseMs: firstPauseMs, openUntil: 0, probing: false };
      states.set(host, state);
      state.failures++;
      state.tenants.add(tenant);
      if (state.probing || (state.openUntil === 0 && state.failures >= failuresToOpen && state.tenants.size >= tenantsToOpen)) open(state);
    },
  };
}

// A circuit breaker per host: where a service answers nobody any more, asking on for every tenant only costs time and money. One per process; what it knows travels with the tenants' rounds to other
// workers. Called by rounds/limits.ts for the services, and by sign-in.ts for the service that gives tokens.
import type { Clock } from '../contracts/clock.ts';

/** Failures in a row, with no success of any tenant between, and from so many tenants: one tenant's trouble opens nothing. */
const failuresToOpen = 10;
const tenantsToOpen = 3;
const firstPauseMs = 30_000;
const longestPauseMs = 10 * 60_000;

/** A host that is left alone, as one worker tells another. Epoch ms. */
export interface OpenHost {
  /** The failure that decided it. */
  readonly since: number;
  readonly until: number;
  /** How long the next pause is, if it does not answer then either. */
  readonly pauseMs: number;
}

interface State {
  failures: number;
  tenants: Set<string>;
  pauseMs: number;
  since: number;
  /** 0: closed. */
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
  /** Hosts that are left alone by now, for other workers. */
  open(): Readonly<Record<string, OpenHost>>;
  /** Another worker left this host alone. Counts unless this one has had an answer, or found it silent, since then. */
  heard(host: string, open: OpenHost): void;
  /** Another worker had an answer of this host at that time, or later. */
  heardAnswer(host: string, at: number): void;
}

export function createBreaker({ clock }: { readonly clock: Clock }): Breaker {
  const states = new Map<string, State>();
  const answeredAt = new Map<string, number>();
  const closed = (): State => ({ failures: 0, tenants: new Set(), pauseMs: firstPauseMs, since: 0, openUntil: 0, probing: false });
  const answered = (host: string, at: number): void => void answeredAt.set(host, Math.max(at, answeredAt.get(host) ?? 0));
  const open = (state: State): void => {
    state.since = clock.now();
    state.openUntil = state.since + state.pauseMs;
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
    succeeded(host) {
      states.delete(host);
      answered(host, clock.now());
    },
    failed(host, tenant) {
      const state = states.get(host) ?? closed();
      states.set(host, state);
      state.failures++;
      state.tenants.add(tenant);
      if (state.probing || (state.openUntil === 0 && state.failures >= failuresToOpen && state.tenants.size >= tenantsToOpen)) open(state);
    },
    open: () =>
      Object.fromEntries(
        [...states].flatMap(([host, { since, openUntil, pauseMs }]): [string, OpenHost][] =>
          openUntil === 0 ? [] : [[host, { since, until: openUntil, pauseMs }]],
        ),
      ),
    heard(host, { since, until, pauseMs }) {
      const now = clock.now();
      const state = states.get(host) ?? closed();
      // What was so long ago says nothing of now; and no word of another worker's keeps this one away for longer than it would itself.
      if (since <= (answeredAt.get(host) ?? 0) || since <= state.since || until < now - longestPauseMs) return;
      states.set(host, {
        ...state,
        since: Math.min(since, now),
        openUntil: Math.min(until, now + longestPauseMs),
        pauseMs: Math.max(firstPauseMs, Math.min(longestPauseMs, pauseMs)),
        probing: false,
      });
    },
    heardAnswer(host, at) {
      answered(host, at);
      const state = states.get(host);
      if (state !== undefined && state.openUntil !== 0 && at > state.since) states.delete(host);
    },
  };
}

// How the requests that Graph's reporting API bears for all tenants are shared out: what the planner's slots take, what is left to lease, who gives way first. Called by limits.ts.
import type { Lane } from '../contracts/bells.ts';
import type { Clock } from '../contracts/clock.ts';

/** Graph's reporting API, all tenants of one app in ten seconds. */
export const reportingPerWindow = 122;
/** Never used: requests are counted where they arrive, some earlier and some later than they were sent. */
const reserve = 8;
/** What the planner's own slots take of the 122 per tenant under guard: four requests every five minutes, four every hour, and their unevenness. */
const plannedPerTenant = 0.148;
/** As many tenants as one installation can look at every five minutes: beyond, the planner rings less often. */
export const tenantsPerStamp = 500;
/** Always left to lease: pages, tenants under attack, what people look into. */
const leastPool = 20;
/** A bell that comes later than this after its slot has none of the plan's requests left: bells that piled up while nothing ran would else be answered at one moment. */
const longestLateMs = 10_000;
/** Longer than bells can pile up for: the planner rings a minute ahead. */
const usualMs = 4 * 60_000;

export interface Pool {
  /** Requests to lease within any ten seconds. */
  readonly size: number;
  /** How late a bell may come and still send the requests that were planned for its slot. */
  readonly lateMs: number;
}

/**
 * Slots and pool together never exceed the limit: were the planned bells of `lateMs` to come at one moment with those of the ten seconds that follow, the pool still fits beside them. The
 * more tenants, the more punctual bells have to be: at 500 it is three seconds.
 */
export function poolOf(tenants: number): Pool {
  const planned = Math.max(1, plannedPerTenant * Math.min(tenantsPerStamp, tenants));
  const free = reportingPerWindow - reserve - planned;
  const lateMs = Math.min(longestLateMs, Math.max(0, ((free - leastPool) / planned) * 10_000));
  return { size: Math.floor(free - (planned * lateMs) / 10_000), lateMs };
}

/** Who gives way first when the requests of all tenants run short: the share of the pool that may be used up before this one is held back. */
const share = { hot: 1, signIns: 0.9, audits: 0.8, config: 0.7, reconcile: 0.3, hint: 0.3 } as const;
export function shareOf(feed: string, { lane, hot, hint }: { readonly lane: Lane; readonly hot: boolean; readonly hint: boolean }): number {
  if (hot) return share.hot;
  // The planner's own bell comes anyway: whoever can make events must not take what planned rounds need.
  if (hint) return share.hint;
  if (lane !== 'fast') return share[lane];
  return feed.startsWith('sign-ins') ? share.signIns : share.audits;
}

export interface Punctuality {
  /** Notes a planned bell that came now, and says by how much it is later than bells usually are in this process (ms). */
  came(slot: number): number;
}

/**
 * A host may bring most bells late by some seconds: where that goes on they are spread as evenly as their slots, and none is late. Usual is what three quarters of the last minutes kept to; a
 * process that has not watched so long takes none for usual, since bells that waited for it to start are late all together.
 */
export function createPunctuality(clock: Clock): Punctuality {
  let bells: { readonly at: number; readonly late: number }[] = [];
  let watchedSince = 0;
  return {
    came(slot) {
      const now = clock.now();
      const late = now - slot;
      bells = bells.filter(({ at }) => at > now - usualMs);
      if (bells.length === 0) watchedSince = now;
      bells.push({ at: now, late });
      if (now - watchedSince < usualMs) return late;
      const sorted = bells.map((bell) => bell.late).sort((a, b) => a - b);
      return late - Math.max(0, sorted[Math.floor(sorted.length * 0.75)] ?? 0);
    },
  };
}

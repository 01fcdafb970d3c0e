// What a round may still ask of Microsoft: requests per tenant and over all tenants, pauses that a service asked for, hosts that answer nobody. Made once per process; called by meter.ts before
// and after every request.
import type { FeedSource } from '../collect/feed.ts';
import type { Lane } from '../contracts/bells.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Store } from '../store/store.ts';
import { ServiceError } from '../tenants/connections.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Breaker } from './breaker.ts';

const windowMs = 10_000;
/** Requests of one tenant in ten seconds. reporting: Graph's own limit. exchange: none is published, one a second is known to be borne. The others keep far below theirs. */
const perTenant: Readonly<Record<FeedSource, number>> = { reporting: 5, graph: 200, exchange: 10, activity: 100 };
/** Feeds of identity protection and conditional access: one request a second and tenant, of all applications together, and no Retry-After (reference: graph, A.4). */
const spaced: ReadonlySet<string> = new Set(['risk-detections', 'conditional-access']);
const spaceMs = 1_050;
/** Graph's reporting API, all tenants of one app in ten seconds. */
export const reportingPerWindow = 122;
/** Never leased: room for what was counted at the edge of a window, and for what people ask for while they look into a case. */
const reserve = 10;
/** What the planner's own slots take of the 122 per tenant under guard: four requests every five minutes, four every hour, and their unevenness. */
const plannedPerTenant = 0.15;
/** As many tenants as one installation can look at every five minutes: beyond, the planner rings less often. */
export const tenantsPerStamp = 500;
/** Requests to the reporting API that a planned round may send without a lease. */
const plannedRequests = 4;
const block = 5;
/** Later looks come with few requests each; what a block holds more would go to waste. */
const reconcileBlock = 2;
/** A leased block is used at once: later it would fall into another window. */
const blockMs = 5000;
/**
 * Pages that one feed may read in one round: what is left is read by the next, which comes at once. Keeps a round's memory and time bounded. Bundles of the activity API are small:
 * its feeds count records too.
 */
const pagesPerFeed: Readonly<Record<FeedSource, number>> = { reporting: 20, graph: 20, exchange: 20, activity: 400 };
/** No request begins later than this in a round: the lane's lease (300 s) has to last for the last answer and for storing, also where a tenant answers slowly. */
const longestReadingMs = 150_000;
/** In all, per round: an execution that waits is paid for, and its lease ends. Only the fast lane waits. */
const longestWaitMs: Readonly<Record<Lane, number>> = { fast: 45_000, config: 10_000, reconcile: 0 };
/** Where a service throttles without saying for how long. */
const defaultPauseMs = 10_000;

/** Who gives way first when the requests of all tenants run short: the share of the common pool that may be used up before this one is held back. */
const share = { hot: 1, signIns: 0.9, audits: 0.8, config: 0.7, reconcile: 0.6 } as const;
function shareOf(feed: string, lane: Lane, hot: boolean): number {
  if (hot) return share.hot;
  if (lane !== 'fast') return share[lane];
  return feed.startsWith('sign-ins') ? share.signIns : share.audits;
}

export interface LimitedRound {
  /** Resolves when this request may be sent. Throws ServiceError (429 `HeldBack`, 503 `CircuitOpen`) where it has to wait for a later round. */
  before(feed: string, source: FeedSource): Promise<void>;
  /** `error`: what the request ended with, if it failed. */
  after(source: FeedSource, error?: unknown): void;
}

export interface Limits {
  /** @param round.planned rung by the planner in its own slot: its first requests are part of the plan and need no lease */
  open(round: { readonly tenant: string; readonly lane: Lane; readonly hot: boolean; readonly planned: boolean }): LimitedRound;
}

export interface LimitsOptions {
  readonly store: Pick<Store, 'fleet'>;
  readonly registry: Pick<Registry, 'list'>;
  readonly clock: Clock;
  readonly breaker: Breaker;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const hostOf = (source: FeedSource): string => (source === 'reporting' ? 'graph' : source);
const serviceOf = (source: FeedSource) => (source === 'reporting' ? 'graph' : source);

function heldBack(source: FeedSource, until: number, now: number, why: string): ServiceError {
  return new ServiceError(serviceOf(source), 429, 'HeldBack', why, { retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) });
}

export function createLimits({ store, registry, clock, breaker, wait }: LimitsOptions): Limits {
  /** Times of the last requests, by tenant and source. Lanes of one tenant ring at different times, so one process seldom shares these with another. */
  const sent = new Map<string, number[]>();
  /** Until when a service asked this tenant's reader to stay away. */
  const paused = new Map<string, number>();
  let fleet: { readonly size: number; readonly until: number } | undefined;

  async function poolSize(): Promise<number> {
    if (fleet === undefined || fleet.until <= clock.now())
      fleet = { size: (await registry.list()).length, until: clock.now() + 5 * 60_000 };
    return Math.floor(reportingPerWindow - reserve - plannedPerTenant * Math.min(tenantsPerStamp, fleet.size));
  }
  const recent = (key: string): number[] => {
    const times = (sent.get(key) ?? []).filter((at) => at > clock.now() - windowMs);
    if (times.length === 0) sent.delete(key);
    else sent.set(key, times);
    return times;
  };

  return {
    open({ tenant, lane, hot, planned }) {
      const pages = new Map<string, number>();
      const begun = clock.now();
      let free = planned ? plannedRequests : 0;
      let leased = { left: 0, until: 0 };
      let patience: number = longestWaitMs[lane];
      /** One after another: two feeds that waited for the same place would both take it. */
      const turns = new Map<FeedSource, Promise<void>>();

      async function pause(milliseconds: number, source: FeedSource, why: string): Promise<void> {
        if (milliseconds > patience) throw heldBack(source, clock.now() + milliseconds, clock.now(), why);
        patience -= milliseconds;
        await wait(milliseconds);
      }

      async function lease(feed: string): Promise<void> {
        const pool = await poolSize();
        for (;;) {
          const now = clock.now();
          const given = await store.fleet.leaseBlock('limits.lease-block', 'reporting', {
            now,
            want: lane === 'reconcile' ? reconcileBlock : block,
            most: Math.floor(pool * shareOf(feed, lane, hot)),
            spanMs: windowMs + blockMs,
          });
          if (given > 0) {
            leased = { left: given, until: now + blockMs };
            return;
          }
          await pause(blockMs, 'reporting', 'the requests that Microsoft allows for all tenants together went to more urgent reading');
        }
      }

      async function room(key: string, source: FeedSource): Promise<void> {
        for (let times = recent(key); times.length >= perTenant[source]; times = recent(key)) {
          const free = (times[times.length - perTenant[source]] ?? 0) + windowMs + 1;
          await pause(free - clock.now(), source, 'Microsoft allows a tenant only so many requests in ten seconds');
        }
      }

      async function admit(feed: string, source: FeedSource): Promise<void> {
        const key = `${tenant}|${source}`;
        const stay = paused.get(key);
        if (stay !== undefined && stay > clock.now())
          throw heldBack(source, stay, clock.now(), 'Microsoft throttled this tenant’s reading');
        await room(key, source);
        if (source === 'reporting') {
          if (free > 0) free--;
          else {
            if (leased.left === 0 || leased.until <= clock.now()) await lease(feed);
            leased.left--;
          }
        }
        if (spaced.has(feed)) {
          const last = recent(`${tenant}|spaced`).at(-1);
          // Too short to give the round up for it.
          if (last !== undefined && last + spaceMs > clock.now()) await wait(last + spaceMs - clock.now());
          sent.set(`${tenant}|spaced`, [clock.now()]);
        }
        // Once more: while this one leased or waited, another lane of the tenant may have taken the place.
        while (recent(key).length >= perTenant[source]) await room(key, source);
        // Last, since whoever is let through after a pause must ask.
        const closed = breaker.closedUntil(hostOf(source));
        if (closed !== undefined)
          throw new ServiceError(
            serviceOf(source),
            503,
            'CircuitOpen',
            `${hostOf(source)} answers none of the tenants; it is asked again from ${new Date(closed).toISOString().slice(11, 19)} UTC`,
          );
        sent.set(key, [...recent(key), clock.now()]);
      }

      return {
        before(feed, source) {
          const read = (pages.get(feed) ?? 0) + 1;
          if (read > pagesPerFeed[source] && lane !== 'config')
            return Promise.reject(heldBack(source, clock.now(), clock.now(), 'one round reads only so much; the next goes on at once'));
          if (clock.now() - begun > longestReadingMs)
            return Promise.reject(heldBack(source, clock.now(), clock.now(), 'this tenant answers slowly; the next round goes on at once'));
          pages.set(feed, read);
          const mine = (turns.get(source) ?? Promise.resolve()).then(() => admit(feed, source));
          // A refusal is told to whoever asked; the next in line has a turn of its own.
          turns.set(
            source,
            mine.catch(() => undefined),
          );
          return mine;
        },
        after(source, error) {
          if (error instanceof ServiceError && error.service === 'token') return;
          if (error instanceof ServiceError && (error.status === 0 || error.status >= 500)) return breaker.failed(hostOf(source), tenant);
          breaker.succeeded(hostOf(source));
          if (error instanceof ServiceError && error.status === 429)
            paused.set(
              `${tenant}|${source}`,
              clock.now() + (error.retryAfterSeconds === undefined ? defaultPauseMs : error.retryAfterSeconds * 1000),
            );
        },
      };
    },
  };
}

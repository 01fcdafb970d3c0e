// What a round may still ask of Microsoft: requests per tenant and over all tenants, pauses that a service asked for, hosts that answer nobody. Made once per process; called by meter.ts before
// and after every request.
import { requestsPerReading } from '../collect/activity-log/list-content.ts';
import { type FeedSource, feedSources } from '../collect/feed.ts';
import type { Lane } from '../contracts/bells.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Spent } from '../contracts/fleet-rows.ts';
import type { Store } from '../store/store.ts';
import type { Breaker, OpenHost } from '../tenants/breaker.ts';
import { ServiceError } from '../tenants/connections.ts';
import type { Registry } from '../tenants/registry.ts';
import { createPlan } from './plan.ts';
import { createPunctuality, shareOf } from './pool.ts';
import { clockAllowanceMs, laneRight, reportingPerTenant, windowMs } from './right.ts';
import { ringsBetween } from './slots.ts';

/**
 * Requests of one tenant in ten seconds. reporting: Graph's own limit, which holds over all workers (right.ts). exchange: none is published, one a second is known to be borne, and only one lane
 * asks it. The others keep so far below theirs that a worker for each lane stays below them too.
 */
const perTenant: Readonly<Record<FeedSource, number>> = { reporting: reportingPerTenant, graph: 200, exchange: 10, activity: 100 };
/** Feeds of identity protection and conditional access: one request a second and tenant, of all applications together, and no Retry-After (reference: graph, A.4). */
const spaced: ReadonlySet<string> = new Set(['risk-detections', 'conditional-access']);
const spaceMs = 1_050;
/** Requests to the reporting API that a planned round may send without a lease. */
const plannedRequests = 4;
/** And only at its beginning. */
const plannedMs = 10_000;
const block = 5;
/** Later looks come with few requests each; what a block holds more would go to waste. */
const reconcileBlock = 2;
/** A leased block is used at once: later it would fall into another window. */
const blockMs = 3000;
/** Between two questions for a block. */
const askAgainMs = 5000;
/**
 * Pages that one feed may read in one round: what is left is read by the next, which comes at once. Keeps a round's memory and time bounded. Bundles of the activity API are small:
 * its feeds count records too.
 */
const pagesPerFeed: Readonly<Record<FeedSource, number>> = { reporting: 20, graph: 20, exchange: 20, activity: requestsPerReading };
/** No request begins later than this in a round: the lane's lease (300 s) has to last for the last answer and for storing, also where a tenant answers slowly. */
const longestReadingMs = 150_000;
/** In all, per round: an execution that waits is paid for, and its lease ends. Only the fast lane waits. */
const longestWaitMs: Readonly<Record<Lane, number>> = { fast: 45_000, config: 10_000, reconcile: 0 };
/**
 * Of that, for the common pool. What a reading that breaks off has read is mostly overlap, so it is worth a wait; whoever comes late or for a hint has the planner's next bell behind it, and
 * a fleet that waits together only pays for it.
 */
const poolWaitMs = { hot: 45_000, usual: 15_000, yielding: 5_000 } as const;
/** A round that goes on with what another left takes no longer, as a rule. */
const goingOnMs = 60_000;
/** Where a service throttles without saying for how long. */
const defaultPauseMs = 10_000;

export interface LimitedRound {
  /** Resolves when this request may be sent. Throws ServiceError (429 `HeldBack`, 503 `CircuitOpen`) where it has to wait for a later round. */
  before(feed: string, source: FeedSource): Promise<void>;
  /** `error`: what the request ended with, if it failed. */
  after(source: FeedSource, error?: unknown): void;
  /** What the tenant's next rounds have to know, on whichever worker: it is committed with the marks. */
  spent(): Spent;
  /** Rung by an event, late, or a continuation that found no room either: what it has to leave is read by the planner's next bell, and is not worth one of its own soon. */
  yields(): boolean;
  /** The planner's next bell of this lane comes while this round may still run: it will find the lane leased, and be lost. */
  isBellNear(): Promise<boolean>;
}

/** Why a round begins: neither in a slot of the planner nor for an event, it goes on with what another left, or the tenant is new or under attack. */
export interface Rung {
  /** Rung by the planner for this time: its first requests are part of the plan and need no lease. */
  readonly slot?: number | undefined;
  /** Rung by an event from outside. */
  readonly hint?: boolean | undefined;
}
export interface OpenedRound extends Rung {
  readonly tenant: string;
  readonly lane: Lane;
  readonly hot: boolean;
  /** When the other lane that asks the reporting API began, if it was running as this one took its lease. */
  readonly besideSince?: number | undefined;
  /** What the tenant's last rounds left, by lane. */
  readonly before?: ReadonlyMap<Lane, Spent>;
  /** When this tenant was last answered by each service, whichever worker asked (epoch ms, or a little earlier). */
  readonly answered?: ReadonlyMap<FeedSource, number>;
}

export interface Limits {
  open(round: OpenedRound): LimitedRound;
}

export interface LimitsOptions {
  readonly store: Pick<Store, 'fleet'>;
  readonly registry: Pick<Registry, 'list'>;
  readonly clock: Clock;
  readonly breaker: Breaker;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const withinWindow = (times: readonly number[], now: number): number[] => times.filter((at) => at > now - windowMs).sort((a, b) => a - b);
/** When the oldest of so many falls out of the window; 0: there is room now. */
const after = (times: readonly number[], most: number): number =>
  times.length < most ? 0 : (times[times.length - most] ?? Number.POSITIVE_INFINITY) + windowMs + 1;

/** What our own clients say of a link or of an answer, with status 0: no word on whether the host answers. */
const codesOfOurOwn: ReadonlySet<string> = new Set(['ForeignNextLink', 'ForeignDeltaLink', 'ForeignAddress', 'NoAddress', 'NoDelta']);
const hostOf = (source: FeedSource): string => (source === 'reporting' ? 'graph' : source);
const serviceOf = (source: FeedSource) => (source === 'reporting' ? 'graph' : source);

function heldBack(source: FeedSource, until: number, now: number, why: string): ServiceError {
  return new ServiceError(serviceOf(source), 429, 'HeldBack', why, { retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) });
}

export function createLimits({ store, registry, clock, breaker, wait }: LimitsOptions): Limits {
  /** Times of this process's last requests, by tenant and source. */
  const sent = new Map<string, number[]>();
  /** Until when a service asked this tenant's reader to stay away. */
  const paused = new Map<string, number>();
  const punctuality = createPunctuality(clock);
  const plan = createPlan({ registry, clock });
  const recent = (key: string): number[] => {
    const times = (sent.get(key) ?? []).filter((at) => at > clock.now() - windowMs);
    if (times.length === 0) sent.delete(key);
    else sent.set(key, times);
    return times;
  };

  const pauseUntil = (tenant: string, source: string, until: number): void => {
    const key = `${tenant}|${source}`;
    paused.set(key, Math.max(until, paused.get(key) ?? 0));
  };

  return {
    open({ tenant, lane, hot, slot, hint = false, besideSince, before = new Map(), answered = new Map() }) {
      const pages = new Map<string, number>();
      const begun = clock.now();
      const late = slot === undefined ? undefined : punctuality.came(slot);
      let free = plannedRequests;
      let leased = { left: 0, until: 0 };
      let patience: number = longestWaitMs[lane];
      let poolPatience: number = hot ? poolWaitMs.hot : poolWaitMs.usual;
      const right = laneRight(lane, begun, besideSince);
      const here = new Set(recent(`${tenant}|reporting`));
      /** In the time of this worker's clock, at the latest. */
      const latest = ({ asked = [] }: Spent): number[] => asked.map((at) => (here.has(at) ? at : at + clockAllowanceMs));
      /** Times of requests to the reporting API: of this lane, and of all lanes as far as they are known. */
      let own = latest(before.get(lane) ?? {});
      let all = [...before.values()].flatMap(latest);
      /** Of this lane, each in the time of the clock that noted it. */
      const noted = [...(before.get(lane)?.asked ?? [])];
      for (const { paused = {}, open } of before.values()) {
        for (const source of feedSources) pauseUntil(tenant, source, paused[source] ?? 0);
        for (const [host, left] of Object.entries<OpenHost>(open ?? {})) breaker.heard(host, left);
      }
      for (const [source, at] of answered) breaker.heardAnswer(hostOf(source), at);
      /** One after another: two feeds that waited for the same place would both take it. */
      const turns = new Map<FeedSource, Promise<void>>();

      async function pause(milliseconds: number, source: FeedSource, why: string): Promise<void> {
        if (milliseconds > patience) throw heldBack(source, clock.now() + milliseconds, clock.now(), why);
        patience -= milliseconds;
        await wait(milliseconds);
      }

      async function lease(feed: string): Promise<void> {
        const { pool } = await plan();
        for (;;) {
          const now = clock.now();
          const given = await store.fleet.leaseBlock('limits.lease-block', 'reporting', {
            now,
            want: Math.max(1, Math.min(lane === 'reconcile' ? reconcileBlock : block, spare())),
            most: Math.floor(pool.size * shareOf(feed, { lane, hot, hint })),
            spanMs: windowMs + blockMs + clockAllowanceMs,
          });
          if (given > 0) {
            leased = { left: given, until: now + blockMs };
            return;
          }
          const why = 'the requests that Microsoft allows for all tenants together went to more urgent reading';
          if (yields && !hot) poolPatience = Math.min(poolPatience, poolWaitMs.yielding);
          if (poolPatience < askAgainMs) {
            yields ||= slot === undefined;
            throw heldBack('reporting', clock.now() + askAgainMs, clock.now(), why);
          }
          poolPatience -= askAgainMs;
          await pause(askAgainMs, 'reporting', why);
        }
      }

      /** From when one more request fits into the tenant's ten seconds; 0: now. */
      function roomFrom(source: FeedSource): number {
        if (source !== 'reporting') return after(recent(`${tenant}|${source}`), perTenant[source]);
        const now = clock.now();
        own = withinWindow(own, now);
        all = withinWindow(all, now);
        return Math.max(right.quietUntil > now ? right.quietUntil : 0, after(all, reportingPerTenant), after(own, right.most(now)));
      }
      /** What the tenant's ten seconds still bear: more would be leased in vain. */
      function spare(): number {
        const now = clock.now();
        return Math.min(reportingPerTenant - withinWindow(all, now).length, right.most(now) - withinWindow(own, now).length);
      }
      async function room(source: FeedSource): Promise<void> {
        for (let from = roomFrom(source); from > 0; from = roomFrom(source))
          await pause(from - clock.now(), source, 'Microsoft allows a tenant only so many requests in ten seconds');
      }
      let yields = hint;
      async function isPlanned(): Promise<boolean> {
        if (late === undefined) return false;
        if (late > (await plan()).pool.lateMs) {
          yields = true;
          return false;
        }
        return free > 0 && clock.now() - begun < plannedMs;
      }

      async function admit(feed: string, source: FeedSource): Promise<void> {
        const key = `${tenant}|${source}`;
        const stay = paused.get(key);
        if (stay !== undefined && stay > clock.now())
          throw heldBack(source, stay, clock.now(), 'Microsoft throttled this tenant’s reading');
        await room(source);
        if (source === 'reporting') {
          if (await isPlanned()) free--;
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
        while (roomFrom(source) > 0) await room(source);
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
        if (source === 'reporting') for (const times of [own, all, noted]) times.push(clock.now());
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
          if (error instanceof ServiceError && (error.service === 'token' || codesOfOurOwn.has(error.code))) return;
          if (error instanceof ServiceError && (error.status === 0 || error.status >= 500)) return breaker.failed(hostOf(source), tenant);
          breaker.succeeded(hostOf(source));
          if (error instanceof ServiceError && error.status === 429)
            pauseUntil(
              tenant,
              source,
              clock.now() + (error.retryAfterSeconds === undefined ? defaultPauseMs : error.retryAfterSeconds * 1000),
            );
        },
        yields: () => yields,
        async isBellNear() {
          const slot = (await plan()).slots.get(tenant)?.[lane];
          return slot !== undefined && ringsBetween(begun, begun + goingOnMs, slot).length > 0;
        },
        spent() {
          const now = clock.now();
          const pauses = feedSources.flatMap((source): [FeedSource, number][] => {
            const until = paused.get(`${tenant}|${source}`) ?? 0;
            return until > now ? [[source, until]] : [];
          });
          return {
            asked: noted.filter((at) => at > now - windowMs - clockAllowanceMs),
            paused: Object.fromEntries(pauses),
            open: breaker.open(),
          };
        },
      };
    },
  };
}

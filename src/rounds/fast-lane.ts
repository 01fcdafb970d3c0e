// The fast lane of one tenant: every log feed up to now with its overlap, then detection and storing. Called by round.ts.
import { unifiedAudit } from '../collect/activity-log/unified-audit.ts';
import type { FeedRead, LogFeed } from '../collect/feed.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { BegunLane } from '../store/store.ts';
import { stillRead, tenantCoverage } from '../tenants/coverage.ts';
import { withRead } from '../tenants/feed-health.ts';
import { readLog } from './catch-up.ts';
import { deedsIn, explainedBy } from './deeds.ts';
import type { LaneDependencies, RoundDependencies } from './dependencies.ts';
import { notPaused } from './due-feeds.ts';
import { freshOfRead } from './freshness.ts';
import { type Settled, settle } from './settle.ts';
import { toldOnce, withoutPoorer } from './told-before.ts';
import { touchedBy } from './touched.ts';

/** Directory operations after which the configuration is worth a look at once. */
const configHint =
  /application|service principal|consent|permission grant|app role|conditional access|security defaults|domain|partner|company|authentication methods policy/i;

export async function fastLane(deps: LaneDependencies, lease: BegunLane): Promise<Settled> {
  const { store, clock } = deps;
  const scope = lease.scope;
  const now = clock.now();
  const states = new Map(deps.states.map((state) => [state.feed, state]));
  const logs = deps.feeds.filter((feed): feed is LogFeed => feed.kind === 'log');
  const goesOn = await deps.tally.goesOn();
  const due = notPaused(logs, deps.feeds, states, now, 'fast').filter(({ id }) => !goesOn || !isJustRead(states.get(id), now));
  const context = { tenant: scope.tenant, connection: deps.connect(scope).reader, now, touched: [] };
  const reads = await Promise.all(
    due.map(async (feed) => {
      const state = states.get(feed.id);
      const known = {
        ...(state?.kept === undefined ? {} : { kept: state.kept }),
        ...(state?.recent === undefined ? {} : { seen: state.recent }),
        ...alsoSeen(states.get(`reconcile:${feed.id}`)),
      };
      return { feed, state, ...(await readLog(feed, state, { ...context, ...known })) };
    }),
  );
  const results = reads.map(({ feed, state, read, lost, from, ahead }) => {
    const { fresh, recent, changed } = freshOfRead(read, state?.recent ?? []);
    for (const { reason } of read.skipped) deps.log('collect.record-skipped', { tenant: scope.tenant, feed: feed.id, reason });
    if (lost !== undefined) deps.log('collect.gap', { tenant: scope.tenant, feed: feed.id, from: lost.from, to: lost.to });
    const touched = touchedBy(fresh, state?.touched ?? [], now);
    const marks = nextState(feed, state, read, fresh.length, recent, now);
    const deeds = deedsIn(fresh, state?.deeds ?? [], now);
    const after = { ...marks, touched, ...(deeds.length === 0 ? {} : { deeds }), ...(ahead.length === 0 ? {} : { ahead: [...ahead] }) };
    return { fresh, changed, lost, state: withRead(state, after, { fresh, from, now }) };
  });
  if (reads.some(({ behind, read }) => behind !== undefined || read.more === true)) deps.tally.leftOver(now + soonMs);
  const outcomes = results.map(({ state }) => state.outcome);
  // Else the planner's next bell reads it: a burst of events must not come again every minute.
  if (!deps.tally.yields()) leaveThrottled(deps, outcomes, deps.tally.heldBack(), now);
  const known = [...states.values(), ...results.map(({ state }) => state)];
  const once = toldOnce(
    results.flatMap((result) => result.fresh),
    known,
  );
  const fresh = await withoutPoorer(deps, scope, once, known);
  const again = await explainedBy(deps, scope, fresh);
  const settled = await settle(deps, {
    lease,
    fresh: [...fresh, ...again],
    changed: again.length > 0 || results.some(({ changed }) => changed),
    feeds: results.map(({ state }) => state),
    gaps: results.flatMap(({ lost }) => (lost === undefined ? [] : [lost])),
    ...blindness(deps, known),
  });
  if (
    fresh.some((activity) =>
      activity.views.some(({ shape, record }) => shape === 'directory-audit' && configHint.test(String(record['activityDisplayName']))),
    )
  )
    await store.queues.ring('round.ring-config', 'checks', { v: 1, tenant: scope.tenant, lane: 'config' });
  return settled;
}

export const alsoSeen = (other: FeedState | undefined) => (other?.recent === undefined ? {} : { alsoSeen: other.recent });

/** Less than a tenant under attack waits for its next look. */
const justReadMs = 140_000;
/** A round that goes on with what another left asks nothing again of a log that was read to its end: three of four requests would be spent for it. */
const isJustRead = (state: FeedState | undefined, now: number): boolean =>
  state !== undefined && state.outcome.status === 'complete' && state.ahead === undefined && now - state.triedAt < justReadMs;

/** Soon enough to go on with what is left, and not so soon that it falls into the same ten seconds. */
const soonMs = 15_000;

/** Throttled work ends normally and leaves a due row. A service that throttles the continuation too is left alone until the next bell; our own budget is asked again. */
export function leaveThrottled(
  { tally }: Pick<LaneDependencies, 'tally'>,
  outcomes: readonly FeedState['outcome'][],
  heldBack: boolean,
  now: number,
  pauseMs = soonMs,
): void {
  if (heldBack) tally.leftOver(now + pauseMs);
  for (const outcome of outcomes)
    if (outcome.status === 'throttled' && (outcome.why !== undefined || !tally.continuing))
      tally.leftOver(Math.max(outcome.until, now + pauseMs));
}

/** A log that still catches up after an older outage was seen to the end of what it read ahead, and one whose mark is its last record to its last look; a reading that broke off, to where it came. */
function lastSeenAt(state: FeedState | undefined): number | undefined {
  if (state === undefined) return undefined;
  const seen = [state.readTo, ...(state.ahead ?? []).map(({ to }) => to), ...(state.outcome.status === 'complete' ? [state.triedAt] : [])];
  const known = seen.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Since when nothing was read, whatever it was that stood in the way first. What was never licensed was never read: what comes after it is an outage with an hour of its own. */
function blindFrom(before: FeedState | undefined, { status }: FeedState['outcome'], now: number): number {
  const isNewOutage = before?.outcome.status === 'unlicensed' && status !== 'unlicensed';
  return (isNewOutage ? undefined : before?.blindSince) ?? lastSeenAt(before) ?? now;
}

/** The marks after a read: they move only as far as it came; a feed that cannot be read remembers since when. */
export function nextState(
  feed: { readonly id: string },
  before: FeedState | undefined,
  read: Pick<FeedRead, 'outcome' | 'readTo' | 'kept'>,
  count: number,
  recent: readonly string[],
  now: number,
): FeedState {
  const seen = read.outcome.status === 'complete' || read.outcome.status === 'incomplete';
  const readTo = seen ? Math.max(before?.readTo ?? 0, read.readTo) : before?.readTo;
  const blindSince = seen ? undefined : blindFrom(before, read.outcome, now);
  return {
    v: 1,
    feed: feed.id,
    startedAt: before?.startedAt ?? now,
    triedAt: now,
    outcome: read.outcome,
    ...(readTo === undefined ? {} : { readTo }),
    ...(blindSince === undefined ? {} : { blindSince }),
    ...(before?.snapshot === undefined ? {} : { snapshot: before.snapshot }),
    lastCount: count,
    ...(read.kept === undefined ? {} : { kept: read.kept }),
    recent: seen ? [...recent] : [...(before?.recent ?? [])],
  };
}

/** What could not be read, from the newest state of each feed: for cards, and for the rules that are meant for tenants without sign-ins. */
export function blindness(deps: Pick<RoundDependencies, 'feeds'>, states: readonly FeedState[]) {
  return { unread: unreadSentences(deps, states), signInsUnread: areSignInsUnread(states) };
}

/**
 * True: permission or licence is missing, it is switched off, or nothing was ever read. A feed that only waits (throttled) or failed just now is no blind one: its sign-ins will come.
 * `late`: they are, but the unified audit log tells them, an hour or more after they happened.
 */
export function areSignInsUnread(states: readonly FeedState[]): boolean | 'late' {
  const status = states.findLast(({ feed }) => feed === 'sign-ins.interactive')?.outcome.status;
  if (status !== undefined && status !== 'denied' && status !== 'unlicensed' && status !== 'off') return false;
  return isToldByAudit(states) ? 'late' : true;
}

const isToldByAudit = (states: readonly FeedState[]): boolean =>
  stillRead(states.findLast(({ feed }) => feed === unifiedAudit.id)?.outcome.status);

/** Looks of a day and of six days later settle a log; where they have not for longer, something of it cannot be read. */
const lateMs = 2 * 86_400_000;

/** What a log's later looks cannot read holds up all that waits for settled records, long after the fast lane has stopped asking for it. */
function unsettled(deps: Pick<RoundDependencies, 'feeds'>, byFeed: ReadonlyMap<string, FeedState>): string[] {
  return deps.feeds.flatMap(({ id, title }) => {
    const { outcome, settledTo, startedAt, triedAt } = byFeed.get(`reconcile:${id}`) ?? {};
    const since = settledTo ?? startedAt;
    if (outcome?.status !== 'incomplete' || since === undefined || triedAt === undefined || triedAt - since < lateMs) return [];
    return [
      `${title}: not all records since ${new Date(since).toISOString().slice(0, 10)} could be read (${outcome.why}); what waits for all of them comes late.`,
    ];
  });
}

/** Newest state of each feed. What blinds many at once is one sentence. */
function unreadSentences(deps: Pick<RoundDependencies, 'feeds'>, states: readonly FeedState[]): string[] {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  const tried = deps.feeds.filter(({ id }) => byFeed.has(id));
  const { shared } = tenantCoverage({ tenant: '', name: '' }, tried, [...byFeed.values()]);
  const told = new Set(shared.flatMap(({ feeds }) => feeds));
  const together = shared.map(({ feeds, because }) => `${feeds.length} feeds could not be read: ${because}.`);
  const alone = deps.feeds.flatMap((feed) => {
    if (told.has(feed.id)) return [];
    const outcome = byFeed.get(feed.id)?.outcome;
    if (outcome === undefined || outcome.status === 'complete') return [];
    if (outcome.status === 'incomplete') return [`${feed.title}: ${outcome.why}.`];
    if (feed.instead !== undefined && stillRead(byFeed.get(feed.instead.feed)?.outcome.status))
      return [`${feed.title} are read ${feed.instead.how}: ${feed.instead.blind}.`];
    return [`${feed.title} could not be read: ${feed.blind}.`];
  });
  return [...together, ...alone, ...unsettled(deps, byFeed)];
}

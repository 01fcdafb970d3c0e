// The reconcile lane of one tenant: every log's span is read again one, six and twenty-four hours later, since records come late. What is new or changed is judged like any other. Called by round.ts.
import type { LogFeed } from '../collect/feed.ts';
import type { Activity } from '../contracts/activity.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { expired } from '../detect/sequences/expiry.ts';
import type { BegunLane } from '../store/store.ts';
import { withLook } from '../tenants/feed-health.ts';
import { explainedBy } from './deeds.ts';
import type { LaneDependencies, RoundDependencies } from './dependencies.ts';
import { datesBetween } from './derive.ts';
import { notPaused } from './due-feeds.ts';
import { alsoSeen, blindness, leaveThrottled } from './fast-lane.ts';
import { digest } from './freshness.ts';
import { type Settled, settle } from './settle.ts';
import { settledTo } from './settled-to.ts';
import { asKept } from './told-before.ts';

/** How long after the event each later look comes, in seconds. After the last one a span is settled. */
export const laterLooks = [3600, 6 * 3600, 24 * 3600] as const;

const leastSpanMs = 600_000;
/**
 * How much must have come together before a look at the reporting API is worth its request: a quarter of its age, less a round's unevenness. So the look after six hours comes every other
 * hour, that after a day four times a day; hourly ones would take half of what Microsoft allows all tenants together.
 */
const worthMs = ({ source, lastLook }: LogFeed, look: number): number =>
  look === lastLook?.afterSeconds ? lastLook.worthSeconds * 1000 : source === 'reporting' ? (look * 1000) / 4 - leastSpanMs : 0;
/** A span that can be read in a poorer form only is looked at again until it has become so long. */
const mostPoorerMs = 12 * 3_600_000;
/** Later looks are in no hurry: a fleet that asks again every minute for what the pool does not have only pays for it. */
const patientMs = 240_000;

/** @param resumed an earlier round of this lane did not end: what it kept may not have been judged to the end, so all that is read is judged again */
export async function reconcileLane(deps: LaneDependencies, lease: BegunLane, resumed: boolean): Promise<Settled> {
  const { clock } = deps;
  const scope = lease.scope;
  const now = clock.now();
  const states = new Map(deps.states.map((state) => [state.feed, state]));
  const context = { tenant: scope.tenant, connection: deps.connect(scope).reader, now, touched: [] };
  const fresh = new Map<string, Activity>();
  let changed = false;
  const storedOf = storedDigests(deps, scope);
  const next: FeedState[] = [];
  const logs = deps.feeds.filter((feed): feed is LogFeed => feed.kind === 'log' && feed.readOnce !== true);
  const due = notPaused(logs, deps.feeds, states, now, 'reconcile');
  for (const feed of due) {
    const live = states.get(feed.id);
    if (live?.readTo === undefined) continue; // nothing read yet, so nothing to look at again
    const before = states.get(`reconcile:${feed.id}`);
    const reconciled: Record<string, number> = { ...before?.reconciled };
    let outcome: FeedState['outcome'] = { status: 'complete' };
    const looked = { read: 0, late: 0 };
    let recent = before?.recent;
    for (const look of [...laterLooks, ...(feed.lastLook === undefined ? [] : [feed.lastLook.afterSeconds])]) {
      const from = reconciled[look] ?? live.startedAt - look * 1000;
      const to = Math.min(now - look * 1000, live.readTo);
      // A round that goes on with what an earlier one left does not look at the minutes since.
      if (to <= from + (deps.tally.continuing ? leastSpanMs : 0) || to - from < worthMs(feed, look)) continue;
      const read = await feed.read({ ...context, ...(recent === undefined ? {} : { seen: recent }), ...alsoSeen(live) }, { from, to });
      outcome = read.outcome;
      if (outcome.status !== 'complete' && outcome.status !== 'incomplete') break; // the marks stay; the next round looks again
      const stored = await storedOf(read.activities);
      const knows = (id: string): boolean => stored.some(({ ids }) => ids.has(id));
      const keeps = (activity: Activity): boolean => stored.some(({ digests }) => digests.has(digest(activity)));
      for (const record of read.activities) {
        const activity = asKept(record, deps.states, { knows, keeps });
        if (activity === undefined) continue;
        looked.read++;
        if (!knows(activity.id)) looked.late++;
        if (!resumed && keeps(activity)) continue;
        const mark = digest(activity);
        fresh.set(mark, activity);
        changed ||= knows(activity.id);
      }
      // What the poorer form left out is looked at again soon, but not for ever.
      reconciled[look] = read.poorer === true && to - from < mostPoorerMs ? from : read.readTo;
      if (read.seen !== undefined) recent = [...read.seen];
      if (read.more === true) deps.tally.leftOver(now + patientMs);
      if (read.readTo < to && deps.tally.heldBack()) break;
    }
    const settledTo = reconciled[laterLooks[laterLooks.length - 1] ?? 0];
    const after: FeedState = {
      v: 1,
      feed: `reconcile:${feed.id}`,
      startedAt: before?.startedAt ?? now,
      triedAt: now,
      outcome,
      reconciled,
      ...(recent === undefined ? {} : { recent }),
      ...(settledTo === undefined ? {} : { settledTo }),
    };
    next.push(withLook(before, after, looked));
  }
  leaveThrottled(
    deps,
    next.map(({ outcome }) => outcome),
    deps.tally.heldBack(),
    now,
    patientMs,
  );
  const again = await explainedBy(deps, scope, [...fresh.values()]);
  const settled = await settle(deps, {
    lease,
    fresh: [...fresh.values(), ...again],
    changed: changed || again.length > 0,
    feeds: next,
    gaps: [],
    ...blindness(deps, [...states.values()]),
  });
  // By the marks as they stood before, and only now: what this round read may have needed a hit from the beginning of its window, and a sequence that waits for settled records was
  // concluded by these marks just now.
  await expireHits(
    deps,
    scope,
    logs.flatMap(({ id }) => states.get(`reconcile:${id}`) ?? []),
  );
  return settled;
}

interface Digests {
  readonly digests: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

/**
 * Of what was stored on the days of these activities: a log that is read by another time than that of its events has them of any day. Each day is read once per round, whichever
 * feed and look ask for it.
 */
function storedDigests(
  deps: Pick<RoundDependencies, 'store'>,
  scope: TenantScope,
): (activities: readonly Activity[]) => Promise<Digests[]> {
  const days = new Map<string, Promise<Digests>>();
  async function read(date: string): Promise<Digests> {
    const [digests, ids] = [new Set<string>(), new Set<string>()];
    for await (const activity of deps.store.blobs.activities(scope, date)) {
      digests.add(digest(activity));
      ids.add(activity.id);
    }
    return { digests, ids };
  }
  return (activities) =>
    Promise.all(
      [...new Set(activities.flatMap(({ time }) => datesBetween(time, time)))].map((date) => {
        const known = days.get(date) ?? read(date);
        days.set(date, known);
        return known;
      }),
    );
}

/** Hits serve until every log is settled past their window: nothing that comes later can complete a sequence with them. A feed that cannot be read holds nothing back. */
async function expireHits(deps: RoundDependencies, scope: TenantScope, reconciled: readonly FeedState[]): Promise<void> {
  const settled = settledTo(reconciled);
  if (settled === undefined) return;
  for (const { rule, timespan } of deps.detector.sequences)
    await deps.store.sequences.remove(
      'round.expire-hits',
      scope,
      expired(await deps.store.sequences.ofRule(scope, rule), timespan, settled),
    );
}

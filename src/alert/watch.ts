// The dead man's switch of one tenant: a feed that was read and is not any more, or a card that reached nobody, raises one card; when all is well again, another says so. What was
// told stands in a row, so a restart tells nothing twice. Called by rounds with the bell of the task `watch`.
import type { Clock } from '../contracts/clock.ts';
import type { ReadOutcome } from '../contracts/coverage.ts';
import type { TenantEntry } from '../contracts/policy.ts';
import type { FeedState, OutboxEntry, WatchState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { outboxDue, parseOutboxDue } from '../incidents/outbox-due.ts';
import { ConflictError, type Store } from '../store/store.ts';
import { noticeEntry, watchCard } from './notices.ts';

export interface WatchedFeed {
  readonly id: string;
  readonly title: string;
  readonly kind: 'log' | 'snapshot';
  /** Its mark is the time of its last record, and so long without one is nothing unusual. */
  readonly quietSeconds?: number;
}

export interface WatchTools {
  readonly store: Store;
  readonly clock: Clock;
  /** Told of every look that found something and of the one after it, so that somebody outside sees it too where the channel itself is dead. */
  readonly log?: (event: 'watch.alarm', fields: { readonly tenant: string; readonly silent: number; readonly undelivered: number }) => void;
}

type Alarm = NonNullable<WatchState['alarm']>;
export type Watched = 'well' | 'raised' | 'stands' | 'recovered' | 'busy';

/** The sweeper has rung this often, about a quarter of an hour: a short outage of the channel is none of people's business. */
const triesMost = 5;
const undeliveredMs = 15 * 60_000;
/** Rounds that are rare by policy are not late. */
const cadences = 3;

function whyOf(outcome: ReadOutcome): string {
  switch (outcome.status) {
    case 'denied':
      return `the guard lacks ${outcome.permission}`;
    case 'unlicensed':
      return `the tenant has no ${outcome.sku}`;
    case 'off':
      return outcome.what;
    case 'throttled':
      return outcome.why ?? 'Microsoft throttles the reading';
    case 'failed':
      return outcome.cause;
    case 'incomplete':
      return outcome.why;
    case 'complete':
      return 'no round has come to it since';
  }
}

/**
 * Feeds that were read once and were not for longer than the policy allows. With one of them come all that cannot be read at this moment, so that what has one cause is one card.
 * What was never read is no alarm: the digest of the first read and coverage say so.
 */
export function silentFeeds(
  { policy, addedAt }: Pick<TenantEntry, 'policy' | 'addedAt'>,
  feeds: readonly WatchedFeed[],
  states: readonly FeedState[],
  now: number,
): Alarm['feeds'] {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  const limit = (kind: WatchedFeed['kind']) =>
    1000 *
    (kind === 'log'
      ? Math.max(policy.silence.logs, cadences * policy.cadence.fast)
      : Math.max(policy.silence.config, cadences * policy.cadence.config));
  if (feeds.every(({ id }) => !byFeed.has(id)))
    return feeds.length > 0 && now - Date.parse(addedAt) > limit('log')
      ? [{ feed: 'rounds', title: 'Everything', since: Date.parse(addedAt), why: 'no round has run since the tenant was added' }]
      : [];
  const read = feeds.flatMap(({ id, title, kind, quietSeconds = 0 }) => {
    const state = byFeed.get(id);
    const most = Math.max(limit(kind), quietSeconds * 1000);
    return state?.readTo === undefined ? [] : [{ feed: id, title, state, readTo: state.readTo, limit: most }];
  });
  if (!read.some(({ readTo, limit: most }) => now - readTo > most)) return [];
  return read
    .filter(({ state, readTo, limit: most }) => state.blindSince !== undefined || now - readTo > most)
    .map(({ feed, title, state, readTo }) => ({ feed, title, since: state.blindSince ?? readTo, why: whyOf(state.outcome) }));
}

/** Cards that wait in vain, and those of the last alarm that still have reached nobody. */
async function undelivered({ store, clock }: WatchTools, scope: TenantScope, before: Alarm | undefined): Promise<Alarm['cards']> {
  const waiting = (await store.due.ofTenant(scope))
    .filter(({ tries }) => tries >= triesMost)
    .flatMap((due) => parseOutboxDue(due) ?? [])
    .filter(({ incident }) => incident !== watchCard);
  const incidents = new Set([...waiting, ...(before?.cards ?? [])].map(({ incident }) => incident));
  const cards: Alarm['cards'] = [];
  for (const incident of incidents) {
    const [newest] = (await store.state.outboxOf(scope, incident)).map(({ value }) => value).sort((a, b) => b.revision - a.revision);
    if (newest === undefined || !hasReachedNobody(newest, clock.now())) continue;
    if ((await store.state.incident(scope, incident))?.value.status === 'closed') continue;
    cards.push({ incident, revision: newest.revision, since: newest.createdAt });
  }
  return cards;
}

const hasReachedNobody = ({ status, createdAt, channel }: OutboxEntry, now: number): boolean =>
  // Without any channel there is nobody to tell, here as there.
  channel !== 'none' && (status === 'waiting' || status === 'failed') && now - createdAt > undeliveredMs;

/** True if the alarm holds what the one before did not: people are told again only when it gets worse. */
function isWorse(alarm: Alarm, before: Alarm | undefined): boolean {
  if (before === undefined) return true;
  const feeds = new Set(before.feeds.map(({ feed }) => feed));
  const cards = new Set(before.cards.map(({ incident }) => incident));
  return alarm.feeds.some(({ feed }) => !feeds.has(feed)) || alarm.cards.some(({ incident }) => !cards.has(incident));
}

export async function watch(
  tools: WatchTools,
  scope: TenantScope,
  entry: Pick<TenantEntry, 'policy' | 'addedAt'>,
  wanted: readonly WatchedFeed[],
): Promise<Watched> {
  const { store, clock } = tools;
  const now = clock.now();
  const [states, stored] = await Promise.all([store.state.feeds(scope), store.state.watch(scope)]);
  const before = stored?.value.alarm;
  const feeds = silentFeeds(entry, wanted, states, now);
  const cards = await undelivered(tools, scope, before);
  if (feeds.length + cards.length === 0 && before === undefined) return 'well';
  tools.log?.('watch.alarm', { tenant: scope.tenant, silent: feeds.length, undelivered: cards.length });
  const since = Math.min(before?.since ?? Number.POSITIVE_INFINITY, ...[...feeds, ...cards].map((item) => item.since));
  const alarm: Alarm | undefined = feeds.length + cards.length === 0 ? undefined : { since, feeds, cards };
  if (alarm !== undefined && JSON.stringify(alarm) === JSON.stringify(before)) return 'stands';
  const tell = alarm === undefined || isWorse(alarm, before);
  const revision = (stored?.value.revision ?? 0) + (tell ? 1 : 0);
  const value: WatchState = {
    v: 1,
    revision,
    ...(alarm === undefined ? {} : { alarm }),
    told: tell ? { at: now, over: alarm === undefined, since: before?.since ?? since } : stored?.value.told,
  };
  const card = tell ? noticeEntry(watchCard, revision, 'dead-man', now) : undefined;
  try {
    if (card !== undefined) await store.due.put('watch.put-due', outboxDue(scope.tenant, card, now));
    await store.state.commitWatch('watch.commit', scope, { value, ...(stored === undefined ? {} : { etag: stored.etag }) }, card);
  } catch (error) {
    // Another bell looked at the same moment and told the same.
    if (error instanceof ConflictError) return 'busy';
    throw error;
  }
  if (card !== undefined) await store.queues.ring('watch.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: watchCard });
  return alarm === undefined ? 'recovered' : tell ? 'raised' : 'stands';
}

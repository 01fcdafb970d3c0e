// The digest of the first read: after tenants were put under guard their past is read, and one card per channel tells of all of them, within ten minutes. What is found in the past
// is told there, not in a card each. Called by rounds with the bell of the task `first-light`, and by outbox.ts to draw the card.
import type { Clock } from '../contracts/clock.ts';
import type { TenantEntry } from '../contracts/policy.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { outboxDue } from '../incidents/outbox-due.ts';
import type { Store } from '../store/store.ts';
import { tenantCoverage } from '../tenants/coverage.ts';
import type { Registry } from '../tenants/registry.ts';
import { firstLightCard, noticeEntry } from './notices.ts';

export interface LightFeed {
  readonly id: string;
  readonly title: string;
  readonly kind: 'log' | 'snapshot';
  /** Reads the past only, at its leisure: begun is enough. */
  readonly past?: true;
}

export interface FirstLightTools {
  readonly store: Store;
  readonly registry: Pick<Registry, 'list' | 'authorise' | 'markFirstLight'>;
  readonly clock: Clock;
  /** The feeds that a tenant's policy asks for. */
  readonly feedsFor: (entry: TenantEntry) => readonly LightFeed[];
}

export interface FirstLightFacts {
  readonly tenants: readonly string[];
  /** How far back the oldest read went. */
  readonly days: number;
  readonly signIns: number;
  readonly others: number;
  /** Open incidents, the worst first. */
  readonly incidents: readonly { readonly tenant: string; readonly title: string }[];
  readonly blind: readonly { readonly tenant: string; readonly what: string }[];
  /** Tenants whose past is still being read. */
  readonly reading: readonly string[];
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Tenants that are added one after the other are told of together. */
const gatherMs = 2 * minuteMs;
/** The card is there within ten minutes, whatever has been read by then. */
const latestMs = 8 * minuteMs;
/** What happened so recently is an attack under way: it has a card of its own. */
const pastMs = dayMs;
/** A mark older than this when it was moved last is on its way through the past. */
const presentMs = 60 * minuteMs;
/** Beyond this the first read is over or its digest is. */
const firstReadMs = 60 * minuteMs;

const addedAt = (entry: TenantEntry): number => Date.parse(entry.addedAt);

/** What the first read found in the past is told by the digest alone. */
export const isToldByDigest = (
  entry: Pick<TenantEntry, 'firstLight' | 'addedAt'>,
  incident: { readonly lastAt: string },
  now: number,
): boolean => entry.firstLight === undefined && now - Date.parse(entry.addedAt) < firstReadMs && now - Date.parse(incident.lastAt) > pastMs;

/** Every log was read once up to the present, or cannot be. A feed that waits or failed just now may still come, and one whose mark lies in the past is still on its way. */
export function isFirstReadDone(feeds: readonly LightFeed[], states: readonly FeedState[]): boolean {
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  return feeds
    .filter(({ kind }) => kind === 'log')
    .every(({ id, past }) => {
      const state = byFeed.get(id);
      if (state === undefined) return false;
      if (['complete', 'denied', 'unlicensed', 'off'].includes(state.outcome.status)) return true;
      return state.readTo !== undefined && (past === true || state.triedAt - state.readTo < presentMs);
    });
}

/** Only people who share a channel may read of each other's tenants. */
const channelOf = ({ policy }: TenantEntry): string => policy.channels[0]?.setting ?? '';

/** Tells of all tenants that were never told of, if their time has come. Resolves to how many tenants were told of. */
export async function tellFirstLight(tools: FirstLightTools): Promise<number> {
  const { store, registry, clock } = tools;
  const now = clock.now();
  const fresh = (await registry.list()).filter(({ status, firstLight }) => status === 'active' && firstLight === undefined);
  let told = 0;
  for (const group of Map.groupBy(fresh, channelOf).values()) {
    const members = [...group].sort((a, b) => addedAt(a) - addedAt(b) || (a.tenant < b.tenant ? -1 : 1));
    const [leader] = members;
    if (leader === undefined || !(await isTime(tools, members, now))) continue;
    const scope = await registry.authorise(leader.tenant, 'finish');
    const card = noticeEntry(firstLightCard(now), 1, 'first-light', now);
    // The card stands before anybody is marked as told of; drawn before that, it waits (outbox.ts).
    await store.due.put('first-light.put-due', outboxDue(scope.tenant, card, now));
    await store.state.addOutbox('first-light.put-card', scope, card);
    await registry.markFirstLight(
      members.map(({ tenant }) => tenant),
      { leader: scope.tenant, at: now },
    );
    await store.queues.ring('first-light.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: card.incident });
    told += members.length;
  }
  return told;
}

async function isTime({ store, registry, feedsFor }: FirstLightTools, members: readonly TenantEntry[], now: number): Promise<boolean> {
  const times = members.map(addedAt);
  if (now - Math.min(...times) >= latestMs) return true;
  if (now - Math.max(...times) < gatherMs) return false;
  for (const entry of members) {
    const states = await store.state.feeds(await registry.authorise(entry.tenant, 'show'));
    if (!isFirstReadDone(feedsFor(entry), states)) return false;
  }
  return true;
}

/** What the digest that was made at `at` in this tenant's channel says now; undefined if it tells of nobody. */
export async function firstLightFacts(tools: FirstLightTools, leader: TenantScope, at: number): Promise<FirstLightFacts | undefined> {
  const { registry, clock } = tools;
  const members = (await registry.list()).filter(({ firstLight }) => firstLight?.leader === leader.tenant && firstLight.at === at);
  if (members.length === 0) return undefined;
  const looks = await Promise.all(members.map((entry) => lookAt(tools, entry)));
  const from = Math.min(...looks.map((look) => look.from));
  return {
    tenants: members.map(({ name }) => name),
    days: Number.isFinite(from) ? Math.round((clock.now() - from) / dayMs) : 0,
    signIns: looks.reduce((sum, look) => sum + look.signIns, 0),
    others: looks.reduce((sum, look) => sum + look.others, 0),
    incidents: looks.flatMap((look) => look.incidents),
    blind: looks.flatMap((look) => look.blind),
    reading: looks.flatMap((look) => (look.done ? [] : [look.name])),
  };
}

async function lookAt({ store, registry, feedsFor }: FirstLightTools, entry: TenantEntry) {
  const scope = await registry.authorise(entry.tenant, 'show');
  const feeds = feedsFor(entry);
  const [states, incidents] = await Promise.all([store.state.feeds(scope), store.state.incidents(scope)]);
  const byFeed = new Map(states.map((state) => [state.feed, state]));
  const totals = (isSignIn: boolean): number =>
    feeds.filter(({ id }) => id.startsWith('sign-ins') === isSignIn).reduce((sum, { id }) => sum + (byFeed.get(id)?.total ?? 0), 0);
  const { name } = entry;
  return {
    name,
    done: isFirstReadDone(feeds, states),
    from: Math.min(...states.flatMap(({ readFrom }) => readFrom ?? [])),
    signIns: totals(true),
    others: totals(false),
    incidents: incidents.filter(({ value }) => value.status === 'open').map(({ value }) => ({ tenant: name, title: value.title })),
    blind: blindOf(name, feeds, states),
  };
}

/** What cannot be read here; what blinds many feeds is told once. */
export function blindOf(name: string, feeds: readonly LightFeed[], states: readonly FeedState[]): FirstLightFacts['blind'] {
  const byFeed = new Map(states.map((state) => [state.feed, state.outcome]));
  const tried = feeds.filter(({ id }) => byFeed.has(id)).map((feed) => ({ ...feed, blind: '' }));
  const { shared } = tenantCoverage({ tenant: '', name }, tried, states);
  const together = shared.filter(({ status }) => blindStatuses.has(status));
  const told = new Set(together.flatMap((cause) => cause.feeds));
  const alone = feeds.flatMap(({ id, title }) => {
    const outcome = told.has(id) ? undefined : byFeed.get(id);
    if (outcome?.status === 'unlicensed') return [{ tenant: name, what: `${title} (no ${outcome.sku})` }];
    if (outcome?.status === 'denied') return [{ tenant: name, what: `${title} (lacks ${outcome.permission})` }];
    if (outcome?.status === 'off') return [{ tenant: name, what: `${title} (${outcome.what})` }];
    return outcome?.status === 'failed' ? [{ tenant: name, what: `${title} (failed)` }] : [];
  });
  const why = (because: string): string => because.split(', because ').at(-1) ?? because;
  return [...together.map(({ feeds: dark, because }) => ({ tenant: name, what: `${dark.length} feeds (${why(because)})` })), ...alone];
}

const blindStatuses: ReadonlySet<string> = new Set(['unlicensed', 'denied', 'off', 'failed']);

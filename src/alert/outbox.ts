// Sends what the outbox holds: at least once, the newest state first, each try stored before it is made. Called by the respond queue with the incident that a bell named.
import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { containmentOf, goingOn, otherContainments } from '../contain/of-incident.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Exclusion } from '../contracts/doubt.ts';
import type { HuntFacts } from '../contracts/hunt.ts';
import type { TenantPolicy } from '../contracts/policy.ts';
import type { OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { outboxDue, parseOutboxDue, remindDue } from '../incidents/outbox-due.ts';
import { ConflictError, type Store, type Versioned } from '../store/store.ts';
import type { Registry } from '../tenants/registry.ts';
import { type After, channelName, type Route, routesOf, withNote } from './channels.ts';
import { excludedCard, stagedDigest } from './doubt-card.ts';
import { clearReminders, forgetReminder, remindAt, unopenedIn, waitsToBeOpened } from './escalate.ts';
import type { FirstLightFacts } from './first-light.ts';
import { fittedCard } from './fit.ts';
import { deadManCard, firstLightDigest, huntDigest } from './notice-card.ts';
import { excludedBy, firstLightAt, huntOf, isNotice, stagedWeek, watchCard } from './notices.ts';
import type { StagedFacts } from './staged-digest.ts';
import { incidentView } from './view.ts';
import { fits, type Posted, postCard } from './webhook.ts';

export interface DeliveryTools {
  readonly store: Store;
  readonly registry: Pick<Registry, 'entry' | 'list'>;
  readonly clock: Clock;
  /** The console page's address, without a fragment. */
  readonly console: string;
  /** A channel's address by its name: the policy holds only names. Undefined: it is not set up. */
  readonly addressOf: (setting: string) => string | undefined;
  readonly fetch: typeof fetch;
  /** What the digest of a first read says, by the tenant in whose channel it is posted and when it was made; undefined: it tells of nobody. */
  readonly firstLight: (leader: TenantScope, at: number) => Promise<FirstLightFacts | undefined>;
  /** What the digest of staged rules says, by the tenant in whose channel it is posted and its week; absent or undefined: nothing. */
  readonly staged?: (leader: TenantScope, week: number) => Promise<StagedFacts | undefined>;
}

type Channel = TenantPolicy['channels'][number];

/** What became of the newest waiting card: `busy` if another worker has it, `nothing` if none waits. */
export type Delivery = 'accepted' | 'retry' | 'failed' | 'busy' | 'nothing';
export type Deliver = (scope: TenantScope, incident: string) => Promise<Delivery>;

/** The sweeper rings with growing pauses; after so many tries (about a day) somebody has to look at the channel. */
export const triesMost = 100;
/** A try that began this recently may still be under way. */
const underWayMs = 60_000;
/** A digest is stored before the tenants that it tells of are marked: it waits a little for them. */
const emptyTriesMost = 4;
const superseded = 'superseded by a newer card';

export function deliverer(tools: DeliveryTools): Deliver {
  const { store, clock } = tools;

  async function settle(scope: TenantScope, { value, etag }: Versioned<OutboxEntry>, change: Partial<OutboxEntry>): Promise<void> {
    await store.state.putOutbox('outbox.settle', scope, { value: { ...value, ...change }, etag });
    await store.due.delete('outbox.delete-due', outboxDue(scope.tenant, value, value.createdAt));
  }

  /** What the entry holds of a channel that took it. Its due row is written first. */
  async function reminder(scope: TenantScope, entry: OutboxEntry, setting: string | undefined): Promise<Partial<OutboxEntry>> {
    const { policy } = await tools.registry.entry(scope);
    const at = remindAt(entry, setting, policy, tools.addressOf, clock.now());
    if (at !== undefined) await store.due.put('outbox.put-remind', remindDue(scope.tenant, entry, at));
    return { ...(setting === undefined ? {} : { setting }), ...(at === undefined ? {} : { remindAt: at }) };
  }

  /** Undefined: it is not time yet, or nobody has to be told any more. Where no further channel takes it, the sweeper rings again. */
  async function escalate(scope: TenantScope, { value, etag }: Versioned<OutboxEntry>): Promise<Delivery | undefined> {
    const now = clock.now();
    const { setting, remindAt: due } = value;
    if (!waitsToBeOpened(value) || setting === undefined || due === undefined || due > now) return undefined;
    const incident = await goingOn({ store }, scope, value.incident);
    const { policy } = await tools.registry.entry(scope);
    const after = unopenedIn(setting, policy.unopened, channelName(setting));
    // A case that became a part of another is told of by the other's cards.
    const isOver = incident?.value.id !== value.incident || incident.value.status !== 'open';
    if (isOver || value.tries >= triesMost || routesOf(policy.channels, tools.addressOf, after).length === 0) {
      await forgetReminder(store, scope, { value, etag });
      return undefined;
    }
    if (value.triedAt !== undefined && value.triedAt >= due && now - value.triedAt < underWayMs) return 'busy';
    await store.state.putOutbox('outbox.claim', scope, { value: { ...value, tries: value.tries + 1, triedAt: now }, etag });
    const stored = await store.state.outbox(scope, value.incident, value.revision);
    if (stored === undefined) throw new Error(`Outbox entry ${value.incident}:${value.revision} is gone`);
    const sent = await send(tools, scope, stored.value, after);
    if (!sent.posted.accepted) return 'retry';
    const further = await reminder(scope, value, sent.setting);
    const { remindAt: _past, ...rest } = stored.value;
    await store.state.putOutbox('outbox.settle', scope, { value: { ...rest, channel: sent.channel, ...further }, etag: stored.etag });
    if (further.remindAt === undefined) await store.due.delete('outbox.delete-due', remindDue(scope.tenant, value, 0));
    return 'accepted';
  }

  return async (scope, id) => {
    const entries = (await store.state.outboxOf(scope, id)).sort((a, b) => b.value.revision - a.value.revision);
    const waiting = entries.filter(({ value }) => value.status === 'waiting');
    const newest = waiting[0];
    try {
      if (newest === undefined) {
        const escalated = entries[0] && (await escalate(scope, entries[0]));
        if (escalated !== undefined) return escalated;
        await clearDue(store, scope, id, entries[0]?.value);
        return 'nothing';
      }
      // Cards that a newer one overtook would only tell what is no longer so.
      const overtaken = waiting.filter((entry) => entry !== entries[0]);
      for (const entry of overtaken) await settle(scope, entry, { status: 'accepted', acceptedAt: clock.now(), channel: superseded });
      if (newest !== entries[0]) return 'nothing';
      const { value } = newest;
      const now = clock.now();
      if (value.triedAt !== undefined && value.lastError === undefined && now - value.triedAt < underWayMs) return 'busy';
      const { lastError: _before, ...rest } = value;
      const claimed: OutboxEntry = { ...rest, tries: value.tries + 1, triedAt: now };
      await store.state.putOutbox('outbox.claim', scope, { value: claimed, etag: newest.etag });
      const stored = await store.state.outbox(scope, id, value.revision);
      if (stored === undefined) throw new Error(`Outbox entry ${id}:${value.revision} is gone`);
      const { channel, setting, posted } = await send(tools, scope, stored.value);
      if (posted.accepted) {
        await settle(scope, stored, { status: 'accepted', acceptedAt: clock.now(), channel, ...(await reminder(scope, value, setting)) });
        return 'accepted';
      }
      if (channel === 'none' || stored.value.tries >= triesMost || (channel === 'nobody' && stored.value.tries >= emptyTriesMost)) {
        await settle(scope, stored, { status: 'failed', lastError: posted.why, channel });
        return 'failed';
      }
      // Its due row stays: the sweeper rings again.
      await store.state.putOutbox('outbox.claim', scope, { value: { ...stored.value, lastError: posted.why, channel }, etag: stored.etag });
      return 'retry';
    } catch (error) {
      if (error instanceof ConflictError) return 'busy';
      throw error;
    }
  };
}

interface Sent {
  readonly channel: string;
  /** Name of the channel that took it. */
  readonly setting?: string;
  readonly posted: Posted;
}

/** @param after a channel that has it already: only those behind it */
async function send(tools: DeliveryTools, scope: TenantScope, entry: OutboxEntry, after?: After): Promise<Sent> {
  const { store } = tools;
  const { policy } = await tools.registry.entry(scope);
  const first = policy.channels[0];
  if (first === undefined)
    return { channel: 'none', posted: { accepted: false, why: 'No channel is set: the card is on the console only.' } };
  const routes = routesOf(policy.channels, tools.addressOf, after);
  if (routes.length === 0) return nowhere(first);
  if (isNotice(entry.incident)) return sendNotice(tools, scope, entry, [first, ...policy.channels.slice(1)]);
  const found = await goingOn({ store }, scope, entry.incident);
  if (found === undefined) throw new Error(`Outbox entry of incident ${entry.incident}, which is not there`);
  const incident = found.value;
  const [containment, others] = await Promise.all([
    containmentOf({ store }, scope, incident),
    otherContainments({ store }, scope, incident),
  ]);
  const view = incidentView({ incident, containment, others, policy });
  const link = `${tools.console}#/incidents/${encodeURIComponent(incident.tenant)}/${encodeURIComponent(incident.id)}`;
  const options = { target: { kind: 'webhook', link }, sentAt: new Date(tools.clock.now()).toISOString(), again: entry.tries > 1 } as const;
  return post(tools, routes, ({ note }) => fittedCard(view, options, { with: (card) => withNote(card, note), fits }));
}

const nowhere = ({ kind, setting }: Channel): Sent => ({
  channel: kind,
  posted: { accepted: false, why: `There is no address of ${channelName(setting)}, nor a home channel.` },
});

/** To the first channel that takes it; a channel that does not is followed by the next. What is left of it all is the last answer. */
async function post(tools: DeliveryTools, routes: readonly Route[], draw: (route: Route) => IAdaptiveCard): Promise<Sent> {
  const whys: string[] = [];
  for (const route of routes) {
    const posted = await postCard(route.address, draw(route), tools.fetch);
    if (posted.accepted) return { channel: route.kind, setting: route.setting, posted };
    whys.push(posted.why);
  }
  return { channel: routes[0]?.kind ?? 'none', posted: { accepted: false, why: [...new Set(whys)].join(' ') } };
}

async function sendNotice(
  tools: DeliveryTools,
  scope: TenantScope,
  { incident, tries }: OutboxEntry,
  channels: readonly [Channel, ...Channel[]],
): Promise<Sent> {
  const excluded = excludedBy(incident);
  const page = excluded === undefined ? '' : `tenants/${encodeURIComponent(scope.tenant)}/rules`;
  const options = { link: `${tools.console}#/${page}`, sentAt: new Date(tools.clock.now()).toISOString(), again: tries > 1 };
  const at = firstLightAt(incident);
  const facts = at === undefined ? undefined : await tools.firstLight(scope, at);
  const watched = incident === watchCard ? await tools.store.state.watch(scope) : undefined;
  const nameOf = async (): Promise<string> => (await tools.registry.entry(scope)).name;
  const huntId = huntOf(incident);
  const hunted =
    huntId === undefined ? undefined : (await tools.store.hunts.get(huntId))?.value.digests.find(({ leader }) => leader === scope.tenant);
  const week = stagedWeek(incident);
  const staged = week === undefined ? undefined : await tools.staged?.(scope, week);
  const card =
    (facts && firstLightDigest(facts, options)) ??
    (hunted && huntDigest({ ...hunted.facts, hit: await named(tools, hunted.facts.hit) }, options)) ??
    (watched && deadManCard(await nameOf(), watched.value, options)) ??
    (staged && stagedDigest(staged, options)) ??
    (excluded === undefined ? undefined : excludedCard(await nameOf(), await exclusionsOf(tools.store, scope, excluded), options));
  if (card === undefined) return { channel: 'nobody', posted: { accepted: false, why: 'The card tells of nobody.' } };
  // Who shares the first channel may read of each other's tenants; the channels that follow it are one tenant's own.
  const isShared = facts !== undefined || hunted !== undefined || staged !== undefined;
  const routes = routesOf(isShared ? channels.slice(0, 1) : [...channels], tools.addressOf);
  if (routes.length === 0) return nowhere(channels[0]);
  return post(tools, routes, ({ note }) => withNote(card, note));
}

/** Hunts keep ids of tenants; whoever left meanwhile has no name any more. */
async function named({ registry }: DeliveryTools, hit: HuntFacts['hit']): Promise<HuntFacts['hit']> {
  const names = new Map((await registry.list()).map(({ tenant, name }) => [tenant, name]));
  return hit.map(({ tenant, findings }) => ({ tenant: names.get(tenant) ?? 'a tenant that left', findings }));
}

const exclusionsOf = async (store: Store, scope: TenantScope, press: string): Promise<Exclusion[]> =>
  (await store.exclusions.of(scope)).flatMap(({ value }) => (value.press === press ? [value] : []));

/**
 * Due rows whose cards are settled: left by a crash between the two writes, or moved by the sweeper meanwhile. A row is written before its card, so one of a revision that
 * is not stored yet stays, unless the sweeper has rung for it so often that its writer must have died.
 */
async function clearDue(store: Store, scope: TenantScope, id: string, newest: OutboxEntry | undefined): Promise<void> {
  const stored = isNotice(id)
    ? (await store.state.outboxOf(scope, id)).map(({ value }) => value.revision)
    : [(await store.state.incident(scope, id))?.value.revision ?? 0];
  const revision = Math.max(0, ...stored);
  const rows = await store.due.ofTenant(scope);
  await clearReminders(store, scope, id, newest, rows);
  for (const due of rows) {
    const named = parseOutboxDue(due);
    if (named?.incident === id && (named.revision <= revision || due.tries >= 3)) await store.due.delete('outbox.delete-due', due);
  }
}

/** A webhook's card is confirmed only by somebody opening it. Called when a person opens the incident on the console. */
export async function markOpened({ store }: { readonly store: Store }, scope: TenantScope, incident: string): Promise<void> {
  for (const { value, etag } of await store.state.outboxOf(scope, incident)) {
    if (value.status !== 'accepted') continue;
    try {
      const { remindAt: due, ...rest } = value;
      await store.state.putOutbox('outbox.opened', scope, { value: { ...rest, status: 'opened' }, etag });
      if (due !== undefined) await store.due.delete('outbox.delete-due', remindDue(scope.tenant, value, 0));
    } catch (error) {
      // Somebody else opened it at the same moment, which says the same.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

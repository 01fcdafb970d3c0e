// Reads every foreign feed again and keeps the last good copy of each: what fails, or lists nothing any more, leaves the copy and says so. Called by the timer `indicators`; rounds take the new copy through live.ts.
import { createHash } from 'node:crypto';
import type { GuardedFetch } from '../../collect/indicator-feeds/guarded-fetch.ts';
import { readFeed } from '../../collect/indicator-feeds/read-feed.ts';
import type { FeedCopy, FeedStatus, IndicatorFeed } from '../../contracts/indicators.ts';
import { addedRefusals } from '../../detect/indicators/feeds/refusals.ts';
import { createVet, type Vet } from '../../detect/indicators/feeds/vet.ts';
import type { RoundDependencies } from '../dependencies.ts';
import { createCopy } from './copy.ts';
import { ownOfFleet } from './own.ts';

export interface RefreshDependencies extends Pick<RoundDependencies, 'store' | 'registry' | 'clock' | 'log'> {
  readonly sources: readonly IndicatorFeed[];
  readonly fetch: GuardedFetch;
}

const dayMs = 86_400_000;
/** Of one feed; the rest waits for the next time. */
const enoughMs = 120_000;

/** One feed after another, so that memory holds one. Throws only for faults of our own storage. */
export async function refreshIndicators(deps: RefreshDependencies): Promise<void> {
  const before = new Map((await deps.store.indicatorFeeds.statuses()).map((status) => [status.feed, status]));
  for (const feed of before.keys())
    if (!deps.sources.some(({ name }) => name === feed)) await deps.store.indicatorFeeds.remove('indicators.remove', feed);
  if (deps.sources.length === 0) return;
  const vet = createVet(await ownOfFleet(deps));
  for (const source of deps.sources) await refreshOne(deps, vet, source, before.get(source.name));
}

async function refreshOne(deps: RefreshDependencies, vet: Vet, source: IndicatorFeed, status: FeedStatus | undefined): Promise<void> {
  const { store, clock, log } = deps;
  const now = clock.now();
  const from = `${source.kind} ${source.url}`;
  const before = status?.source === from ? status : undefined;
  const old = before?.version === undefined ? undefined : await store.indicatorFeeds.copy(source.name);
  // Once a day all is read and judged again: things vanish at the source, and tenants get new domains. A manifest tells what changed at any time.
  const whole = old === undefined || now - (before?.wholeAt ?? 0) >= dayMs;
  const cursor = whole && source.kind !== 'misp' ? undefined : old?.cursor;
  const copy = createCopy({ kind: source.kind, vet, now });
  const outcome = await readFeed({ feed: source, fetch: deps.fetch, cursor, take: copy.take, late: () => clock.now() - now >= enoughMs });

  const fail = async (cause: string): Promise<void> => {
    log('indicators.failing', { feed: source.name, cause });
    await store.indicatorFeeds.putStatus('indicators.put-status', {
      ...(before ?? { v: 1, feed: source.name, source: from, entries: 0, refused: copy.refused() }),
      triedAt: now,
      failing: { since: before?.failing?.since ?? now, cause },
    });
  };
  if (outcome.status === 'failed') return fail(outcome.cause);
  const adds = !whole && (outcome.status === 'unchanged' || outcome.what === 'more');
  const good = (version: string, next: Pick<FeedCopy, 'entries'>): FeedStatus => ({
    v: 1,
    feed: source.name,
    source: from,
    version,
    entries: next.entries.length,
    refused: adds ? addedRefusals(before?.refused ?? [], copy.refused()) : copy.refused(),
    triedAt: now,
    goodAt: now,
    wholeAt: whole ? now : (before?.wholeAt ?? now),
    ...(outcome.status === 'read' && outcome.incomplete !== undefined ? { incomplete: outcome.incomplete } : {}),
  });
  if (outcome.status === 'unchanged' && !whole && before?.version !== undefined && old !== undefined)
    return store.indicatorFeeds.putStatus('indicators.put-status', good(before.version, old));
  const entries = copy.entries(outcome, old?.entries ?? []);
  if (entries.length === 0) return fail(nothing(copy.refused()));
  const next: FeedCopy = {
    v: 1,
    feed: source.name,
    cursor: outcome.status === 'read' ? outcome.cursor : (old?.cursor ?? {}),
    entries,
  };
  const version = createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 32);
  await store.indicatorFeeds.putCopy('indicators.put-copy', next);
  await store.indicatorFeeds.putStatus('indicators.put-status', good(version, next));
  log('indicators.read', {
    feed: source.name,
    entries: entries.length,
    refused: copy.refused().reduce((sum, { count }) => sum + count, 0),
  });
}

const nothing = ([first]: readonly { readonly reason: string }[]): string =>
  `it lists nothing that can be used${first === undefined ? '' : ` (${first.reason})`}`;

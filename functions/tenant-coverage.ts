// HTTP GET tenants/{tenant}/coverage: everything about how well one tenant is seen: figures of each feed, gaps, rules that cannot be assessed, the first read, the dead man's switch.
import type { HttpFunctionOptions } from '@azure/functions';
import { channelName } from '../src/alert/channels.ts';
import type { Feed } from '../src/collect/feed.ts';
import { channelAddress } from '../src/contracts/channels.ts';
import type { TenantDetail } from '../src/contracts/console.ts';
import type { FeedFigures } from '../src/contracts/coverage.ts';
import type { TenantEntry } from '../src/contracts/policy.ts';
import type { TenantScope } from '../src/contracts/tenant-scope.ts';
import { feedsOf } from '../src/rounds/due-feeds.ts';
import { unassessableRules } from '../src/tenants/assessable.ts';
import { tenantCoverage } from '../src/tenants/coverage.ts';
import { figuresOf } from '../src/tenants/feed-health.ts';
import type { Guard } from './guard.ts';
import { cached, forTenant } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const tenantCoverageDetail = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'tenants/{tenant}/coverage',
  handler: forTenant(lazy, 'show', async ({ guard, scope, entry, request }) => cached(request, await detailOf(guard, scope, entry))),
});

const gapsMost = 50;

async function detailOf(guard: Guard, scope: TenantScope, entry: TenantEntry): Promise<TenantDetail> {
  const { state } = guard.store;
  const [states, gaps, watched, { detector }] = await Promise.all([
    state.feeds(scope),
    state.gaps(scope),
    state.watch(scope),
    guard.content.current(),
  ]);
  const wanted = feedsOf(guard.feeds, entry.policy);
  const coverage = tenantCoverage(entry, wanted, states);
  const byFeed = new Map(states.map((one) => [one.feed, one]));
  const titles = new Map(guard.feeds.map(({ id, title }) => [id, title]));
  const kinds = new Map(guard.feeds.map(({ id, kind }) => [id, kind]));
  const from = Math.min(...states.flatMap(({ readFrom }) => readFrom ?? []));
  return {
    ...coverage,
    status: entry.status,
    live: entry.policy.live,
    addedAt: entry.addedAt,
    policy: {
      cadence: entry.policy.cadence,
      retentionDays: entry.policy.retentionDays,
      on: entry.policy.feeds.on,
      off: entry.policy.feeds.off,
      channels: entry.policy.channels.map(({ setting }) => channelName(setting)),
      missingChannels: entry.policy.channels
        .map(({ setting }) => setting)
        .filter((setting) => channelAddress(guard.config, setting) === undefined),
    },
    feeds: coverage.feeds.map((feed) => ({
      ...feed,
      figures: ofKind(kinds.get(feed.feed), figuresOf(byFeed.get(feed.feed), byFeed.get(`reconcile:${feed.feed}`))),
    })),
    gaps: gaps
      .sort((a, b) => b.from - a.from)
      .slice(0, gapsMost)
      .map(({ feed, from: start, to, why }) => ({ feed: titles.get(feed) ?? feed, from: start, to, why })),
    unassessable: unassessableRules({ rules: detector.rules(), feeds: guard.feeds, wanted, coverage: coverage.feeds }),
    rules: detector.rules().length,
    ...(Number.isFinite(from) ? { readFrom: from } : {}),
    ...(watched?.value.alarm === undefined ? {} : { alarmSince: watched.value.alarm.since }),
  };
}

/** A snapshot is the whole list each time: new records are no figure of it, and a nought would read as "it found nothing". */
function ofKind(kind: Feed['kind'] | undefined, { records, ...figures }: FeedFigures): FeedFigures {
  return kind === 'snapshot' || records === undefined ? figures : { ...figures, records };
}

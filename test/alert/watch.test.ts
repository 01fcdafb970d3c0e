// The dead man's switch: one card when the guard stops seeing, one when it sees again, whatever the number of feeds and restarts.
import { describe, expect, it } from 'vitest';
import { watchCard } from '../../src/alert/notices.ts';
import { deliverer } from '../../src/alert/outbox.ts';
import { silentFeeds, type WatchedFeed, watch } from '../../src/alert/watch.ts';
import { tenantPolicy } from '../../src/contracts/policy.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { crashAt } from '../support/crash.ts';
import { manualClock } from '../support/manual-clock.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const start = Date.UTC(2026, 2, 2, 3, 0);
const minute = 60_000;
const scope = scopeOf(contoso);
const entry = {
  policy: tenantPolicy.parse({ v: 1, channels: [{ kind: 'webhook', setting: 'TG_WEBHOOK_URL' }] }),
  addedAt: '2026-03-01T00:00:00.000Z',
};
const feeds: readonly WatchedFeed[] = [
  { id: 'sign-ins.interactive', title: 'Interactive sign-ins', kind: 'log' },
  { id: 'directory-audits', title: 'Directory audits', kind: 'log' },
  { id: 'domains', title: 'Domains', kind: 'snapshot' },
];
const read = (feed: string, readTo: number, more: Partial<FeedState> = {}): FeedState => ({
  v: 1,
  feed,
  startedAt: start,
  triedAt: readTo,
  outcome: { status: 'complete' },
  readTo,
  ...more,
});
const denied = (feed: string, readTo: number): FeedState =>
  read(feed, readTo, { outcome: { status: 'denied', permission: 'AuditLog.Read.All' }, blindSince: readTo });

function setUp() {
  const clock = manualClock(start);
  const backend = memoryBackend({ clock });
  const posts: string[] = [];
  let answer = 202;
  const store = createStore({ backend });
  const deliver = deliverer({
    store,
    registry: { list: async () => [], entry: async () => ({ v: 1, tenant: contoso, name: 'Contoso', status: 'active', ...entry }) },
    clock,
    console: 'https://guard.example.com/api/console',
    addressOf: () => 'https://hooks.example.com/1',
    firstLight: async () => undefined,
    fetch: async (_url, init) => {
      posts.push(String(init?.body));
      return new Response(null, { status: answer });
    },
  });
  const said: [silent: number, undelivered: number][] = [];
  return {
    clock,
    store,
    posts,
    deliver,
    backend,
    fail: (status: number) => {
      answer = status;
    },
    async states(list: readonly FeedState[]) {
      const lease = await store.state.lease('round.take-lease', scope, 'fast', 'w', clock.now(), 1);
      if (lease === undefined) throw new Error('the lane is taken');
      await store.state.commitRound('round.commit', lease, { feeds: list, gaps: [], incidents: [], outbox: [], release: true });
    },
    said,
    look: () => watch({ store, clock, log: (_, { silent, undelivered }) => void said.push([silent, undelivered]) }, scope, entry, feeds),
  };
}
const allRead = (at: number) => feeds.map(({ id }) => read(id, at));

describe('feeds that are silent', () => {
  it('are none while everything is read, or was never read', () => {
    expect(silentFeeds(entry, feeds, allRead(start), start + 59 * minute)).toEqual([]);
    const never: FeedState = {
      v: 1,
      feed: 'sign-ins.interactive',
      startedAt: start,
      triedAt: start,
      outcome: { status: 'unlicensed', sku: 'Entra ID P1' },
    };
    expect(silentFeeds(entry, feeds, [never, read('directory-audits', start)], start + minute)).toEqual([]);
  });
  it('come with every other that cannot be read now: what has one cause is one alarm', () => {
    const states = [denied('sign-ins.interactive', start), denied('directory-audits', start), denied('domains', start)];
    expect(silentFeeds(entry, feeds, states, start + 59 * minute)).toEqual([]);
    expect(silentFeeds(entry, feeds, states, start + 61 * minute).map(({ feed }) => feed)).toEqual(feeds.map(({ id }) => id));
  });
  it('are everything where no round ever ran', () => {
    expect(silentFeeds(entry, feeds, [], Date.parse(entry.addedAt) + 61 * minute)).toMatchObject([{ feed: 'rounds', title: 'Everything' }]);
  });
  it('wait for a cadence that is slower than the limit', () => {
    const slow = { ...entry, policy: { ...entry.policy, cadence: { ...entry.policy.cadence, fast: 3600 } } };
    expect(silentFeeds(slow, feeds, [read('directory-audits', start)], start + 179 * minute)).toEqual([]);
  });
});

describe('the switch', () => {
  it('tells once of silence, however often it is asked, and once when it is over', async () => {
    const at = setUp();
    await at.states(allRead(start));
    expect(await at.look()).toBe('well');
    at.clock.advance(61 * minute);
    expect(await at.look()).toBe('raised');
    expect(await at.look()).toBe('stands');
    expect(await at.deliver(scope, watchCard)).toBe('accepted');
    expect(at.posts[0]).toContain('does not see all of Contoso');
    expect(at.posts[0]).toContain('2026-03-02 03:00 UTC');
    await at.states(allRead(at.clock.now()));
    expect(await at.look()).toBe('recovered');
    expect(await at.look()).toBe('well');
    expect(await at.deliver(scope, watchCard)).toBe('accepted');
    expect(at.posts[1]).toContain('sees Contoso again');
    expect(at.posts).toHaveLength(2);
    expect(await at.store.due.ofTenant(scope)).toEqual([]);
  });

  it('tells again only when it gets worse', async () => {
    const at = setUp();
    await at.states([denied('directory-audits', start), read('sign-ins.interactive', start + 60 * minute), read('domains', start)]);
    at.clock.advance(61 * minute);
    expect(await at.look()).toBe('raised');
    await at.states([denied('directory-audits', start), denied('sign-ins.interactive', start + 60 * minute)]);
    expect(await at.look()).toBe('raised');
    await at.states([read('directory-audits', at.clock.now())]);
    at.clock.advance(61 * minute);
    await at.states([read('directory-audits', at.clock.now())]);
    expect(await at.look()).toBe('stands');
    expect((await at.store.state.watch(scope))?.value.alarm?.feeds.map(({ feed }) => feed)).toEqual(['sign-ins.interactive']);
  });

  it('raises for a card that reached nobody, and says when the channel works again', async () => {
    const at = setUp();
    await at.states(allRead(start));
    const card = { v: 1, incident: 'i1', revision: 1, reason: 'opened', createdAt: start, status: 'waiting', tries: 6 } as const;
    await at.store.state.addOutbox('first-light.put-card', scope, card);
    await at.store.due.put('round.put-due', { v: 1, tenant: contoso, kind: 'outbox', id: 'i1:1', dueAt: start, tries: 6 });
    at.clock.advance(20 * minute);
    await at.states(allRead(at.clock.now()));
    expect(await at.look()).toBe('raised');
    await at.deliver(scope, watchCard);
    expect(at.posts[0]).toContain('1 card');
    const stored = await at.store.state.outbox(scope, 'i1', 1);
    if (stored === undefined) throw new Error('no card');
    await at.store.state.putOutbox('outbox.settle', scope, { value: { ...stored.value, status: 'accepted' }, etag: stored.etag });
    expect(await at.look()).toBe('recovered');
    // For an alert rule outside: this card could reach nobody either.
    expect(at.said).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('is raised once by two that look at the same moment', async () => {
    const at = setUp();
    await at.states(allRead(start));
    at.clock.advance(61 * minute);
    expect((await Promise.all([at.look(), at.look()])).sort()).toEqual(['busy', 'raised']);
  });

  it.each(['watch.put-due', 'watch.commit', 'watch.ring-respond'] as const)('is told after a death at %s', async (point) => {
    for (const when of ['before', 'after'] as const) {
      const at = setUp();
      await at.states(allRead(start));
      at.clock.advance(61 * minute);
      const dying = createStore({ backend: at.backend, crash: crashAt(point, when) });
      await expect(watch({ store: dying, clock: at.clock }, scope, entry, feeds)).rejects.toThrow('crashed');
      await at.look();
      expect(await at.deliver(scope, watchCard)).toBe('accepted');
      expect(at.posts).toHaveLength(1);
    }
  });
});

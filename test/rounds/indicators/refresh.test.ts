// The story of a feed: read, kept, failing, back again; hostile, moved, taken out. And how rounds get its newest copy.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { IndicatorFeed } from '../../../src/contracts/indicators.ts';
import { tenantPolicy } from '../../../src/contracts/policy.ts';
import type { FeedState } from '../../../src/contracts/rows.ts';
import { createLiveIndicators } from '../../../src/rounds/indicators/live.ts';
import { type RefreshDependencies, refreshIndicators } from '../../../src/rounds/indicators/refresh.ts';
import { createStore } from '../../../src/store/create-store.ts';
import { memoryBackend } from '../../../src/store/memory.ts';
import { indicatorCoverage } from '../../../src/tenants/indicator-coverage.ts';
import { createRegistry } from '../../../src/tenants/registry.ts';
import { answering, startFeedServer, stixIndicator } from '../../support/feed-server.ts';
import { manualClock } from '../../support/manual-clock.ts';

const server = await startFeedServer();
afterAll(() => server.close());
beforeEach(() => server.pages.clear());

const tenant = '6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01';
const hour = 3_600_000;
const start = Date.UTC(2026, 2, 9, 3, 5);
const address = (number: number, value: string, more: Record<string, unknown> = {}) =>
  stixIndicator(number, `[ipv4-addr:value = '${value}']`, more);
const bundle = (...objects: unknown[]) => answering({ type: 'bundle', id: 'bundle--1', objects });

async function at(sources: IndicatorFeed[] = [{ kind: 'stix', name: 'example', url: `${server.url}bundle.json` }]) {
  const clock = manualClock(start);
  const store = createStore({ backend: memoryBackend({ clock }) });
  const registry = createRegistry({
    store,
    clock,
    seed: {
      tenants: [{ tenant, name: 'Contoso' }],
      policy: tenantPolicy.parse({ v: 1, ownNetworks: ['198.51.100.16/28'] }),
      webhookSetting: undefined,
    },
  });
  await registry.seed();
  const events: string[] = [];
  const deps: RefreshDependencies = { store, registry, clock, log: (event) => void events.push(event), sources, fetch: server.fetch() };
  const refresh = (next: Partial<RefreshDependencies> = {}) => refreshIndicators({ ...deps, ...next });
  const live = createLiveIndicators({ store, clock, log: deps.log, names: sources.map(({ name }) => name) });
  const listed = async (value: string): Promise<readonly string[]> => {
    clock.advance(20_000);
    return (await live())?.address(value, start) ?? [];
  };
  const rows = async () => indicatorCoverage(sources, await store.indicatorFeeds.statuses());
  const sentence = async () => (await rows())[0]?.sentence;
  return { clock, store, registry, refresh, listed, sentence, rows, events, live };
}

describe('a feed', () => {
  it('that was read is what rounds look for, without a restart', async () => {
    const { refresh, listed, sentence } = await at();
    expect(await sentence()).toBe('example: not read yet; the timer reads it within the hour.');
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    await refresh();
    expect(await listed('203.0.113.7')).toEqual(['feed/example/address/203.0.113.7']);
    expect(await sentence()).toBe('example: 1 indicators, copy of 2026-03-09 03:05 UTC.');
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7'), address(2, '203.0.113.8')));
    await refresh();
    expect(await listed('203.0.113.8')).toHaveLength(1);
  });

  it('that fails keeps its last good copy and says so; it is good again when it answers', async () => {
    const { clock, refresh, listed, sentence, events } = await at();
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    await refresh();
    server.pages.set('/bundle.json', (_, response) => void response.writeHead(503).end());
    clock.set(start + hour);
    await refresh();
    clock.set(start + 2 * hour);
    await refresh();
    expect(await listed('203.0.113.7')).toHaveLength(1);
    expect(await sentence()).toBe(
      'example: 1 indicators, copy of 2026-03-09 03:05 UTC, since the source fails: it answers 503 (since 2026-03-09 04:05 UTC).',
    );
    expect(events.filter((event) => event === 'indicators.failing')).toHaveLength(2);
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    clock.set(start + 3 * hour);
    await refresh();
    expect(await sentence()).toBe('example: 1 indicators, copy of 2026-03-09 06:05 UTC.');
  });

  it.each([
    ['lists nothing any more', bundle()],
    ['is a web page now', answering('<html>gone</html>')],
    ['is another kind of JSON now', answering({ hello: 1 })],
  ])('that %s counts as failing', async (_, page) => {
    const { refresh, listed, rows } = await at();
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    await refresh();
    server.pages.set('/bundle.json', page);
    await refresh();
    expect(await listed('203.0.113.7')).toHaveLength(1);
    expect((await rows())[0]?.failing).toBe(true);
  });

  it('that was never read says why nothing is looked for', async () => {
    const { refresh, listed, sentence } = await at();
    await refresh();
    expect(await listed('203.0.113.7')).toEqual([]);
    expect(await sentence()).toBe(
      'example: nothing is looked for, because the source fails: it answers 404 (since 2026-03-09 03:05 UTC). It is tried again every hour.',
    );
  });

  it('that is hostile is refused entry by entry, with reasons that are counted', async () => {
    const { refresh, listed, rows, store, registry } = await at();
    const scope = await registry.authorise(tenant, 'round');
    await store.blobs.putSnapshot('round.put-snapshot', scope, 'domains', 's1', [{ id: 'contoso.example' }]);
    const state: FeedState = {
      v: 1,
      feed: 'domains',
      startedAt: start,
      triedAt: start,
      outcome: { status: 'complete' },
      snapshot: 's1',
      lastCount: 1,
      recent: [],
    };
    const lease = await store.state.lease('round.take-lease', scope, 'config', 'test', start, 60);
    if (lease === undefined) throw new Error('the lease is free');
    await store.state.commitRound('round.commit', lease, { feeds: [state], gaps: [], incidents: [], outbox: [] });
    const domain = (number: number, name: string) => stixIndicator(number, `[domain-name:value = '${name}']`);
    server.pages.set(
      '/bundle.json',
      bundle(
        address(1, '203.0.113.7'),
        stixIndicator(2, "[ipv4-addr:value = '0.0.0.0/0']"),
        address(3, '40.96.0.1'),
        address(4, '198.51.100.20'),
        domain(5, 'co.uk'),
        domain(6, 'login.microsoftonline.com'),
        domain(7, 'mail.contoso.example'),
        stixIndicator(8, `[${'('.repeat(9_000)}`),
        stixIndicator(9, "[x-tenant-guard-application:app_id = '00000003-0000-0000-c000-000000000000']"),
        'no object',
        null,
      ),
    );
    await refresh();
    expect(await listed('203.0.113.7')).toHaveLength(1);
    expect(await listed('198.51.100.20')).toEqual([]);
    const [row] = await rows();
    expect(row?.sentence).toContain('1 indicators, copy of 2026-03-09 03:05 UTC; 8 entries refused.');
    expect(row?.refused).toContainEqual({
      reason: 'a domain of a tenant under guard',
      count: 1,
      examples: ['domain mail.contoso.example'],
    });
    expect(row?.refused).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('wider than /16'), examples: ['address 0.0.0.0/0'] }),
    );
  });

  it('of TAXII is read by what was added since; what its source withdraws goes at once, what it drops within a day', async () => {
    const collection = '/c/objects/';
    const { clock, refresh, listed } = await at([{ kind: 'taxii', name: 'example', url: `${server.url}c` }]);
    const added = { 'x-taxii-date-added-last': '2026-03-09T00:00:00Z' };
    server.pages.set(
      collection,
      answering({ objects: [address(1, '203.0.113.7'), address(2, '203.0.113.8'), address(3, '203.0.113.9')] }, added),
    );
    await refresh();
    server.asked.length = 0;
    server.pages.set(collection, answering({ objects: [{ ...address(1, ''), revoked: true }, address(2, '203.0.113.28')] }, added));
    clock.set(start + hour);
    await refresh();
    expect(server.asked[0]?.path).toContain('added_after=2026-03-09T00%3A00%3A00Z');
    expect(await listed('203.0.113.7')).toEqual([]);
    expect(await listed('203.0.113.8')).toEqual([]);
    expect(await listed('203.0.113.28')).toHaveLength(1);
    expect(await listed('203.0.113.9')).toHaveLength(1);
    server.asked.length = 0;
    server.pages.set(collection, answering({ objects: [address(2, '203.0.113.28')] }, added));
    clock.set(start + 25 * hour);
    await refresh();
    expect(server.asked[0]?.path).not.toContain('added_after');
    expect(await listed('203.0.113.9')).toEqual([]);
  });

  it('of MISP keeps unchanged events, replaces changed ones, and forgets what the manifest dropped', async () => {
    const { refresh, listed } = await at([{ kind: 'misp', name: 'example', url: `${server.url}misp/` }]);
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'];
    const put = (index: number, value: string) =>
      server.pages.set(
        `/misp/${ids[index]}.json`,
        answering({ Event: { uuid: ids[index], date: '2026-03-01', Attribute: [{ type: 'ip-src', value, to_ids: true }] } }),
      );
    const manifest = (times: Record<number, number>) =>
      server.pages.set(
        '/misp/manifest.json',
        answering(Object.fromEntries(Object.entries(times).map(([index, timestamp]) => [ids[Number(index)], { timestamp }]))),
      );
    manifest({ 0: 1, 1: 1, 2: 1 });
    put(0, '203.0.113.7');
    put(1, '203.0.113.8');
    put(2, '203.0.113.9');
    await refresh();
    manifest({ 0: 1, 1: 2 });
    put(1, '203.0.113.18');
    await refresh();
    expect(await listed('203.0.113.7')).toHaveLength(1);
    expect(await listed('203.0.113.8')).toEqual([]);
    expect(await listed('203.0.113.18')).toHaveLength(1);
    expect(await listed('203.0.113.9')).toEqual([]);
  });

  it('whose domain a tenant took over since is judged again within a day', async () => {
    const { clock, refresh, listed, registry } = await at();
    server.pages.set('/bundle.json', (request, response) => {
      if (request.headers['if-none-match'] === '"a"') response.writeHead(304).end();
      else answering({ objects: [address(1, '203.0.113.7'), address(2, '203.0.113.8')] }, { etag: '"a"' })(request, response);
    });
    await refresh();
    await registry.update(tenant, (entry) => ({ ...entry, policy: { ...entry.policy, ownNetworks: ['203.0.113.8'] } }));
    clock.set(start + 25 * hour);
    await refresh();
    expect(await listed('203.0.113.7')).toHaveLength(1);
    expect(await listed('203.0.113.8')).toEqual([]);
  });

  it('that moved to another address begins anew, and one that is no longer set up is deleted', async () => {
    const { refresh, store } = await at();
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    server.pages.set('/other.json', bundle(address(2, '203.0.113.8')));
    await refresh();
    await refresh({ sources: [{ kind: 'stix', name: 'example', url: `${server.url}other.json` }] });
    expect((await store.indicatorFeeds.copy('example'))?.entries.map(({ value }) => value)).toEqual(['203.0.113.8']);
    await refresh({ sources: [] });
    expect(await store.indicatorFeeds.statuses()).toEqual([]);
    expect(await store.indicatorFeeds.copy('example')).toBeUndefined();
  });
});

describe('what rounds are given', () => {
  it('is built once per version, and looked at every twenty seconds at most', async () => {
    const { clock, refresh, live, store } = await at();
    server.pages.set('/bundle.json', bundle(address(1, '203.0.113.7')));
    await refresh();
    const first = await live();
    clock.advance(60_000);
    // The same content again is the same version.
    await refresh();
    expect(await live()).toBe(first);
    const counted = { ...store.indicatorFeeds, statuses: () => Promise.reject(new Error('the storage is away')) };
    const broken = createLiveIndicators({ store: { indicatorFeeds: counted }, clock, log: () => undefined, names: ['example'] });
    // "Could not look" is never "nothing listed".
    await expect(broken()).rejects.toThrow('could not be looked at');
  });

  it('is nothing, without a look, where no feed is set up', async () => {
    const { clock, store } = await at();
    const never = { ...store.indicatorFeeds, statuses: () => Promise.reject(new Error('asked')) };
    expect(await createLiveIndicators({ store: { indicatorFeeds: never }, clock, log: () => undefined, names: [] })()).toBeUndefined();
  });
});

// The digest of the first read: one card for all tenants of a channel, within ten minutes, and none of another channel's.
import { describe, expect, it } from 'vitest';
import { type FirstLightTools, firstLightFacts, isToldByDigest, type LightFeed, tellFirstLight } from '../../src/alert/first-light.ts';
import { firstLightDigest } from '../../src/alert/notice-card.ts';
import { deliverer } from '../../src/alert/outbox.ts';
import { fits } from '../../src/alert/webhook.ts';
import { visibleWords, wordsMost } from '../../src/alert/words.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { createRegistry } from '../../src/tenants/registry.ts';
import { crashAt } from '../support/crash.ts';
import { manualClock } from '../support/manual-clock.ts';
import { contoso, fabrikam, scopeOf } from '../support/scope.ts';

const start = Date.UTC(2026, 2, 2, 9);
const minute = 60_000;
const day = 1440 * minute;
const feeds: readonly LightFeed[] = [
  { id: 'sign-ins.interactive', title: 'Interactive sign-ins', kind: 'log' },
  { id: 'directory-audits', title: 'Directory audits', kind: 'log' },
];
/** @param settings one or several, separated by spaces */
const webhook = (settings: string) => settings.split(' ').map((setting) => ({ kind: 'webhook' as const, setting }));
const read = (feed: string, total: number): FeedState => ({
  v: 1,
  feed,
  startedAt: start,
  triedAt: start,
  outcome: { status: 'complete' },
  readTo: start,
  readFrom: start - 30 * day,
  total,
});

async function setUp(
  settings: readonly [string, string] = ['TG_WEBHOOK_URL', 'TG_WEBHOOK_URL'],
  answer: (address: string) => number = () => 202,
) {
  const clock = manualClock(start);
  const backend = memoryBackend({ clock });
  const posts: { address: string; body: string }[] = [];
  const at = (crash?: Parameters<typeof createStore>[0]['crash']): FirstLightTools & { store: FirstLightTools['store'] } => {
    const store = createStore({ backend, crash });
    return { store, registry: createRegistry({ store, clock }), clock, feedsFor: () => feeds };
  };
  const tools = at();
  const registry = createRegistry({ store: tools.store, clock });
  await registry.add(contoso, 'Contoso', { channels: webhook(settings[0]) });
  await registry.add(fabrikam, 'Fabrikam', { channels: webhook(settings[1]) });
  const deliver = deliverer({
    store: tools.store,
    registry,
    clock,
    console: 'https://guard.example.com/api/console',
    addressOf: (setting) => `https://hooks.example.com/${setting}`,
    firstLight: (leader, made) => firstLightFacts(tools, leader, made),
    fetch: async (url, init) => {
      posts.push({ address: String(url), body: String(init?.body) });
      return new Response(null, { status: answer(String(url)) });
    },
  });
  return {
    clock,
    at,
    posts,
    async states(tenant: string, list: readonly FeedState[]) {
      const lease = await tools.store.state.lease('round.take-lease', scopeOf(tenant), 'fast', 'w', clock.now(), 1);
      if (lease === undefined) throw new Error('the lane is taken');
      await tools.store.state.commitRound('round.commit', lease, { feeds: list, gaps: [], incidents: [], outbox: [], release: true });
    },
    /** What the queue would be rung for: every card that waits, in either tenant. */
    async deliverAll() {
      for (const tenant of [contoso, fabrikam])
        for (const { id } of await tools.store.due.ofTenant(scopeOf(tenant))) await deliver(scopeOf(tenant), id.split(':')[0] ?? '');
    },
  };
}

describe('the digest of the first read', () => {
  it('is one card for the tenants that were added together, once all their logs were read or cannot be', async () => {
    const world = await setUp();
    await world.states(contoso, [read('sign-ins.interactive', 41_212), read('directory-audits', 310)]);
    world.clock.advance(3 * minute);
    expect(await tellFirstLight(world.at())).toBe(0);
    const { readTo: _, readFrom: __, ...unread } = read('sign-ins.interactive', 0);
    await world.states(fabrikam, [{ ...unread, outcome: { status: 'unlicensed', sku: 'Entra ID P1' } }, read('directory-audits', 90)]);
    expect(await tellFirstLight(world.at())).toBe(2);
    expect(await tellFirstLight(world.at())).toBe(0);
    await world.deliverAll();
    expect(world.posts).toHaveLength(1);
    for (const words of [
      '2 tenants are under guard',
      'Read 30 days: 41,212 sign-ins and 400 other records',
      'Nothing in them to look at',
      'Fabrikam: Interactive sign-ins \\\\(no Entra ID P1\\\\)',
    ])
      expect(world.posts[0]?.body).toContain(words);
    await world.deliverAll();
    expect(world.posts).toHaveLength(1);
  });

  it('comes within ten minutes, whatever is still being read by then', async () => {
    const world = await setUp();
    world.clock.advance(7 * minute);
    expect(await tellFirstLight(world.at())).toBe(0);
    world.clock.advance(minute);
    expect(await tellFirstLight(world.at())).toBe(2);
    await world.deliverAll();
    expect(world.posts[0]?.body).toContain('Still reading: Contoso, Fabrikam');
  });

  it('tells nobody of tenants whose cards go elsewhere', async () => {
    const world = await setUp(['TG_WEBHOOK_URL', 'TG_WEBHOOK_OTHER']);
    world.clock.advance(8 * minute);
    expect(await tellFirstLight(world.at())).toBe(2);
    await world.deliverAll();
    expect(world.posts.map(({ address, body }) => [address, body.includes('Contoso'), body.includes('Fabrikam')])).toEqual([
      ['https://hooks.example.com/TG_WEBHOOK_URL', true, false],
      ['https://hooks.example.com/TG_WEBHOOK_OTHER', false, true],
    ]);
  });

  it('stays in the channel that the tenants share where that does not take it: the next one is a customer’s own', async () => {
    const world = await setUp(['shared contoso', 'shared fabrikam'], (address) => (address.endsWith('shared') ? 503 : 202));
    world.clock.advance(8 * minute);
    expect(await tellFirstLight(world.at())).toBe(2);
    await world.deliverAll();
    expect(world.posts.map(({ address }) => address)).toEqual(['https://hooks.example.com/shared']);
  });

  it.each(['first-light.put-due', 'first-light.put-card', 'registry.mark-first-light', 'first-light.ring-respond'] as const)(
    'is told once after a death at %s',
    async (point) => {
      for (const when of ['before', 'after'] as const) {
        const world = await setUp();
        world.clock.advance(8 * minute);
        await expect(tellFirstLight(world.at(crashAt(point, when)))).rejects.toThrow('crashed');
        for (let bell = 0; bell < 6; bell++) {
          world.clock.advance(minute);
          await tellFirstLight(world.at());
          await world.deliverAll();
        }
        expect(world.posts).toHaveLength(1);
      }
    },
  );

  it('takes the place of cards on what happened long ago, and of none on what goes on', () => {
    const entry = { addedAt: new Date(start).toISOString() };
    const lastAt = (time: number) => ({ lastAt: new Date(time).toISOString() });
    expect(isToldByDigest(entry, lastAt(start - 3 * day), start + minute)).toBe(true);
    expect(isToldByDigest(entry, lastAt(start - 60 * minute), start + minute)).toBe(false);
    expect(isToldByDigest({ ...entry, firstLight: { leader: contoso, at: start } }, lastAt(start - 3 * day), start + minute)).toBe(false);
    expect(isToldByDigest(entry, lastAt(start - 3 * day), start + 61 * minute)).toBe(false);
  });

  it('is short and harmless, whatever tenants and incidents are called', () => {
    const card = firstLightDigest(
      {
        tenants: Array.from({ length: 214 }, (_, index) => `[Tenant ${index}](https://evil.example)`),
        days: 30,
        signIns: 9_000_000,
        others: 12,
        incidents: Array.from({ length: 90 }, () => ({ tenant: '**Contoso**', title: `${'A long title '.repeat(40)}` })),
        blind: Array.from({ length: 90 }, () => ({ tenant: 'Contoso', what: 'Interactive sign-ins (no Entra ID P1)' })),
        reading: Array.from({ length: 90 }, (_, index) => `Tenant ${index}`),
      },
      { link: 'https://guard.example.com/api/console#/', sentAt: '2026-03-02T09:08:00.000Z', again: false },
    );
    expect(fits(card)).toBe(true);
    expect(visibleWords(card)).toBeLessThan(wordsMost);
    expect(JSON.stringify(card)).not.toContain('](https://evil');
  });
});

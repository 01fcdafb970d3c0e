// The contract suite, part of what is kept over all tenants: moods and leased blocks of requests; and of findings of many subjects.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Hunt } from '../../src/contracts/hunt.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import type { FeedCopy, FeedStatus } from '../../src/contracts/indicators.ts';
import { priceFrom } from '../../src/rounds/hunt/price.ts';
import { newPart } from '../../src/rounds/hunt/step.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { ConflictError } from '../../src/store/store.ts';
import { findingOf, newScope, noon } from './fixtures.ts';

export function describeFleet(backendOf: () => Backend): void {
  describe('a fleet', () => {
    it('is told which tenants are in a mood, each once, until it passes', async () => {
      const [store, scope] = [createStore({ backend: backendOf() }), newScope()];
      const mine = async () => (await store.fleet.moods()).filter(({ tenant }) => tenant === scope.tenant);
      await store.fleet.putMood('round.put-mood', scope, { mood: 'asleep', since: noon });
      await store.fleet.putMood('round.put-mood', scope, { mood: 'hot', since: noon + 1 });
      expect(await mine()).toEqual([{ v: 1, tenant: scope.tenant, mood: 'hot', since: noon + 1 }]);
      await store.fleet.putMood('round.put-mood', scope, undefined);
      await store.fleet.putMood('round.put-mood', scope, undefined);
      expect(await mine()).toEqual([]);
    });
    it('keeps the last good copy of an indicator feed and what is known of it, until it is taken out', async () => {
      const { indicatorFeeds } = createStore({ backend: backendOf() });
      const feed = `feed-${randomUUID()}`;
      const mine = async () => (await indicatorFeeds.statuses()).filter((one) => one.feed === feed);
      const copy: FeedCopy = {
        v: 1,
        feed,
        cursor: { events: { a: 1 } },
        entries: [{ of: 'a', kind: 'domain', value: 'phish.example', confidence: 50, from: noon }],
      };
      const status: FeedStatus = { v: 1, feed, version: 'x', source: 'misp', entries: 1, refused: [], triedAt: noon };
      expect(await indicatorFeeds.copy(feed)).toBeUndefined();
      await indicatorFeeds.putCopy('indicators.put-copy', copy);
      await indicatorFeeds.putStatus('indicators.put-status', status);
      await indicatorFeeds.putStatus('indicators.put-status', { ...status, triedAt: noon + 1 });
      expect(await mine()).toEqual([{ ...status, triedAt: noon + 1 }]);
      expect(await indicatorFeeds.copy(feed)).toEqual(copy);
      await indicatorFeeds.remove('indicators.remove', feed);
      await indicatorFeeds.remove('indicators.remove', feed);
      expect(await mine()).toEqual([]);
      expect(await indicatorFeeds.copy(feed)).toBeUndefined();
    });
    it('leases no more requests than there are, all workers together, and new ones as time goes on', async () => {
      const backend = backendOf();
      const source = randomUUID();
      const lease = (at: number, want = 5) =>
        createStore({ backend }).fleet.leaseBlock('limits.lease-block', source, { now: at, want, most: 12, spanMs: 15_000 });
      const given = await Promise.all([lease(noon), lease(noon), lease(noon), lease(noon)]);
      // Workers that meet at the row may go without; together they never have more.
      expect(given.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(12);
      expect(given.filter((one) => one > 0).length).toBeGreaterThanOrEqual(2);
      await lease(noon + 1);
      await lease(noon + 1, 12);
      expect(await lease(noon + 2)).toBe(0);
      expect(await lease(noon + 15_001)).toBe(5);
      // A worker whose clock was ahead by an hour blocks nobody.
      await lease(noon + 3_600_000, 12);
      expect(await lease(noon + 31_000)).toBe(5);
    });
  });

  describe('hunts', () => {
    const huntOf = (tenant: string): Hunt => ({
      v: 1,
      id: randomUUID(),
      pack: 'sample',
      title: 'Sample',
      version: '1',
      from: '2024-05-01',
      to: '2024-05-17',
      tenants: [tenant],
      by: 'Ann',
      live: false,
      createdAt: noon,
      price: priceFrom({ tenants: 1, days: 17, bytes: 1 }),
      status: 'running',
      digests: [],
    });
    it('are written once, changed by whoever saw their newest state, and hold a part for each tenant until it is erased', async () => {
      const [store, scope] = [createStore({ backend: backendOf() }), newScope()];
      const hunt = huntOf(scope.tenant);
      await store.hunts.put('hunt.put', hunt);
      await expect(store.hunts.put('hunt.put', hunt)).rejects.toThrow(ConflictError);
      const stored = await store.hunts.get(hunt.id);
      await store.hunts.put('hunt.end', { ...hunt, status: 'done' }, stored?.etag);
      await expect(store.hunts.put('hunt.cancel', { ...hunt, status: 'cancelled' }, stored?.etag)).rejects.toThrow(ConflictError);
      const part = newPart(hunt, scope.tenant);
      const written = await store.hunts.putPart('hunt.put-part', part);
      await expect(store.hunts.putPart('hunt.put-part', part)).rejects.toThrow(ConflictError);
      await store.hunts.putPart('hunt.put-part', { ...part, days: 1 }, written.etag);
      expect((await store.hunts.parts(hunt.id)).map(({ tenant, days }) => [tenant, days])).toEqual([[scope.tenant, 1]]);
      expect((await store.hunts.list()).find(({ id }) => id === hunt.id)?.status).toBe('done');
      await store.erasure.rows('erase.remove-rows', scope);
      expect(await store.hunts.parts(hunt.id)).toEqual([]);
      expect(await store.hunts.get(randomUUID())).toBeUndefined();
    });
    it('are listed by their age, and go with parts and content once they ended long ago; one that still runs stays', async () => {
      const [store, scope] = [createStore({ backend: backendOf() }), newScope()];
      const day = 86_400_000;
      const of = (createdAt: number, more: Partial<Hunt>): Hunt => ({ ...huntOf(scope.tenant), createdAt, ...more });
      const old = of(noon - 100 * day, { status: 'done', endedAt: noon - 99 * day });
      const running = of(noon - 100 * day, {});
      const young = of(noon - day, { status: 'done', endedAt: noon });
      for (const hunt of [old, running, young]) {
        await store.hunts.put('hunt.put', hunt);
        await store.hunts.putPart('hunt.put-part', newPart(hunt, scope.tenant));
        await store.hunts.putContent('hunt.put-content', hunt.id, { v: 1, pack: 'sample', files: [{ path: 'campaign.yml', text: 'x' }] });
      }
      const listed = (await store.hunts.list(noon - 7 * day)).map(({ id }) => id);
      expect([old, running, young].map(({ id }) => listed.includes(id))).toEqual([false, false, true]);
      await store.hunts.expire('retention.remove-hunts', noon - 90 * day);
      for (const [hunt, stays] of [
        [old, false],
        [running, true],
        [young, true],
      ] as const) {
        expect((await store.hunts.get(hunt.id)) !== undefined, hunt.status).toBe(stays);
        expect(await store.hunts.parts(hunt.id)).toHaveLength(stays ? 1 : 0);
        expect((await store.hunts.content(hunt.id)) !== undefined).toBe(stays);
      }
      expect(await store.hunts.expire('retention.remove-hunts', noon - 90 * day)).toBe(0);
    });
    it('keep their content as it was', async () => {
      const store = createStore({ backend: backendOf() });
      const id = randomUUID();
      const content = (text: string) => ({ v: 1 as const, pack: 'sample', files: [{ path: 'campaign.yml', text }] });
      await store.hunts.putContent('hunt.put-content', id, content('first'));
      await store.hunts.putContent('hunt.put-content', id, content('second'));
      expect(await store.hunts.content(id)).toEqual(content('first'));
      expect(await store.hunts.content(randomUUID())).toBeUndefined();
    });
  });

  describe('findings of many subjects', () => {
    it('are those of these subjects and no others, more than a page of them and few', async () => {
      const [store, scope] = [createStore({ backend: backendOf() }), newScope()];
      const user = (n: number): SubjectId => `user:${String(n).padStart(3, '0')}`;
      const findings = Array.from({ length: 1300 }, (_, n) => findingOf(scope, { id: `f${n}`, subject: user(n % 26) }));
      await store.findings.put('round.put-findings', scope, findings);
      for (const wanted of [[3], [3, 25], [0, 7, 24, 25], [0, 1, 2, 3, 4, 5, 90, 91, 92]]) {
        const found = await store.findings.ofSubjects(scope, [...wanted, ...wanted].map(user));
        const expected = findings.filter(({ subject }) => wanted.some((n) => subject === user(n))).map(({ id }) => id);
        expect(found.map(({ id }) => id).sort()).toEqual(expected.sort());
      }
    });
  });
}

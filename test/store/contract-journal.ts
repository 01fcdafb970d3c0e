// The contract suite, part four: containments, their journal and their leases.
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/contracts/containment.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { brokenAt } from '../../src/store/journal.ts';
import { ConflictError } from '../../src/store/store.ts';
import { containmentOf, newScope, noon } from './fixtures.ts';

const line = (kind: JournalEntry['kind'], data: unknown = {}) => ({
  v: 1 as const,
  containment: 'c1',
  at: '2024-05-17T12:00:00.000Z',
  kind,
  data,
});

export function describeJournal(backendOf: () => Backend): void {
  const setUp = () => ({ store: createStore({ backend: backendOf() }), scope: newScope() });

  describe('a press', () => {
    it('made fifty times with one request gives one containment, and one of the fifty is first', async () => {
      const { store, scope } = setUp();
      const presses = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.journal.intend('contain.intend', scope, containmentOf(scope, { id: `c${index}` }))),
      );
      expect(presses.filter(({ first }) => first)).toHaveLength(1);
      expect(new Set(presses.map(({ containment }) => containment.value.id)).size).toBe(1);
      expect(await store.journal.since(scope, 0)).toHaveLength(1);
    });
    it('gives back what is stored by now, with a version that can be saved', async () => {
      const { store, scope } = setUp();
      const { containment } = await store.journal.intend('contain.intend', scope, containmentOf(scope));
      await store.journal.save('contain.save-acted', scope, { ...containment, value: containmentOf(scope, { status: 'running' }) }, [
        line('intent'),
      ]);
      const again = await store.journal.intend('contain.intend', scope, containmentOf(scope));
      expect([again.first, again.containment.value.status]).toEqual([false, 'running']);
      await store.journal.save('contain.save-acted', scope, again.containment, [line('acted')]);
      expect((await store.journal.containmentOfRequest(scope, 'r1'))?.value.id).toBe('c1');
      expect(await store.journal.containmentOfRequest(scope, 'r2')).toBeUndefined();
    });
    it('with a new request for a containment that exists is a conflict', async () => {
      const { store, scope } = setUp();
      await store.journal.intend('contain.intend', scope, containmentOf(scope));
      await expect(store.journal.intend('contain.intend', scope, containmentOf(scope, { request: 'r2' }))).rejects.toBeInstanceOf(
        ConflictError,
      );
    });
    it('counts for the ceilings from its time on', async () => {
      const { store, scope } = setUp();
      for (const hour of [9, 10, 11])
        await store.journal.intend(
          'contain.intend',
          scope,
          containmentOf(scope, { id: `c${hour}`, request: `r${hour}`, at: new Date(Date.UTC(2024, 4, 17, hour)).toISOString() }),
        );
      expect((await store.journal.since(scope, Date.UTC(2024, 4, 17, 10))).map(({ id }) => id)).toEqual(['c10', 'c11']);
    });
  });

  describe('the journal', () => {
    it('is a chain, and shows where somebody changed or removed a line', async () => {
      const { store, scope } = setUp();
      let { containment } = await store.journal.intend('contain.intend', scope, containmentOf(scope));
      containment = await store.journal.save('contain.save-acted', scope, containment, [
        line('intent', { plan: 1 }),
        line('state-before', { b: 1, a: undefined }),
      ]);
      await store.journal.save('contain.save-acted', scope, containment, [{ ...line('acted'), step: 'block-sign-in' }, line('result')]);
      const entries = await store.journal.entries(scope, 'c1');
      expect(entries.map(({ sequence, kind }) => [sequence, kind])).toEqual([
        [1, 'intent'],
        [2, 'state-before'],
        [3, 'acted'],
        [4, 'result'],
      ]);
      expect(brokenAt(scope, 'c1', entries)).toBeUndefined();
      expect(
        brokenAt(
          scope,
          'c1',
          entries.map((entry) => (entry.sequence === 2 ? { ...entry, data: { b: 2 } } : entry)),
        ),
      ).toBe(3);
      expect(
        brokenAt(
          scope,
          'c1',
          entries.filter(({ sequence }) => sequence !== 1),
        ),
      ).toBe(1);
      expect(brokenAt(newScope(), 'c1', entries)).toBe(1);
    });
    it('takes no entry from a worker with a stale version', async () => {
      const { store, scope } = setUp();
      const { containment } = await store.journal.intend('contain.intend', scope, containmentOf(scope));
      const tries = [1, 2, 3].map(() => store.journal.save('contain.save-acted', scope, containment, [line('acted')]));
      expect((await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(store.journal.save('contain.save-acted', scope, { ...containment, etag: 'nonsense' }, [])).rejects.toBeInstanceOf(
        ConflictError,
      );
      expect(await store.journal.entries(scope, 'c1')).toHaveLength(1);
    });
  });

  describe('the lease of a containment', () => {
    it('goes to one of fifty, comes back with release, and runs out by the clock', async () => {
      const { store, scope } = setUp();
      const take = (holder: string, now: number) => store.journal.lease('contain.take-lease', scope, 'c1', holder, now, 60);
      expect((await Promise.all(Array.from({ length: 50 }, (_, index) => take(`w${index}`, noon)))).filter(Boolean)).toHaveLength(1);
      expect(await take('late', noon + 60_000)).toBe(true);
      await store.journal.release('contain.release-lease', scope, 'c1', 'somebody-else');
      expect(await take('next', noon + 60_001)).toBe(false);
      await store.journal.release('contain.release-lease', scope, 'c1', 'late');
      expect(await take('next', noon + 60_002)).toBe(true);
    });
  });
}

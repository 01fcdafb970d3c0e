// The contract suite, part two: leases, the commit of a round, incidents, outbox, aliases, registry.
import { describe, expect, it } from 'vitest';
import { bell } from '../../src/contracts/bells.ts';
import { type TenantEntry, tenantPolicy } from '../../src/contracts/policy.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { ConflictError, type RoundCommit, type Store } from '../../src/store/store.ts';
import { crashAt, recordPoints } from '../support/crash.ts';
import { feedOf, incidentOf, newScope, noon, outboxOf } from './fixtures.ts';

const nothing: RoundCommit = { feeds: [], gaps: [], incidents: [], outbox: [] };
async function leased(store: Store, scope: TenantScope, now = noon) {
  const lease = await store.state.lease('round.take-lease', scope, 'fast', 'worker-1', now, 60);
  if (!lease) throw new Error('the lane is taken');
  return lease;
}

export function describeState(backendOf: () => Backend): void {
  const setUp = () => ({ store: createStore({ backend: backendOf() }), scope: newScope() });

  describe('leases on lanes', () => {
    it('go to one of fifty who try at once', async () => {
      const { store, scope } = setUp();
      const tries = Array.from({ length: 50 }, (_, index) =>
        store.state.lease('round.take-lease', scope, 'fast', `worker-${index}`, noon, 60),
      );
      expect((await Promise.all(tries)).filter((lease) => lease !== undefined)).toHaveLength(1);
    });
    it('go to one of fifty who try to take over one that ran out', async () => {
      const { store, scope } = setUp();
      await leased(store, scope);
      const tries = Array.from({ length: 50 }, (_, index) =>
        store.state.lease('round.take-lease', scope, 'fast', `other-${index}`, noon + 60_000, 60),
      );
      expect((await Promise.all(tries)).filter((lease) => lease !== undefined)).toHaveLength(1);
    });
    it('are held until the clock that is handed in says otherwise, also against the same holder', async () => {
      const { store, scope } = setUp();
      expect((await leased(store, scope)).until).toBe(noon + 60_000);
      expect(await store.state.lease('round.take-lease', scope, 'fast', 'worker-1', noon + 59_999, 60)).toBeUndefined();
      expect(await store.state.lease('round.take-lease', scope, 'config', 'worker-2', noon, 60)).toBeDefined();
      expect(await store.state.lease('round.take-lease', scope, 'fast', 'worker-2', noon + 60_000, 60)).toBeDefined();
    });
    it('are free again with the commit that gives them back', async () => {
      const { store, scope } = setUp();
      const lease = await leased(store, scope);
      await store.state.commitRound('round.commit', lease, { ...nothing, release: true });
      expect(await store.state.lease('round.take-lease', scope, 'fast', 'worker-2', noon + 1, 60)).toBeDefined();
      await expect(store.state.commitRound('round.commit', lease, nothing)).rejects.toBeInstanceOf(ConflictError);
    });
    it('that were lost are not given back', async () => {
      const { store, scope } = setUp();
      const lease = await leased(store, scope);
      const next = await store.state.lease('round.take-lease', scope, 'fast', 'worker-1', noon + 60_000, 60);
      await expect(store.state.commitRound('round.commit', lease, { ...nothing, release: true })).rejects.toBeInstanceOf(ConflictError);
      expect(next).toBeDefined();
      expect(await store.state.lease('round.take-lease', scope, 'fast', 'worker-3', noon + 61_000, 60)).toBeUndefined();
    });
    it('come with what a round begins with: marks, reported addresses, versions', async () => {
      const { store, scope } = setUp();
      const report = {
        v: 1 as const,
        address: '192.0.2.7',
        reason: 'a honeypot',
        sender: '/drill',
        reportedAt: noon,
        from: noon,
        until: noon + 1,
      };
      await store.reports.put('commands.put-report', scope, report);
      const first = await leased(store, scope);
      expect([...first.seen.versions.keys()].sort()).toEqual(['lane|fast', 'report|192.0.2.7']);
      expect(first.seen.versions.get('lane|fast')).toBe(first.etag);
      await store.state.commitRound('round.commit', first, {
        ...nothing,
        feeds: [feedOf('directory-audits', { readTo: noon })],
        gaps: [{ v: 1, feed: 'directory-audits', from: noon - 1000, to: noon, why: 'denied' }],
        incidents: [{ value: incidentOf(scope) }],
        release: true,
      });
      const again = await leased(store, scope);
      expect(again.seen).toMatchObject({ feeds: [feedOf('directory-audits', { readTo: noon })], reports: [report], layout: undefined });
      const beside = await store.state.beside(scope);
      expect(beside.versions).toEqual(again.seen.versions);
      expect(beside.incidents.map(({ value }) => value.id)).toEqual(['i1']);
    });
  });

  describe('a round', () => {
    it('commits marks, gaps, incidents, pointers and outbox together', async () => {
      const { store, scope } = setUp();
      const incident = incidentOf(scope, { subjects: ['user:ada', 'app:mailer'] });
      const gap = { v: 1 as const, feed: 'directory-audits', from: noon - 1_000, to: noon, why: 'denied' };
      const lease = await leased(store, scope);
      await store.state.commitRound('round.commit', lease, {
        feeds: [feedOf('directory-audits', { readTo: noon }), feedOf('sign-ins.interactive')],
        gaps: [gap],
        incidents: [{ value: incident }],
        outbox: [outboxOf('i1', 1)],
      });
      expect(await store.state.feeds(scope)).toEqual([feedOf('directory-audits', { readTo: noon }), feedOf('sign-ins.interactive')]);
      expect(await store.state.gaps(scope)).toEqual([gap]);
      expect((await store.state.incident(scope, 'i1'))?.value).toEqual(incident);
      expect((await store.state.openIncident(scope, 'app:mailer'))?.value.id).toBe('i1');
      expect((await store.state.outboxOf(scope, 'i1')).map(({ value }) => value)).toEqual([outboxOf('i1', 1)]);
    });
    it('of a stalled worker is refused whole once another has the lane', async () => {
      const { store, scope } = setUp();
      const stalled = await leased(store, scope);
      const next = await store.state.lease('round.take-lease', scope, 'fast', 'worker-2', noon + 60_000, 60);
      const commit = { ...nothing, feeds: [feedOf('directory-audits', { readTo: 1 })], incidents: [{ value: incidentOf(scope) }] };
      await expect(store.state.commitRound('round.commit', stalled, commit)).rejects.toBeInstanceOf(ConflictError);
      expect(await store.state.feeds(scope)).toEqual([]);
      expect(await store.state.incident(scope, 'i1')).toBeUndefined();
      expect(next).toBeDefined();
    });
    it('can commit twice with the lease that the first commit returned, not with the one from before', async () => {
      const { store, scope } = setUp();
      const lease = await leased(store, scope);
      const renewed = await store.state.commitRound('round.commit', lease, nothing);
      await expect(store.state.commitRound('round.commit', lease, nothing)).rejects.toBeInstanceOf(ConflictError);
      await store.state.commitRound('round.commit', renewed, nothing);
    });
    it('with a stale incident changes nothing, not even the marks', async () => {
      const { store, scope } = setUp();
      await store.state.commitIncident('contain.commit-incident', scope, { value: incidentOf(scope) }, []);
      const seen = await store.state.incident(scope, 'i1');
      await store.state.commitIncident(
        'contain.commit-incident',
        scope,
        { value: incidentOf(scope, { revision: 2 }), etag: seen?.etag ?? '' },
        [],
      );
      const lease = await leased(store, scope);
      const commit = {
        ...nothing,
        feeds: [feedOf('directory-audits')],
        incidents: [{ value: incidentOf(scope, { revision: 3 }), etag: seen?.etag ?? '' }],
      };
      await expect(store.state.commitRound('round.commit', lease, commit)).rejects.toBeInstanceOf(ConflictError);
      expect(await store.state.feeds(scope)).toEqual([]);
      expect((await store.state.incident(scope, 'i1'))?.value.revision).toBe(2);
    });
    it('does not send a card again that was accepted', async () => {
      const { store, scope } = setUp();
      await store.state.commitIncident('contain.commit-incident', scope, { value: incidentOf(scope) }, [outboxOf('i1', 1)]);
      const card = await store.state.outbox(scope, 'i1', 1);
      await store.state.putOutbox('outbox.settle', scope, { value: outboxOf('i1', 1, { status: 'accepted' }), etag: card?.etag ?? '' });
      await expect(
        store.state.putOutbox('outbox.settle', scope, { value: outboxOf('i1', 1), etag: card?.etag ?? '' }),
      ).rejects.toBeInstanceOf(ConflictError);
      await store.state.commitRound('round.commit', await leased(store, scope), { ...nothing, outbox: [outboxOf('i1', 1)] });
      expect((await store.state.outbox(scope, 'i1', 1))?.value.status).toBe('accepted');
    });

    const large = (scope: TenantScope): RoundCommit => ({
      feeds: [feedOf('directory-audits', { readTo: noon })],
      gaps: [],
      incidents: [{ value: incidentOf(scope, { subjects: Array.from({ length: 250 }, (_, index) => `user:${index}` as const) }) }],
      outbox: [outboxOf('i1', 1)],
    });
    it('too large for one transaction is cut with the marks last, each part fenced', async () => {
      const { scope } = setUp();
      const recorder = recordPoints();
      const store = createStore({ backend: backendOf(), crash: recorder.crash });
      await store.state.commitRound('round.commit', await leased(store, scope), large(scope));
      expect(recorder.points).toEqual(['round.take-lease', 'round.commit', 'round.commit', 'round.commit']);
      expect((await store.state.openIncident(scope, 'user:249'))?.value.id).toBe('i1');
      expect(await store.state.feeds(scope)).toHaveLength(1);
    });
    it.each([1, 2])('that dies after part %i of a cut commit has moved no mark and can be done again', async (part) => {
      const { scope } = setUp();
      const backend = backendOf();
      const dying = createStore({ backend, crash: crashAt('round.commit', 'after', part) });
      await expect(dying.state.commitRound('round.commit', await leased(dying, scope), large(scope))).rejects.toThrow(
        'crashed after round.commit',
      );
      const store = createStore({ backend });
      expect(await store.state.feeds(scope)).toEqual([]);
      expect(await store.state.openIncident(scope, 'user:0')).toBeUndefined();
      await store.state.commitRound('round.commit', await leased(store, scope, noon + 60_000), large(scope));
      expect((await store.state.openIncident(scope, 'user:0'))?.value.id).toBe('i1');
      expect(await store.state.outboxOf(scope, 'i1')).toHaveLength(1);
    });
  });

  describe('incidents', () => {
    it('are listed newest first, at most as many as asked for', async () => {
      const { store, scope } = setUp();
      for (const hour of [1, 3, 2])
        await store.state.commitIncident(
          'incident.close',
          scope,
          { value: incidentOf(scope, { id: `i${hour}`, openedAt: `2024-05-17T0${hour}:00:00.000Z` }) },
          [],
        );
      expect((await store.state.incidents(scope, 2)).map(({ value }) => value.id)).toEqual(['i3', 'i2']);
      expect((await store.state.incidents(scope)).map(({ value }) => value.id)).toEqual(['i3', 'i2', 'i1']);
    });
    it('are made once: a second one of the same id without an etag is a conflict', async () => {
      const { store, scope } = setUp();
      await store.state.commitIncident('incident.close', scope, { value: incidentOf(scope) }, []);
      await expect(store.state.commitIncident('incident.close', scope, { value: incidentOf(scope) }, [])).rejects.toBeInstanceOf(
        ConflictError,
      );
    });
    it('that are contained still own their subjects, those that are closed do not', async () => {
      const { store, scope } = setUp();
      await store.state.commitIncident('incident.close', scope, { value: incidentOf(scope, { status: 'contained' }) }, []);
      const contained = await store.state.openIncident(scope, 'user:ada');
      expect(contained?.value.status).toBe('contained');
      await store.state.commitIncident(
        'incident.close',
        scope,
        { value: incidentOf(scope, { status: 'closed' }), etag: contained?.etag ?? '' },
        [],
      );
      expect(await store.state.openIncident(scope, 'user:ada')).toBeUndefined();
    });
    it('that close leave a subject to the incident that it moved to', async () => {
      const { store, scope } = setUp();
      await store.state.commitIncident('incident.close', scope, { value: incidentOf(scope) }, []);
      const first = await store.state.incident(scope, 'i1');
      await store.state.commitRound('round.commit', await leased(store, scope), {
        ...nothing,
        incidents: [
          { value: incidentOf(scope, { id: 'i2' }) },
          { value: incidentOf(scope, { status: 'closed' }), etag: first?.etag ?? '' },
        ],
      });
      expect((await store.state.openIncident(scope, 'user:ada'))?.value.id).toBe('i2');
    });
    it('may be longer than one property holds, with characters that a careless cut would break', async () => {
      const { store, scope } = setUp();
      const why = ['a', ...Array.from({ length: 300 }, () => '😀'.repeat(200)), '\u2028\u0000\ud800 <script>'];
      await store.state.commitIncident('incident.close', scope, { value: incidentOf(scope, { why }) }, []);
      expect((await store.state.incident(scope, 'i1'))?.value.why).toEqual(why);
    });
  });

  describe('aliases', () => {
    it('find object ids by name, whatever its case, and keep hostile names apart', async () => {
      const { store, scope } = setUp();
      const names = [
        'ada@contoso.example',
        'guest_fabrikam.example#EXT#@contoso.example',
        "o'hara/..\\?%2f\u0007",
        'a|b',
        'a!7cb',
        'ж'.repeat(400),
        `${'ж'.repeat(400)}2`,
      ];
      await store.state.putAliases('round.put-findings', scope, new Map(names.map((name, index) => [name, `user:${index}` as const])));
      const found = await store.state.aliases(scope, [...names, 'nobody@contoso.example', 'ADA@contoso.example']);
      expect([...found]).toEqual([...names.map((name, index) => [name, `user:${index}`]), ['ADA@contoso.example', 'user:0']]);
    });
  });

  describe('registry rows', () => {
    const entryOf = (scope: TenantScope): TenantEntry => ({
      v: 1,
      tenant: scope.tenant,
      name: 'Contoso <b>',
      status: 'active',
      addedAt: '2024-05-17T12:00:00.000Z',
      policy: tenantPolicy.parse({ v: 1 }),
    });
    it('are inserted once and replaced only by who read the newest', async () => {
      const { store, scope } = setUp();
      await store.registry.put('registry.add-tenant', entryOf(scope));
      await expect(store.registry.put('registry.add-tenant', entryOf(scope))).rejects.toBeInstanceOf(ConflictError);
      const stored = await store.registry.get(scope.tenant.toUpperCase());
      await store.registry.put('registry.update-tenant', { ...entryOf(scope), status: 'paused' }, stored?.etag);
      await expect(store.registry.put('registry.update-tenant', entryOf(scope), stored?.etag)).rejects.toBeInstanceOf(ConflictError);
      const listed = (await store.registry.list()).find(({ value }) => value.tenant === scope.tenant);
      expect(listed?.value.status).toBe('paused');
    });
  });

  describe('queues', () => {
    it('count what was given up, and refuse what is no bell', async () => {
      const { store, scope } = setUp();
      await store.queues.ring('round.ring-respond', 'respond', { v: 1, tenant: scope.tenant, incident: 'i1' }, 5);
      expect(await store.queues.poisoned('respond')).toBe(0);
      const hostile = { v: 1, tenant: scope.tenant, lane: 'fast', data: 'x' };
      expect(bell.safeParse(hostile).success).toBe(false);
      await expect(async () => store.queues.ring('round.ring-respond', 'respond', hostile as never)).rejects.toThrow();
    });
  });
}

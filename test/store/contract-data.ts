// The contract suite, part three: findings, baselines, sequences, due rows, sightings, blobs.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { UserBaseline } from '../../src/contracts/detection.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { stateKeys } from '../../src/store/keys.ts';
import { crashAt } from '../support/crash.ts';
import { activityOf, baselineOf, collected, dueOf, findingOf, hitOf, newScope, noon } from './fixtures.ts';

export function describeData(backendOf: () => Backend): void {
  const setUp = () => {
    const backend = backendOf();
    return { backend, store: createStore({ backend }), scope: newScope() };
  };

  describe('findings', () => {
    it('written twice, or once more with a later time, stand once', async () => {
      const { store, scope } = setUp();
      await store.findings.put('round.put-findings', scope, [
        findingOf(scope),
        findingOf(scope, { id: 'f2', time: '2024-05-17T11:00:00.000Z' }),
      ]);
      await store.findings.put('round.put-findings', scope, [findingOf(scope, { time: '2024-05-17T13:00:00.000Z', standing: false })]);
      expect((await store.findings.ofSubject(scope, 'user:ada')).map(({ id, standing }) => [id, standing])).toEqual([
        ['f2', true],
        ['f1', false],
      ]);
      expect(await store.findings.all(scope)).toHaveLength(2);
    });
    it('of one subject are not those of a subject whose name begins alike', async () => {
      const { store, scope } = setUp();
      const subjects: SubjectId[] = [
        'user:a',
        'user:ab',
        'user:a|b',
        'unresolved:x#EXT#@contoso.example',
        'address:2001:db8::1',
        'connector:in/out',
      ];
      await store.findings.put(
        'round.put-findings',
        scope,
        subjects.map((subject, index) => findingOf(scope, { id: `f${index}`, subject })),
      );
      for (const [index, subject] of subjects.entries())
        expect((await store.findings.ofSubject(scope, subject)).map(({ id }) => id)).toEqual([`f${index}`]);
      expect(await store.findings.all(scope)).toHaveLength(subjects.length);
    });
    it('move when their subject resolves, also if a crash came in between', async () => {
      const { backend, store, scope } = setUp();
      await store.findings.put('round.put-findings', scope, [findingOf(scope, { subject: 'unresolved:ada@contoso.example' })]);
      for (const pass of [1, 2, 3]) {
        const dying = createStore({ backend, crash: crashAt('round.put-findings', 'after', pass) });
        await dying.findings.put('round.put-findings', scope, [findingOf(scope)]).catch(() => undefined);
      }
      expect(await store.findings.ofSubject(scope, 'unresolved:ada@contoso.example')).toEqual([]);
      expect((await store.findings.all(scope)).map(({ subject }) => subject)).toEqual(['user:ada']);
    });
    it('of more than a hundred in one call are all there', async () => {
      const { store, scope } = setUp();
      await store.findings.put(
        'round.put-findings',
        scope,
        Array.from({ length: 230 }, (_, index) => findingOf(scope, { id: `f${index}` })),
      );
      expect(await store.findings.ofSubject(scope, 'user:ada')).toHaveLength(230);
    });
  });

  describe('baselines', () => {
    const user = 'user:ada' as SubjectId;
    it('keep the earliest of each value, whatever the order, and repeat without a write', async () => {
      const { store, scope } = setUp();
      const merge = (one: UserBaseline) => store.baselines.merge('round.merge-baselines', scope, new Map([[user, one]]));
      await merge(
        baselineOf(200, [
          ['Chrome', 300, 'signin:c'],
          ['constructor', 5, 'signin:x'],
        ]),
      );
      await merge(
        baselineOf(100, [
          ['Chrome', 250, 'signin:b'],
          ['Edge', 400, 'signin:e'],
          ['__proto__', 7, 'signin:p'],
        ]),
      );
      await merge(baselineOf(300, [['Chrome', 500, 'signin:z']]));
      const expected = baselineOf(100, [
        ['Chrome', 250, 'signin:b'],
        ['Edge', 400, 'signin:e'],
        ['__proto__', 7, 'signin:p'],
        ['constructor', 5, 'signin:x'],
      ]);
      const stored = (await store.baselines.of(scope, [user, 'user:nobody'])).get(user);
      expect(Object.entries(stored?.seen.browser ?? {}).sort()).toEqual(Object.entries(expected.seen.browser));
      expect(stored?.since).toBe(100);
      expect(({} as Record<string, unknown>)['time']).toBeUndefined();
    });
    it('merged by twelve at once lose nothing', async () => {
      const { store, scope } = setUp();
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          store.baselines.merge(
            'round.merge-baselines',
            scope,
            new Map([[user, baselineOf(1_000 - index, [[`browser-${index}`, index, 'a']])]]),
          ),
        ),
      );
      const stored = (await store.baselines.of(scope, [user])).get(user);
      expect(Object.keys(stored?.seen.browser ?? {})).toHaveLength(12);
      expect(stored?.since).toBe(989);
    });
    it('grow in shards with the tenant, and what was known stays known', async () => {
      const { backend, store, scope } = setUp();
      const users = Array.from({ length: 450 }, (_, index): [SubjectId, UserBaseline] => [`user:${index}`, baselineOf(index + 1)]);
      for (let start = 0; start < users.length; start += 90)
        await store.baselines.merge('round.merge-baselines', scope, new Map(users.slice(start, start + 90)));
      const stored = await store.baselines.of(
        scope,
        users.map(([id]) => id),
      );
      expect(stored.size).toBe(450);
      expect(stored.get('user:449')).toEqual(baselineOf(450));
      const layout = await backend.get('state', stateKeys.layout(scope.tenant));
      const { shards, previous } = JSON.parse(String(layout?.properties['body']));
      expect(previous).toBeUndefined();
      expect(shards).toBeGreaterThanOrEqual(4);
    });
    it('that grow under two writers, or die while they grow, lose nothing', async () => {
      const { backend, store, scope } = setUp();
      const group = (from: number) =>
        new Map(
          Array.from({ length: 70 }, (_, index): [SubjectId, UserBaseline] => [`user:${from + index}`, baselineOf(from + index + 1)]),
        );
      await store.baselines.merge('round.merge-baselines', scope, group(0));
      for (const pass of [1, 2, 3, 4, 5, 6]) {
        const dying = createStore({ backend, crash: crashAt('round.merge-baselines', 'after', pass) });
        await dying.baselines.merge('round.merge-baselines', scope, group(70)).catch(() => undefined);
      }
      await Promise.all([70, 140, 210, 280].map((from) => store.baselines.merge('round.merge-baselines', scope, group(from))));
      const stored = await store.baselines.of(
        scope,
        Array.from({ length: 350 }, (_, index) => `user:${index}` as const),
      );
      expect([...stored.values()].map(({ since }) => since).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 350 }, (_, index) => index + 1),
      );
    });
  });

  describe('sequence hits', () => {
    it('written twice stand once, and are found by rule and group alone', async () => {
      const { store, scope } = setUp();
      const hits = [hitOf(), hitOf({ activity: 'signin:2', time: noon + 1 }), hitOf({ group: '192.0.2.70' }), hitOf({ rule: 'fatigue' })];
      await store.sequences.put('round.put-hits', scope, hits);
      await store.sequences.put('round.put-hits', scope, hits);
      expect(await store.sequences.of(scope, [{ rule: 'spray', group: '192.0.2.7' }])).toEqual([hits[0], hits[1]]);
      expect(await store.sequences.of(scope, [])).toEqual([]);
    });
    it('are found the same whether few or many groups are asked for', async () => {
      const { store, scope } = setUp();
      const hits = Array.from({ length: 120 }, (_, index) =>
        hitOf({ group: `group/${index}#`, activity: `signin:${index}`, time: noon + index }),
      );
      await store.sequences.put('round.put-hits', scope, hits);
      const groups = hits.map(({ rule, group }) => ({ rule, group }));
      expect(await store.sequences.of(scope, groups.slice(7, 9))).toEqual(hits.slice(7, 9));
      expect(await store.sequences.of(scope, groups.slice(5, 110))).toEqual(hits.slice(5, 110));
    });
    it('are removed rule by rule, also twice at once', async () => {
      const { store, scope } = setUp();
      const hits = Array.from({ length: 130 }, (_, index) => hitOf({ activity: `signin:${index}`, time: noon + index }));
      await store.sequences.put('round.put-hits', scope, [...hits, hitOf({ rule: 'fatigue' })]);
      await Promise.all([1, 2].map(() => store.sequences.remove('round.remove-hits', scope, hits.slice(0, 129))));
      expect(await store.sequences.of(scope, [{ rule: 'spray', group: '192.0.2.7' }])).toEqual([hits[129]]);
      expect(await store.sequences.of(scope, [{ rule: 'fatigue', group: '192.0.2.7' }])).toHaveLength(1);
    });
  });

  describe('sequence hits that no longer follow', () => {
    it('are removed by what they are, also twice, also together with ones that are gone', async () => {
      const { store, scope } = setUp();
      const hits = Array.from({ length: 3 }, (_, index) => hitOf({ activity: `signin:${index}`, time: noon + index }));
      await store.sequences.put('round.put-hits', scope, hits);
      await store.sequences.remove('round.remove-hits', scope, hits.slice(0, 1));
      await store.sequences.remove('round.remove-hits', scope, hits.slice(0, 2));
      await store.sequences.remove('round.remove-hits', scope, []);
      expect(await store.sequences.ofRule(scope, 'spray')).toEqual([hits[2]]);
    });
  });

  describe('due rows', () => {
    it('are overdue from their time on, oldest first, also after three days in which nobody looked', async () => {
      const { store, scope } = setUp();
      await store.due.put('round.put-due', dueOf(scope, { id: 'b', dueAt: noon + 2 }));
      await store.due.put('round.put-due', dueOf(scope, { id: 'a', dueAt: noon }));
      await store.due.put('round.put-due', dueOf(scope, { id: 'c', dueAt: noon + 3 * 86_400_000 }));
      const overdue = async (now: number) =>
        (await store.due.overdue(now, 1_000)).filter(({ value }) => value.tenant === scope.tenant).map(({ value }) => value.id);
      expect(await overdue(noon - 1)).toEqual([]);
      expect(await overdue(noon)).toEqual(['a']);
      expect(await overdue(noon + 3 * 86_400_000)).toEqual(['a', 'b', 'c']);
      expect(await store.due.overdue(noon + 3 * 86_400_000, 1)).toHaveLength(1);
    });
    it('are one per tenant, kind and id: a new time takes the place of the old one', async () => {
      const { store, scope } = setUp();
      const entry = dueOf(scope);
      await store.due.put('round.put-due', entry);
      await store.due.put('round.put-due', { ...entry, dueAt: noon + 600_000 });
      await store.due.again('sweeper.move-due', entry, noon + 900_000);
      await store.due.put('round.put-due', dueOf(scope, { kind: 'outbox' }));
      expect(await store.due.ofTenant(scope)).toEqual([dueOf(scope, { kind: 'outbox' }), { ...entry, dueAt: noon + 900_000, tries: 1 }]);
      await store.due.delete('round.delete-due', entry);
      await store.due.delete('round.delete-due', entry);
      expect(await store.due.ofTenant(scope)).toEqual([dueOf(scope, { kind: 'outbox' })]);
    });
  });

  describe('sightings', () => {
    it('tell which tenants saw an indicator, each once', async () => {
      const { store, scope } = setUp();
      const [other, indicator] = [newScope(), `192.0.2.7/${randomUUID()}`];
      await Promise.all([scope, other, scope].map((one, index) => store.sightings.put('round.put-findings', indicator, one, noon + index)));
      expect(await store.sightings.tenantsOf(indicator)).toEqual([scope.tenant, other.tenant].sort());
      expect(await store.sightings.tenantsOf(indicator.slice(0, -1))).toEqual([]);
    });
  });

  describe('blobs', () => {
    it('give the activities of a day back in the order of writing, line separators in text and all', async () => {
      const { store, scope } = setUp();
      const [one, two] = [activityOf(scope, 'signin:1', { userDisplayName: 'A\u2028da\n\r"\u0085' }), activityOf(scope, 'signin:2')];
      await store.blobs.appendActivities('round.append-activities', scope, '2024-05-17', [{ ...one, origin: { file: 'x', record: 1 } }]);
      await store.blobs.appendActivities('round.append-activities', scope, '2024-05-17', []);
      await store.blobs.appendActivities('round.append-activities', scope, '2024-05-17', [two]);
      expect(await collected(store.blobs.activities(scope, '2024-05-17'))).toEqual([one, two]);
      expect(await collected(store.blobs.activities(scope, '2024-05-18'))).toEqual([]);
    });
    it('find the activities of a day that name somebody, whichever round appended them', async () => {
      const { store, scope } = setUp();
      const named = (number: number) => activityOf(scope, `signin:${number}`, { userPrincipalName: `person${number}@contoso.example` });
      const numbers = Array.from({ length: 150 }, (_, number) => number);
      const append = (some: readonly number[]) =>
        store.blobs.appendActivities('round.append-activities', scope, '2024-05-17', some.map(named));
      await append(numbers);
      await append([140, 150]);
      const found = async (...needles: string[]) => (await store.blobs.mentioning(scope, '2024-05-17', needles)).map(({ id }) => id);
      expect(await found('person140@contoso.example', 'person3@contoso.example')).toEqual(['signin:3', 'signin:140', 'signin:140']);
      expect(await found('person151@contoso.example')).toEqual([]);
      expect(await found('userPrincipalName')).toHaveLength(152);
    });
    it('keep snapshots by feed and name, the newest of a name', async () => {
      const { store, scope } = setUp();
      await store.blobs.putSnapshot('round.put-snapshot', scope, 'permission-grants', 'a/b?', [{ id: '1' }]);
      await store.blobs.putSnapshot('round.put-snapshot', scope, 'permission-grants', 'a/b?', [{ id: '2', name: 'ж' }]);
      expect(await store.blobs.snapshot(scope, 'permission-grants', 'a/b?')).toEqual([{ id: '2', name: 'ж' }]);
      expect(await store.blobs.snapshot(scope, 'permission-grants', 'b')).toBeUndefined();
    });
    it('keep evidence as it was first written', async () => {
      const { store, scope } = setUp();
      expect(await store.blobs.putEvidence('contain.put-evidence', scope, 'c1', 'methods', { first: true })).toBe(true);
      expect(await store.blobs.putEvidence('contain.put-evidence', scope, 'c1', 'methods', { first: false })).toBe(false);
      expect(await store.blobs.evidence(scope, 'c1', 'methods')).toEqual({ first: true });
      expect(await store.blobs.evidence(scope, 'c1', 'rules')).toBeUndefined();
    });
  });
}

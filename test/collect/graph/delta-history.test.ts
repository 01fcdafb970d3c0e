// Whatever happens to the applications of a tenant, and whatever a delta query does about it: the snapshot is the one that a whole reading gives, and so are the changes that are told.
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestFaultKind } from '../../../simulator/faults.ts';
import type { SnapshotFeed } from '../../../src/collect/feed.ts';
import { normal } from '../../../src/collect/graph/delta.ts';
import { permissionGrants } from '../../../src/collect/graph/permission-grants.ts';
import { servicePrincipalFields, servicePrincipals } from '../../../src/collect/graph/service-principals.ts';
import { canonicalJson, snapshotChanges, withoutEmpty } from '../../../src/collect/snapshot.ts';
import { contoso, startGuard } from '../../support/guard.ts';
import { createCloudSwitch } from '../../support/in-process-cloud.ts';

type Thing = Readonly<Record<string, unknown>>;

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const cloud = await createCloudSwitch();
vi.stubGlobal('fetch', cloud.fetch);
afterAll(() => vi.unstubAllGlobals());
const guard = await startGuard({ start, makeCloud: (options) => cloud.make(options), simulator: { historyDays: 1, ordinary: false } });
const { world } = guard.simulator;
const found = world.tenants.get(contoso.id);
if (found === undefined) throw new Error('no such tenant');
const { servicePrincipals: replica } = found;
const { reader } = guard.deps.connect(await guard.deps.registry.authorise(contoso.id, 'show'));
beforeEach(() => world.board.clear());

const idOf = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const whole = (number: number): Thing => ({
  id: idOf(number),
  appId: `10000000-0000-4000-8000-00000000000${number}`,
  displayName: `Helper ${number}`,
  createdDateTime: '2026-03-01T08:00:00Z',
  accountEnabled: true,
});
const properties: readonly Thing[] = [
  { displayName: 'Other name' },
  { accountEnabled: false },
  { replyUrls: ['https://helper.example/answer'] },
  { replyUrls: [] },
  { replyUrls: null },
  { tags: ['HideApp'] },
  { passwordCredentials: [{ keyId: 'k1', hint: 'abc' }] },
  { passwordCredentials: [] },
  { verifiedPublisher: { displayName: 'Helper Ltd', verifiedPublisherId: '1', addedDateTime: null } },
  { verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null } },
  { homepage: 'https://helper.example/' },
];

/** What was kept, as a row and a blob keep it. */
interface Kept {
  readonly kept?: string;
  readonly snapshot?: readonly Thing[];
}
const sorted = (objects: readonly Thing[]) => [...objects].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
const told = (feed: SnapshotFeed, before: readonly Thing[], after: readonly Thing[]) =>
  snapshotChanges(feed, before, after, { tenant: contoso.id, now: guard.clock.now(), since: guard.clock.now() - 1_800_000 }).map(
    ({ id, subject, time, views }) => [id, subject, time, canonicalJson(withoutEmpty(views))],
  );

async function read(feed: SnapshotFeed, { kept, snapshot }: Kept): Promise<Kept & { readonly missed: number }> {
  const answer = await feed.list({
    tenant: contoso.id,
    connection: reader,
    now: guard.clock.now(),
    touched: [],
    ...(kept === undefined ? {} : { kept }),
    ...(snapshot === undefined ? {} : { stored: async () => snapshot }),
  });
  expect(answer.outcome).toEqual({ status: 'complete' });
  return {
    ...(answer.kept === undefined ? {} : { kept: answer.kept }),
    snapshot: answer.unchanged === true ? (snapshot ?? []) : sorted(answer.objects),
    missed: answer.proof?.missed ?? 0,
  };
}

async function listed(): Promise<readonly Thing[]> {
  const objects: Thing[] = [];
  const query = { $select: Object.keys(servicePrincipalFields).join(','), $top: '999' };
  for await (const page of reader.graph.pages('/servicePrincipals', { query })) objects.push(...page);
  return sorted(objects.map((one) => normal(servicePrincipalFields, one)));
}

const number = fc.integer({ min: 0, max: 6 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('make' as const), number }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('change' as const), number, property: fc.constantFrom(...properties) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), number }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('read' as const), dies: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), hours: fc.constantFrom(0, 1, 25, 24 * 8) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('break' as const),
      kind: fc.constantFrom<RequestFaultKind[]>('delta-replays', 'delta-sparse', 'delta-reset'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

describe('a snapshot that is kept by delta queries', () => {
  it('is the whole list at every reading, and tells the same changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 24 }), fc.constantFrom(1, 2, 100), async (steps, deltaPage) => {
        world.board.clear();
        world.settings.deltaPage = deltaPage;
        let kept: Kept = await read(servicePrincipals, {});
        let before = await listed();
        for (const one of [...steps, { does: 'read' as const, dies: false }]) {
          // Replicas lag by three seconds.
          guard.clock.advance(1_000);
          const now = guard.clock.now();
          if (one.does === 'make') replica.write(idOf(one.number), whole(one.number) as never, now);
          if (one.does === 'change') {
            const current = replica.current(idOf(one.number));
            if (current !== undefined) replica.write(idOf(one.number), { ...current, ...one.property }, now);
          }
          if (one.does === 'remove') replica.write(idOf(one.number), undefined, now);
          if (one.does === 'wait') guard.clock.advance(one.hours * 3_600_000);
          if (one.does === 'break') world.board.set({ kind: one.kind, handler: 'graph.servicePrincipals.delta', count: one.count });
          if (one.does !== 'read') continue;
          const after = await read(servicePrincipals, kept);
          const list = await listed();
          expect(after.missed).toBe(0);
          expect(canonicalJson(withoutEmpty(after.snapshot))).toBe(canonicalJson(withoutEmpty(list)));
          expect(told(servicePrincipals, kept.snapshot ?? [], after.snapshot ?? [])).toEqual(told(servicePrincipals, before, list));
          // A round that dies before its marks are written is done again from what stood before.
          if (one.dies) continue;
          kept = after;
          before = list;
        }
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 60) },
    );
  });

  it('is made whole within a day where the query left changes out, and says how many', async () => {
    world.settings.deltaPage = 100;
    guard.clock.advance(10_000);
    const first = await read(servicePrincipals, {});
    guard.clock.advance(600_000);
    replica.write(idOf(1), { ...whole(1), displayName: 'Never told' } as never, guard.clock.now() - 60_000);
    world.board.set({ kind: 'delta-forgets', handler: 'graph.servicePrincipals.delta', count: 1 });
    const second = await read(servicePrincipals, first);
    expect(second.snapshot).toEqual(first.snapshot);
    guard.clock.advance(24 * 3_600_000);
    const third = await read(servicePrincipals, second);
    expect(third.missed).toBe(1);
    expect(canonicalJson(withoutEmpty(third.snapshot))).toBe(canonicalJson(withoutEmpty(await listed())));
    guard.clock.advance(24 * 3_600_000);
    expect((await read(servicePrincipals, third)).missed).toBe(0);
  });

  it('costs one request where nothing happened', async () => {
    for (const feed of [servicePrincipals, permissionGrants]) {
      const first = await read(feed, {});
      const before = guard.simulator.control.requests().length;
      const second = await read(feed, first);
      expect(second.snapshot).toEqual(first.snapshot);
      expect(
        guard.simulator.control
          .requests()
          .slice(before)
          .map(({ path }) => path.replace(/\?.*/, '')),
      ).toEqual([feed === servicePrincipals ? '/v1.0/servicePrincipals/delta' : '/v1.0/oauth2PermissionGrants/delta']);
    }
  });
});

// What the directory's log says of who changed a setting, and how a snapshot's change finds it.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import type { Deed, FeedState } from '../../src/contracts/rows.ts';
import { byWhom, claimed, deedsIn, orphansIn } from '../../src/rounds/deeds.ts';

const now = Date.UTC(2026, 2, 9, 12);
const hour = 3_600_000;
const ingrid = 'user:a1000000-0000-4000-8000-000000000001' as const;

const audit = (more: { time?: number; targets?: unknown; result?: string; actor?: SubjectId } = {}): Activity => ({
  id: `directory:${more.time ?? 0}`,
  tenant: 't',
  feed: 'directory-audits',
  time: more.time ?? now - hour,
  subject: 'tenant:t',
  actor: more.actor ?? ingrid,
  actorName: 'ingrid@contoso.example',
  views: [
    {
      shape: 'directory-audit',
      record: {
        result: more.result ?? 'success',
        targetResources: more.targets ?? [{ id: 'P-1', displayName: 'Everybody: second factor', type: 'Policy' }],
      },
    },
  ],
});
const change = (more: Readonly<Record<string, unknown>> = {}): Activity => ({
  id: 'change:1',
  tenant: 't',
  feed: 'conditional-access',
  time: now,
  subject: 'tenant:conditional-access',
  views: [{ shape: 'conditional-access-policy', record: { change: 'changed', id: 'p-1', name: 'Everybody: second factor', ...more } }],
});
const withDeeds = (deeds: readonly Deed[]): FeedState[] => [
  { v: 1, feed: 'directory-audits', startedAt: 0, triedAt: now, outcome: { status: 'complete' }, deeds: [...deeds] },
];

describe('who changed a setting', () => {
  it('is remembered by the ids and names of what was changed, in small letters', () => {
    expect(deedsIn([audit()], [], now)).toEqual([
      { at: now - hour, by: ingrid, name: 'ingrid@contoso.example', names: ['p-1', 'everybody: second factor'] },
    ]);
  });
  it.each([
    ['failed', audit({ result: 'failure' })],
    ['was about a person', audit({ targets: [{ id: 'x', displayName: 'Ann', type: 'User' }] })],
    ['names nothing', audit({ targets: [{ id: null, displayName: '', type: 'Policy' }] })],
    ['carries no list', audit({ targets: 'all' })],
    ['was done by a program', audit({ actor: 'app:3f0e5a7d-0000-4000-8000-000000000001' })],
    ['is older than a day', audit({ time: now - 25 * hour })],
  ])('is not what %s', (_, activity) => {
    expect(deedsIn([activity], [], now)).toEqual([]);
  });
  it('is told once, for a day, and the newest fifty', () => {
    const known = deedsIn([audit()], [], now);
    expect(deedsIn([audit()], known, now)).toHaveLength(1);
    expect(deedsIn([], known, now + 24 * hour)).toEqual([]);
    const many = Array.from({ length: 80 }, (_, index) => audit({ time: now - index * 1000 }));
    expect(deedsIn(many, [], now).map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, index) => now - index * 1000));
  });
});

describe('a change that a snapshot saw', () => {
  const deeds = withDeeds(deedsIn([audit({ time: now - 2 * hour, actor: 'user:other' }), audit()], [], now));
  it('is of whoever last changed that object, by its id or name', () => {
    expect(byWhom(change(), deeds, now - hour)).toMatchObject({ actor: ingrid, actorName: 'ingrid@contoso.example' });
    expect(byWhom(change({ id: 'another' }), deeds, now - hour)).toMatchObject({ actor: ingrid });
  });
  it.each([
    ['another object changed', change({ id: 'p-2', name: 'Guests' }), now - hour],
    ['the deed was long before the snapshot it is compared with', change(), now + hour],
    ['it stood there when the guard came', change({ stood: true }), now - hour],
  ])('is nobody’s where %s', (_, activity, since) => {
    expect(byWhom(activity, deeds, since).actor).toBeUndefined();
  });
  it('keeps the actor whom its source names', () => {
    expect(byWhom({ ...change(), actor: 'user:own' }, deeds, now - hour).actor).toBe('user:own');
  });
});

describe('a change that was found before the log told who made it', () => {
  const found = { since: now - hour, now };
  it('waits for a day, but for one that has a maker or stood from the first', () => {
    const waiting = orphansIn([change()], [], found);
    expect(waiting).toEqual([{ id: 'change:1', since: now - hour, at: now, time: now, names: ['p-1', 'everybody: second factor'] }]);
    expect(orphansIn([{ ...change(), actor: ingrid }, change({ stood: true })], [], found)).toEqual([]);
    expect(orphansIn([], waiting, { since: 0, now: now + 24 * hour })).toEqual([]);
  });
  it('is claimed by the deed on the same object between the two snapshots, and by no later one', () => {
    const waiting = orphansIn([change()], [], found);
    const deeds = (time: number, targets?: unknown) => deedsIn([audit({ time, targets })], [], now + 2 * hour);
    expect(claimed(waiting, deeds(now - hour / 2))).toMatchObject([{ orphan: { id: 'change:1' }, deed: { by: ingrid } }]);
    expect(claimed(waiting, deeds(now + 60_000))).toEqual([]);
    expect(claimed(waiting, deeds(now - 3 * hour))).toEqual([]);
    expect(claimed(waiting, deeds(now - hour / 2, [{ id: 'p-2', displayName: 'Another', type: 'Policy' }]))).toEqual([]);
  });
});

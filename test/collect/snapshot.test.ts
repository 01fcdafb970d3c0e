// What a difference between two snapshots says: created, changed, removed; nothing for what only looks different.
import { describe, expect, it } from 'vitest';
import { inboundConnectors } from '../../src/collect/exchange/inbound-connectors.ts';
import { servicePrincipals } from '../../src/collect/graph/service-principals.ts';
import { canonicalJson, firstReading, snapshotChanges } from '../../src/collect/snapshot.ts';
import { noTurns, turnOf, turnsAfter, withoutTurns, withTurns } from '../../src/collect/turns.ts';
import type { Activity } from '../../src/contracts/activity.ts';

const tenant = '11111111-1111-4111-8111-111111111111';
const now = Date.UTC(2026, 0, 5, 9, 0, 0);
const reading = { tenant, now, since: now - 1_800_000 };
const connector = {
  Guid: 'ac4d5ab0-0000-4000-8000-000000000001',
  Name: 'Gateway',
  Enabled: true,
  SenderIPAddresses: ['203.0.113.31'],
  WhenCreatedUTC: '2026-01-05T08:55:00.0000000Z',
  WhenChangedUTC: '2026-01-05T08:55:00.0000000Z',
};
const changes = (before: Record<string, unknown>[], after: Record<string, unknown>[]) =>
  snapshotChanges(inboundConnectors, before, after, reading);

describe('snapshot and difference', () => {
  it('a new connector is an activity at the time it says it was created', () => {
    const [created, ...rest] = changes([], [connector]);
    expect(rest).toEqual([]);
    expect(created).toMatchObject({
      subject: `connector:${connector.Guid}`,
      time: Date.UTC(2026, 0, 5, 8, 55),
      visibleAt: now,
      subjectName: 'Gateway',
    });
    expect(created?.views[0]?.record).toMatchObject({ change: 'created', before: null, after: connector });
  });
  it('a changed field is named', () => {
    const [changed] = changes([connector], [{ ...connector, SenderIPAddresses: ['198.51.100.7'], WhenChangedUTC: '2026-01-05T08:59:00Z' }]);
    expect(changed?.views[0]?.record).toMatchObject({ change: 'changed', changed: ['SenderIPAddresses'] });
  });
  it('a removed connector keeps what it was', () => {
    const [removed] = changes([connector], []);
    expect(removed?.views[0]?.record).toMatchObject({ change: 'removed', before: connector, after: null });
    expect(removed?.time).toBe(now);
  });
  it('near miss: of an application neither what is only left out nor another order of a list is a change', () => {
    const listed = {
      id: 'sp1',
      appId: 'app1',
      displayName: 'Helper',
      replyUrls: ['https://a.example/', 'https://b.example/'],
      tags: [],
      verifiedPublisher: { displayName: null, addedDateTime: null },
      createdDateTime: null,
    };
    const told = {
      id: 'sp1',
      appId: 'app1',
      displayName: 'Helper',
      replyUrls: ['https://b.example/', 'https://a.example/'],
      verifiedPublisher: null,
    };
    const of = (before: Record<string, unknown>, after: Record<string, unknown>) =>
      snapshotChanges(servicePrincipals, [before], [after], reading);
    expect([of(listed, told), of(told, listed)]).toEqual([[], []]);
    expect(of(told, { ...told, displayName: null })[0]?.views[0]?.record).toMatchObject({ changed: ['displayName'] });
    // The same change has one id, whichever way it was read.
    expect(of(told, { ...told, tags: ['x'] })[0]?.id).toBe(of(listed, { ...listed, tags: ['x'] })[0]?.id);
  });
  it('near miss: a new server stamp or another order of keys is no change', () => {
    const { Guid, ...others } = connector;
    expect(changes([connector], [{ ...others, WhenChangedUTC: '2026-01-05T08:59:59Z', Guid }])).toEqual([]);
  });
  it('the same change seen twice has one id; another change has another', () => {
    const moved = { ...connector, Enabled: false };
    expect(changes([connector], [moved])[0]?.id).toBe(changes([connector], [moved])[0]?.id);
    expect(changes([connector], [moved])[0]?.id).not.toBe(changes([connector], [{ ...connector, Name: 'x' }])[0]?.id);
  });
  it('a state that comes back, goes and comes back again is a change of its own each time', () => {
    const off = { ...connector, Enabled: false };
    let turns = noTurns;
    let before: readonly Record<string, unknown>[] = [];
    const ids = [[connector], [off], [connector], [off], [], [off], [], [off]].map((after) => {
      const found = snapshotChanges(inboundConnectors, before, after, { ...reading, turns });
      ({ objects: before, turns } = withoutTurns(JSON.parse(JSON.stringify(withTurns(after, turnsAfter(turns, found))))));
      return found[0]?.id;
    });
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('a change has one id whichever round looks first, and whatever else that round sees', () => {
    const other = { ...connector, Guid: 'ac4d5ab0-0000-4000-8000-000000000003' };
    const off = { ...connector, Enabled: false, WhenChangedUTC: '2026-01-05T08:59:00Z' };
    const offLater = { ...off, WhenChangedUTC: '2026-01-05T09:59:00Z' };
    const [early] = changes([connector], [off]);
    const late = snapshotChanges(inboundConnectors, [connector], [offLater, other], { tenant, now: now + 900_000, since: now });
    expect(late.map(({ id }) => id)).toContain(early?.id);
  });
  it('ids stay apart where more objects were changed than are counted', () => {
    const change = (id: string, kind: string): Activity => ({
      id,
      tenant,
      feed: 'service-principals',
      time: now,
      subject: 'app:a1',
      views: [{ shape: 'service-principal', record: { id, change: kind } }],
    });
    const many = Array.from({ length: 5001 }, (_, n) => change(`o${n}`, 'changed'));
    const turns = turnsAfter(noTurns, [...many, change('new', 'created')]);
    expect([turns.counts.size, turnOf(turns, 'o0'), turnOf(turns, 'o5000'), turnOf(turns, 'new')]).toEqual([5000, 1, 1, 1]);
  });
  it('what stood there at the first reading says so, and is dated by itself only where it is a day old at most', () => {
    const old = { ...connector, Guid: 'ac4d5ab0-0000-4000-8000-000000000002', WhenChangedUTC: '2024-01-05T08:55:00Z' };
    expect(firstReading(inboundConnectors, [connector, old], reading).map(({ time, views }) => [time, views[0]?.record['stood']])).toEqual([
      [Date.UTC(2026, 0, 5, 8, 55), true],
      [now, true],
    ]);
  });
  it('an object without a change time changed when it was seen; one dated in the future too', () => {
    const app = { id: 'o1', appId: 'A1', displayName: 'App' };
    expect(snapshotChanges(servicePrincipals, [], [app], reading)[0]).toMatchObject({ time: now, subject: 'app:a1' });
    expect(snapshotChanges(servicePrincipals, [], [{ ...app, createdDateTime: '2027-01-01T00:00:00Z' }], reading)[0]?.time).toBe(now);
  });
  it('canonical text does not depend on key order', () => {
    expect(canonicalJson({ b: [1, { d: 2, c: null }], a: undefined })).toBe(canonicalJson({ a: undefined, b: [1, { c: null, d: 2 }] }));
  });
});

import { describe, expect, it } from 'vitest';
import type { Activity } from '../../src/contracts/activity.ts';
import { freshOf, freshOfRead } from '../../src/rounds/freshness.ts';

const activity = (id: string, risk: string): Activity => ({
  id: `signin:${id}`,
  tenant: '11111111-1111-4111-8111-111111111111',
  feed: 'sign-ins.interactive',
  time: Date.UTC(2026, 2, 2),
  subject: 'user:c1000000-0000-4000-8000-000000000001',
  views: [{ shape: 'sign-in', record: { id, riskLevelDuringSignIn: risk } }],
});

const whole = { status: 'complete' } as const;

describe('what is fresh in an overlap', () => {
  const first = freshOf([activity('a', 'none'), activity('b', 'none')], []);

  it('everything, when nothing was read before; twice in one read counts once', () => {
    expect(first).toMatchObject({ changed: false });
    expect(freshOf([activity('a', 'none'), activity('a', 'none')], []).fresh).toHaveLength(1);
    expect(first.fresh).toHaveLength(2);
  });
  it('nothing, when the same comes again', () => {
    expect(freshOf([activity('b', 'none'), activity('a', 'none')], first.recent)).toMatchObject({ fresh: [], changed: false });
  });
  it('a new record alone is no change of an old one', () => {
    const next = freshOf([activity('a', 'none'), activity('c', 'none')], first.recent);
    expect(next).toMatchObject({ fresh: [{ id: 'signin:c' }], changed: false });
  });
  it('a record with other content is fresh, and known to be a changed one', () => {
    const next = freshOf([activity('a', 'high'), activity('b', 'none')], first.recent);
    expect(next).toMatchObject({ fresh: [{ id: 'signin:a' }], changed: true });
  });
});

describe('a reading that broke off', () => {
  const broken = { status: 'incomplete', why: 'the reading broke off' } as const;
  it('forgets nothing of what it did not come to: the next one knows a changed record there', () => {
    const first = freshOf([activity('a', 'none'), activity('b', 'none')], []);
    const second = freshOfRead({ activities: [activity('a', 'none')], outcome: broken }, first.recent);
    expect(second.fresh).toEqual([]);
    expect(freshOf([activity('b', 'high')], second.recent)).toMatchObject({ fresh: [{ id: 'signin:b' }], changed: true });
  });
});

describe('a feed that says itself what it has read', () => {
  it('brings only what is new, twice in one read once, and its own words are kept', () => {
    const twice = { activities: [activity('a', 'none'), activity('a', 'none'), activity('b', 'none')], seen: ['hour:ids'], outcome: whole };
    expect(freshOfRead(twice, ['hour:older'])).toMatchObject({
      fresh: [{ id: 'signin:a' }, { id: 'signin:b' }],
      recent: ['hour:ids'],
      changed: false,
    });
  });
  it('others are told apart by digests', () => {
    const { recent } = freshOf([activity('a', 'none')], []);
    expect(freshOfRead({ activities: [activity('a', 'none')], outcome: whole }, recent).fresh).toEqual([]);
  });
});

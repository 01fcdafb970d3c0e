// What a card says where the later looks of a log cannot read something: long after the fast lane has stopped asking for it, what waits for settled records comes late.
import { describe, expect, it } from 'vitest';
import { unifiedAudit } from '../../src/collect/activity-log/unified-audit.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { blindness } from '../../src/rounds/fast-lane.ts';

const now = Date.UTC(2026, 2, 9, 10, 0);
const hour = 3_600_000;
const why = 'the reading broke off: a bundle answered 500';
const read: FeedState = { v: 1, feed: unifiedAudit.id, startedAt: 0, triedAt: now, readTo: now, outcome: { status: 'complete' } };
const looked = (more: Partial<FeedState>): FeedState => ({
  v: 1,
  feed: `reconcile:${unifiedAudit.id}`,
  startedAt: 0,
  triedAt: now,
  outcome: { status: 'incomplete', why },
  ...more,
});
const said = (later: FeedState) => blindness({ feeds: [unifiedAudit] }, [read, later]).unread;

describe('a log of which something cannot be read', () => {
  it('is named once its looks are more than two days late, with since when and why', () => {
    expect(said(looked({ settledTo: now - 49 * hour }))).toEqual([
      `${unifiedAudit.title}: not all records since 2026-03-07 could be read (${why}); what waits for all of them comes late.`,
    ]);
  });
  it('is not while they are no later than usual, or a page was left for the next round', () => {
    expect(said(looked({ settledTo: now - 30 * hour }))).toEqual([]);
    expect(said(looked({ startedAt: now - 5 * hour }))).toEqual([]);
  });
  it('is where nothing was ever settled since the tenant was added long ago', () => {
    expect(said(looked({ startedAt: now - 100 * hour }))).toHaveLength(1);
  });
  it('is not once it is read, or where it holds nothing up since it cannot be read at all', () => {
    expect(said(looked({ settledTo: now - 49 * hour, outcome: { status: 'complete' } }))).toEqual([]);
    expect(said(looked({ settledTo: now - 49 * hour, outcome: { status: 'failed', cause: 'down' } }))).toEqual([]);
  });
});

// What the console says of a fleet, of a feed's figures, and of rules without records.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeds } from '../../src/collect/feeds.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { FeedCoverage, TenantCoverage } from '../../src/contracts/coverage.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { unassessableRules } from '../../src/tenants/assessable.ts';
import { delayAt, delayBounds, figuresOf, withLook, withRead } from '../../src/tenants/feed-health.ts';
import { fleetSentence } from '../../src/tenants/fleet-coverage.ts';
import { shippedDetector } from '../support/guard.ts';

const now = Date.UTC(2026, 2, 2, 3, 7);
const minute = 60_000;
const feed = (id: string, more: Partial<FeedCoverage> = {}): FeedCoverage => ({
  feed: id,
  title: id,
  outcome: { status: 'complete' },
  readTo: now - 2 * minute,
  sentence: '',
  ...more,
});
const tenant = (name: string, list: readonly FeedCoverage[] = [feed('Sign-ins'), feed('Audits')]): TenantCoverage => ({
  tenant: name,
  name,
  feeds: list,
  sentence: '',
  shared: [],
});
const blindSince = Date.UTC(2026, 2, 2, 2, 40);
const denied = feed('Sign-ins', { outcome: { status: 'denied', permission: 'AuditLog.Read.All' }, readTo: blindSince, blindSince });

describe('the fleet in one sentence', () => {
  it('says how far all is read', () =>
    expect(fleetSentence([tenant('Contoso')], now)).toBe('Everything read to 03:05 UTC in 1 of 1 tenant.'));
  it('names who is blind, since when and why, and does not let one speak for all', () => {
    const others = Array.from({ length: 179 }, (_, index) => tenant(`Tenant ${index}`));
    expect(fleetSentence([...others, tenant('Contoso', [denied, feed('Audits')])], now)).toBe(
      'Everything read to 03:05 UTC in 179 of 180 tenants; Contoso blind in sign-ins since 02:40 UTC, because the guard lacks AuditLog.Read.All.',
    );
  });
  it('names three and counts the rest', () => {
    const blind = Array.from({ length: 9 }, (_, index) => tenant(`Tenant ${index}`, [denied]));
    expect(fleetSentence(blind, now)).toMatch(/^Everything read in 0 of 9 tenants; Tenant 0 blind since .*; 6 more are blind\.$/);
  });
  it('says a licence is missing without calling it blindness', () => {
    const { readTo: _, ...unread } = feed('Sign-ins', { outcome: { status: 'unlicensed', sku: 'Entra ID P1' } });
    expect(fleetSentence([tenant('Fabrikam', [unread, feed('Audits')])], now)).toBe(
      'Everything read to 03:05 UTC in 1 of 1 tenant. One tenant shows less for want of a licence.',
    );
  });
  it('tells who is behind, and who is read for the first time', () => {
    const late = tenant('Late', [feed('Sign-ins', { readTo: now - 120 * minute })]);
    const { readTo: _, ...never } = feed('Sign-ins', { outcome: { status: 'never-read' } });
    expect(fleetSentence([late, tenant('New', [never])], now)).toBe(
      'Everything read in 0 of 2 tenants; Late read only to 01:07 UTC; New is being read for the first time.',
    );
  });
});

describe('the figures of a feed', () => {
  const state = (more: Partial<FeedState> = {}): FeedState => ({
    v: 1,
    feed: 'f',
    startedAt: now - 60_000 * minute,
    triedAt: now,
    outcome: { status: 'complete' },
    readTo: now,
    ...more,
  });
  const seen = (delayMinutes: number): Activity => ({
    id: `a${delayMinutes}`,
    tenant: 't',
    feed: 'f',
    time: now - delayMinutes * minute,
    visibleAt: now,
    subject: 'user:a',
    views: [],
  });
  it('leave the first read out of the delay, which is old by nature, but count it', () => {
    const first = withRead(undefined, state(), { fresh: [seen(40_000)], from: now - 40_000 * minute, now });
    expect(figuresOf(first, undefined)).toEqual({ records: 1, attempts: 1, errors: 0 });
    const second = withRead(first, state(), { fresh: [seen(1), seen(2), seen(9), seen(2000)], from: now, now });
    expect(figuresOf(second, undefined)).toMatchObject({ records: 5, delayMinutes: { p50: 2, p95: 1441 } });
    expect(second.readFrom).toBe(now - 40_000 * minute);
  });
  it('leave history out of the delay, which a log may hand out over many rounds, and what is caught up with after an outage', () => {
    const young = state({ startedAt: now - 15 * minute });
    const history = withRead(young, young, { fresh: [seen(16), seen(1440), seen(9_000)], now });
    expect(figuresOf(history, undefined)).toEqual({ records: 3, attempts: 1, errors: 0 });
    const later = withRead(history, young, { fresh: [seen(1440), seen(3)], now });
    expect(figuresOf(later, undefined)).toMatchObject({ records: 5, delayMinutes: { p50: 5, p95: 5 } });
    const behind = state({ ahead: [{ from: now - 60 * minute, to: now }] });
    expect(figuresOf(withRead(behind, state(), { fresh: [seen(2000)], now }), undefined)).toEqual({ records: 1, attempts: 1, errors: 0 });
  });
  it('give the share that was there at first sight, and keep the last error', () => {
    const looks = withLook(undefined, state(), { read: 200, late: 3 });
    const failed = withRead(state(), state({ outcome: { status: 'failed', cause: 'Graph answered 503' } }), { now });
    expect(figuresOf(failed, looks)).toMatchObject({ onTime: 0.985, looked: 200, errors: 1, lastError: { text: 'Graph answered 503' } });
  });
  it('are bounds: no fewer than the stated share came within them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { minLength: 1, maxLength: 60 }), fc.constantFrom(0.5, 0.95), (delays, share) => {
        const read = withRead(state(), state(), { fresh: delays.map(seen), now });
        const bound = delayAt(share, read.health?.delays ?? []) ?? -1;
        expect(delays.filter((delay) => delay <= bound).length).toBeGreaterThanOrEqual(share * delays.length);
        expect([...delayBounds, Number.POSITIVE_INFINITY]).toContain(bound);
      }),
      { numRuns: 50 },
    );
  });
  it('fade: the row never grows with the records', () => {
    let row = state();
    for (let round = 0; round < 30; round++) row = withRead(row, state(), { fresh: Array.from({ length: 1000 }, () => seen(1)), now });
    expect((row.health?.delays ?? []).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(11_000);
    expect(row.total).toBe(30_000);
  });
});

describe('rules that cannot be assessed', () => {
  it('are none of the shipped ones where every feed is read', async () => {
    const { detector } = await shippedDetector();
    const coverage = feeds.map(({ id, title }) => feed(id, { title }));
    expect(unassessableRules({ rules: detector.rules(), feeds, wanted: feeds, coverage })).toEqual([]);
  });
  it('are those whose only records do not come, gathered by why', () => {
    const signIns = { id: 'sign-ins', title: 'Sign-ins', shapes: ['sign-in'] as const };
    const domains = { id: 'domains', title: 'Domains', shape: 'domain' as const };
    const rules = [
      { rule: 'a', title: 'A', shapes: ['sign-in'] as const },
      { rule: 'b', title: 'B', shapes: ['sign-in'] as const },
      { rule: 'c', title: 'C', shapes: ['domain'] as const },
      { rule: 'd', title: 'D', shapes: ['transport-rule'] as const },
    ];
    const { readTo: _, ...unread } = feed('sign-ins', { title: 'Sign-ins', outcome: { status: 'unlicensed', sku: 'Entra ID P1' } });
    const found = unassessableRules({ rules, feeds: [signIns, domains], wanted: [signIns], coverage: [unread] });
    expect(found.map(({ because, rules: named }) => [because, named.map(({ rule }) => rule).join()])).toEqual([
      ['Sign-ins cannot be read: the tenant has no Entra ID P1', 'a,b'],
      ['this tenant’s policy does not ask for Domains', 'c'],
      ['no feed of the guard brings records of the kind “transport-rule”', 'd'],
    ]);
  });
  it('know of every log which records it brings', () => {
    expect(feeds.filter((one) => one.kind === 'log' && one.shapes === undefined).map(({ id }) => id)).toEqual([]);
  });
});

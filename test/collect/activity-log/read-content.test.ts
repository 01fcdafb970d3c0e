import { beforeEach, describe, expect, it } from 'vitest';
import { unifiedAudit } from '../../../src/collect/activity-log/unified-audit.ts';
import { unifiedAuditSharePoint } from '../../../src/collect/activity-log/unified-audit-sharepoint.ts';
import { FakeActivity, refused, ruleRecord } from './fake-activity.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 2, 2, 12, 0, 0);
const day = { from: now - 23 * hour, to: now };

let api: FakeActivity;
beforeEach(() => {
  api = new FakeActivity();
});
const lay = (
  id: string,
  created: number,
  records: unknown[] = [ruleRecord(`11111111-0000-4000-8000-${id.padStart(12, '0')}`, created - hour)],
) => api.contents.set(id, { type: 'Audit.Exchange', created, records });

describe('the unified audit log', () => {
  it('is read by the time at which content became readable; records are hours older, and names that end in a blank are trimmed', async () => {
    lay('1', now - minute);
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read).toMatchObject({ outcome: { status: 'complete' }, readTo: now, skipped: [] });
    expect(read.activities).toMatchObject([
      {
        id: 'audit:11111111-0000-4000-8000-000000000001',
        feed: 'unified-audit',
        time: now - minute - hour,
        visibleAt: now,
        subject: 'user:c1000000-0000-4000-8000-000000000001',
        subjectName: 'marta.ferrer@contoso.example',
      },
    ]);
  });
  it('asks for sign-ins, directory and mail; files are a feed of their own that a tenant asks for', async () => {
    await unifiedAudit.read(api.context(now), day);
    expect(api.windows.map(({ type }) => type)).toEqual(['Audit.AzureActiveDirectory', 'Audit.Exchange']);
    expect(unifiedAudit.optIn).toBeUndefined();
    expect(unifiedAuditSharePoint.optIn).toBe(true);
    await unifiedAuditSharePoint.read(api.context(now), day);
    expect(api.windows.at(-1)?.type).toBe('Audit.SharePoint');
  });
  it('lists windows of at most 24 hours, at most 7 days back', async () => {
    await unifiedAudit.read(api.context(now), { from: now - 30 * 24 * hour, to: now });
    const windows = api.windows.filter(({ type }) => type === 'Audit.Exchange').sort((a, b) => a.from - b.from);
    expect(windows[0]?.from).toBeGreaterThan(now - 7 * 24 * hour);
    for (const [index, { from, to }] of windows.entries()) {
      expect(to - from).toBeLessThanOrEqual(24 * hour);
      expect(to).toBe(windows[index + 1]?.from ?? now);
    }
  });
  it('reads content once: what was seen is not read again, in an overlap or in a later look', async () => {
    lay('1', now - 20 * hour);
    lay('2', now - minute);
    const first = await unifiedAudit.read(api.context(now), day);
    lay('3', now + minute);
    lay('4', now - 10 * hour);
    const later = now + 5 * minute;
    const second = await unifiedAudit.read(api.context(later, first.seen), { from: later - 23 * hour, to: later });
    expect(api.reads).toEqual(['2', '1', '3', '4']);
    const look = await unifiedAudit.read(api.context(later + 24 * hour, second.seen), { from: now - hour, to: later });
    expect(look).toMatchObject({ outcome: { status: 'complete' }, activities: [] });
    expect(api.reads).toHaveLength(4);
  });
  it('reads four bundles at a time, the last hour first and then the oldest', async () => {
    for (let index = 1; index <= 20; index++) lay(String(index), now - 22 * hour + index * hour);
    lay('21', now - 30 * minute);
    await unifiedAudit.read(api.context(now), day);
    expect(api.mostAtOnce).toBe(4);
    expect(api.reads.slice(0, 3)).toEqual(['21', '1', '2']);
  });
  it('stops when its memory is full; the mark stands before what is left, which the next reading takes up', async () => {
    const many = (seed: number) => Array.from({ length: 3_000 }, (_one, index) => ruleRecord(`2222${seed}-${index}`, now - 2 * hour));
    for (let index = 0; index < 10; index++) lay(String(index + 1), now - 10 * hour + index * minute, many(index));
    const first = await unifiedAudit.read(api.context(now), day);
    expect(first.outcome).toEqual({ status: 'incomplete', why: 'there is more than one round reads; 2 bundles of records are read next' });
    expect(first.readTo).toBe(now - 10 * hour + 8 * minute);
    const second = await unifiedAudit.read(api.context(now, first.seen), { from: first.readTo - 23 * hour, to: now });
    expect(second).toMatchObject({ outcome: { status: 'complete' }, readTo: now });
    expect(first.activities.length + second.activities.length).toBe(30_000);
  });
});

describe('subscriptions', () => {
  it.each([
    ['AF20022', 'was missing and has just been started'],
    ['AF20023', 'was disabled and has just been started again'],
  ])('one that the service does not have (%s) is started, and coverage says when content follows', async (code, words) => {
    api.refusals.set('Audit.Exchange', refused(code));
    lay('1', now - minute);
    const read = await unifiedAudit.read(api.context(now), day);
    expect(api.started).toEqual(['Audit.Exchange']);
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining(words) });
    expect(read.outcome).toMatchObject({ why: expect.stringContaining('within 12 hours') });
    expect((await unifiedAudit.read(api.context(now, read.seen), day)).activities).toHaveLength(1);
  });
  it('one that was missing for longer than a start makes up for leaves a gap, and says which', async () => {
    api.refusals.set('Audit.Exchange', refused('AF20022'));
    const mark = now - 3 * 24 * hour;
    const read = await unifiedAudit.read(api.context(now, undefined, { readTo: mark }), { from: mark - 23 * hour, to: now });
    expect(read.lost).toEqual({ from: mark, to: now - 22 * hour, why: expect.stringContaining('22 hours') });
  });
  it.each([
    ['that was missing for some hours is made up for', now - 20 * hour],
    ['of a tenant that was never read takes nothing away', undefined],
  ])('one %s: no gap', async (_, mark) => {
    api.refusals.set('Audit.Exchange', refused('AF20022'));
    const read = await unifiedAudit.read(api.context(now, undefined, mark === undefined ? {} : { readTo: mark }), day);
    expect([api.started, read.lost]).toEqual([['Audit.Exchange'], undefined]);
  });
  it('a tenant that is unknown to the service has its audit log switched off', async () => {
    for (const type of ['Audit.AzureActiveDirectory', 'Audit.Exchange'] as const) api.refusals.set(type, refused('AF20022'));
    api.startRefusal = refused(
      'StartSubscription […] failed. Exception',
      400,
      'starting: Tenant 11111111-1111-4111-8111-111111111111 does not exist.',
    );
    expect((await unifiedAudit.read(api.context(now), day)).outcome).toMatchObject({
      status: 'off',
      next: expect.stringContaining('switches it on'),
    });
  });
  it('a day without any content is quiet where auditing is on, and says so where it is off', async () => {
    expect((await unifiedAudit.read(api.context(now), day)).outcome).toEqual({ status: 'complete' });
    api.auditOn = false;
    expect((await unifiedAudit.read(api.context(now), day)).outcome).toMatchObject({ status: 'off' });
  });
});

describe('refusals and faults', () => {
  it.each([
    [refused('AF10001', 401), { status: 'denied', permission: 'ActivityFeed.Read' }],
    [refused('AF10001', 400), { status: 'denied', permission: 'ActivityFeed.Read' }],
    [refused('AF429', 429), { status: 'throttled', until: now + 10_000 }],
    [refused('AF50000', 500, 'listing: retry'), { status: 'failed', cause: 'listing: retry' }],
  ])('%s at every listing is its own outcome, the mark stays and nothing seen is forgotten', async (error, outcome) => {
    lay('1', now - minute);
    const first = await unifiedAudit.read(api.context(now), day);
    for (const type of ['Audit.AzureActiveDirectory', 'Audit.Exchange'] as const) api.refusals.set(type, error);
    const read = await unifiedAudit.read(api.context(now, first.seen), day);
    expect(read).toMatchObject({ outcome, activities: [], readTo: day.from });
    expect(read.seen).toEqual(first.seen);
  });
  it('one kind of content that cannot be listed leaves the other read, and the mark where it was', async () => {
    lay('1', now - minute);
    api.refusals.set('Audit.AzureActiveDirectory', refused('AF50000', 500, 'retry'));
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read).toMatchObject({ outcome: { status: 'incomplete', why: 'a part could not be listed: retry' }, readTo: day.from });
    expect(read.activities).toHaveLength(1);
  });
  it('one bundle that cannot be read holds up no other, and is tried again', async () => {
    lay('1', now - 5 * hour);
    api.contents.set('2', { type: 'Audit.Exchange', created: now - 4 * hour, records: refused('TooLarge', 0, 'too large') });
    lay('3', now - 3 * hour);
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read.activities).toHaveLength(2);
    expect(read).toMatchObject({ outcome: { status: 'incomplete', why: 'the reading broke off: too large' }, readTo: now - 4 * hour });
    lay('2', now - 4 * hour);
    const again = await unifiedAudit.read(api.context(now, read.seen), day);
    expect(again).toMatchObject({ outcome: { status: 'complete' }, readTo: now });
    expect(again.activities).toHaveLength(1);
  });
  it('a permission withdrawn in mid-reading ends it; what was read counts', async () => {
    for (let index = 1; index <= 4; index++) lay(String(index), now - 10 * hour + index * minute);
    for (let index = 5; index <= 12; index++)
      api.contents.set(String(index), {
        type: 'Audit.Exchange',
        created: now - 10 * hour + index * minute,
        records: refused('AF10001', 401),
      });
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read.activities).toHaveLength(4);
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: 'the reading broke off: ActivityFeed.Read is missing' });
    expect(api.reads).toHaveLength(8);
  });
  it('content that expired is said, and not asked for again', async () => {
    api.contents.set('1', { type: 'Audit.Exchange', created: now - 5 * hour, records: refused('AF20051') });
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read).toMatchObject({
      outcome: { status: 'incomplete', why: '1 bundle of records expired before they were read' },
      readTo: now,
    });
    await unifiedAudit.read(api.context(now, read.seen), day);
    expect(api.reads).toEqual(['1']);
  });
  it('records that are none are counted, kept for inspection, and stop nothing', async () => {
    lay('1', now - minute, [null, { Operation: 'New-InboxRule' }, ruleRecord('33333333-0000-4000-8000-000000000001', now - hour)]);
    const read = await unifiedAudit.read(api.context(now), day);
    expect(read.activities).toHaveLength(1);
    expect(read.skipped).toHaveLength(2);
    expect(read.outcome).toMatchObject({ status: 'incomplete', why: expect.stringMatching(/^2 records could not be understood: /) });
  });
});

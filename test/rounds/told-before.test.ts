// One event, told by two feeds: the richer record is the one, and the poorer stands in where the richer cannot come.
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { FeedState } from '../../src/contracts/rows.ts';
import { statesOf } from '../../src/rounds/due-feeds.ts';
import { areSignInsUnread } from '../../src/rounds/fast-lane.ts';
import { asKept, retold, toldOnce, withoutPoorer } from '../../src/rounds/told-before.ts';

const at = Date.UTC(2026, 2, 2, 10, 0, 0);
const minute = 60_000;
const tenant = '11111111-1111-4111-8111-111111111111';
const read = (record: Record<string, unknown>): Activity => {
  const activity = readRecord(record, { tenant, feed: 'unified-audit', visibleAt: at });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};
const common = {
  CreationTime: '2026-03-02T10:00:00',
  OrganizationId: tenant,
  UserId: 'marta.ferrer@contoso.example',
  UserKey: 'c1000000-0000-4000-8000-000000000001',
};
const signIn = read({
  ...common,
  Id: 'a1',
  RecordType: 15,
  Operation: 'UserLoggedIn',
  Workload: 'AzureActiveDirectory',
  IntraSystemId: 'b1000000-0000-4000-8000-000000000001',
});
const directory = read({
  ...common,
  Id: 'a2',
  RecordType: 8,
  Operation: 'Consent to application.',
  Workload: 'AzureActiveDirectory',
  InterSystemsId: 'b2000000-0000-4000-8000-000000000001',
  Actor: [],
  Target: [],
});
const rule = read({ ...common, Id: 'a3', RecordType: 1, Operation: 'New-InboxRule', Workload: 'Exchange' });
const all = [signIn, directory, rule];
/** Those that are an event of their own: Graph does not tell them. */
const whole = (activities: readonly Activity[], states: readonly FeedState[]): Activity[] =>
  toldOnce(activities, states).filter((activity) => activity.retold !== true);

const state = (feed: string, outcome: FeedState['outcome'], readTo?: number): FeedState => ({
  v: 1,
  feed,
  startedAt: at,
  triedAt: at,
  outcome,
  ...(readTo === undefined ? {} : { readTo }),
});
const graph = (outcome: FeedState['outcome'], readTo?: number) =>
  ['sign-ins.interactive', 'sign-ins.non-interactive', 'directory-audits'].map((feed) => state(feed, outcome, readTo));
const failed = { status: 'failed', cause: 'down' } as const;
const denied = { status: 'denied', permission: 'AuditLog.Read.All' } as const;

describe('an event that two feeds tell', () => {
  it('is taken from Graph, whose record is richer, while its logs are read', () => {
    expect(whole(all, graph({ status: 'complete' }, at))).toEqual([rule]);
    expect(whole(all, graph({ status: 'incomplete', why: 'throttled' }, at - minute))).toEqual([rule]);
  });
  it('is taken from the unified audit log where Graph cannot tell: no licence, no permission, never read', () => {
    const unlicensed = [
      state('sign-ins.interactive', { status: 'unlicensed', sku: 'Entra ID P1' }),
      state('directory-audits', { status: 'complete' }, at),
    ];
    expect(whole(all, unlicensed)).toEqual([signIn, rule]);
    expect(whole(all, graph(denied))).toEqual(all);
    expect(whole(all, [])).toEqual(all);
  });
  it('stays Graph’s where it told of that time before its permission was withdrawn or it went down, an hour ago', () => {
    for (const outcome of [denied, failed]) {
      expect(whole(all, graph(outcome, at + minute))).toEqual([rule]);
      expect(whole(all, graph(outcome, at - minute))).toEqual(all);
    }
  });
  it('is taken from the unified audit log once Graph’s feed is switched off, but for what that had told by then', () => {
    const read = graph({ status: 'complete' }, at + minute);
    const off = (states: FeedState[]) => statesOf(states, [{ id: 'directory-audits' }, { id: 'unified-audit' }]);
    expect(whole(all, off(read))).toEqual([rule]);
    expect(whole(all, off(graph({ status: 'complete' }, at - minute)))).toEqual([signIn, rule]);
    expect(areSignInsUnread(off(read))).toBe(true);
    expect(areSignInsUnread(off([...read, state('unified-audit', { status: 'complete' }, at)]))).toBe('late');
  });
  it('the newest state of a feed counts', () => {
    expect(whole(all, [...graph(denied), ...graph({ status: 'complete' }, at)])).toEqual([rule]);
  });
});

const tokenRequest = (request: number) =>
  read({
    ...common,
    Id: `a${request}`,
    RecordType: 15,
    Operation: 'UserLoggedIn',
    Workload: 'AzureActiveDirectory',
    IntraSystemId: `b1000000-0000-4000-8000-${String(request).padStart(12, '0')}`,
    ExtendedProperties: [{ Name: 'RequestType', Value: 'OAuth2:Token' }],
  });
const page = read({
  ...common,
  Id: 'a5',
  RecordType: 15,
  Operation: 'UserLoggedIn',
  ExtendedProperties: [{ Name: 'RequestType', Value: 'Login:login' }],
});
const ofApp = read({
  ...common,
  UserId: 'ServicePrincipal_d1000000-0000-4000-8000-000000000001',
  Id: 'a6',
  RecordType: 15,
  Operation: 'UserLoggedIn',
});

describe('a sign-in that stands in another of Graph’s logs than people’s', () => {
  const complete = { status: 'complete' } as const;
  const onlyInteractive = [state('sign-ins.interactive', complete, at)];
  it('is kept where that log is not read: a stolen token’s use is seen although only interactive sign-ins are read', () => {
    expect(whole([tokenRequest(1), page, ofApp], onlyInteractive).map(({ id }) => id)).toEqual([tokenRequest(1).id, ofApp.id]);
    expect(whole([tokenRequest(1)], [...onlyInteractive, state('sign-ins.non-interactive', denied)])).toHaveLength(1);
  });
  it('is Graph’s where that log is read', () => {
    const all = ['sign-ins.interactive', 'sign-ins.non-interactive', 'sign-ins.service-principal'].map((feed) => state(feed, complete, at));
    expect(whole([tokenRequest(1), page, ofApp, signIn], all)).toEqual([]);
  });
  it('of which the audit log does not say what it was is Graph’s only where people’s and programs’ are both read', () => {
    expect(whole([signIn], onlyInteractive)).toEqual([signIn]);
  });
  it('and was told by Graph all the same does not put the poorer record in the place of the richer, told now or before', async () => {
    const richer = (request: number): Activity => ({ ...tokenRequest(request), views: [{ shape: 'sign-in', record: {} }] });
    const store = {
      blobs: {
        async *activities(_scope: unknown, date: string) {
          if (date === '2026-03-02') yield richer(1);
        },
      },
    } as unknown as Parameters<typeof withoutPoorer>[0]['store'];
    const fresh = [richer(2), tokenRequest(1), tokenRequest(2), tokenRequest(3), rule];
    const scope = { tenant } as unknown as Parameters<typeof withoutPoorer>[1];
    expect(await withoutPoorer({ store }, scope, fresh, onlyInteractive)).toEqual([
      fresh[0],
      retold(tokenRequest(1)),
      retold(tokenRequest(2)),
      fresh[3],
      rule,
    ]);
  });
  it('costs no look at what is stored where Graph tells of no sign-ins', async () => {
    const scope = { tenant } as unknown as Parameters<typeof withoutPoorer>[1];
    const none = { store: {} } as unknown as Parameters<typeof withoutPoorer>[0];
    expect(await withoutPoorer(none, scope, [tokenRequest(1), rule], [state('sign-ins.interactive', denied)])).toHaveLength(2);
  });
});

describe('a record of the unified audit log whose event Graph tells', () => {
  const read = graph({ status: 'complete' }, at);
  it('stays for the rules of its own log, under its own id and without a view in Graph’s spelling', () => {
    const again = toldOnce([signIn], read)[0];
    expect(again).toMatchObject({ id: 'audit:a1', retold: true, time: signIn.time, subject: signIn.subject });
    expect(again?.views).toEqual([signIn.views[0]]);
  });
  it('has an id also where the record has none, the same each time', () => {
    const { Id: _, ...record } = { ...signIn.views[0]?.record };
    const nameless = { ...signIn, views: [{ shape: 'unified-audit' as const, record }] };
    expect(retold(nameless).id).toMatch(/^audit:retold-/);
    expect(retold(nameless).id).toBe(retold({ ...nameless }).id);
  });

  const none = { knows: () => false, keeps: () => false };
  const kept = (...activities: Activity[]) => ({
    knows: (id: string) => activities.some((one) => one.id === id),
    keeps: ({ id, views }: Activity) => activities.some((one) => one.id === id && one.views[0]?.record === views[0]?.record),
  });
  const richer: Activity = { ...signIn, views: [{ shape: 'sign-in', record: {} }] };
  it('keeps at a later look the form in which it was kept, so that no rule speaks twice', () => {
    expect(asKept(signIn, read, kept(retold(signIn), richer))).toEqual(retold(signIn));
    // Graph's permission was withdrawn since.
    expect(asKept(signIn, graph(denied), kept(retold(signIn), richer))).toEqual(retold(signIn));
    expect(asKept(signIn, graph(denied), kept(signIn))).toBe(signIn);
  });
  it('that was kept whole while Graph was silent does not come back over the richer record that came since', () => {
    expect(asKept(signIn, read, kept(signIn))).toBeUndefined();
    expect(asKept(directory, read, kept(directory))).toBeUndefined();
  });
  it('that comes late is told once more where Graph told it, whole where not', () => {
    expect(asKept(signIn, read, none)).toEqual(retold(signIn));
    expect(asKept(signIn, graph(denied), none)).toBe(signIn);
    expect(asKept(rule, read, none)).toBe(rule);
  });
});

describe('whether sign-ins can be read', () => {
  const unlicensed = state('sign-ins.interactive', { status: 'unlicensed', sku: 'Entra ID P1' });
  it('not at all, where neither feed can be', () => {
    expect(areSignInsUnread([])).toBe(true);
    expect(areSignInsUnread([unlicensed])).toBe(true);
    expect(areSignInsUnread([unlicensed, state('unified-audit', { status: 'off', what: 'it is off', next: 'switch it on' })])).toBe(true);
  });
  it('late, where only the unified audit log tells them', () => {
    expect(areSignInsUnread([unlicensed, state('unified-audit', { status: 'complete' }, at)])).toBe('late');
  });
  it('in time, where Graph does, and where it only waits or failed just now', () => {
    expect(areSignInsUnread([state('sign-ins.interactive', { status: 'complete' }, at)])).toBe(false);
    expect(areSignInsUnread([state('sign-ins.interactive', failed, at), state('unified-audit', { status: 'complete' }, at)])).toBe(false);
  });
});

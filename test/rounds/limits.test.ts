// What a round may ask: five of one tenant in ten seconds, a common pool in which the less urgent gives way first, pauses that a service asked for.
import { describe, expect, it } from 'vitest';
import { unifiedAudit } from '../../src/collect/activity-log/unified-audit.ts';
import type { LogFeed } from '../../src/collect/feed.ts';
import { feedsOf, notPaused } from '../../src/rounds/due-feeds.ts';
import type { LimitedRound } from '../../src/rounds/limits.ts';
import { createMeter, type Meter } from '../../src/rounds/meter.ts';
import { type ActivityApi, type AuditContent, type Connection, ServiceError } from '../../src/tenants/connections.ts';
import { planned, refused, unplanned, workers } from '../support/workers.ts';

describe('limits', () => {
  it('let five requests of a tenant go in ten seconds, and the fast lane waits for the sixth', async () => {
    const { clock, worker } = workers();
    const round = worker().open(planned);
    const begun = clock.now();
    for (let n = 0; n < 5; n++) await round.before('sign-ins.interactive', 'reporting');
    expect(clock.now()).toBe(begun);
    await round.before('sign-ins.interactive', 'reporting');
    expect(clock.now() - begun).toBeGreaterThan(10_000);
  });

  it('count what the tenant’s last rounds asked for, on whichever worker they ran', async () => {
    const { clock, worker } = workers();
    const first = worker().open(planned);
    for (let n = 0; n < 4; n++) await first.before('sign-ins.interactive', 'reporting');
    clock.advance(3000);
    const left = new Map([['fast', first.spent()]] as const);
    const next = worker().open({ ...unplanned, lane: 'reconcile', before: left });
    expect(await refused(next.before('directory-audits', 'reporting'))).toBe('sent');
    expect(await refused(next.before('directory-audits', 'reporting'))).toBe('HeldBack');
    const fast = worker().open({ ...unplanned, before: left });
    const begun = clock.now();
    for (let n = 0; n < 2; n++) await fast.before('sign-ins.interactive', 'reporting');
    expect(clock.now() - begun).toBeGreaterThan(7000 - 1);
  });

  it('count what another worker noted by another clock as if it were a second younger, and what this one noted exactly', async () => {
    const { clock, worker } = workers();
    const sent: number[] = [];
    const behind = worker(-400);
    const ask = async (round: LimitedRound, times: number) => {
      for (let n = 0; n < times; n++) {
        await round.before('sign-ins.interactive', 'reporting');
        sent.push(clock.now());
      }
    };
    const first = behind.open(planned);
    await ask(first, 5);
    const before = new Map([['fast', first.spent()]] as const);
    clock.advance(5000);
    // Carried on by a third worker that asks for nothing: the times stay those of the clock that noted them.
    const carried = new Map([
      [
        'fast',
        worker()
          .open({ ...unplanned, before })
          .spent(),
      ],
    ] as const);
    const begun = clock.now();
    await ask(worker(400).open({ ...unplanned, before: carried }), 5);
    for (const at of sent) expect(sent.filter((time) => time > at - 10_000 && time <= at).length).toBeLessThanOrEqual(5);
    expect(clock.now() - begun).toBe(5000 + 1000 - 800 + 1);
    clock.advance(-(clock.now() - begun));
    await ask(behind.open({ ...unplanned, before: carried }), 1);
    expect(clock.now() - begun).toBe(5001);
  });

  it('share the five between two lanes that run at once on two workers', async () => {
    const { clock, worker } = workers();
    const begun = clock.now();
    const sent: number[] = [];
    const [one, other] = [worker().open({ ...unplanned, lane: 'reconcile' }), worker().open({ ...unplanned, besideSince: begun })];
    const send = async (round: LimitedRound) => {
      await round.before('sign-ins.interactive', 'reporting');
      sent.push(clock.now() - begun);
    };
    for (let n = 0; n < 5; n++) await send(one);
    for (let n = 0; n < 8; n++) await send(other);
    expect(await refused(one.before('directory-audits', 'reporting'))).toBe('sent');
    for (const at of sent) expect(sent.filter((time) => time > at - 10_000 && time <= at).length).toBeLessThanOrEqual(5);
    expect(sent.at(-1)).toBeLessThan(45_000);
  });

  it('hold back what the reconcile lane would have to wait for', async () => {
    const { worker } = workers();
    const round = worker().open({ ...planned, lane: 'reconcile' });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await refused(round.before('directory-audits', 'reporting')));
    expect(answers).toEqual(['sent', 'sent', 'sent', 'sent', 'sent', 'HeldBack']);
  });

  it('give the last requests of the common pool to tenants under attack, then sign-ins, audits, reconciliation', async () => {
    const { worker } = workers();
    const limits = worker();
    const open = (tenant: string, lane: 'fast' | 'reconcile', hot: boolean) => limits.open({ tenant, lane, hot });
    // Others use the pool up to where reconciliation has to stop.
    for (let n = 0; n < 14; n++) await open(`other-${n}`, 'fast', true).before('sign-ins.interactive', 'reporting');
    expect(await refused(open('b', 'reconcile', false).before('directory-audits', 'reporting'))).toBe('HeldBack');
    expect(await refused(open('c', 'fast', true).before('sign-ins.interactive', 'reporting'))).toBe('sent');
  });

  it('give hints no more than half of the pool, so that the pages of planned rounds find room', async () => {
    const { worker } = workers();
    const limits = worker();
    const hint = (n: number) =>
      limits.open({ ...unplanned, tenant: `hinted-${n}`, hint: true }).before('sign-ins.interactive', 'reporting');
    const answers = [];
    for (let n = 0; n < 14; n++) answers.push(await refused(hint(n)));
    expect(answers.filter((answer) => answer === 'sent')).toHaveLength(12);
    expect(await refused(limits.open({ ...unplanned, tenant: 'paging' }).before('sign-ins.interactive', 'reporting'))).toBe('sent');
  });

  it('let a bell of the plan ask without a lease only near its slot, and one without a slot never', async () => {
    const { clock, worker, leased } = workers();
    const asks = async (round: Parameters<ReturnType<typeof worker>['open']>[0]) => {
      const before = leased();
      await worker().open(round).before('sign-ins.interactive', 'reporting');
      return leased() - before;
    };
    expect(await asks(planned)).toBe(0);
    expect(await asks(unplanned)).toBe(1);
    clock.advance(10_000);
    expect(await asks({ ...planned, tenant: 'b' })).toBe(0);
    clock.advance(1);
    expect(await asks({ ...planned, tenant: 'c' })).toBe(1);
  });

  it('take a lateness of all bells for usual, once it was watched for four minutes', async () => {
    const { clock, worker, leased } = workers();
    const limits = worker();
    const leases: boolean[] = [];
    for (let n = 0; n < 40; n++) {
      clock.advance(10_000);
      const before = leased();
      await limits.open({ ...planned, tenant: `t${n}`, slot: clock.now() - 12_000 }).before('sign-ins.interactive', 'reporting');
      leases.push(leased() > before);
    }
    expect(leases.slice(0, 24)).not.toContain(false);
    expect(leases.slice(24)).not.toContain(true);
  });

  it('heed a pause that a service asked for, for all feeds of that source and tenant and no other', async () => {
    const { clock, worker } = workers();
    const limits = worker();
    const round = limits.open(planned);
    await round.before('sign-ins.interactive', 'reporting');
    round.after('reporting', new ServiceError('graph', 429, 'TooManyRequests', 'slow down', { retryAfterSeconds: 90 }));
    expect(await refused(limits.open(planned).before('directory-audits', 'reporting'))).toBe('HeldBack');
    // Another worker learns it from what this round commits, also where a page in the middle met it.
    const elsewhere = worker().open({ ...planned, before: new Map([['fast', round.spent()]]) });
    expect(await refused(elsewhere.before('directory-audits', 'reporting'))).toBe('HeldBack');
    expect(await refused(limits.open(planned).before('service-principals', 'graph'))).toBe('sent');
    expect(await refused(limits.open({ ...planned, tenant: 'b' }).before('directory-audits', 'reporting'))).toBe('sent');
    clock.advance(90_001);
    expect(await refused(limits.open(planned).before('directory-audits', 'reporting'))).toBe('sent');
  });

  it('end a feed after twenty pages and a round after two and a half minutes, so that its lease lasts', async () => {
    const { clock, worker } = workers();
    const round = worker().open({ ...planned, tenant: 'b' });
    for (let n = 0; n < 20; n++) await round.before('service-principals-log', 'graph');
    expect(await refused(round.before('service-principals-log', 'graph'))).toBe('HeldBack');
    clock.advance(150_001);
    expect(await refused(round.before('another', 'graph'))).toBe('HeldBack');
  });
});

describe('feeds that are due', () => {
  const feeds = [
    { id: 'sign-ins.interactive', source: 'reporting' },
    { id: 'directory-audits', source: 'reporting' },
    { id: 'unified-audit.sharepoint', source: 'activity', optIn: true },
  ] as const;
  const throttled = (feed: string, why?: string) =>
    new Map([
      [
        feed,
        {
          v: 1 as const,
          feed,
          startedAt: 0,
          triedAt: 0,
          outcome: { status: 'throttled' as const, until: 100, ...(why === undefined ? {} : { why }) },
        },
      ],
    ]);
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

  it('are those that the policy asks for', () => {
    expect(ids(feedsOf(feeds, { feeds: { on: [], off: ['directory-audits'] } }))).toEqual(['sign-ins.interactive']);
    expect(ids(feedsOf(feeds, { feeds: { on: ['unified-audit.sharepoint'], off: [] } }))).toHaveLength(3);
  });
  it('leave a service alone as long as it asked, whichever lane met it', () => {
    expect(ids(notPaused(feeds, feeds, throttled('reconcile:directory-audits'), 99, 'fast'))).toEqual(['unified-audit.sharepoint']);
    expect(notPaused(feeds, feeds, throttled('reconcile:directory-audits'), 100, 'fast')).toHaveLength(3);
  });
  it('wait alone where our own budget held one back', () => {
    expect(ids(notPaused(feeds, feeds, throttled('directory-audits', 'the pool'), 50, 'fast'))).toEqual([
      'sign-ins.interactive',
      'unified-audit.sharepoint',
    ]);
    expect(notPaused(feeds, feeds, throttled('directory-audits', 'the pool'), 50, 'reconcile')).toHaveLength(3);
  });
});

describe('requests to the activity API', () => {
  const content: AuditContent = { id: 'c1', uri: 'https://manage.office.com/c1', created: 0 };
  /** Of two pages, as the client asks: once per page. */
  const activity: ActivityApi = {
    start: async () => undefined,
    async *content(_type, _from, _to, before) {
      for (let page = 0; page < 2; page++) {
        await before?.();
        yield [content];
      }
    },
    read: async () => [],
  };
  const readAll: LogFeed = {
    ...unifiedAudit,
    async read({ connection }, span) {
      await connection.activity.start('Audit.Exchange');
      for await (const page of connection.activity.content('Audit.Exchange', span.from, span.to))
        for (const one of page) await connection.activity.read(one);
      return { outcome: { status: 'complete' }, activities: [], skipped: [], readTo: span.to };
    },
  };
  const meterOf = (limits?: LimitedRound) => createMeter({ connection: { activity } as Connection, feeds: [readAll], limits });
  const read = (meter: Meter) => {
    const [own] = meter.feeds;
    if (own?.kind !== 'log') throw new Error('no log feed');
    return own.read({ tenant: 'a', connection: meter.connection, now: 0, touched: [] }, { from: 0, to: 1 });
  };

  it('count for the feed that asks: each page, each bundle, each start', async () => {
    const meter = meterOf();
    await read(meter);
    expect(meter.requests).toEqual({ [readAll.id]: 5 });
  });
  it('wait where the service asked for it, and tell the limits how they ended', async () => {
    const { worker } = workers();
    const limits = worker().open(planned);
    limits.after('activity', new ServiceError('activity', 429, 'AF429', 'too many', { retryAfterSeconds: 60 }));
    const meter = meterOf(limits);
    await expect(read(meter)).rejects.toMatchObject({ code: 'HeldBack', service: 'activity', status: 429 });
    expect([meter.requests, meter.heldBack()]).toEqual([{}, 1]);
  });
});

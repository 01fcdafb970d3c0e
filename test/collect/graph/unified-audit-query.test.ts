// The audit query never holds a round up: it is made in one, looked at in the next ones, and read when it is done.
import { describe, expect, it } from 'vitest';
import type { FeedRead } from '../../../src/collect/feed.ts';
import { unifiedAuditQuery } from '../../../src/collect/graph/unified-audit-query.ts';
import { type Answers, fakeGraph, now, refused, tenant } from './fake-graph.ts';

const dayMs = 86_400_000;
const span = { from: now - 30 * dayMs, to: now };
const record = (id: string) => ({
  id,
  createdDateTime: '2026-02-08T10:00:00Z',
  auditData: {
    Id: id,
    CreationTime: '2026-02-08T10:00:00',
    Operation: 'New-InboxRule',
    RecordType: 1,
    UserId: 'ada@contoso.example',
    OrganizationId: tenant,
    Workload: 'Exchange',
  },
});
const link = (token: string) => `https://graph.microsoft.com/beta/security/auditLog/queries/q1/records?$top=500&$skiptoken=${token}`;

async function rounds(answers: Answers, count: number, start?: string) {
  const { asked, context } = fakeGraph(answers);
  const reads: FeedRead[] = [];
  let kept = start;
  for (let round = 0; round < count; round++) {
    const read = await unifiedAuditQuery.read(kept === undefined ? context : { ...context, kept }, span);
    reads.push(read);
    kept = read.kept;
  }
  return { asked, reads };
}

describe('the audit query', () => {
  it('is made for at most seven days, waited for without waiting, read, and forgotten', async () => {
    let looked = 0;
    const { asked, reads } = await rounds(({ method, path }) => {
      if (method === 'POST') return { id: 'q1', status: 'notStarted' };
      if (!path.endsWith('/records')) return { status: ++looked < 2 ? 'running' : 'succeeded' };
      return { value: [record('a')] };
    }, 3);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /security/auditLog/queries',
      'GET /security/auditLog/queries/q1',
      'GET /security/auditLog/queries/q1',
      'GET /security/auditLog/queries/q1/records',
    ]);
    expect(asked[0]?.options).toMatchObject({
      version: 'beta',
      body: { filterStartDateTime: '2026-02-07T10:00:00.000Z', filterEndDateTime: '2026-02-14T10:00:00.000Z' },
    });
    const [made, waited, done] = reads;
    expect(made).toMatchObject({ outcome: { status: 'incomplete', why: expect.stringContaining('is searching') }, readTo: span.from });
    expect(waited).toMatchObject({ outcome: { status: 'incomplete' }, readTo: span.from, activities: [] });
    expect(done).toMatchObject({ outcome: { status: 'complete' }, readTo: span.from + 7 * dayMs });
    expect(done?.activities.map(({ id }) => id)).toEqual(['audit:a']);
    expect(done?.kept).toBeUndefined();
  });

  it('reads ten pages a round and goes on where it stopped; the mark moves at the end', async () => {
    let page = 0;
    const { asked, reads } = await rounds(
      ({ path }) =>
        path.endsWith('/records')
          ? { value: [record(`r${page}`)], ...(++page < 12 ? { '@odata.nextLink': link(`t${page}`) } : {}) }
          : { status: 'succeeded' },
      2,
      JSON.stringify({ query: 'q1', version: 'beta', from: span.from, to: span.from + dayMs }),
    );
    expect(reads[0]).toMatchObject({ outcome: { status: 'incomplete' }, readTo: span.from });
    expect(reads[0]?.activities).toHaveLength(10);
    expect(reads[1]).toMatchObject({ outcome: { status: 'complete' }, readTo: span.from + dayMs });
    expect(asked.at(-2)?.options.query).toEqual({ $top: '500', $skiptoken: 't10' });
  });

  it('asks v1.0 where beta is not there, once', async () => {
    const { asked } = await rounds(({ options }) => (options.version === 'beta' ? refused(404, 'UnknownError') : { id: 'q1' }), 1);
    expect(asked.map(({ options }) => options.version)).toEqual(['beta', 'v1.0']);
  });

  it.each([
    ['keeps the query through a throttled look', refused(429, 'TooManyRequests'), 'throttled', true],
    ['keeps the query through an outage', refused(503, 'Busy'), 'failed', true],
    ['forgets a query that Microsoft no longer knows', refused(404, 'UnknownError'), 'failed', false],
  ] as const)('%s', async (_what, error, status, keeps) => {
    const { reads } = await rounds(() => error, 1, JSON.stringify({ query: 'q1', version: 'beta', from: span.from, to: now }));
    expect(reads[0]?.outcome.status).toBe(status);
    expect(reads[0]?.kept !== undefined).toBe(keeps);
  });

  it('asks anew after a search that failed', async () => {
    const { asked, reads } = await rounds(
      ({ method }) => (method === 'POST' ? { id: 'q2' } : { status: 'failed' }),
      2,
      JSON.stringify({ query: 'q1', version: 'beta', from: span.from, to: now }),
    );
    expect(reads[0]).toMatchObject({ outcome: { status: 'failed' }, readTo: span.from });
    expect(asked.at(-1)?.method).toBe('POST');
  });

  it('says which permission it lacks', async () => {
    const { reads } = await rounds(() => refused(403, 'Authorization_RequestDenied'), 1);
    expect(reads[0]?.outcome).toEqual({ status: 'denied', permission: 'AuditLogsQuery.Read.All' });
  });

  it('asks for no span before it is a day old, since records come late and it is asked for once, nor for a few hours', async () => {
    const { asked, context } = fakeGraph(() => ({ id: 'q1' }));
    const from = now - 30 * 3_600_000;
    expect(await unifiedAuditQuery.read(context, { from, to: now })).toMatchObject({ outcome: { status: 'complete' }, readTo: from });
    expect(asked).toHaveLength(0);
    await unifiedAuditQuery.read(context, { from: now - 31 * 3_600_000, to: now });
    expect(asked[0]?.options.body).toMatchObject({ filterEndDateTime: new Date(now - 25 * 3_600_000).toISOString() });
  });

  it('never follows a link to elsewhere: only its token is used', async () => {
    let page = 0;
    const { asked } = await rounds(
      () => ({ value: [], ...(page++ === 0 ? { '@odata.nextLink': 'https://evil.example/x?$skiptoken=t1' } : {}) }),
      1,
      JSON.stringify({ query: 'q1', version: 'beta', from: span.from, to: now, next: 't0' }),
    );
    expect(asked.map(({ path }) => path)).toEqual(Array(2).fill('/security/auditLog/queries/q1/records'));
  });
});

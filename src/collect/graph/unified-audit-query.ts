// Feed: the unified audit log through Graph's audit query, for spans that the Management Activity API no longer gives (older than 7 days). Read only where the policy asks for it.
// A query runs for minutes to hours at Microsoft: its id is kept with the mark and looked at once a round, so that no round waits for it.
import { z } from 'zod';
import type { Activity } from '../../contracts/activity.ts';
import { ServiceError } from '../../tenants/connections.ts';
import type { FeedRead, LogFeed, ReadContext, Span } from '../feed.ts';
import { readOutcomeOf } from '../read-outcome.ts';
import { readRecord } from '../records/to-activity.ts';
import { auditLogsQueryRead } from './permissions.ts';

const id = 'unified-audit.query';
const path = '/security/auditLog/queries';
const needs = { permission: auditLogsQueryRead.name };
const hourMs = 3_600_000;
/** One query asks for at most this long: a larger one runs for hours. */
const longestMs = 7 * 24 * hourMs;
/** A new query is worth making for this much; creating many in a row is refused with 429. */
const shortestMs = 6 * hourMs;
/** The youngest day is left out: records come up to a day late, and a span is asked for once. */
const lagMs = 25 * hourMs;
const pageSize = 500;
const mostPages = 10;
const keptSkipped = 20;

/** The query under way. */
const underWay = z.object({
  query: z.string(),
  version: z.enum(['beta', 'v1.0']),
  from: z.number(),
  to: z.number(),
  /** Where its records go on. */
  next: z.string().optional(),
});
type UnderWay = z.infer<typeof underWay>;

const created = z.object({ id: z.string().min(1) });
const state = z.object({ status: z.enum(['notStarted', 'running', 'succeeded', 'failed', 'cancelled']) });
const recordPage = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

const nothing = (outcome: FeedRead['outcome'], readTo: number, query?: UnderWay): FeedRead => ({
  outcome,
  activities: [],
  skipped: [],
  readTo,
  ...(query === undefined ? {} : { kept: JSON.stringify(query) }),
});

function keptQuery(kept: string | undefined): UnderWay | undefined {
  if (kept === undefined) return undefined;
  const parsed = underWay.safeParse(JSON.parse(kept));
  return parsed.success ? parsed.data : undefined;
}

/** Beta first: v1.0 documents the path and was measured to answer 404 (July 2026); where it is the other way round, one more request. */
async function create({ connection }: ReadContext, span: Span): Promise<UnderWay> {
  const body = {
    displayName: 'Tenant Guard',
    filterStartDateTime: new Date(span.from).toISOString(),
    filterEndDateTime: new Date(span.to).toISOString(),
  };
  const ask = async (version: UnderWay['version']): Promise<UnderWay> => {
    const answer = created.safeParse(await connection.graph.request('POST', path, { version, body }));
    if (!answer.success) throw new ServiceError('graph', 0, 'NoQuery', `POST ${path}: the answer names no query`);
    return { query: answer.data.id, version, ...span };
  };
  try {
    return await ask('beta');
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return ask('v1.0');
    throw error;
  }
}

async function statusOf({ connection }: ReadContext, { query, version }: UnderWay): Promise<z.infer<typeof state>['status']> {
  const answer = state.safeParse(await connection.graph.request('GET', `${path}/${query}`, { version }));
  if (!answer.success) throw new ServiceError('graph', 0, 'NoQuery', `GET ${path}: the answer tells no status`);
  return answer.data.status;
}

/** Records from where the last round stopped, at most ten pages. The mark moves when all are read: they come in no order. */
async function records(context: ReadContext, query: UnderWay, mark: number): Promise<FeedRead> {
  const activities: Activity[] = [];
  const skipped: { reason: string; raw: unknown }[] = [];
  let next = query.next;
  for (let page = 0; page < mostPages; page++) {
    const answer = recordPage.safeParse(
      await context.connection.graph.request('GET', `${path}/${query.query}/records`, {
        version: query.version,
        query: { $top: String(pageSize), ...(next === undefined ? {} : { $skiptoken: next }) },
      }),
    );
    if (!answer.success) throw new ServiceError('graph', 0, 'NoPage', `GET ${path}/…/records: the answer was no page of a collection`);
    for (const raw of answer.data.value) {
      const activity = readRecord(raw, { tenant: context.tenant, feed: id, visibleAt: context.now });
      if (!('skipped' in activity)) activities.push(activity);
      else if (skipped.length < keptSkipped) skipped.push({ reason: activity.skipped, raw });
    }
    const link = answer.data['@odata.nextLink'];
    if (link === undefined) return { outcome: outcomeOf(skipped), activities, skipped, readTo: query.to };
    // Only the token is taken from the link: the request goes where the others went.
    const token = URL.canParse(link) ? new URL(link).searchParams.get('$skiptoken') : null;
    if (token === null) throw new ServiceError('graph', 0, 'NoPage', `GET ${path}/…/records: the link to the next page holds no token`);
    next = token;
  }
  const why = `Microsoft found more than ${mostPages * pageSize} records; the reading goes on at the next round`;
  return { outcome: { status: 'incomplete', why }, activities, skipped, readTo: mark, kept: JSON.stringify({ ...query, next }) };
}

const outcomeOf = (skipped: FeedRead['skipped']): FeedRead['outcome'] =>
  skipped.length === 0
    ? { status: 'complete' }
    : { status: 'incomplete', why: `${skipped.length} records could not be understood: ${skipped[0]?.reason ?? ''}` };

export const unifiedAuditQuery: LogFeed = {
  kind: 'log',
  shapes: ['unified-audit', 'sign-in', 'directory-audit'],
  id,
  title: 'Unified audit log, by query',
  source: 'graph',
  lane: 'fast',
  permissions: [auditLogsQueryRead],
  blind: 'what the unified audit log holds beyond seven days is not read',
  delay: 'a day: what is younger is left out, and the Management Activity API has it; a query then runs for minutes, sometimes hours',
  paging: `${pageSize} records a page, by token, in no order, at most ${mostPages} pages a round`,
  reconciled:
    'not: a span is asked for only when it is a day old, so that what comes late is there; what comes later than that is not looked for',
  optIn: true,
  readOnce: true,
  past: true,
  // A month of the past is behind for as long as Microsoft searches it; where it cannot be read, that is said at once all the same.
  quietSeconds: 32 * 86_400,
  overlapSeconds: 0,
  firstReadDays: 30,
  keptDays: 180,
  async read(context, span) {
    const query = keptQuery(context.kept);
    try {
      if (query === undefined) {
        const to = Math.min(context.now - lagMs, span.from + longestMs);
        if (to - span.from < shortestMs) return nothing({ status: 'complete' }, span.from);
        return nothing(searching(to), span.from, await create(context, { from: span.from, to }));
      }
      const status = query.next === undefined ? await statusOf(context, query) : 'succeeded';
      if (status === 'succeeded') return await records(context, query, span.from);
      if (status === 'notStarted' || status === 'running') return nothing(searching(query.to), span.from, query);
      return nothing(
        { status: 'failed', cause: `Microsoft's search of the audit log ended as ${status}; the next round asks again` },
        span.from,
      );
    } catch (error) {
      const outcome = readOutcomeOf(error, needs, context.now);
      // A query that Microsoft no longer knows is asked for again; through anything else it is kept.
      const isGone = error instanceof ServiceError && error.status === 404;
      return nothing(outcome, span.from, isGone ? undefined : query);
    }
  },
};

const searching = (to: number): FeedRead['outcome'] => ({
  status: 'incomplete',
  why: `Microsoft is searching the audit log up to ${new Date(to).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
});

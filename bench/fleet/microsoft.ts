// Stands in for Microsoft's services of a whole fleet: how long answers take, how many pages there are, the reporting API's limits; every request is recorded. Used by fleet.ts.
import type { Feed, FeedSource, LogFeed, SnapshotFeed } from '../../src/collect/feed.ts';
import { readOutcomeOf } from '../../src/collect/read-outcome.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { type Connection, type GraphOptions, ServiceError } from '../../src/tenants/connections.ts';
import type { VirtualTime } from './virtual-time.ts';

const minuteMs = 60_000;
const binMs = 5 * minuteMs;
const windowMs = 10_000;

export interface FleetTenant {
  readonly id: string;
  readonly name: string;
  readonly users: number;
  /** Hours that its clocks are ahead of UTC. */
  readonly zone: number;
  /** Pages of non-interactive sign-ins in a round of its working hours. */
  readonly pages: number;
  /** Milliseconds until it answers. */
  readonly latencyMs: number;
}

export interface Microsoft {
  connection(tenant: FleetTenant): Connection;
  readonly feeds: readonly Feed[];
  /** Most requests to the reporting API within any ten seconds: of all tenants, and of one. */
  readonly most: { readonly fleet: number; readonly tenant: number };
  readonly requests: { readonly [source in FeedSource]: number };
  /** Longest time between two readings of a log of a tenant to its end, by tenant, since the last reset. What was only tried, or read in part, is no reading. */
  readonly longest: Map<string, number>;
  /** Requests that were refused because a limit was reached. */
  readonly refused: number;
}

const work = (tenant: FleetTenant, time: number): boolean => {
  const local = new Date(time + tenant.zone * 3_600_000);
  const hour = local.getUTCHours();
  return hour >= 8 && hour < 18 && local.getUTCDay() % 6 !== 0;
};

export function createMicrosoft(time: VirtualTime, tenants: readonly FleetTenant[], firstReadDays: number): Microsoft {
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const requests: Record<FeedSource, number> = { reporting: 0, graph: 0, exchange: 0, activity: 0 };
  const windows = new Map<string, number[]>();
  const most = { fleet: 0, tenant: 0 };
  const longest = new Map<string, number>();
  const readAt = new Map<string, number>();
  function wasRead(tenant: string, feed: string, to: number): void {
    // Later looks end in the past.
    if (to < time.now() - 5 * minuteMs) return;
    const key = `${tenant}|${feed}`;
    const last = readAt.get(key);
    if (last !== undefined) longest.set(tenant, Math.max(longest.get(tenant) ?? 0, time.now() - last));
    readAt.set(key, time.now());
  }
  let refused = 0;
  const within = (key: string): number[] => {
    const times = windows.get(key) ?? [];
    while (times[0] !== undefined && times[0] <= time.now() - windowMs) times.shift();
    windows.set(key, times);
    return times;
  };

  async function answer(tenant: FleetTenant, source: FeedSource, before?: () => Promise<void>): Promise<void> {
    await before?.();
    requests[source]++;
    if (source === 'reporting') {
      const [own, all] = [within(tenant.id), within('fleet')];
      own.push(time.now());
      all.push(time.now());
      most.tenant = Math.max(most.tenant, own.length);
      most.fleet = Math.max(most.fleet, all.length);
      if (own.length > 5 || all.length > 122) {
        refused++;
        await time.sleep(100);
        throw new ServiceError('graph', 429, 'TooManyRequests', 'too many requests');
      }
    }
    await time.sleep(tenant.latencyMs);
  }

  const connection = (tenant: FleetTenant): Connection =>
    ({
      graph: {
        async request(_method: string, path: string, options: GraphOptions = {}) {
          await answer(tenant, path.startsWith('/auditLogs') ? 'reporting' : 'graph', options.before);
          return {};
        },
        async *pages(path: string, options: GraphOptions = {}) {
          const source = path.startsWith('/auditLogs') ? 'reporting' : 'graph';
          for (let page = 0; page < Number(options.query?.['pages'] ?? 1); page++) {
            await answer(tenant, source, options.before);
            yield [];
          }
        },
      },
      exchange: {
        async invoke() {
          await answer(tenant, 'exchange');
          return [];
        },
      },
    }) as unknown as Connection;

  const log = (id: string, path: string, perBin: number): LogFeed => ({
    kind: 'log',
    id,
    title: id,
    source: 'reporting',
    lane: 'fast',
    permissions: [],
    blind: 'unread',
    delay: 'none',
    paging: 'by link',
    reconciled: 'later looks',
    overlapSeconds: 900,
    firstReadDays,
    keptDays: 30,
    async read(context, span) {
      const tenant = byId.get(context.tenant);
      if (tenant === undefined) throw new Error(`no tenant ${context.tenant}`);
      const activities: Activity[] = [];
      // To the nearest: a span that clocks make longer by a millisecond has no page more.
      const pages =
        id.endsWith('non-interactive') && work(tenant, span.to)
          ? Math.max(1, Math.round((tenant.pages * (span.to - span.from)) / (20 * minuteMs)))
          : 1;
      let read = 0;
      try {
        for await (const _ of context.connection.graph.pages(path, { query: { pages: String(pages) } })) read++;
      } catch (error) {
        const outcome = readOutcomeOf(error, { permission: 'none' }, context.now);
        const readTo = span.from + Math.floor(((span.to - span.from) * read) / pages);
        return read === 0
          ? { outcome, activities, skipped: [], readTo: span.from }
          : {
              outcome: { status: 'incomplete', why: 'broken off' },
              activities: recordsOf(tenant, id, perBin, { from: span.from, to: readTo }),
              skipped: [],
              readTo,
            };
      }
      wasRead(tenant.id, id, span.to);
      return { outcome: { status: 'complete' }, activities: recordsOf(tenant, id, perBin, span), skipped: [], readTo: span.to };
    },
  });
  const snapshot = (id: string, source: FeedSource): SnapshotFeed => ({
    kind: 'snapshot',
    id,
    title: id,
    source,
    lane: 'config',
    permissions: [],
    blind: 'unread',
    delay: 'none',
    paging: 'none',
    reconciled: 'compared',
    ignore: [],
    shape: 'service-principal',
    describe: () => ({ id: '', name: '', subject: 'app:none' as SubjectId }),
    async list({ connection: { graph, exchange } }) {
      if (source === 'exchange') await exchange.invoke('Get-Something');
      else await graph.request('GET', `/${id}`);
      return { outcome: { status: 'complete' }, objects: [] };
    },
  });

  return {
    connection,
    feeds: [
      log('sign-ins.interactive', '/auditLogs/signIns', 1),
      log('sign-ins.non-interactive', '/auditLogs/signIns', 1),
      log('sign-ins.service-principal', '/auditLogs/signIns', 0),
      log('directory-audits', '/auditLogs/directoryAudits', 0.2),
      snapshot('service-principals', 'graph'),
      snapshot('permission-grants', 'graph'),
      snapshot('exchange.inbound-connectors', 'exchange'),
      snapshot('exchange.transport-rules', 'exchange'),
    ],
    most,
    longest,
    requests,
    get refused() {
      return refused;
    },
  };
}

/** Few, and the same whenever they are asked for: one every so many bins of five minutes in working hours. */
function recordsOf(tenant: FleetTenant, feed: string, perBin: number, span: { readonly from: number; readonly to: number }): Activity[] {
  const records: Activity[] = [];
  if (perBin === 0) return records;
  const every = Math.round(1 / perBin);
  for (let bin = Math.ceil(span.from / binMs); bin * binMs < span.to; bin++) {
    const at = bin * binMs;
    if (bin % every !== 0 || !work(tenant, at)) continue;
    const user = bin % tenant.users;
    records.push({
      id: `signin:${tenant.id}-${feed}-${bin}`,
      tenant: tenant.id,
      feed,
      time: at,
      subject: `user:${user}` as SubjectId,
      views: [{ shape: 'sign-in', record: { id: `${bin}` } }],
    });
  }
  return records;
}

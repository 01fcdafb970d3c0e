// A tenant's services as tapes: raw records that become readable at a time, and lists of objects as they are at a time, answered through the guard's own Connection. Every page is one call
// through a gate. For scenarios that run thousands of rounds, where the wire is not the point.
import { type AuditContentType, type Connection, type GraphOptions, ServiceError } from '../../src/tenants/connections.ts';
import type { Gate } from './fault-calls.ts';

type Json = Readonly<Record<string, unknown>>;

export interface TapedRecord {
  readonly path: '/auditLogs/signIns' | '/auditLogs/directoryAudits';
  readonly time: number;
  readonly visibleAt: number;
  /** Another version of the record takes its place then. */
  readonly until?: number;
  readonly record: Json;
}
/** Unified audit records as one bundle. */
export interface TapedBundle {
  readonly type: AuditContentType;
  readonly created: number;
  readonly records: readonly Json[];
}
export interface TapeCloud {
  readonly bundles: readonly TapedBundle[];
  readonly records: readonly TapedRecord[];
  /** Objects of a collection as they are at a time. */
  readonly lists: Readonly<Record<string, (now: number) => readonly Json[]>>;
  /** Cmdlets' answers. */
  readonly cmdlets: Readonly<Record<string, (now: number) => readonly Json[]>>;
  readonly users: Readonly<Record<string, Json>>;
}

const pageSize = 8;
const inMidBody = 'the connection broke in mid-answer';

/** What a service that is not well says, another thing at each call. */
function refusal(service: 'graph' | 'exchange' | 'activity', what: string) {
  return (kind: 'fail' | 'hang' | 'lost', number: number): Error => {
    if (kind !== 'fail') return new ServiceError(service, 0, 'Unreachable', `${what}: the time limit passed`);
    const status = [503, 429, 500, 0, 504, 502][number % 6] ?? 0;
    if (status === 0) return new ServiceError(service, 0, 'ConnectionLost', `${what}: ${inMidBody}`);
    return new ServiceError(service, status, `Http${status}`, `${what}: not now`, number % 2 === 0 ? {} : { retryAfterSeconds: 30 });
  };
}

/** The span of a time filter such as `createdDateTime ge A and createdDateTime lt B`. */
function spanOf(options: GraphOptions | undefined): { from: number; to: number } {
  const filter = options?.query?.['$filter'] ?? '';
  const bound = (operator: string) => Date.parse(new RegExp(`DateTime ${operator} (\\S+)`).exec(filter)?.[1] ?? '');
  return { from: bound('ge'), to: bound('lt') };
}

export function tapeConnection(cloud: TapeCloud, now: () => number, gate: Gate): Connection {
  const graphCall = <T>(path: string, work: () => T) =>
    gate.call({ name: `GET ${path}`, writes: false }, async () => work(), refusal('graph', path));
  const activityCall = <T>(name: string, writes: boolean, work: () => T) =>
    gate.call({ name, writes }, async () => work(), refusal('activity', name));
  const listed = (path: string, options: GraphOptions | undefined): readonly Json[] => {
    const list = cloud.lists[path];
    if (list !== undefined) return list(now());
    const { from, to } = spanOf(options);
    return cloud.records
      .filter((one) => one.path === path && one.time >= from && one.time < to && one.visibleAt <= now() && now() < (one.until ?? Infinity))
      .sort((a, b) => a.time - b.time)
      .map(({ record }) => record);
  };
  return {
    graph: {
      request: (_method, path) =>
        graphCall(path, () => {
          const user = cloud.users[path.split('/').at(-1) ?? ''];
          if (user === undefined) throw new ServiceError('graph', 404, 'Request_ResourceNotFound', `${path}: not there`);
          return user;
        }),
      async *pages(path, options) {
        for (let skip = 0, more = true; more; skip += pageSize) {
          // Each page is of the collection as it is when the page is asked for.
          const objects = await graphCall(path, () => listed(path, options));
          more = objects.length > skip + pageSize;
          yield objects.slice(skip, skip + pageSize);
        }
      },
    },
    exchange: {
      invoke: (cmdlet) =>
        gate.call({ name: cmdlet, writes: false }, async () => cloud.cmdlets[cmdlet]?.(now()) ?? [], refusal('exchange', cmdlet)),
    },
    activity: {
      start: (type) => activityCall(`start ${type}`, true, () => undefined),
      async *content(type, from, to) {
        const listed = await activityCall(`list ${type}`, false, () =>
          cloud.bundles.flatMap((bundle, index) =>
            bundle.type === type && bundle.created >= from && bundle.created < to && bundle.created <= now()
              ? [{ id: String(index), uri: `https://activity.example.com/${index}`, created: bundle.created }]
              : [],
          ),
        );
        for (const content of listed) yield [content];
      },
      read: ({ id }) => activityCall(`read bundle ${id}`, false, () => cloud.bundles[Number(id)]?.records ?? []),
    },
  };
}

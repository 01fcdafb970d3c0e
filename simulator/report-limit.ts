// The services' published limits, enforced where they are switched on (Graph reference A.2, A.4, A.8; Activity API reference B.2). Each counts the requests of a sliding window. Used by dispatch.ts.
import type { Handler } from './handler.ts';

export interface ServiceLimit {
  readonly name: string;
  readonly most: number;
  readonly windowMs: number;
  /** The reporting and protection APIs say nothing of when to come back. */
  readonly saysWhen: boolean;
  applies(handler: Pick<Handler, 'service' | 'path' | 'reporting' | 'method'>): boolean;
  /** Requests with the same key share the limit. */
  key(app: string, tenant: string): string;
}

const perAppAndTenant = (app: string, tenant: string): string => `${app}/${tenant}`;

export const serviceLimits: readonly ServiceLimit[] = [
  {
    name: 'reports of one tenant: 5 in 10 seconds',
    most: 5,
    windowMs: 10_000,
    saysWhen: false,
    applies: ({ reporting }) => reporting === true,
    key: perAppAndTenant,
  },
  {
    name: 'reports of all tenants: 122 in 10 seconds',
    most: 122,
    windowMs: 10_000,
    saysWhen: false,
    applies: ({ reporting }) => reporting === true,
    key: (app) => app,
  },
  {
    name: 'identity protection and conditional access: 1 in a second, of all applications together',
    most: 1,
    windowMs: 1_000,
    saysWhen: false,
    applies: ({ service, path }) => service === 'graph' && /^\/identity(Protection|\/conditionalAccess)\//.test(path),
    key: (_app, tenant) => tenant,
  },
  {
    name: 'directory writes of one application: 3,000 in 150 seconds',
    most: 3_000,
    windowMs: 150_000,
    saysWhen: true,
    applies: ({ service, method }) => service === 'graph' && method !== 'GET',
    key: perAppAndTenant,
  },
  {
    // Requests cost 1 to 3 of the 3,500 units that the smallest tenants have.
    name: 'directory requests of one application: 3,500 units in 10 seconds, 2 a request',
    most: 1_750,
    windowMs: 10_000,
    saysWhen: true,
    applies: ({ service, reporting }) => service === 'graph' && reporting !== true,
    key: perAppAndTenant,
  },
  {
    name: 'Management Activity API: 2,000 in a minute',
    most: 2_000,
    windowMs: 60_000,
    saysWhen: false,
    applies: ({ service }) => service === 'activity',
    key: (_app, tenant) => tenant,
  },
];

/** Seconds until the limit has room again: absent where the service does not say; undefined if the request fits. */
export interface Refused {
  readonly retryAfterSeconds?: number;
}
export interface ReportLimit {
  take(handler: Handler, app: string, tenant: string, now: number): Refused | undefined;
}

export function createReportLimit(): ReportLimit {
  const taken = new Map<string, number[]>();
  return {
    take(handler, app, tenant, now) {
      const mine = serviceLimits
        .filter((limit) => limit.applies(handler))
        .map((limit) => {
          const key = `${limit.name}|${limit.key(app, tenant)}`;
          const recent = (taken.get(key) ?? []).filter((at) => at > now - limit.windowMs);
          taken.set(key, recent);
          return { limit, recent };
        });
      const full = mine.find(({ limit, recent }) => recent.length >= limit.most);
      if (full === undefined) {
        for (const { recent } of mine) recent.push(now);
        return undefined;
      }
      const wait = Math.max(1, Math.ceil(((full.recent[0] ?? now) + full.limit.windowMs - now) / 1000));
      return full.limit.saysWhen ? { retryAfterSeconds: wait } : {};
    },
  };
}

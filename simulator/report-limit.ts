// The reporting API's limit: 5 requests in 10 seconds per app and tenant (Graph reference A.2), enforced where it is switched on. Used by dispatch.ts.

export interface ReportLimit {
  /** False: too many. */
  take(key: string, now: number): boolean;
}

export function createReportLimit(): ReportLimit {
  const taken = new Map<string, number[]>();
  return {
    take: (key, now) => {
      const recent = (taken.get(key) ?? []).filter((at) => at > now - 10_000);
      const fits = recent.length < 5;
      if (fits) recent.push(now);
      taken.set(key, recent);
      return fits;
    },
  };
}

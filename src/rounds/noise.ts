// Counts how often each rule speaks: one row per tenant and lane, committed with the marks, no row per finding. Called by settle.ts; src/incidents/noise.ts makes figures of it.
import type { NoiseRow, RuleCount } from '../contracts/doubt.ts';
import type { Finding } from '../contracts/finding.ts';
import type { FeedState } from '../contracts/rows.ts';
import type { LaneLease, Store } from '../store/store.ts';

/** Days kept per rule. */
export const noiseDays = 30;

/** The row with these findings added, each counted on the day of its event. */
export function addNoise(row: NoiseRow, found: readonly Pick<Finding, 'rule' | 'effect' | 'time'>[]): NoiseRow {
  const rules = new Map(row.rules.map((one) => [one.rule, one]));
  for (const [rule, own] of Map.groupBy(found, (finding) => finding.rule)) {
    const before = rules.get(rule);
    const days = new Map(before?.days);
    for (const { time } of own) days.set(time.slice(0, 10), (days.get(time.slice(0, 10)) ?? 0) + 1);
    const kept = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
    const count: RuleCount = {
      rule,
      effect: own.at(-1)?.effect ?? before?.effect ?? 'alert',
      total: (before?.total ?? 0) + own.length,
      last: kept.at(-1)?.[0] ?? before?.last ?? '',
      days: kept.slice(-noiseDays),
    };
    rules.set(rule, count);
  }
  return { ...row, rules: [...rules.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1)) };
}

/**
 * What the round commits; undefined where it found nothing new. A death between the findings and the commit leaves them uncounted: they stand in the store, but are no news to
 * the round that comes after.
 */
export async function noiseOf(
  store: Store,
  { scope, lane }: Pick<LaneLease, 'scope' | 'lane'>,
  found: readonly Finding[],
  states: readonly FeedState[],
  now: number,
): Promise<NoiseRow | undefined> {
  if (found.length === 0) return undefined;
  const row = await store.noise.ofLane(scope, lane);
  const from = Math.min(row?.from ?? now, ...states.flatMap(({ readFrom }) => readFrom ?? []));
  return addNoise({ v: 1, lane, rules: [], ...row, from }, found);
}

// Figures of noise: how often each rule speaks per 1,000 users and day, which are silent, what staged ones would have said. Pure; for the console, the command and the digest.
import type { StageOverrides } from '../contracts/detection.ts';
import type { NoiseRow, RuleStage } from '../contracts/doubt.ts';

const dayMs = 86_400_000;
/** The span of a figure. */
export const figureDays = 30;
/** A rule that did not speak for so long may be dead: the record changed its spelling, or nobody does it any more. */
export const silentDays = 180;

export interface RuleNoise {
  readonly rule: string;
  /** Findings within the last thirty days, or as long as there is anything to count. */
  readonly findings: number;
  readonly total: number;
  /** Day of the newest event; absent: it never spoke here. */
  readonly last?: string;
  /** Per day; per 1,000 users too where the users were counted. */
  readonly perDay: number;
  readonly perThousand?: number;
}

/** What was counted in one tenant. `users` undefined: not counted yet. */
export interface TenantNoise {
  readonly rows: readonly NoiseRow[];
  readonly users: number | undefined;
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Days that a figure stands for: at least one, at most thirty. Undefined where nothing was counted yet. */
export function daysCounted(rows: readonly NoiseRow[], now: number): number | undefined {
  if (rows.length === 0) return undefined;
  const from = Math.min(...rows.map((row) => row.from));
  return Math.min(figureDays, Math.max(1, Math.ceil((now - from) / dayMs)));
}

/** Over one tenant or many: user-days add up, so a large tenant weighs more than a small one. */
export function noiseFigures(tenants: readonly TenantNoise[], now: number): Map<string, RuleNoise> {
  const since = dayOf(now - (figureDays - 1) * dayMs);
  const sums = new Map<string, { findings: number; total: number; last: string }>();
  let days = 0;
  let userDays = 0;
  let counted = true;
  for (const { rows, users } of tenants) {
    const own = daysCounted(rows, now);
    if (own === undefined) continue;
    days = Math.max(days, own);
    userDays += own * (users ?? 0);
    counted &&= users !== undefined && users > 0;
    for (const { rule, total, last, days: perDay } of rows.flatMap((row) => row.rules)) {
      const sum = sums.get(rule) ?? { findings: 0, total: 0, last: '' };
      sum.findings += perDay.reduce((count, [day, one]) => (day >= since ? count + one : count), 0);
      sum.total += total;
      if (last > sum.last) sum.last = last;
      sums.set(rule, sum);
    }
  }
  return new Map(
    [...sums].map(([rule, { findings, total, last }]) => [
      rule,
      {
        rule,
        findings,
        total,
        last,
        perDay: findings / Math.max(1, days),
        ...(counted && userDays > 0 ? { perThousand: (findings * 1000) / userDays } : {}),
      },
    ]),
  );
}

/** Silent for 180 days, as far as the guard has been there so long: `unknown` where it has not. */
export function silence(noise: RuleNoise | undefined, countedFrom: number | undefined, now: number): 'silent' | 'spoke' | 'unknown' {
  const limit = dayOf(now - silentDays * dayMs);
  if (noise?.last !== undefined && noise.last >= limit) return 'spoke';
  return countedFrom !== undefined && dayOf(countedFrom) <= limit ? 'silent' : 'unknown';
}

/** @example figureText({ … perThousand: 0.4166 }) === '0.42 per 1,000 users and day' */
export function figureText(noise: RuleNoise | undefined): string {
  if (noise === undefined || noise.findings === 0) return 'silent in the last 30 days';
  const rounded = (value: number): string => (value === 0 ? '0' : value < 0.01 ? '< 0.01' : value.toFixed(2));
  return noise.perThousand === undefined ? `${rounded(noise.perDay)} a day` : `${rounded(noise.perThousand)} per 1,000 users and day`;
}

/** What staged rules would have said on these days (UTC dates, both included), loudest first. */
export function stagedOn(rows: readonly NoiseRow[], from: string, to: string): { rule: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { rule, effect, days } of rows.flatMap((row) => row.rules)) {
    const count = effect === 'staged' ? days.reduce((sum, [day, one]) => (day >= from && day <= to ? sum + one : sum), 0) : 0;
    if (count > 0) counts.set(rule, (counts.get(rule) ?? 0) + count);
  }
  return [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
}

/** What people decided about rules, whatever their packs say. */
export const overridesOf = (stages: readonly RuleStage[]): StageOverrides =>
  new Map(stages.flatMap(({ rule, effect }) => (effect === 'pack' ? [] : [[rule, effect] as const])));

// In which months an application signed in, and how long it was silent before. Called by context.ts.
import type { Activity } from '../../contracts/activity.ts';
import type { UserBaseline } from '../../contracts/detection.ts';

/** Whole calendar months without a sign-in that count as sleep. */
export const silentMonths = 2;
const prefix = 'month:';

/** Months since year 0, UTC. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** @example monthKey(monthOf(Date.UTC(2026, 2, 9))) is 'month:2026-03' */
export const monthKey = (month: number): string => `${prefix}${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/** Whole months without a sign-in before this one; undefined while no earlier one is known. */
export function monthsOfSilence(baseline: UserBaseline | undefined, { id, time }: Pick<Activity, 'id' | 'time'>): number | undefined {
  const seen = baseline?.seen.application;
  if (seen === undefined) return undefined;
  const now = monthOf(time);
  let latest: number | undefined;
  for (const [key, first] of Object.entries(seen)) {
    const [, year, month] = /^month:(\d{4,})-(\d{2})$/.exec(key) ?? [];
    if (year === undefined || !(first.time < time || (first.time === time && first.activity < id))) continue;
    const at = Number(year) * 12 + Number(month) - 1;
    if (at <= now) latest = Math.max(latest ?? at, at);
  }
  return latest === undefined ? undefined : Math.max(0, now - latest - 1);
}

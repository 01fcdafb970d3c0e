// In which months an application signed in, and whether it woke after a long silence. Called by context.ts.
import type { Activity } from '../../contracts/activity.ts';
import type { UserBaseline } from '../../contracts/detection.ts';

/** Whole calendar months without a sign-in that count as silence. */
const silentMonths = 2;
const prefix = 'month:';

/** Months since year 0, UTC. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** @example monthKey(monthOf(Date.UTC(2026, 2, 9))) is 'month:2026-03' */
export const monthKey = (month: number): string => `${prefix}${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/** True on the first sign-in after the silence; undefined while nothing before it is known. */
export function woke(baseline: UserBaseline | undefined, { id, time }: Pick<Activity, 'id' | 'time'>): boolean | undefined {
  const seen = baseline?.seen.application;
  if (seen === undefined) return undefined;
  const month = monthOf(time);
  for (let back = 0; back <= silentMonths; back++) {
    const first = seen[monthKey(month - back)];
    if (first !== undefined && (first.time < time || (first.time === time && first.activity < id))) return false;
  }
  const [earliest, ...others] = Object.entries(seen).flatMap(([key, first]) => (key.startsWith(prefix) ? [first.time] : []));
  if (earliest === undefined) return undefined;
  return Math.min(earliest, ...others) < time ? true : undefined;
}

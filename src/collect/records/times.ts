// The ways in which exports write a time, read as epoch milliseconds UTC. Used by every reader of records.

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Digits of `text` from `at` as a number; NaN if one is none. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function utc(year: number, month: number, day: number, hour: number, minute: number, second: number, milli: number): number | undefined {
  // Seconds past 59 roll over: leap seconds, and exports in which people blurred the digits. Before 1990 there are no such logs, only default values.
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && !leap ? 28 : (monthDays[month - 1] ?? 0);
  const sound = year >= 1990 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 99;
  return sound ? Date.UTC(year, month - 1, day, hour, minute, second, milli) : undefined;
}

/** `2026-09-01T10:00:00`, with or without fraction, Z or offset, with `T` or a blank. Without a zone it is UTC, as the unified audit means it. */
function iso(text: string): number | undefined {
  const length = text.length;
  if (length < 19 || length > 40 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  let at = 19;
  let milli = 0;
  if (text.charCodeAt(at) === 46) {
    let scale = 100;
    for (at++; at < length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      milli += digit * scale;
      scale = scale >= 10 ? scale / 10 : 0;
    }
  }
  const time = utc(
    digits(text, 0, 4),
    digits(text, 5, 2),
    digits(text, 8, 2),
    digits(text, 11, 2),
    digits(text, 14, 2),
    digits(text, 17, 2),
    milli,
  );
  if (time === undefined || at === length) return time;
  const zone = text.charCodeAt(at);
  if (zone === 90 || zone === 122) return at + 1 === length ? time : undefined;
  const offset = /^ ?([+-])(\d\d):?(\d\d)$/.exec(text.slice(at));
  if (offset === null) return undefined;
  return time - (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
}

const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?(?:\s*([AP])\.?M\.?)?$/i;
const wrapped = /^\\?\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?\/$/;

/**
 * Epoch milliseconds UTC of ISO times, `/Date(1728364117000)/` and the US form `6/1/2023 1:12:18 PM` or `4/19/2021, 12:13:19.483 PM` (month first, UTC:
 * the portals and Search-UnifiedAuditLog write it so). `undefined` for anything else.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const direct = iso(value);
  if (direct !== undefined || value.length > 64) return direct;
  const text = value.trim();
  const epoch = wrapped.exec(text);
  if (epoch !== null) return Number(epoch[1]) >= 631_152_000_000 ? Number(epoch[1]) : undefined;
  const us = slashed.exec(text);
  if (us === null) return text.length === value.length ? undefined : iso(text);
  const [, month, day, year, hour, minute, second = '0', fraction = '', half] = us;
  const clock = Number(hour);
  if (half !== undefined && (clock < 1 || clock > 12)) return undefined;
  const hours = half === undefined ? clock : (clock % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  return utc(Number(year), Number(month), Number(day), hours, Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
}

// When and where a person was lately: the first successful sign-in of each clock hour by place, network and device. Called by first-seen.ts (learns), travel.ts and strong.ts (ask), src/store (keeps).
// Cost: one text per sign-in. Merging takes the earliest per key and drops the earliest hours, so neither order nor repetition matters.
import type { Moment } from '../../contracts/detection.ts';
import { clean, NetworkKeys, type Place } from './network-keys.ts';

const hourMs = 3_600_000;
/** Hours since 1970 in six digits: texts then sort by time. Years beyond 1981-2084 are a broken clock's. */
const firstHour = 100_000;
const lastHour = 999_999;
/** Where the place begins in a key, after the hour. */
const keyPlace = 7;
/** Kept while learning: `check` looks back over a whole log. The store keeps fewer. */
export const mostMoments = 500;

export interface PastMoment {
  readonly hour: number;
  readonly time: number;
  /** Degrees, in tenths (11 km). Undefined: not told. */
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly country: string | undefined;
  /** Keys of the network, as baselines spell them. */
  readonly networks: readonly string[];
  /** The device, where it was used with strong authentication and is registered. */
  readonly strongDevice: string | undefined;
}

export const hourOf = (time: number): number => Math.floor(time / hourMs);

const nowhere = new NetworkKeys([]);

/** Undefined where nothing is told that anybody asks for. @param strongDevice the device, where it was used with strong authentication and is registered */
export function momentKey(
  time: number,
  place: Place,
  network: NetworkKeys | undefined,
  strongDevice: string | undefined,
): string | undefined {
  const hour = hourOf(time);
  if (!(hour >= firstHour && hour <= lastHour)) return undefined;
  if (place.country === undefined && place.coordinates === undefined && strongDevice === undefined) return undefined;
  const placed = (network ?? nowhere).placed(place);
  return strongDevice === undefined ? `${hour}|${placed}` : `${hour}|${placed}${clean(strongDevice)}`;
}

export const isStrongMoment = (key: string): boolean => !key.endsWith('|');

export function momentOf([key, time]: Moment): PastMoment {
  const [hour, place, country, networks, device] = key.split('|');
  const [latitude, longitude] = place === '' || place === undefined ? [] : place.split(',').map(Number);
  return {
    hour: Number(hour),
    time,
    latitude,
    longitude,
    country: country === '' ? undefined : country,
    networks: networks === undefined || networks === '' ? [] : networks.split(','),
    strongDevice: device === '' ? undefined : device,
  };
}

/** What happened at the very same moment came neither before nor after. */
const isBefore = ([, time]: Moment, self: { readonly time: number }): boolean => time < self.time;

/** Moments before this activity, the latest hour first. @param hours how far back; absent: as far as is kept. */
export function* momentsBefore(
  moments: readonly Moment[],
  self: { readonly time: number },
  hours = Number.POSITIVE_INFINITY,
): Generator<PastMoment> {
  const oldest = hourOf(self.time) - hours;
  for (let at = moments.length - 1; at >= 0; at--) {
    const moment = moments[at];
    if (moment === undefined || Number(moment[0].slice(0, 6)) < oldest) return;
    if (isBefore(moment, self)) yield momentOf(moment);
  }
}

/** Whether it was there, without taking it apart. */
export const isAt = ([key]: Moment, { latitude, longitude }: { readonly latitude: number; readonly longitude: number }): boolean =>
  key.startsWith(`${latitude},${longitude}|`, keyPlace);

/** The latest moment before this activity. Nearly every sign-in asks for it, so it is not taken apart yet. */
export function lastBefore(moments: readonly Moment[], self: { readonly time: number }): Moment | undefined {
  let last: Moment | undefined;
  for (let at = moments.length - 1; at >= 0; at--) {
    const moment = moments[at];
    if (moment === undefined || (last !== undefined && hourOf(moment[1]) < hourOf(last[1]))) break;
    if (isBefore(moment, self) && (last === undefined || moment[1] > last[1])) last = moment;
  }
  return last;
}

/** Place of `key` in the sorted list, or where it belongs. */
function placeOf(moments: readonly Moment[], key: string): number {
  const last = moments.at(-1);
  if (last === undefined || last[0] < key) return moments.length;
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle]?.[0] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether `moment` would add something: a key that is not there, or an earlier sign-in for it. */
export function addsMoment(moments: readonly Moment[], [key, time]: Moment): boolean {
  const place = placeOf(moments, key);
  // Nearly always it comes after all others, and to look beyond a list's end is slow.
  if (place === moments.length) return true;
  const known = moments[place];
  return known?.[0] !== key || time < known[1];
}

/** Puts it into the sorted list. */
export function addMoment(moments: Moment[], moment: Moment): void {
  const last = moments.at(-1);
  if (last === undefined || last[0] < moment[0]) {
    moments.push(moment);
    return;
  }
  if (!addsMoment(moments, moment)) return;
  const place = placeOf(moments, moment[0]);
  moments.splice(place, moments[place]?.[0] === moment[0] ? 1 : 0, moment);
}

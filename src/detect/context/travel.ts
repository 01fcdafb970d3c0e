// How fast a person would have had to travel since the sign-in before, and what else explains it. Called by context.ts.
// Cost: the moments of one user, only when a rule asks. Source: the coordinates that the sign-in itself carries, and the networks of both ends.
import type { Moment } from '../../contracts/detection.ts';
import { isAt, lastBefore, momentOf } from './moments.ts';
import type { NetworkKind } from './network-kind.ts';

/** Faster than any airliner, and further than an address may be misplaced. */
export const impossibleSpeed = 1000;
export const impossibleDistance = 500;
/** Below, coordinates differ without anybody having moved. */
const sameRegion = 100;
const hourMs = 3_600_000;
const minuteMs = 60_000;

export interface Travel {
  readonly kilometres: number;
  /** km/h. The sign-in before is known by its first in that clock hour, so this is at most too slow. */
  readonly speed: number;
  readonly from: Moment;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great circle, km. */
export function distance(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2;
  const chord =
    half(a.latitude, b.latitude) + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** From the latest place before; undefined where one of the two ends is not told. */
export function travelOf(
  moments: readonly Moment[] | undefined,
  self: { readonly time: number },
  here: { readonly latitude: number; readonly longitude: number } | undefined,
): Travel | undefined {
  if (moments === undefined || here === undefined) return undefined;
  const last = lastBefore(moments, self);
  if (last === undefined) return undefined;
  if (isAt(last, here)) return { kilometres: 0, speed: 0, from: last };
  const from = momentOf(last);
  if (from.latitude === undefined || from.longitude === undefined) return undefined;
  const kilometres = Math.round(distance({ latitude: from.latitude, longitude: from.longitude }, here));
  const hours = Math.max(self.time - from.time, minuteMs) / hourMs;
  return { kilometres, speed: kilometres < sameRegion ? 0 : Math.round(kilometres / hours), from: last };
}

export type TravelReason = 'relay' | 'carrier' | 'microsoft' | 'habit';

/**
 * What makes an address lie elsewhere than its user. `habit`: the person has used this network for a day or more, such as the company's VPN. A VPN or server that is new
 * for the person explains nothing: thieves come through these.
 */
export function reasonsOf(here: NetworkKind | undefined, there: NetworkKind | undefined, habit: boolean): TravelReason[] {
  const reasons = (['relay', 'carrier', 'microsoft'] as const).filter((kind) => here === kind || there === kind);
  return habit ? [...reasons, 'habit'] : reasons;
}

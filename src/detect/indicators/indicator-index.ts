// Exact look-up of published indicators: a hundred thousand cost no more than ten. Built once by the detector, asked by context.ts.
import ipaddr from 'ipaddr.js';
import { type Indicator, type IndicatorKind, normalise } from './indicator.ts';

/** Days after valid-until for which an indicator still counts: reports name the end of what they saw, not of the attack. */
export const graceDays = 90;
const dayMs = 86_400_000;

/** Every function gives the ids of the indicators that match and were valid at `time` (epoch ms, of the event), sorted. */
export interface IndicatorIndex {
  readonly size: number;
  match(kind: Exclude<IndicatorKind, 'address' | 'domain'>, value: string, time: number): string[];
  /** An address is in a listed address or range. */
  address(value: string, time: number): string[];
  /** A host name is a listed domain or stands below one. */
  domain(value: string, time: number): string[];
  /** Name under which an AS number was published. */
  networkOwner(number: number): string | undefined;
}

export function createIndicatorIndex(indicators: readonly Indicator[]): IndicatorIndex {
  const owners = new Map<number, string>();
  const exact = new Map<string, Indicator[]>();
  const ranges: Record<'ipv4' | 'ipv6', Map<number, Map<string, Indicator[]>>> = { ipv4: new Map(), ipv6: new Map() };
  for (const indicator of indicators) {
    const value = normalise(indicator.kind, indicator.value);
    if (value === undefined) continue;
    if (indicator.owner !== undefined) owners.set(Number(value), indicator.owner);
    if (indicator.kind !== 'address') {
      push(exact, `${indicator.kind}:${value}`, indicator);
      continue;
    }
    const [address = '', written] = value.split('/');
    const parsed = ipaddr.parse(address);
    const kind = parsed.kind();
    const length = written === undefined ? bits[kind] : Number(written);
    const masks = ranges[kind];
    const keys = masks.get(length) ?? new Map<string, Indicator[]>();
    masks.set(length, keys);
    push(keys, masked(parsed.toByteArray(), length), indicator);
  }

  const exactly = (kind: IndicatorKind, value: string | undefined, time: number): Indicator[] =>
    value === undefined ? [] : (exact.get(`${kind}:${value}`) ?? []).filter((indicator) => isValid(indicator, time));

  return {
    size: indicators.length,
    match: (kind, value, time) => ids(exactly(kind, normalise(kind, value), time)),
    address: (value, time) => {
      const address = normalise('address', value);
      if (address === undefined || address.includes('/')) return [];
      const parsed = ipaddr.parse(address);
      const bytes = parsed.toByteArray();
      const found: Indicator[] = [];
      for (const [length, keys] of ranges[parsed.kind()])
        for (const indicator of keys.get(masked(bytes, length)) ?? []) if (isValid(indicator, time)) found.push(indicator);
      return ids(found);
    },
    domain: (value, time) => {
      const found: Indicator[] = [];
      for (let name = normalise('domain', value); name?.includes('.'); name = name.slice(name.indexOf('.') + 1))
        found.push(...exactly('domain', name, time));
      return ids(found);
    },
    networkOwner: (number) => owners.get(number),
  };
}

const bits = { ipv4: 32, ipv6: 128 };

/** From first observed to valid-until plus grace, by the event's own time: old exports can be searched with old indicators. */
const isValid = (indicator: Indicator, time: number): boolean =>
  time >= indicator.validFrom && (indicator.validUntil === undefined || time <= indicator.validUntil + graceDays * dayMs);

const ids = (found: readonly Indicator[]): string[] => (found.length === 0 ? [] : [...new Set(found.map(({ id }) => id))].sort());

const push = (map: Map<string, Indicator[]>, key: string, indicator: Indicator) => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [indicator]);
  else list.push(indicator);
};

/** The first `length` bits as text. */
function masked(bytes: readonly number[], length: number): string {
  const whole = length >> 3;
  const key = String.fromCharCode(...bytes.slice(0, whole));
  const rest = length & 7;
  return rest === 0 ? key : key + String.fromCharCode((bytes[whole] ?? 0) & (0xff00 >> rest));
}

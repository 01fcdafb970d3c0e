// Exact look-up of published indicators: a hundred thousand cost no more than ten. Built once by the detector, asked by context.ts.
import { type IndicatorKind, indicatorKinds } from '../../contracts/indicators.ts';
import { remember } from '../remember.ts';
import { createAddressRanges } from './address-ranges.ts';
import { type Indicator, normalise } from './indicator.ts';

/** Days after valid-until for which an indicator still counts: reports name the end of what they saw, not of the attack. */
export const graceDays = 90;
const dayMs = 86_400_000;
/** Values of records whose answer is kept, per kind. */
const mostRemembered = 5_000;

/** Every function gives the ids of the indicators that match and were valid at `time` (epoch ms, of the event), sorted. */
export interface IndicatorIndex {
  readonly size: number;
  match(kind: Exclude<IndicatorKind, 'address' | 'domain'>, value: string, time: number): readonly string[];
  /** An address is in a listed address or range. */
  address(value: string, time: number): readonly string[];
  /** A host name is a listed domain or stands below one. */
  domain(value: string, time: number): readonly string[];
  /** Name under which an AS number was published. */
  networkOwner(number: number): string | undefined;
}

export function createIndicatorIndex(indicators: readonly Indicator[]): IndicatorIndex {
  const owners = new Map<number, string>();
  const exact = new Map<string, Indicator[]>();
  const addresses: [string, Indicator][] = [];
  for (const indicator of indicators) {
    const value = normalise(indicator.kind, indicator.value);
    if (value === undefined) continue;
    if (indicator.owner !== undefined) owners.set(Number(value), indicator.owner);
    if (indicator.kind === 'address') addresses.push([value, indicator]);
    else push(exact, `${indicator.kind}:${value}`, indicator);
  }
  const ranges = createAddressRanges(addresses);

  const none: readonly Indicator[] = [];
  const exactly = (kind: IndicatorKind, value: string | undefined): readonly Indicator[] =>
    (value === undefined ? undefined : exact.get(`${kind}:${value}`)) ?? none;
  const inRanges = (value: string): readonly Indicator[] => {
    const address = normalise('address', value);
    return address === undefined || address.includes('/') ? none : ranges.holding(address);
  };
  // What is listed depends on the value alone, what was valid on the time of each event.
  const listedAddress = remember(inRanges, mostRemembered);
  const listed = Object.fromEntries(
    indicatorKinds.map((kind) => [kind, remember((value: string) => exactly(kind, normalise(kind, value)), mostRemembered)]),
  ) as Record<IndicatorKind, (value: string) => readonly Indicator[]>;

  return {
    size: indicators.length,
    match: (kind, value, time) => ids(listed[kind](value), time),
    address: (value, time) => ids(listedAddress(value), time),
    domain: (value, time) => {
      const found: Indicator[] = [];
      for (let name = normalise('domain', value); name?.includes('.'); name = name.slice(name.indexOf('.') + 1))
        found.push(...exactly('domain', name));
      return ids(found, time);
    },
    networkOwner: (number) => owners.get(number),
  };
}

/** From first observed to valid-until plus grace, by the event's own time: old exports can be searched with old indicators. */
const isValid = (indicator: Indicator, time: number): boolean =>
  time >= indicator.validFrom && (indicator.validUntil === undefined || time <= indicator.validUntil + graceDays * dayMs);

const noIds: readonly string[] = [];

/** Of those valid at that time. */
function ids(found: readonly Indicator[], time: number): readonly string[] {
  if (found.length === 0) return noIds;
  return [...new Set(found.filter((indicator) => isValid(indicator, time)).map(({ id }) => id))].sort();
}

const push = (map: Map<string, Indicator[]>, key: string, indicator: Indicator) => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [indicator]);
  else list.push(indicator);
};

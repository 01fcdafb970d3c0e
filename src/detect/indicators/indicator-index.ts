// Exact look-up of published indicators: a hundred thousand cost no more than ten. Built once by the detector, asked by context.ts.
import { type IndicatorKind, indicatorKinds } from '../../contracts/indicators.ts';
import { remember } from '../remember.ts';
import { createAddressRanges, listOf, type OneOrMore, withOneMore } from './address-ranges.ts';
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

/** What the index keeps of one entry; packs hand in whole indicators. */
export interface Listed extends Pick<Indicator, 'id' | 'kind' | 'value' | 'validFrom'> {
  readonly validUntil?: number | undefined;
  readonly owner?: string | undefined;
}

export interface IndicatorIndexOf<T extends Listed> extends IndicatorIndex {
  /** Entries that list this value itself, or one that holds it, whenever they were valid. */
  listing(kind: IndicatorKind, value: string): readonly T[];
}

export function createIndicatorIndex<T extends Listed>(indicators: readonly T[]): IndicatorIndexOf<T> {
  const owners = new Map<number, string>();
  const exact = Object.fromEntries(indicatorKinds.map((kind) => [kind, new Map<string, OneOrMore<T>>()])) as Record<
    IndicatorKind,
    Map<string, OneOrMore<T>>
  >;
  const addresses: [string, T][] = [];
  for (const indicator of indicators) {
    const value = normalise(indicator.kind, indicator.value);
    if (value === undefined) continue;
    if (indicator.owner !== undefined) owners.set(Number(value), indicator.owner);
    if (indicator.kind === 'address') addresses.push([value, indicator]);
    else {
      // The entry's own text where it is the same one: two of each would be kept otherwise.
      const key = value === indicator.value ? indicator.value : value;
      exact[indicator.kind].set(key, withOneMore(exact[indicator.kind].get(key), indicator));
    }
  }
  const ranges = createAddressRanges(addresses);

  const none: readonly T[] = [];
  const exactly = (kind: IndicatorKind, value: string | undefined): readonly T[] => {
    const held = value === undefined ? undefined : exact[kind].get(value);
    return held === undefined ? none : listOf(held);
  };
  const inRanges = (value: string): readonly T[] => {
    const address = normalise('address', value);
    return address === undefined || address.includes('/') ? none : ranges.holding(address);
  };
  // What is listed depends on the value alone, what was valid on the time of each event.
  const listedAddress = remember(inRanges, mostRemembered);
  const listed = Object.fromEntries(
    indicatorKinds.map((kind) => [kind, remember((value: string) => exactly(kind, normalise(kind, value)), mostRemembered)]),
  ) as Record<IndicatorKind, (value: string) => readonly T[]>;

  return {
    size: indicators.length,
    match: (kind, value, time) => ids(listed[kind](value), time),
    address: (value, time) => ids(listedAddress(value), time),
    domain: (value, time) => {
      const found: T[] = [];
      for (let name = normalise('domain', value); name?.includes('.'); name = name.slice(name.indexOf('.') + 1))
        found.push(...exactly('domain', name));
      return ids(found, time);
    },
    networkOwner: (number) => owners.get(number),
    listing: (kind, value) => (kind === 'address' ? inRanges(value) : exactly(kind, normalise(kind, value))),
  };
}

/** From first observed to valid-until plus grace, by the event's own time: old exports can be searched with old indicators. */
const isValid = (indicator: Listed, time: number): boolean =>
  time >= indicator.validFrom && (indicator.validUntil === undefined || time <= indicator.validUntil + graceDays * dayMs);

const noIds: readonly string[] = [];

/** Of those valid at that time. */
function ids(found: readonly Listed[], time: number): readonly string[] {
  if (found.length === 0) return noIds;
  return [...new Set(found.filter((indicator) => isValid(indicator, time)).map(({ id }) => id))].sort();
}

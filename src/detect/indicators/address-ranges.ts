// Which of many address ranges hold an address: one binary search, however many there are. Ranges of one family lie inside each other or apart, so each knows the next wider one around it. Called by indicator-index.ts and vet.ts.
import ipaddr from 'ipaddr.js';

/** Sorts as addresses do: a number for IPv4, sixteen characters of one byte each for IPv6. */
type Key = number | string;

/** One family, sorted: typed where keys are numbers, since feeds list a hundred thousand ranges. */
interface Family<T> {
  readonly first: ArrayLike<Key>;
  readonly last: ArrayLike<Key>;
  /** Place of the next wider range around each; -1: there is none. */
  readonly around: Int32Array;
  readonly values: readonly OneOrMore<T>[];
}
/** Nearly every range has one value: a list for each would be half of what is kept. */
export type OneOrMore<T> = T | readonly T[];

/** @param value no list itself */
export const withOneMore = <T>(held: OneOrMore<T> | undefined, value: T): OneOrMore<T> =>
  held === undefined ? value : Array.isArray(held) ? [...held, value] : [held as T, value];
export const listOf = <T>(held: OneOrMore<T> | undefined): readonly T[] =>
  held === undefined ? [] : Array.isArray(held) ? held : [held as T];

export interface AddressRanges<T> {
  /** Values of all ranges that hold this address, the narrowest range first; none for what is no address. */
  holding(address: string): readonly T[];
  /** Whether any range shares an address with this address or range. */
  touches(range: string): boolean;
}

/** @param entries addresses or ranges as normalise('address', …) gives them; values are no lists */
export function createAddressRanges<T>(entries: Iterable<readonly [string, T]>): AddressRanges<T> {
  const found = { ipv4: new Map<string, Bounds<T>>(), ipv6: new Map<string, Bounds<T>>() };
  for (const [text, value] of entries) {
    const parsed = boundsOf(text);
    if (parsed === undefined) continue;
    const { family, first, last } = parsed;
    const key = `${first}|${last}`;
    found[family].set(key, { first, last, values: withOneMore(found[family].get(key)?.values, value) });
  }
  const sorted = { ipv4: nested([...found.ipv4.values()], Uint32Array), ipv6: nested([...found.ipv6.values()], undefined) };

  return {
    holding(address) {
      const bounds = boundsOf(address);
      if (bounds === undefined) return [];
      const { first, last, around, values } = sorted[bounds.family];
      const all: T[] = [];
      for (let range = lastFrom(first, bounds.first); range >= 0; range = around[range] ?? -1)
        if ((last[range] ?? '') >= bounds.last) for (const value of listOf(values[range])) all.push(value);
      return all;
    },
    touches(text) {
      const bounds = boundsOf(text);
      if (bounds === undefined) return false;
      const { first, last, around } = sorted[bounds.family];
      const inside = lastFrom(first, bounds.last);
      if (inside >= 0 && (first[inside] ?? '') >= bounds.first) return true;
      for (let range = lastFrom(first, bounds.first); range >= 0; range = around[range] ?? -1)
        if ((last[range] ?? '') >= bounds.first) return true;
      return false;
    },
  };
}

interface Bounds<T> {
  readonly first: Key;
  readonly last: Key;
  readonly values: OneOrMore<T>;
}

/** Sorted by first address, a wider range before the narrower ones in it. */
function nested<T>(ranges: Bounds<T>[], typed: Uint32ArrayConstructor | undefined): Family<T> {
  ranges.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.last > b.last ? -1 : 1));
  const packed = (keys: Key[]): ArrayLike<Key> => (typed === undefined ? keys : Uint32Array.from(keys, Number));
  const around = new Int32Array(ranges.length);
  let open = -1;
  for (const [place, range] of ranges.entries()) {
    while (open >= 0 && (ranges[open]?.last ?? '') < range.first) open = around[open] ?? -1;
    around[place] = open;
    open = place;
  }
  return {
    first: packed(ranges.map(({ first }) => first)),
    last: packed(ranges.map(({ last }) => last)),
    around,
    values: ranges.map(({ values }) => values),
  };
}

/** Place of the last range that begins at or before `key`; -1: none does. */
function lastFrom(firsts: ArrayLike<Key>, key: Key): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firsts[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function boundsOf(text: string): { readonly family: 'ipv4' | 'ipv6'; readonly first: Key; readonly last: Key } | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.parse(address);
  const family = parsed.kind();
  const bytes = parsed.toByteArray();
  const length = slash < 0 ? bytes.length * 8 : Number(text.slice(slash + 1));
  const part = (index: number, fill: number): number => {
    const bits = Math.min(8, Math.max(0, length - index * 8));
    const mask = (0xff00 >> bits) & 0xff;
    return (bytes[index]! & mask) | (fill & ~mask & 0xff);
  };
  const bound = (fill: number): Key =>
    family === 'ipv4'
      ? bytes.reduce((sum, _, index) => sum * 256 + part(index, fill), 0)
      : String.fromCharCode(...bytes.map((_, index) => part(index, fill)));
  return { family, first: bound(0), last: bound(0xff) };
}

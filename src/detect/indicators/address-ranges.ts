// Which of many address ranges hold an address: one binary search, however many there are. Ranges of one family lie inside each other or apart, so each knows the next wider one around it. Called by indicator-index.ts and vet.ts.
import ipaddr from 'ipaddr.js';

/** Sorts as addresses do: a number for IPv4, sixteen characters of one byte each for IPv6. */
type Key = number | string;

interface Range<T> {
  readonly first: Key;
  readonly last: Key;
  readonly values: T[];
  around: Range<T> | undefined;
}

export interface AddressRanges<T> {
  /** Values of all ranges that hold this address, the narrowest range first; none for what is no address. */
  holding(address: string): readonly T[];
  /** Whether any range shares an address with this address or range. */
  touches(range: string): boolean;
}

/** @param entries addresses or ranges as normalise('address', …) gives them */
export function createAddressRanges<T>(entries: Iterable<readonly [string, T]>): AddressRanges<T> {
  const families = { ipv4: new Map<string, Range<T>>(), ipv6: new Map<string, Range<T>>() };
  for (const [text, value] of entries) {
    const parsed = boundsOf(text);
    if (parsed === undefined) continue;
    const { family, first, last } = parsed;
    const key = `${first}|${last}`;
    const known = families[family].get(key);
    if (known === undefined) families[family].set(key, { first, last, values: [value], around: undefined });
    else known.values.push(value);
  }
  const sorted = { ipv4: nested(families.ipv4.values()), ipv6: nested(families.ipv6.values()) };

  return {
    holding(address) {
      const bounds = boundsOf(address);
      if (bounds === undefined) return [];
      const found: T[] = [];
      for (let range = lastFrom(sorted[bounds.family], bounds.first); range !== undefined; range = range.around)
        if (range.last >= bounds.last) for (const value of range.values) found.push(value);
      return found;
    },
    touches(text) {
      const bounds = boundsOf(text);
      if (bounds === undefined) return false;
      const list = sorted[bounds.family];
      const inside = lastFrom(list, bounds.last);
      if (inside !== undefined && inside.first >= bounds.first) return true;
      for (let range = lastFrom(list, bounds.first); range !== undefined; range = range.around) if (range.last >= bounds.first) return true;
      return false;
    },
  };
}

/** Sorted by first address, a wider range before the narrower ones in it. */
function nested<T>(ranges: Iterable<Range<T>>): Range<T>[] {
  const list = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.last > b.last ? -1 : 1));
  let around: Range<T> | undefined;
  for (const range of list) {
    while (around !== undefined && around.last < range.first) around = around.around;
    range.around = around;
    around = range;
  }
  return list;
}

/** The last range that begins at or before `key`. */
function lastFrom<T>(list: readonly Range<T>[], key: Key): Range<T> | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]!.first <= key) low = middle + 1;
    else high = middle;
  }
  return list[low - 1];
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

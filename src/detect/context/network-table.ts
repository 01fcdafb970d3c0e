// Address ranges to AS number and owner, from the packed table in data/. Called by src/campaigns/networks.ts (reads it) and local/make-network-table.ts (writes it).
// Cost: about 11 MB and 0.1 s once; a look-up is a binary search, and context.ts remembers it by address.
import ipaddr from 'ipaddr.js';
import type { AddressOwner, NetworkTable } from '../../contracts/networks.ts';

/** One range; for IPv6 the first 48 bits of its ends (nobody announces less than a /48 to the world). */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly asn: number;
}
export interface Ranges {
  /** ISO date of the source. */
  readonly date: string;
  readonly owners: ReadonlyMap<number, string>;
  /** Sorted, without overlap. */
  readonly v4: readonly Range[];
  readonly v6: readonly Range[];
}

/** Numbers below 2^53 in groups of seven bits, the smallest first. */
function writeNumber(value: number, into: number[]): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) into.push((rest % 128) + 128);
  into.push(rest);
}

/** Head line (JSON), owners (JSON list by rising AS number), then per range: gap to the one before, length - 1, index of its AS number. */
export function packNetworks({ date, owners, v4, v6 }: Ranges): Uint8Array {
  const numbers = [...owners.keys()].sort((a, b) => a - b);
  const index = new Map(numbers.map((asn, at) => [asn, at]));
  const packed: number[] = [];
  let before = 0;
  for (const asn of numbers) {
    writeNumber(asn - before, packed);
    before = asn;
  }
  for (const ranges of [v4, v6]) {
    let next = 0;
    for (const { from, to, asn } of ranges) {
      writeNumber(from - next, packed);
      writeNumber(to - from, packed);
      writeNumber(index.get(asn) ?? 0, packed);
      next = to + 1;
    }
  }
  const head = { date, numbers: numbers.length, v4: v4.length, v6: v6.length };
  const text = `${JSON.stringify(head)}\n${JSON.stringify(numbers.map((asn) => owners.get(asn)))}\n`;
  return Buffer.concat([Buffer.from(text, 'utf8'), Uint8Array.from(packed)]);
}

interface Family {
  /** Of 32 bits each in IPv4, of 48 in IPv6. */
  readonly from: Uint32Array | Float64Array;
  readonly to: Uint32Array | Float64Array;
  readonly owner: Uint32Array;
}

interface Table {
  readonly date: string;
  readonly numbers: Uint32Array;
  readonly names: Names;
  readonly v4: Family;
  readonly v6: Family;
}

/** Throws where the bytes are no such table. Keeps nothing of them. */
export function readNetworks(bytes: Uint8Array): NetworkTable {
  const { date, numbers, names, v4, v6 } = unpack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const search = ({ from, to, owner }: Family, value: number): AddressOwner | undefined => {
    const found = lastAtMost(from, value);
    if (found < 0 || value > (to[found] ?? -1)) return undefined;
    const place = owner[found] ?? 0;
    return { asn: numbers[place] ?? 0, owner: names(place) ?? '' };
  };
  return {
    date,
    of(address) {
      if (!ipaddr.isValid(address)) return undefined;
      const parsed = ipaddr.process(address);
      if (parsed instanceof ipaddr.IPv4)
        return search(
          v4,
          parsed.octets.reduce((sum, octet) => sum * 256 + octet, 0),
        );
      const [a = 0, b = 0, c = 0] = parsed.parts;
      return search(v6, (a * 65_536 + b) * 65_536 + c);
    },
    owner(asn) {
      const found = lastAtMost(numbers, asn);
      return numbers[found] === asn ? names(found) : undefined;
    },
  };
}

/** Apart from the look-ups, which would otherwise hold the packed bytes for as long as they live. */
function unpack(buffer: Buffer): Table {
  const headEnd = buffer.indexOf(10);
  const ownersEnd = buffer.indexOf(10, headEnd + 1);
  if (headEnd < 0 || ownersEnd < 0) throw new Error('this is no table of networks');
  const head: { date: string; numbers: number; v4: number; v6: number } = JSON.parse(buffer.toString('utf8', 0, headEnd));
  let at = ownersEnd + 1;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer[at++];
      if (byte === undefined) throw new Error('the table of networks is cut short');
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
    }
  };
  const numbers = new Uint32Array(head.numbers);
  for (let one = 0, before = 0; one < head.numbers; one++) {
    before += number();
    numbers[one] = before;
  }
  const family = (count: number, ends: Uint32ArrayConstructor | Float64ArrayConstructor): Family => {
    const read = { from: new ends(count), to: new ends(count), owner: new Uint32Array(count) };
    for (let one = 0, next = 0; one < count; one++) {
      const from = next + number();
      const to = from + number();
      read.from[one] = from;
      read.to[one] = to;
      read.owner[one] = number();
      next = to + 1;
    }
    return read;
  };
  return {
    date: head.date,
    numbers,
    names: namesIn(buffer.subarray(headEnd + 1, ownersEnd), head.numbers),
    v4: family(head.v4, Uint32Array),
    v6: family(head.v6, Float64Array),
  };
}

type Names = (place: number) => string | undefined;
const quote = 34;
const backslash = 92;

/** The texts of a JSON list of `count`, each made when it is asked for: ninety thousand of them at once are 5 MB, and few are ever needed. */
function namesIn(list: Buffer, count: number): Names {
  const text = Buffer.allocUnsafeSlow(list.length);
  list.copy(text);
  const starts = new Uint32Array(count + 1);
  let read = 0;
  let open = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === backslash) at++;
    else if (byte === quote) {
      open = !open;
      if (open) starts[read++] = at;
    }
  }
  if (read !== count) throw new Error('the table of networks does not name all its owners');
  starts[count] = text.length;
  // Between two texts stands a comma, after the last one the bracket.
  return (place) =>
    place < 0 || place >= count ? undefined : (JSON.parse(text.toString('utf8', starts[place], (starts[place + 1] ?? 0) - 1)) as string);
}

/** Index of the last value that is not above; -1 if there is none. */
function lastAtMost(sorted: Float64Array | Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Entries of a JSON list that come again and again, byte for byte, are parsed once: a tenant's sign-ins all list the same few dozen policies with the same few results, and these make half of each record. Used by record-reader.ts.
// Cost: one comparison of the bytes, four at a time, in place of parsing them. What is handed out is shared by all records that hold it, and frozen.

const comma = 44;
const openBrace = 123;
const closeBracket = 93;
const quote = 34;
const backslash = 92;
const closeBrace = 125;
const openBracket = 91;

/** So much of an entry's beginning says which others it could be; shorter ones are not worth it. */
const head = 32;
/** Longer ones are parsed each time. */
const longest = 2_048;
/** Together these hold 1 MB at most in an ordinary tenant; where more differ, nothing repeats. */
const most = 2_000;
/** Of one beginning: an entry's id stands there, and its results are few. */
const mostAlike = 8;
const places = 1_024;

interface Entry {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly value: unknown;
}

export interface ReadList {
  readonly entries: unknown[];
  /** Behind the closing bracket. */
  readonly end: number;
}

/** Remembers entries. One per reader: what one file repeats, another may not. */
export class RepeatedEntries {
  #places: (Entry[] | undefined)[] = new Array<Entry[] | undefined>(places).fill(undefined);
  #held = 0;
  #buffer: ArrayBufferLike | undefined = undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * The list of objects whose first entry begins at `from`, without blanks between its parts. Undefined where it is anything else, or broken: whoever asks
   * parses the whole then, and says what is wrong with it.
   * @param bytes UTF-8; only `bytes` up to its end is looked at
   */
  read(bytes: Uint8Array, from: number): ReadList | undefined {
    if (this.#buffer !== bytes.buffer) {
      this.#buffer = bytes.buffer;
      this.#view = new DataView(bytes.buffer);
    }
    if (bytes[from] === closeBracket) return { entries: [], end: from + 1 };
    const entries: unknown[] = [];
    for (let at = from; bytes[at] === openBrace; at++) {
      const entry = this.#known(bytes, at) ?? this.#parsed(bytes, at);
      if (entry === undefined) return undefined;
      entries.push(entry.value);
      at += entry.bytes.length;
      if (bytes[at] === closeBracket) return { entries, end: at + 1 };
      if (bytes[at] !== comma) return undefined;
    }
    return undefined;
  }

  #place(bytes: Uint8Array, at: number): number {
    const view = this.#view;
    const from = bytes.byteOffset + at;
    let mixed = 0;
    for (let word = 0; word < head; word += 4) mixed = Math.imul(mixed ^ view.getInt32(from + word, true), 0x9e3779b1) ^ (mixed >>> 15);
    return (mixed >>> 16) & (places - 1);
  }

  #known(bytes: Uint8Array, at: number): Entry | undefined {
    if (bytes.length - at < head) return undefined;
    const alike = this.#places[this.#place(bytes, at)];
    if (alike === undefined) return undefined;
    for (let index = 0; index < alike.length; index++) {
      const entry = alike[index];
      if (entry === undefined || !this.#isThere(entry, bytes, at)) continue;
      if (index > 0) {
        // The one that came last comes first: neighbouring records are alike.
        alike[index] = alike[index - 1] ?? entry;
        alike[index - 1] = entry;
      }
      return entry;
    }
    return undefined;
  }

  #isThere({ bytes: known, view: there }: Entry, bytes: Uint8Array, at: number): boolean {
    const { length } = known;
    if (length > bytes.length - at) return false;
    const view = this.#view;
    const from = bytes.byteOffset + at;
    // Entries of one beginning mostly differ near their end.
    if (view.getInt32(from + length - 4, true) !== there.getInt32(length - 4, true)) return false;
    for (let word = 0; word <= length - 4; word += 4) if (view.getInt32(from + word, true) !== there.getInt32(word, true)) return false;
    return true;
  }

  #parsed(bytes: Uint8Array, at: number): Entry | undefined {
    const end = endOf(bytes, at);
    if (end === undefined) return undefined;
    const own = bytes.slice(at, end);
    const value = parsedEntry(own);
    if (value === undefined) return undefined;
    const entry: Entry = { bytes: own, view: new DataView(own.buffer, own.byteOffset, own.length), value };
    if (own.length >= head) this.#keep(entry, this.#place(bytes, at));
    return entry;
  }

  #keep(entry: Entry, place: number): void {
    if (this.#held >= most) {
      this.#places = new Array<Entry[] | undefined>(places).fill(undefined);
      this.#held = 0;
    }
    const alike = this.#places[place];
    if (alike === undefined) this.#places[place] = [entry];
    else if (alike.length < mostAlike) alike.push(entry);
    else {
      alike[alike.length - 1] = entry;
      return;
    }
    this.#held++;
  }
}

/** Behind the bracket that closes the one at `from`. Whether what is between them is JSON is not looked at. */
function endOf(bytes: Uint8Array, from: number): number | undefined {
  const stop = Math.min(bytes.length, from + longest);
  let depth = 0;
  for (let at = from; at < stop; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < stop && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** Undefined where it is no JSON. */
function parsedEntry(bytes: Uint8Array): unknown {
  try {
    return frozen(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()), 0);
  } catch {
    return undefined;
  }
}

const deepest = 20;

/** All of it: it is shared, and a change for one record would be one for all. */
function frozen(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) throw new RangeError('nested too deep to be shared');
  for (const inner of Object.values(value)) frozen(inner, depth + 1);
  return Object.freeze(value);
}

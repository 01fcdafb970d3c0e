// Cuts a stream of JSON bytes into its records by counting brackets, whatever holds them: an array, a page (`{"value":[…]}`, `{"records":[…]}`), objects one after
// another, pretty-printed or not. Only the record at hand is kept. Used by json-reader.ts.

const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;
const colon = 58;

/** Lists that hold the records of a page: Graph and the audit query write `value`, Event Hub and storage exports `records`. */
const pageKeys = new Set(['value', 'records', 'Records']);
const longestKey = 16;
const deepestList = 16;

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

export interface Slices {
  /** The bytes of one record; valid only during the call. */
  record(bytes: Buffer): void;
  /** A record, or something that is none, that cannot be handed on. */
  broken(reason: string): void;
}

export interface JsonSlicer {
  push(chunk: Buffer): void;
  end(): void;
}

/** @param largest bytes of one record; `tooLarge` is what is said of one above it. */
export function createJsonSlicer(slices: Slices, largest: number, tooLarge: string): JsonSlicer {
  /** What is open around the records: lists, and pages whose other fields are passed over. */
  const around: ('list' | 'page')[] = [];
  let held: Buffer[] = [];
  let heldBytes = 0;
  let over = false;
  /** Where in the present chunk the record (or other value) at hand begins; -1 outside of one. */
  let from = -1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let bare = false;
  /** The key just read at depth 1 of an object, while it may be a page: '' otherwise. */
  let key = '';
  let keyFrom = -1;
  let afterKey = false;
  let keyCarried = '';

  function hold(bytes: Buffer): void {
    if (over) return;
    heldBytes += bytes.length;
    if (heldBytes > largest) {
      over = true;
      held = [];
    } else held.push(Buffer.from(bytes));
  }

  function finish(last: Buffer): void {
    if (over || heldBytes + last.length > largest) slices.broken(tooLarge);
    else if (held.length === 0) slices.record(last);
    else slices.record(Buffer.concat([...held, last]));
    drop();
  }

  function drop(): void {
    held = [];
    heldBytes = 0;
    over = false;
    from = -1;
    depth = 0;
    key = '';
    afterKey = false;
  }

  /** One byte inside a text. Returns where the scan goes on. */
  function text(chunk: Buffer, at: number): number {
    if (escaped) {
      escaped = false;
      return at + 1;
    }
    const end = chunk.indexOf(quote, at);
    const stop = end === -1 ? chunk.length : end;
    // An odd run of backslashes before the quote (or the chunk's end) escapes what follows.
    let run = 0;
    for (let i = stop - 1; i >= at && chunk[i] === backslash; i--) run++;
    if (end === -1) {
      escaped = run % 2 === 1;
      return stop;
    }
    if (run % 2 === 1) return stop + 1;
    inText = false;
    if (keyFrom !== -1) {
      const read = keyCarried + (stop - keyFrom <= longestKey ? chunk.toString('latin1', keyFrom, stop) : '');
      key = pageKeys.has(read) ? read : '';
      keyFrom = -1;
      keyCarried = '';
      afterKey = true;
    }
    return stop + 1;
  }

  function inside(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (byte === quote) {
      inText = true;
      if (depth === 1 && !afterKey && around.length < deepestList) keyFrom = at + 1;
    } else if (byte === openBrace || byte === openBracket) {
      if (byte === openBracket && depth === 1 && key !== '') {
        // The object turns out to be a page: what was read of it is no record.
        drop();
        around.push('page', 'list');
        return at + 1;
      }
      depth++;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) finish(chunk.subarray(from, at + 1));
    } else if (byte === comma && depth === 1) {
      key = '';
      afterKey = false;
    } else if (byte !== colon && !isSpace(byte)) key = '';
    return at + 1;
  }

  function outside(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (isSpace(byte) || byte === comma) return at + 1;
    const top = around.at(-1);
    if (top === 'page') return page(chunk, at);
    if (byte === openBracket && around.length < deepestList) around.push('list');
    else if (byte === closeBracket && top === 'list') around.pop();
    else if (byte === openBrace || byte === openBracket) {
      from = at;
      depth = 1;
    } else {
      from = at;
      bare = true;
      if (byte === quote) inText = true;
    }
    return at + 1;
  }

  /** Between the list of a page and the page's end stand other fields, which are passed over by the same scan. */
  let pageDepth = 0;
  function page(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (byte === quote) inText = true;
    else if (byte === openBrace || byte === openBracket) pageDepth++;
    else if (byte === closeBracket) pageDepth = Math.max(0, pageDepth - 1);
    else if (byte === closeBrace) {
      if (pageDepth === 0) around.pop();
      else pageDepth--;
    }
    return at + 1;
  }

  /** A number, word or text where a record should stand ends before the next delimiter. */
  function bareValue(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    const ends =
      byte === comma || byte === closeBracket || byte === closeBrace || byte === openBrace || byte === openBracket || byte === 10;
    if (!ends) {
      if (byte === quote) inText = true;
      return at + 1;
    }
    bare = false;
    drop();
    slices.broken('a JSON object should stand here');
    // A closing brace that closes nothing would be looked at for ever.
    return byte === closeBrace || (byte === closeBracket && around.at(-1) !== 'list') ? at + 1 : at;
  }

  return {
    push(chunk) {
      if (from !== -1) from = 0;
      if (keyFrom !== -1) keyFrom = 0;
      for (let at = 0; at < chunk.length; ) {
        if (inText) at = text(chunk, at);
        else if (bare) at = bareValue(chunk, at);
        else if (from !== -1) at = inside(chunk, at);
        else at = outside(chunk, at);
      }
      if (keyFrom !== -1)
        keyCarried = (keyCarried + chunk.toString('latin1', keyFrom, Math.min(chunk.length, keyFrom + longestKey))).slice(
          0,
          longestKey + 1,
        );
      if (from !== -1 && !bare) hold(chunk.subarray(from));
    },
    end() {
      if (bare) slices.broken('a JSON object should stand here');
      else if (from !== -1) slices.broken(over ? tooLarge : 'the file ends in the middle of it');
    },
  };
}

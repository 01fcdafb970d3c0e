// Which words a text may hold, in a few bytes (a Bloom filter): so that a block of records is unpacked only if the person or session that is asked for may be in it. Used by activity-blocks.ts.

/** Letters and digits of ASCII; `.`, `-` and `@` between two of them belong to the word. What JSON escapes separates words. */
const words = /\\(?:u[0-9a-f]{4}|.)|\w+(?:[.@-]\w+)*/gi;
const shortest = 6;
/** Property names and plain language are nobody's id: without digit or `@` a word is not noted. */
const tellsApart = /[\d@]/;
/** More parts between `@`s than any name has: such a text is not taken apart. */
const mostParts = 4;

const bitsPerWord = 6;
const hashes = 4;
/** Beyond this the filter would say yes to nearly everything, and not fit into a gzip header. */
const mostBytes = 60_000;

/** Calls `note` for each word that can be asked for; `name@host` is one, and so are both its sides. False: there is a text whose words are not all told. */
function eachWord(text: string, note: (word: string) => void): boolean {
  let isWhole = true;
  for (const [found] of text.matchAll(words)) {
    if (found.startsWith('\\') || found.length < shortest || !tellsApart.test(found)) continue;
    note(found);
    if (!found.includes('@')) continue;
    const parts = found.split('@');
    if (parts.length > mostParts) isWhole = false;
    else
      for (let from = 0; from < parts.length; from++)
        for (let to = from + 1; to <= parts.length; to++) {
          const part = parts.slice(from, to).join('@');
          if (part !== found && part.length >= shortest && tellsApart.test(part)) note(part);
        }
  }
  return isWhole;
}

/** FNV-1a over the word in lower case. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    hash = Math.imul(hash ^ (code >= 65 && code <= 90 ? code | 32 : code), 0x01000193);
  }
  return hash >>> 0;
}

/** Places of one word in a filter of so many bits. */
function* bitsOf(hash: number, bits: number): Generator<number> {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  const step = ((mixed ^ (mixed >>> 13)) | 1) >>> 0;
  for (let count = 0, at = hash; count < hashes; count++, at += step) yield at % bits;
}

/** Undefined: the texts hold more than a filter can tell, so whoever asks has to read them. @param texts as JSON writes them */
export function filterOf(texts: readonly string[]): Uint8Array | undefined {
  const noted = new Set<number>();
  for (const text of texts) if (!eachWord(text, (word) => noted.add(hashOf(word)))) return undefined;
  const filter = new Uint8Array(Math.max(1, Math.ceil((noted.size * bitsPerWord) / 8)));
  if (filter.length > mostBytes) return undefined;
  for (const hash of noted)
    for (const bit of bitsOf(hash, filter.length * 8)) filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
  return filter;
}

/**
 * Asks filters whether a text may hold one of the needles apart from what is around it: not within a longer word.
 * Undefined: no filter can tell, as one of the needles has no word that is noted.
 */
export function askerOf(needles: readonly string[]): ((filter: Uint8Array) => boolean) | undefined {
  const asked: number[][] = [];
  for (const needle of needles) {
    const hashesOf: number[] = [];
    // Of a longer needle its outermost words may go on in the text where it has other signs at its ends; a whole one is needed.
    for (const [found] of needle.matchAll(words)) if (found.length >= shortest && tellsApart.test(found)) hashesOf.push(hashOf(found));
    // A backslash stands in JSON before another sign: what follows it there begins otherwise.
    if (hashesOf.length === 0 || needle.includes('\\')) return undefined;
    asked.push(hashesOf);
  }
  const holds = (filter: Uint8Array, hash: number): boolean => {
    for (const bit of bitsOf(hash, filter.length * 8)) if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    return true;
  };
  return (filter) => asked.some((all) => all.every((hash) => holds(filter, hash)));
}

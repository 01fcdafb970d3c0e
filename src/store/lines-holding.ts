// Lines of a text that hold one of a few needles, without decoding the others: how a person's story is found among a million records. Used by blobs.ts.

const lineFeed = 10;

/**
 * Each line once, in order. Found byte by byte, letter case counts: several times faster than a regular expression that does not mind it.
 * @param needles an empty list finds nothing
 */
export function linesHolding(text: Buffer, needles: readonly string[]): string[] {
  const lines = new Map<number, number>();
  for (const needle of needles.filter((one) => one !== '')) {
    const bytes = Buffer.from(needle);
    for (let at = text.indexOf(bytes); at >= 0; ) {
      const start = text.lastIndexOf(lineFeed, at) + 1;
      const end = text.indexOf(lineFeed, at);
      lines.set(start, end < 0 ? text.length : end);
      at = end < 0 ? -1 : text.indexOf(bytes, end);
    }
  }
  return [...lines].sort(([a], [b]) => a - b).map(([start, end]) => text.toString('utf8', start, end));
}

// Lines of a text that hold one of a few needles, without decoding the others: how a person's story is found among a million records. Used by blobs.ts.

const lineFeed = 10;
/** One byte a character, so that places in the text are places in the bytes; a window at a time bounds the memory. */
const windowBytes = 16 * 1_048_576;

/**
 * Each line once, in order. Letter case of ASCII letters does not count.
 * @param needles ASCII; an empty list finds nothing
 */
export function linesHolding(text: Buffer, needles: readonly string[]): string[] {
  const wanted = needles.filter((needle) => needle !== '');
  if (wanted.length === 0) return [];
  const pattern = new RegExp(wanted.map((needle) => needle.replace(/[^A-Za-z0-9]/g, '\\$&')).join('|'), 'gi');
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    // A window ends with a line: no needle is cut.
    const end = start + windowBytes >= text.length ? text.length : text.lastIndexOf(lineFeed, start + windowBytes) + 1;
    const stop = end > start ? end : endOfLine(text, start + windowBytes) + 1;
    const window = text.toString('latin1', start, stop);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
      const from = window.lastIndexOf('\n', match.index) + 1;
      const to = endOfLine(text, start + match.index);
      lines.push(text.toString('utf8', start + from, to));
      pattern.lastIndex = to - start + 1;
      if (pattern.lastIndex >= window.length) break;
    }
    start = stop;
  }
  return lines;
}

function endOfLine(text: Buffer, from: number): number {
  const end = text.indexOf(lineFeed, from);
  return end < 0 ? text.length : end;
}

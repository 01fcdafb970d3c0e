// Cuts a stream of bytes into lines: the fast way for NDJSON, and the forgiving one, since a broken line spoils no other. Used by json-reader.ts.
import type { JsonSlicer, Slices } from './json-slicer.ts';

const newline = 10;

export function createLineSlicer(slices: Slices, largest: number, tooLarge: string): JsonSlicer {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let over = false;

  function line(last: Buffer): void {
    if (over) slices.broken(tooLarge);
    else {
      const bytes = held.length === 0 ? last : Buffer.concat([...held, last]);
      if (bytes.length > largest) slices.broken(tooLarge);
      else if (!blank(bytes)) slices.record(bytes);
    }
    held = [];
    heldBytes = 0;
    over = false;
  }

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        line(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length || over) return;
      heldBytes += chunk.length - from;
      over = heldBytes > largest;
      if (over) held = [];
      else held.push(Buffer.from(chunk.subarray(from)));
    },
    end() {
      if (over || heldBytes > 0) line(Buffer.alloc(0));
    },
  };
}

/** Nothing but blanks, tabs and carriage returns. */
function blank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 13 && byte !== 9) return false;
  return true;
}

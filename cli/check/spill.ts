// Lines on disk, in as many buckets as one of which fits the memory: where hits go that are too many. Used by held-hits.ts.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bucketCount = 128;
/** Characters that wait in memory before they are written. */
const mostWaiting = 1_000_000;

interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** One temporary file that only this user may read and that, but for Windows, has no name any more: it is gone when the process is, however that ends. */
export class Spill {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tenant-guard-check-'));
  readonly #file = openSync(join(this.#folder, 'hits'), 'wx+', 0o600);
  readonly #waiting: string[][] = Array.from({ length: bucketCount }, () => []);
  readonly #blocks: Block[][] = Array.from({ length: bucketCount }, () => []);
  #waitingCharacters = 0;
  #end = 0;

  constructor() {
    if (process.platform !== 'win32') rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lines of one key end in one bucket, in the order of writing. `line` holds no line feed. */
  add(key: string, line: string): void {
    this.#waiting[bucketOf(key)]?.push(line);
    this.#waitingCharacters += line.length;
    if (this.#waitingCharacters > mostWaiting) this.#flush();
  }

  /** All lines, bucket by bucket. */
  *buckets(): Generator<readonly string[]> {
    this.#flush();
    for (const blocks of this.#blocks) if (blocks.length > 0) yield blocks.flatMap((block) => this.#read(block));
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #flush(): void {
    for (const [bucket, lines] of this.#waiting.entries()) {
      if (lines.length === 0) continue;
      const bytes = Buffer.from(lines.join('\n'));
      for (let written = 0; written < bytes.length; )
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#end + written);
      this.#blocks[bucket]?.push({ at: this.#end, bytes: bytes.length });
      this.#end += bytes.length;
      lines.length = 0;
    }
    this.#waitingCharacters = 0;
  }

  #read({ at, bytes }: Block): string[] {
    const block = Buffer.allocUnsafe(bytes);
    for (let read = 0; read < bytes; ) {
      const more = readSync(this.#file, block, read, bytes - read, at + read);
      if (more === 0) throw new Error('The temporary file of hits was cut short');
      read += more;
    }
    return block.toString().split('\n');
  }
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % bucketCount;
}

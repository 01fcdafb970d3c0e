// Reads a ZIP archive in memory, bounded: rule packs come from strangers. Called by rules.ts. Names are told as written and never become paths.
import { inflateRawSync } from 'node:zlib';

export const zipLimits = { entries: 100_000, entryBytes: 4_000_000, totalBytes: 400_000_000 } as const;

export interface ZipEntry {
  readonly name: string;
  /** Unpacks. Throws Error with a plain reason: damaged, encrypted, too large, or packed in a way that is not read here. */
  readonly read: () => Buffer;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const damaged = 'the archive is damaged';

/** The record that ends an archive; a comment of up to 64 KB may follow it. */
function endRecord(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 65_535); at--) if (zip.readUInt32LE(at) === endOfDirectory) return at;
  throw new Error('is no ZIP archive');
}

/** The files of an archive, unpacked one by one when asked. Throws Error with a plain reason where it cannot be read as a whole. */
export function readZip(zip: Buffer): ZipEntry[] {
  if (zip.length < 22) throw new Error('is no ZIP archive');
  const end = endRecord(zip);
  const count = zip.readUInt16LE(end + 10);
  const start = zip.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw new Error('is a ZIP64 archive; only archives below 4 GB and 65,535 files are read');
  const entries: ZipEntry[] = [];
  let total = 0;
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== directoryEntry) throw new Error(damaged);
    const flags = zip.readUInt16LE(at + 8);
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    entries.push({
      name,
      read() {
        if ((flags & 1) !== 0) throw new Error('is encrypted');
        if (local + 30 > zip.length || zip.readUInt32LE(local) !== localEntry) throw new Error(damaged);
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        if (from + packed > zip.length) throw new Error(damaged);
        const bytes = unpacked(zip.subarray(from, from + packed), method);
        total += bytes.length;
        if (total > zipLimits.totalBytes) throw new Error(`the archive unpacks into more than ${zipLimits.totalBytes} bytes`);
        return bytes;
      },
    });
  }
  return entries;
}

/** Nothing is believed of what the archive says about its sizes. */
function unpacked(bytes: Buffer, method: number): Buffer {
  const tooLarge = `unpacks into more than ${zipLimits.entryBytes} bytes`;
  if (method === 0) {
    if (bytes.length > zipLimits.entryBytes) throw new Error(tooLarge);
    return bytes;
  }
  if (method !== 8) throw new Error(`is packed by method ${method}; stored and deflated files are read`);
  try {
    return inflateRawSync(bytes, { maxOutputLength: zipLimits.entryBytes });
  } catch (cause) {
    throw new Error(cause instanceof RangeError ? tooLarge : damaged, { cause });
  }
}

// Published packs: their content by version, written once, and the one small blob that says which version runs. Called through Store.packs.
import { gunzipSync, gzipSync } from 'node:zlib';
import { type PackFiles, packFiles } from '../contracts/hunt.ts';
import { type PublishedPacks, publishedPacks } from '../contracts/packs.ts';
import type { CrashPoint } from './crash-points.ts';
import { packBlobs } from './keys.ts';
import type { Access } from './rows.ts';
import type { Versioned } from './store.ts';

export interface PackStore {
  /** What should run. Undefined: nothing was ever published; `unchanged`: still the version named. Throws BrokenPackError. */
  current(unless?: string): Promise<Versioned<PublishedPacks> | 'unchanged' | undefined>;
  /** Throws ConflictError if somebody else moved it since it was read. Without an etag: only if there is none yet. */
  putCurrent(point: CrashPoint, value: PublishedPacks, etag?: string): Promise<void>;
  /** A version is written once and never replaced. Returns false if there is one of that number. */
  putContent(point: CrashPoint, version: number, content: PackFiles): Promise<boolean>;
  /** Throws BrokenPackError. */
  content(pack: string, version: number): Promise<PackFiles | undefined>;
}

/** What is stored is no pack, or no list of packs. Looking again does not help; publishing does. */
export class BrokenPackError extends Error {
  override readonly name = 'BrokenPackError';
}

/** Packs come from people and their pipelines: what unpacks into more is refused, whoever wrote it. */
export const packLimits = { packedBytes: 8_000_000, bytes: 64_000_000, currentBytes: 4_000_000 } as const;

async function whole(content: AsyncIterable<Uint8Array>, most: number, what: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of content) {
    bytes += part.byteLength;
    if (bytes > most) throw new BrokenPackError(`${what} has more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function packContents({ reads, writer }: Access): PackStore {
  return {
    async current(unless) {
      const found = await reads.readVersion(...packBlobs.current, unless);
      if (found === undefined || found === 'unchanged') return found;
      if (found.content.byteLength > packLimits.currentBytes) throw new BrokenPackError('The list of published packs is too large');
      try {
        return { value: publishedPacks.parse(JSON.parse(Buffer.from(found.content).toString())), etag: found.etag };
      } catch (cause) {
        throw new BrokenPackError('The list of published packs cannot be understood', { cause });
      }
    },
    async putCurrent(point, value, etag) {
      await writer.swap(point, ...packBlobs.current, Buffer.from(JSON.stringify(publishedPacks.parse(value))), etag);
    },
    async putContent(point, version, content) {
      const packed = gzipSync(JSON.stringify(packFiles.parse(content)));
      if (packed.byteLength > packLimits.packedBytes)
        throw new Error(`The pack is ${packed.byteLength} bytes when packed; at most ${packLimits.packedBytes} are taken`);
      return writer.put(point, ...packBlobs.content(content.pack, version), packed, true);
    },
    async content(pack, version) {
      const [container, name] = packBlobs.content(pack, version);
      const stored = await reads.read(container, name);
      if (stored === undefined) return undefined;
      const packed = await whole(stored, packLimits.packedBytes, `${container}/${name}`);
      try {
        return packFiles.parse(JSON.parse(gunzipSync(packed, { maxOutputLength: packLimits.bytes }).toString()));
      } catch (cause) {
        throw new BrokenPackError(`${container}/${name} cannot be understood as a pack`, { cause });
      }
    },
  };
}

// The bytes of an export file as UTF-8 without byte-order mark, unpacked where it is gzip. Used by read-export.ts.
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { NoExportError } from './export-record.ts';

const chunkBytes = 128 * 1024;

/**
 * UTF-8 chunks of a file. gzip is known by its first bytes, not by its name. Each chunk is valid until the next is asked for.
 * @throws the file system's error; an error for a damaged archive; NoExportError for UTF-16 in the order that no Microsoft tool writes.
 */
export async function* bytesOf(file: string, progress?: (bytes: number) => void): AsyncGenerator<Buffer> {
  yield* decoded(unpacked(raw(file, progress)));
}

/** One buffer for the whole file: the garbage of a gigabyte of chunks would outgrow everything else. */
async function* raw(file: string, progress: ((bytes: number) => void) | undefined): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes);
      if (bytesRead === 0) return;
      progress?.(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* unpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const rest = async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  };
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* rest();
    return;
  }
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  const feeding = feed(rest(), gunzip);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
    await feeding;
  } catch (cause) {
    throw new Error('the gzip archive is damaged', { cause });
  }
}

async function feed(chunks: AsyncIterable<Buffer>, into: NodeJS.WritableStream & { destroy(error: Error): unknown }): Promise<void> {
  try {
    // The chunk is overwritten when the next is asked for, and a stream may still hold it then.
    for await (const chunk of chunks) if (!into.write(Buffer.from(chunk))) await new Promise((resolve) => into.once('drain', resolve));
    into.end();
  } catch (error) {
    into.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of chunks) {
    if (first) {
      first = false;
      if (chunk[0] === 0xfe && chunk[1] === 0xff) throw new NoExportError('it is UTF-16 in big-endian order: save it as UTF-8');
      if (chunk[0] === 0xff && chunk[1] === 0xfe) decoder = new TextDecoder('utf-16le');
      else if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) {
        yield chunk.subarray(3);
        continue;
      }
    }
    yield decoder === undefined ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
  }
}

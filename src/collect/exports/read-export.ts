// A file of exported logs -> its records, in batches, whatever its outer shape. Called by `check` and by tests; the file's records may be of any log.
import { bytesOf } from './bytes.ts';
import { delimiterOf, readCsv } from './csv-reader.ts';
import { type ExportRecord, NoExportError } from './export-record.ts';
import { isNdjson, readJson } from './json-reader.ts';

const headBytes = 256 * 1024;

export interface ReadOptions {
  /** Called with the number of bytes just read from the file. */
  readonly progress?: (bytes: number) => void;
  /** Bytes of the largest record. Default 64 MB. */
  readonly largest?: number;
}

/**
 * The records of one file, numbered from 1. Memory is bounded by one record and one chunk.
 * @throws NoExportError where the file is neither JSON nor CSV; the file system's error where it cannot be read.
 */
export async function* readExport(file: string, options: ReadOptions = {}): AsyncGenerator<readonly ExportRecord[]> {
  const chunks = bytesOf(file, options.progress);
  const gathered: Buffer[] = [];
  let size = 0;
  // Only the head is looked at to tell the shape; then everything is read once, from its first byte.
  while (size < headBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    gathered.push(Buffer.from(next.value));
    size += next.value.length;
  }
  const head = Buffer.concat(gathered);
  const start = head.toString('utf8', 0, 4096).trimStart();
  if (start === '') throw new NoExportError('it is empty');
  const all = async function* (): AsyncGenerator<Buffer> {
    yield head;
    yield* chunks;
  };
  if (start.startsWith('{') || start.startsWith('[')) {
    yield* readJson(all(), isNdjson(head), options.largest);
    return;
  }
  const delimiter = head.includes(0) ? undefined : delimiterOf(start);
  if (delimiter === undefined) throw new NoExportError('it is neither JSON nor CSV');
  yield* readCsv(all(), delimiter, options.largest);
}

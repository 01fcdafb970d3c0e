// JSON files of every outer shape -> numbered records. Used by read-export.ts.
import { createRecordReader } from '../records/record-reader.ts';
import { isRaw } from '../records/values.ts';
import type { ExportRecord } from './export-record.ts';
import { largestRecord, tooLarge } from './export-record.ts';
import { createJsonSlicer, type JsonSlicer, type Slices } from './json-slicer.ts';
import { createLineSlicer } from './ndjson.ts';

/** True where every line is an object of its own: the first line, or (one broken line spoils no file) the second. */
export function isNdjson(head: Buffer): boolean {
  const lines = head
    .toString('utf8')
    .split('\n', 8)
    .filter((line) => line.trim() !== '')
    .slice(0, 2);
  // A first line without end may be a whole file in one line, and that a page of a gigabyte: only a short one is tried.
  return lines.some(
    (line, i) =>
      line.startsWith('{') && (lines[0] ?? '').startsWith('{') && (i === 0 || (lines[0] ?? '').length > 2) && isPlainObject(line),
  );
}

function isPlainObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return isRaw(value) && listOf(value) === undefined;
  } catch {
    return false;
  }
}

/** The records that an object holds where it is a page. */
function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRaw(value)) return undefined;
  for (const key of ['value', 'records', 'Records']) {
    const list = value[key];
    if (Array.isArray(list)) return list;
  }
  return undefined;
}

export async function* readJson(
  chunks: AsyncIterable<Buffer>,
  byLines: boolean,
  largest = largestRecord,
): AsyncGenerator<readonly ExportRecord[]> {
  let batch: ExportRecord[] = [];
  let record = 0;
  const read = createRecordReader();
  const take = (raw: unknown): void => {
    const list = listOf(raw);
    if (list === undefined) batch.push({ record: ++record, raw });
    else for (const one of list) batch.push({ record: ++record, raw: one });
  };
  const slices: Slices = {
    record(bytes) {
      let raw: unknown;
      try {
        raw = read(bytes);
      } catch (cause) {
        batch.push({
          record: ++record,
          unreadable: `it is no JSON: ${cause instanceof Error ? cause.message.slice(0, 120) : 'unknown error'}`,
        });
        return;
      }
      take(raw);
    },
    broken(reason) {
      batch.push({ record: ++record, unreadable: reason });
    },
  };
  const slicer: JsonSlicer = (byLines ? createLineSlicer : createJsonSlicer)(slices, largest, tooLarge(largest));
  for await (const chunk of chunks) {
    slicer.push(chunk);
    if (batch.length > 0) yield batch;
    batch = [];
  }
  slicer.end();
  if (batch.length > 0) yield batch;
}

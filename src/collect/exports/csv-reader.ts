// CSV files -> numbered records, one object per row with the headings as keys. Used by read-export.ts.
import { Readable } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import { type ExportRecord, largestRecord, NoExportError, tooLarge } from './export-record.ts';

const rowsPerBatch = 500;
const mostColumns = 2000;

/** Comma, semicolon (spreadsheets in most of Europe) or tab: whichever the first line has most of outside quotes. `undefined` where it has none: no CSV. */
export function delimiterOf(head: string): string | undefined {
  const [first = ''] = head.split(/\r?\n/, 1);
  const bare = first.replaceAll(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: bare.split(delimiter).length - 1 }));
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a));
  return best.count === 0 ? undefined : best.delimiter;
}

export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  largest = largestRecord,
): AsyncGenerator<readonly ExportRecord[]> {
  const broken: { readonly row: number; readonly reason: string }[] = [];
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: largest,
    on_skip: (error: CsvError | undefined) => {
      broken.push({ row: Number(error?.['records'] ?? 0), reason: reasonOf(error, largest) });
      return undefined;
    },
  });
  const source = Readable.from(copies(chunks));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let headings: readonly string[] | undefined;
  let record = 0;
  let batch: ExportRecord[] = [];
  const flushBroken = (): void => {
    for (const { reason } of broken.splice(0)) batch.push({ record: ++record, unreadable: reason });
  };
  for await (const { record: cells } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
    if (headings === undefined) {
      if (cells.length > mostColumns) throw new NoExportError(`its first line has ${cells.length} columns, which is no log export`);
      headings = cells.map((cell) => cell.trim());
      continue;
    }
    flushBroken();
    // Repeated headings: the first that holds something counts. fromEntries makes own keys whatever a column is called.
    const row = new Map<string, string>();
    for (const [i, heading] of headings.entries()) {
      const cell = cells[i] ?? '';
      if (heading !== '' && (!row.has(heading) || row.get(heading) === '')) row.set(heading, cell);
    }
    batch.push({ record: ++record, raw: Object.fromEntries(row) });
    if (batch.length >= rowsPerBatch) {
      yield batch;
      batch = [];
    }
  }
  flushBroken();
  if (batch.length > 0) yield batch;
}

/** A stream holds chunks beyond the time for which they are valid. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

function reasonOf(error: CsvError | undefined, largest: number): string {
  if (error?.code === 'CSV_MAX_RECORD_SIZE') return tooLarge(largest);
  return `it is no CSV row: ${(error?.message ?? 'unknown error').slice(0, 160)}`;
}

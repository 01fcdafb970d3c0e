// Activities of one export file, in batches. Both passes of `check` read a file through here, so that they see the same records under the same numbers.
import { type ExportRecord, NoExportError } from '../../src/collect/exports/export-record.ts';
import { readExport } from '../../src/collect/exports/read-export.ts';
import { reasonOf } from '../../src/collect/exports/walk.ts';
import type { RecordContext } from '../../src/collect/records/envelope.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { SkippedRecord } from './skipped.ts';

export interface FileSource {
  readonly file: string;
  /** When the file was written: the time of records whose time columns a query dropped. */
  readonly written: number;
}

export interface ReadBatch {
  readonly activities: readonly Activity[];
  readonly skipped: readonly SkippedRecord[];
  readonly read: number;
}

/** A file that is no export, or that cannot be read (any further). The reason is a sentence part. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/** @throws UnreadableFileError, and nothing else. */
export async function* readActivities(source: FileSource, tenant: string, progress: (bytes: number) => void): AsyncGenerator<ReadBatch> {
  for await (const records of recordsOf(source.file, progress)) {
    const activities: Activity[] = [];
    const skipped: SkippedRecord[] = [];
    for (const entry of records) {
      const origin = { file: source.file, record: entry.record };
      if ('unreadable' in entry) {
        skipped.push({ ...origin, reason: entry.unreadable });
        continue;
      }
      const context: RecordContext = { tenant, feed: 'export', origin, undatedAt: source.written };
      const activity = readRecord(entry.raw, context);
      if ('skipped' in activity) skipped.push({ ...origin, reason: activity.skipped });
      else activities.push(activity);
    }
    yield { activities, skipped, read: records.length };
  }
}

async function* recordsOf(file: string, progress: (bytes: number) => void): AsyncGenerator<readonly ExportRecord[]> {
  try {
    yield* readExport(file, { progress });
  } catch (cause) {
    const reason = cause instanceof NoExportError ? `it holds no log records: ${cause.message}` : `it cannot be read: ${reasonOf(cause)}`;
    throw new UnreadableFileError(reason, { cause });
  }
}

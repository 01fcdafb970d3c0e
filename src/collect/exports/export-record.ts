// What the readers of export files hand on. Used by the readers of this folder and by `check`.

/** One record of a file, numbered from 1 in file order; or why there is none where one should stand. */
export type ExportRecord = { readonly record: number; readonly raw: unknown } | { readonly record: number; readonly unreadable: string };

/** A file that is no log export at all, in one sentence without the file's name. */
export class NoExportError extends Error {
  override readonly name = 'NoExportError';
}

/** A record above this many bytes is named and passed over: memory is bounded by one record. */
export const largestRecord = 64 * 1024 * 1024;

export const tooLarge = (bytes: number): string => `it is larger than ${Math.round(bytes / 1024 / 1024)} MB, which is no log record`;

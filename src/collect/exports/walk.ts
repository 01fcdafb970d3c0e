// Files and folders that a person named -> the export files in them, in a stable order. Used by `check`.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const endings = /\.(json|jsonl|ndjson|csv|log|txt)(\.gz)?$/i;

export interface Walked {
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  /** Files in folders whose ending says that they are no export. */
  readonly ignored: readonly string[];
  /** Paths that cannot be looked at, with the reason. */
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
}

/** A file named outright is always read; in folders, only .json .jsonl .ndjson .csv .log .txt and those with .gz. Links are not followed inside folders. */
export async function walk(paths: readonly string[]): Promise<Walked> {
  const files = new Map<string, number>();
  const ignored: string[] = [];
  const failed: { file: string; reason: string }[] = [];

  async function look(path: string, named: boolean): Promise<void> {
    try {
      const found = await stat(path);
      if (found.isDirectory()) {
        for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1)))
          if (entry.isDirectory() || entry.isFile()) await look(join(path, entry.name), false);
      } else if (named || endings.test(path)) files.set(path, found.size);
      else ignored.push(path);
    } catch (cause) {
      failed.push({ file: path, reason: reasonOf(cause) });
    }
  }

  for (const path of paths) await look(path, true);
  return { files: [...files].map(([file, bytes]) => ({ file, bytes })), ignored, failed };
}

/** A file-system error in words. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read';
  if (code === 'EISDIR') return 'it is a folder';
  return cause instanceof Error ? cause.message : String(cause);
}

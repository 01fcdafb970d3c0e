// What a storage account must be able to do for the store: tables, queues, blobs, nothing of what is in them. Implemented by memory.ts and azure.ts;
// written to by writer.ts alone.

export const tables = ['state', 'findings', 'baseline', 'sequence', 'journal', 'due', 'sighting', 'registry'] as const;
export type TableName = (typeof tables)[number];
export const containers = ['activities', 'snapshots', 'evidence', 'spool', 'packs'] as const;
export type ContainerName = (typeof containers)[number];

export interface Key {
  readonly partition: string;
  readonly row: string;
}
/** number: Int32 or Double; bigint: Int64. */
export type Property = string | number | boolean | bigint | Date;
export type Properties = Readonly<Record<string, Property>>;
export interface Row extends Key {
  readonly properties: Properties;
}
export interface StoredRow extends Row {
  readonly etag: string;
}

/**
 * - `insert` conflicts if the row exists; `upsert` writes whatever is there; `replace` conflicts unless the row still has that etag.
 * - `delete` with an etag conflicts unless the row has it; it has to stand alone, since the client library of Azure drops the etag inside a batch. Without one, a row that is already gone is no error for a lone delete, but a conflict inside a batch
 *   (as in the service).
 */
export type Operation =
  | { readonly kind: 'insert' | 'upsert'; readonly row: Row }
  | { readonly kind: 'replace'; readonly row: Row; readonly etag: string }
  | { readonly kind: 'delete'; readonly row: Key; readonly etag?: string };

/** `from` belongs to it, `to` does not. */
export interface Range {
  readonly from: string;
  readonly to: string;
}
export interface Query {
  readonly partition: string | Range;
  /** Several ranges are one operation still; they must not overlap. */
  readonly rows?: Range | readonly Range[];
  /** Only rows whose text property is at most that. The service looks at every row of the range for it. */
  readonly atMost?: { readonly property: string; readonly value: string };
}

export interface Reads {
  get(table: TableName, key: Key): Promise<StoredRow | undefined>;
  /** Pages of at most 1,000 rows, ordered by partition, then row. One page is one storage operation. */
  query(table: TableName, query: Query): AsyncIterable<readonly StoredRow[]>;
  /** About how many messages a queue holds; 0 if there is no such queue. */
  countMessages(queue: string): Promise<number>;
  read(container: ContainerName, name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** A small blob with its version; `unchanged` if that is still `unless`. One storage operation, whatever the answer. */
  readVersion(
    container: ContainerName,
    name: string,
    unless?: string,
  ): Promise<{ readonly content: Uint8Array; readonly etag: string } | 'unchanged' | undefined>;
  /** Names that begin with `prefix`, when each was last written (epoch ms) and its size. Pages of at most 5,000; one page is one storage operation. */
  list(
    container: ContainerName,
    prefix: string,
  ): AsyncIterable<readonly { readonly name: string; readonly modifiedAt: number; readonly bytes: number }[]>;
}

export interface Writes {
  /** All or nothing; all rows in one partition, at most 100. Returns the new etags in order ('' for a delete). Throws ConflictError. */
  transact(table: TableName, operations: readonly Operation[]): Promise<readonly string[]>;
  /** `text` as the reader sees it; encoding is the backend's business. */
  send(queue: string, text: string, delaySeconds: number): Promise<void>;
  /** Appends one block (at most 4 MiB) to an append blob, making it if need be. */
  append(container: ContainerName, name: string, content: Uint8Array): Promise<void>;
  /** With `ifAbsent`, returns false and changes nothing if the blob exists. */
  put(container: ContainerName, name: string, content: Uint8Array, ifAbsent: boolean): Promise<boolean>;
  /** Replaces a blob that still has this etag; without one, makes one that is not there yet. Throws ConflictError. */
  swap(container: ContainerName, name: string, content: Uint8Array, etag: string | undefined): Promise<void>;
  /** Deletes a blob; one that is gone already is no error. */
  remove(container: ContainerName, name: string): Promise<void>;
}

export interface Backend extends Reads, Writes {}

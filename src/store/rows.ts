// Reading rows: what every domain module of this folder does with the backend's pages.
import type { Query, Reads, StoredRow, TableName } from './backend.ts';
import type { Codec } from './body.ts';
import type { Versioned } from './store.ts';
import type { Writer } from './writer.ts';

/** What a domain module is given: reads go straight to the backend, writes through the choke point. */
export interface Access {
  readonly reads: Reads;
  readonly writer: Writer;
}

export async function allRows(reads: Reads, table: TableName, query: Query): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const page of reads.query(table, query)) rows.push(...page);
  return rows;
}

export async function allValues<T>(reads: Reads, table: TableName, query: Query, codec: Codec<T>): Promise<T[]> {
  return (await allRows(reads, table, query)).map((row) => codec.decode(row));
}

export const versioned = <T>(codec: Codec<T>, row: StoredRow): Versioned<T> => ({ value: codec.decode(row), etag: row.etag });

// A storage account in memory: the same behaviour as Azure Storage as far as the store can tell, held to it by test/store/contract.ts. Used by tests and benches.
import type { Clock } from '../contracts/clock.ts';
import type { Backend, Key, Operation, Query, Range, StoredRow, TableName } from './backend.ts';
import { ConflictError } from './store.ts';

const pageRows = 1_000;

/** Keys in order, sorted again only after one was added or removed. */
class Sorted<V> {
  readonly map = new Map<string, V>();
  private keys: string[] | undefined;
  set(key: string, value: V): void {
    if (!this.map.has(key)) this.keys = undefined;
    this.map.set(key, value);
  }
  delete(key: string): void {
    if (this.map.delete(key)) this.keys = undefined;
  }
  within({ from, to }: Range): string[] {
    this.keys ??= [...this.map.keys()].sort();
    return this.keys.slice(position(this.keys, from), position(this.keys, to));
  }
}

function position(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Message {
  readonly text: string;
  /** Epoch ms. */
  readonly visibleAt: number;
}
export interface MemoryBackend extends Backend {
  /** Takes the oldest message that is visible at the clock's now off the queue, for a test that plays the Functions host. */
  take(queue: string): Message | undefined;
}

/** `clock` decides when a delayed message becomes visible; without one, at once. */
export function memoryBackend({ clock }: { readonly clock?: Clock } = {}): MemoryBackend {
  const tables = new Map<TableName, Sorted<Sorted<StoredRow>>>();
  const queues = new Map<string, Message[]>();
  const blobs = new Map<string, Uint8Array[]>();
  const written = new Map<string, number>();
  const versions = new Map<string, string>();
  let version = 0;
  const now = () => clock?.now() ?? Number.MAX_SAFE_INTEGER;

  const tableOf = (name: TableName) => {
    const table = tables.get(name) ?? new Sorted<Sorted<StoredRow>>();
    tables.set(name, table);
    return table;
  };
  const find = (table: TableName, key: Key) => tables.get(table)?.map.get(key.partition)?.map.get(key.row);

  const check = (table: TableName, operation: Operation, alone: boolean) => {
    const existing = find(table, operation.row);
    const where = `row "${operation.row.row}" of partition "${operation.row.partition}" in ${table}`;
    if (operation.kind === 'insert' && existing) throw new ConflictError(`The ${where} exists already`);
    if (operation.kind === 'replace' && existing?.etag !== operation.etag) throw new ConflictError(`The ${where} changed or is gone`);
    if (operation.kind === 'delete') {
      if (operation.etag !== undefined && existing?.etag !== operation.etag) throw new ConflictError(`The ${where} changed or is gone`);
      if (!existing && !alone) throw new ConflictError(`The ${where} is gone`);
    }
  };
  const apply = (table: TableName, operation: Operation): string => {
    const partitions = tableOf(table);
    const rows = partitions.map.get(operation.row.partition) ?? new Sorted<StoredRow>();
    if (operation.kind === 'delete') {
      rows.delete(operation.row.row);
      if (rows.map.size === 0) partitions.delete(operation.row.partition);
      return '';
    }
    const etag = `W/"${++version}"`;
    const { partition, row, properties } = operation.row;
    rows.set(row, { partition, row, properties: { ...properties }, etag });
    partitions.set(partition, rows);
    return etag;
  };

  const write = (path: string, blocks: Uint8Array[]): void => {
    blobs.set(path, blocks);
    written.set(path, clock?.now() ?? 0);
    versions.set(path, `"${++version}"`);
  };

  function* rowsOf(table: TableName, { partition, rows, atMost }: Query): Generator<StoredRow> {
    const partitions = tableOf(table);
    const names = typeof partition === 'string' ? [partition] : partitions.within(partition);
    for (const name of names) {
      const held = partitions.map.get(name);
      if (!held) continue;
      const ranges = rows === undefined ? [{ from: '', to: '\uffff' }] : 'from' in rows ? [rows] : rows;
      for (const key of ranges.flatMap((range) => [...held.within(range)]).sort()) {
        const row = held.map.get(key);
        const value = atMost && row?.properties[atMost.property];
        if (row && (!atMost || (typeof value === 'string' && value <= atMost.value))) yield row;
      }
    }
  }

  return {
    async get(table, key) {
      return find(table, key);
    },
    async *query(table, query) {
      let page: StoredRow[] = [];
      for (const row of rowsOf(table, query)) {
        page.push(row);
        if (page.length === pageRows) {
          yield page;
          page = [];
        }
      }
      yield page;
    },
    async transact(table, operations) {
      await Promise.resolve();
      for (const operation of operations) check(table, operation, operations.length === 1);
      return operations.map((operation) => apply(table, operation));
    },
    async send(queue, text, delaySeconds) {
      const messages = queues.get(queue) ?? [];
      messages.push({ text, visibleAt: (clock?.now() ?? 0) + delaySeconds * 1_000 });
      queues.set(queue, messages);
    },
    async countMessages(queue) {
      return queues.get(queue)?.length ?? 0;
    },
    async read(container, name) {
      const blocks = blobs.get(`${container}/${name}`);
      if (!blocks) return undefined;
      const copy = [...blocks];
      return (async function* () {
        yield* copy;
      })();
    },
    async readVersion(container, name, unless) {
      const path = `${container}/${name}`;
      const blocks = blobs.get(path);
      if (!blocks) return undefined;
      const etag = versions.get(path) ?? '';
      return etag === unless ? 'unchanged' : { content: Buffer.concat(blocks), etag };
    },
    async append(container, name, content) {
      const blocks = blobs.get(`${container}/${name}`) ?? [];
      write(`${container}/${name}`, [...blocks, content]);
    },
    async put(container, name, content, ifAbsent) {
      const path = `${container}/${name}`;
      if (ifAbsent && blobs.has(path)) return false;
      write(path, [content]);
      return true;
    },
    async swap(container, name, content, etag) {
      const path = `${container}/${name}`;
      if (versions.get(path) !== etag) throw new ConflictError(`The blob ${path} changed, is gone or is there already`);
      write(path, [content]);
    },
    async *list(container, prefix) {
      const names = [...blobs.keys()].filter((path) => path.startsWith(`${container}/${prefix}`)).sort();
      yield names.map((path) => ({
        name: path.slice(container.length + 1),
        modifiedAt: written.get(path) ?? 0,
        bytes: (blobs.get(path) ?? []).reduce((sum, block) => sum + block.byteLength, 0),
      }));
    },
    async remove(container, name) {
      await Promise.resolve();
      blobs.delete(`${container}/${name}`);
      written.delete(`${container}/${name}`);
      versions.delete(`${container}/${name}`);
    },
    take(queue) {
      const messages = queues.get(queue) ?? [];
      const index = messages.findIndex((message) => message.visibleAt <= now());
      return index < 0 ? undefined : messages.splice(index, 1)[0];
    },
  };
}

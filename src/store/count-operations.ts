// Counts what a storage account would be asked for: a page read, a batch, a message, a block. Used by benches (`npm run bench`) and by tests that hold a figure.
import type { Backend } from './backend.ts';

export interface OperationCounter {
  readonly backend: Backend;
  /** Since the start or the last reset, by kind: `get state`, `query baseline`, `transact state`, `send`, `append activities` … */
  counts(): ReadonlyMap<string, number>;
  total(): number;
  reset(): void;
}

/** The first append of a day costs two more operations on Azure (the blob is made), which are not counted. */
export function countOperations(backend: Backend): OperationCounter {
  let counted = new Map<string, number>();
  const count = (kind: string) => void counted.set(kind, (counted.get(kind) ?? 0) + 1);
  return {
    counts: () => new Map(counted),
    total: () => [...counted.values()].reduce((sum, one) => sum + one, 0),
    reset() {
      counted = new Map();
    },
    backend: {
      get(table, key) {
        count(`get ${table}`);
        return backend.get(table, key);
      },
      async *query(table, query) {
        for await (const page of backend.query(table, query)) {
          count(`query ${table}`);
          yield page;
        }
      },
      transact(table, operations) {
        count(`transact ${table}`);
        return backend.transact(table, operations);
      },
      send(queue, text, delaySeconds) {
        count('send');
        return backend.send(queue, text, delaySeconds);
      },
      countMessages(queue) {
        count('count messages');
        return backend.countMessages(queue);
      },
      read(container, name) {
        count(`read ${container}`);
        return backend.read(container, name);
      },
      readVersion(container, name, unless) {
        count(`read ${container}`);
        return backend.readVersion(container, name, unless);
      },
      append(container, name, content) {
        count(`append ${container}`);
        return backend.append(container, name, content);
      },
      put(container, name, content, ifAbsent) {
        count(`put ${container}`);
        return backend.put(container, name, content, ifAbsent);
      },
      swap(container, name, content, etag) {
        count(`put ${container}`);
        return backend.swap(container, name, content, etag);
      },
      async *list(container, prefix) {
        for await (const page of backend.list(container, prefix)) {
          count(`list ${container}`);
          yield page;
        }
      },
      remove(container, name) {
        count(`remove ${container}`);
        return backend.remove(container, name);
      },
    },
  };
}

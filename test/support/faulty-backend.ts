// A storage account every call of which passes a gate: each page, batch, message and block is one call. Used by the fault scenarios.
import type { Backend } from '../../src/store/backend.ts';
import type { FaultKind, Gate } from './fault-calls.ts';

/** As the client libraries say it once their own retries are used up. */
async function spoil<T>(kind: FaultKind, work: () => Promise<T>): Promise<T> {
  if (kind === 'fail') throw Object.assign(new Error('The server is busy.'), { statusCode: 503, code: 'ServerBusy' });
  if (kind === 'lost') await work();
  throw Object.assign(new Error('The request was not answered in time.'), { code: 'REQUEST_SEND_ERROR' });
}

export function faultyBackend(backend: Backend, gate: Gate): Backend {
  const read = <T>(name: string, work: () => Promise<T>) => gate.call({ what: name, over: 'storage', writes: false }, work, spoil);
  const write = <T>(name: string, work: () => Promise<T>) => gate.call({ what: name, over: 'storage', writes: true }, work, spoil);
  async function* steps<T>(name: string, items: AsyncIterable<T>): AsyncIterable<T> {
    const iterator = items[Symbol.asyncIterator]();
    for (;;) {
      const next = await read(name, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }
  return {
    get: (table, key) => read(`get ${table} ${key.row}`, () => backend.get(table, key)),
    // The end of a query comes with its last page: no call of its own.
    async *query(table, query) {
      const iterator = backend.query(table, query)[Symbol.asyncIterator]();
      for (let next = await read(`query ${table}`, () => iterator.next()); next.done !== true; next = await iterator.next())
        yield next.value;
    },
    countMessages: (queue) => read(`count ${queue}`, () => backend.countMessages(queue)),
    async read(container, name) {
      const content = await read(`open ${container}`, () => backend.read(container, name));
      return content && steps(`read ${container}`, content);
    },
    readVersion: (container, name, unless) => read(`read ${container}`, () => backend.readVersion(container, name, unless)),
    transact: (table, operations) =>
      write(`transact ${table} ${operations.map(({ kind, row }) => `${kind} ${row.row}`).join(', ')}`, () =>
        backend.transact(table, operations),
      ),
    send: (queue, text, delaySeconds) => write(`send ${queue}`, () => backend.send(queue, text, delaySeconds)),
    append: (container, name, content) => write(`append ${container}`, () => backend.append(container, name, content)),
    put: (container, name, content, ifAbsent) => write(`put ${container}`, () => backend.put(container, name, content, ifAbsent)),
    swap: (container, name, content, etag) => write(`swap ${container}`, () => backend.swap(container, name, content, etag)),
    async *list(container, prefix) {
      const iterator = backend.list(container, prefix)[Symbol.asyncIterator]();
      for (let next = await read(`list ${container}`, () => iterator.next()); next.done !== true; next = await iterator.next())
        yield next.value;
    },
    remove: (container, name) => write(`remove ${container}`, () => backend.remove(container, name)),
  };
}

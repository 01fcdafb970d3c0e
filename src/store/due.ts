// Due rows of all tenants: what must happen at a time. One row per (tenant, kind, id). Called through Store.due.
import { type DueEntry, dueEntry } from '../contracts/rows.ts';
import { codec } from './body.ts';
import { dueKeys, padded } from './keys.ts';
import { type Access, allRows, allValues, versioned } from './rows.ts';
import { ConflictError, type Store } from './store.ts';

const rows = codec({ what: 'due entry', version: 1, schema: dueEntry });
const byTime = (a: DueEntry, b: DueEntry) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);

export function dueRows({ reads, writer }: Access): Store['due'] {
  const put: Store['due']['put'] = async (point, entry) => {
    const properties = { ...rows.encode(entry), dueAt: padded(entry.dueAt) };
    const [etag = ''] = await writer.transact(point, 'due', [{ kind: 'upsert', row: { ...dueKeys.row(entry), properties } }]);
    return etag;
  };
  return {
    /** Takes the place of an entry of the same tenant, kind and id, whatever time that had. */
    put,
    /**
     * One scan of the table, filtered by the service. Rows leave the table when they are done, so it holds only what is waiting, a few rows per tenant; after an outage of any
     * length nothing lies outside the scan, and there is no mark of "swept to" that could be wrong.
     */
    async overdue(now, most) {
      const due = (await allRows(reads, 'due', dueKeys.until(now))).map((row) => versioned(rows, row));
      return due.sort((a, b) => byTime(a.value, b.value)).slice(0, most);
    },
    /** One that is gone is no error. */
    async delete(point, entry, etag) {
      try {
        await writer.transact(point, 'due', [{ kind: 'delete', row: dueKeys.row(entry), ...(etag === undefined ? {} : { etag }) }]);
      } catch (error) {
        if (etag === undefined || !(error instanceof ConflictError)) throw error;
      }
    },
    /** One write, so that a crash leaves either the old time or the new one. */
    async again(point, entry, dueAt) {
      await put(point, { ...entry, dueAt, tries: entry.tries + 1 });
    },
    ofTenant: async ({ tenant }) => (await allValues(reads, 'due', dueKeys.ofTenant(tenant), rows)).sort(byTime),
  };
}

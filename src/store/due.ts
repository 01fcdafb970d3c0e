// Due rows of all tenants, by the minute they are due in. Called through Store.due.
import { type DueEntry, dueEntry } from '../contracts/rows.ts';
import { codec } from './body.ts';
import { dueKeys } from './keys.ts';
import { type Access, allValues, versioned } from './rows.ts';
import type { Store, Versioned } from './store.ts';

const rows = codec({ what: 'due entry', version: 1, schema: dueEntry });
const byTime = (a: DueEntry, b: DueEntry) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1);

export function dueRows({ reads, writer }: Access): Store['due'] {
  const put: Store['due']['put'] = async (point, entry) => {
    await writer.transact(point, 'due', [{ kind: 'upsert', row: { ...dueKeys.row(entry), properties: rows.encode(entry) } }]);
  };
  const remove: Store['due']['delete'] = async (point, entry) => {
    await writer.transact(point, 'due', [{ kind: 'delete', row: dueKeys.row(entry) }]);
  };
  return {
    put,
    /**
     * One scan over the partitions from the first that exists to the minute of `now`: rows leave the table when they are done, so it holds only what is waiting, and
     * after an outage of any length nothing lies outside it. No mark of "swept to" is kept that could be wrong. Costs one operation per thousand rows waiting.
     */
    async overdue(now, most) {
      const due: Versioned<DueEntry>[] = [];
      let full: string | undefined;
      for await (const page of reads.query('due', dueKeys.until(now))) {
        for (const row of page) {
          const minute = row.partition.slice(0, row.partition.indexOf('|'));
          // Partitions come by minute: nothing older can follow the minute in which there were enough.
          if (full !== undefined && minute > full) return oldest(due, most);
          const entry = versioned(rows, row);
          if (entry.value.dueAt <= now) due.push(entry);
          if (due.length >= most) full ??= minute;
        }
      }
      return oldest(due, most);
    },
    delete: remove,
    /** The new row first: a crash in between leaves both, which rings twice and harms nothing. */
    async again(point, entry, dueAt) {
      const moved = { ...entry, dueAt, tries: entry.tries + 1 };
      await put(point, moved);
      const [from, to] = [dueKeys.row(entry), dueKeys.row(moved)];
      if (from.partition !== to.partition) await remove(point, entry);
    },
    /** Reads across all minutes: for a page that a person opens, not for a round. */
    ofTenant: async ({ tenant }) => (await allValues(reads, 'due', dueKeys.ofTenant(tenant), rows)).sort(byTime),
  };
}

const oldest = (due: Versioned<DueEntry>[], most: number) => due.sort((a, b) => byTime(a.value, b.value)).slice(0, most);

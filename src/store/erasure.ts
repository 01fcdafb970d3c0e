// Deletes what the store keeps of a tenant that left. Called through Store.erasure. Whatever a crash leaves is found again by the next run, since it looks and does not remember.
import { type ContainerName, containers, type Operation, tables } from './backend.ts';
import { blobPrefix, rowsOfTenant } from './keys.ts';
import { inChunks } from './parallel.ts';
import { type Access, allRows } from './rows.ts';
import { ConflictError, type Store } from './store.ts';
import { mostBatchOperations } from './validate.ts';

/** Evidence is frozen: a policy of the container decides when it may go, and its lifecycle rule deletes it. Packs are nobody's. */
const kept: readonly ContainerName[] = ['evidence', 'packs'];

export function erasure({ reads, writer }: Access): Store['erasure'] {
  return {
    async rows(point, { tenant }) {
      let count = 0;
      for (const table of tables)
        for (const query of rowsOfTenant[table](tenant)) {
          const partitions = Map.groupBy(await allRows(reads, table, query), ({ partition }) => partition);
          for (const rows of partitions.values())
            for (const chunk of inChunks(rows, mostBatchOperations)) {
              const deletions = chunk.map((row): Operation => ({ kind: 'delete', row: { partition: row.partition, row: row.row } }));
              try {
                await writer.transact(point, table, deletions);
              } catch (error) {
                // Another run took some of them meanwhile: one by one, what is gone is no error.
                if (!(error instanceof ConflictError)) throw error;
                for (const deletion of deletions) await writer.transact(point, table, [deletion]);
              }
              count += chunk.length;
            }
        }
      return count;
    },
    async blobs(point, { tenant }) {
      let count = 0;
      for (const container of containers.filter((name) => !kept.includes(name)))
        for await (const page of reads.list(container, blobPrefix(tenant)))
          for (const { name } of page) {
            await writer.remove(point, container, name);
            count += 1;
          }
      return count;
    },
  };
}

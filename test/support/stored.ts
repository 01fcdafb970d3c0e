// Everything that a storage account holds, a line each, whatever its keys are: what proves that nothing of a tenant is left. Used by the tests of removal.
import { type Backend, containers, tables } from '../../src/store/backend.ts';

/** `table partition row properties` for each row, `container name content` for each blob (content as it stands; the packed ones are packed). */
export async function everythingStored(backend: Backend): Promise<string[]> {
  const lines: string[] = [];
  for (const table of tables)
    for await (const page of backend.query(table, { partition: { from: '', to: '\uffff' } }))
      for (const { partition, row, properties } of page) lines.push(`${table} ${partition} ${row} ${JSON.stringify(properties)}`);
  for (const container of containers)
    for await (const page of backend.list(container, ''))
      for (const { name } of page) {
        const parts: Uint8Array[] = [];
        for await (const part of (await backend.read(container, name)) ?? []) parts.push(part);
        lines.push(`${container} ${name} ${Buffer.concat(parts).toString()}`);
      }
  return lines;
}

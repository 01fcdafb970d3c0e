// Registry rows: the tenants under guard. Called through Store.registry, by src/tenants alone.
import { z } from 'zod';
import { tenantEntry } from '../contracts/policy.ts';
import type { Operation } from './backend.ts';
import { codec } from './body.ts';
import { registryKeys } from './keys.ts';
import { type Access, allRows, versioned } from './rows.ts';
import type { Store } from './store.ts';

const known = codec({ what: 'names of channels', version: 1, schema: z.object({ v: z.literal(1), names: z.array(z.string()) }) });
const entries = codec({ what: 'tenant entry', version: 1, schema: tenantEntry });

export function registryRows({ reads, writer }: Access): Store['registry'] {
  return {
    async list() {
      return (await allRows(reads, 'registry', registryKeys.all)).map((row) => versioned(entries, row));
    },
    async get(tenant) {
      const row = await reads.get('registry', registryKeys.row(tenant));
      return row && versioned(entries, row);
    },
    /** Without an etag: inserts, and throws ConflictError if the tenant is there. */
    async put(point, entry, etag) {
      const row = { ...registryKeys.row(entry.tenant), properties: entries.encode(entry) };
      await writer.transact(point, 'registry', [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }]);
    },
    async channels() {
      const row = await reads.get('registry', registryKeys.channels);
      return row && known.decode(row).names;
    },
    async putChannels(point, names) {
      const row = { ...registryKeys.channels, properties: known.encode({ v: 1, names: [...names] }) };
      await writer.transact(point, 'registry', [{ kind: 'upsert', row }]);
    },
    async putAll(point, all) {
      const operations = all.map(({ value, etag }): Operation => {
        const row = { ...registryKeys.row(value.tenant), properties: entries.encode(value) };
        return { kind: 'replace', row, etag };
      });
      await writer.transact(point, 'registry', operations);
    },
  };
}

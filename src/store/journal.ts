// Containments, their leases and their journal, one partition per tenant. Called through Store.journal.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Containment, containment, type JournalEntry, journalEntry } from '../contracts/containment.ts';
import { hashId } from '../contracts/ids.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Operation, StoredRow } from './backend.ts';
import { codec } from './body.ts';
import { journalKeys } from './keys.ts';
import { freeLease, takeLease } from './leases.ts';
import { parallel } from './parallel.ts';
import { type Access, allValues } from './rows.ts';
import { ConflictError, type Store, type Versioned } from './store.ts';

const containmentRows = codec({ what: 'containment', version: 1, schema: containment });
const entryRows = codec({ what: 'journal entry', version: 1, schema: journalEntry });
const referenceRows = codec({
  what: 'reference to a containment',
  version: 1,
  schema: z.object({ v: z.literal(1), containment: z.string() }),
});

/** The end of a containment's chain, kept on its row beside the body and handed around inside the version, so that appending needs no read. */
interface Chain {
  readonly length: number;
  readonly head: string;
}
const entryHash = (entry: JournalEntry) =>
  createHash('sha256')
    .update(JSON.stringify(journalEntry.parse(entry)))
    .digest('hex');
const chainStart = (tenant: string, id: string) => hashId('journal', tenant.toLowerCase(), id);

function read(row: StoredRow): Versioned<Containment> {
  const { chainLength, chainHead } = row.properties;
  return { value: containmentRows.decode(row), etag: `${chainLength}|${chainHead}|${row.etag}` };
}
function chainOf(version: string): Chain & { readonly etag: string } {
  const [, length, head, etag] = /^(\d+)\|([0-9a-f]+)\|(.+)$/s.exec(version) ?? [];
  if (head === undefined || etag === undefined) throw new ConflictError(`"${version}" is no version of a containment`);
  return { length: Number(length), head, etag };
}
const properties = (value: Containment, chain: Chain) => ({
  ...containmentRows.encode(value),
  chainLength: chain.length,
  chainHead: chain.head,
});

/** The hash that ends the chain of these entries, all of one containment: whoever keeps it elsewhere can tell later whether the journal was written anew. */
export function headOf({ tenant }: TenantScope, id: string, entries: readonly JournalEntry[]): string {
  const last = entries.at(-1);
  return last === undefined ? chainStart(tenant, id) : entryHash(last);
}

/**
 * The sequence number of the first entry that does not continue the one before it (changed, missing or out of place), or undefined for a whole chain.
 * @param entries all entries of one containment, as Store.journal.entries gives them
 */
export function brokenAt({ tenant }: TenantScope, id: string, entries: readonly JournalEntry[]): number | undefined {
  let previous = chainStart(tenant, id);
  let expected = 1;
  for (const entry of entries) {
    if (entry.sequence !== expected || entry.previous !== previous) return expected;
    previous = entryHash(entry);
    expected++;
  }
  return undefined;
}

export function journalRows(access: Access): Store['journal'] {
  const { reads, writer } = access;

  const byId: Store['journal']['containment'] = async ({ tenant }, id) => {
    const row = await reads.get('journal', journalKeys.containment(tenant, id));
    return row && read(row);
  };
  const byRequest: Store['journal']['containmentOfRequest'] = async (scope, request) => {
    const reference = await reads.get('journal', journalKeys.request(scope.tenant, request));
    if (!reference) return undefined;
    const id = referenceRows.decode(reference).containment;
    const found = await byId(scope, id);
    if (!found) throw new Error(`Request "${request}" leads to containment ${id}, which is not there`);
    return found;
  };

  return {
    /** Request, containment and its place in time in one transaction: of two presses with one request, one is first. */
    async intend(point, scope, value) {
      const { tenant } = scope;
      const chain = { length: 0, head: chainStart(tenant, value.id) };
      const reference = referenceRows.encode({ v: 1, containment: value.id });
      try {
        const [, etag = ''] = await writer.transact(point, 'journal', [
          { kind: 'insert', row: { ...journalKeys.request(tenant, value.request), properties: reference } },
          { kind: 'insert', row: { ...journalKeys.containment(tenant, value.id), properties: properties(value, chain) } },
          { kind: 'insert', row: { ...journalKeys.at(tenant, Date.parse(value.at), value.id), properties: reference } },
        ]);
        return { containment: { value, etag: `${chain.length}|${chain.head}|${etag}` }, first: true };
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        const stored = await byRequest(scope, value.request);
        if (stored) return { containment: stored, first: false };
        throw new ConflictError(`Containment ${value.id} exists already, for another request`, { cause: error });
      }
    },
    containment: byId,
    containmentOfRequest: byRequest,
    /** The version fences it: two workers that read the same state cannot both append. */
    async save(point, { tenant }, { value, etag }, entries) {
      let chain: Chain & { readonly etag: string } = chainOf(etag);
      const inserts: Operation[] = [];
      for (const entry of entries) {
        const next = journalEntry.parse({ ...entry, sequence: chain.length + 1, previous: chain.head });
        inserts.push({
          kind: 'insert',
          row: { ...journalKeys.entry(tenant, value.id, next.sequence), properties: entryRows.encode(next) },
        });
        chain = { ...chain, length: next.sequence, head: entryHash(next) };
      }
      const row = { ...journalKeys.containment(tenant, value.id), properties: properties(value, chain) };
      const [saved = ''] = await writer.transact(point, 'journal', [{ kind: 'replace', row, etag: chain.etag }, ...inserts]);
      return { value, etag: `${chain.length}|${chain.head}|${saved}` };
    },
    entries: ({ tenant }, id) => allValues(reads, 'journal', journalKeys.entries(tenant, id), entryRows),
    /** Earliest first. */
    async since(scope, time) {
      const references = await allValues(reads, 'journal', journalKeys.since(scope.tenant, time), referenceRows);
      const found = await parallel(references, (reference) => byId(scope, reference.containment));
      return found.flatMap((one) => (one ? [one.value] : []));
    },
    lease: async (point, { tenant }, id, holder, now, seconds) =>
      (await takeLease(access, point, 'journal', journalKeys.lease(tenant, id), { holder, now, seconds })) !== undefined,
    release: (point, { tenant }, id, holder) => freeLease(access, point, 'journal', journalKeys.lease(tenant, id), { holder }),
  };
}

// A lease is a row that says who holds it and until when. Taking it is insert-if-absent or replace-by-etag, so of any number who try at once one wins. Used by state.ts
// (lanes) and journal.ts (containments).
import { z } from 'zod';
import type { Key, Operation, StoredRow, TableName } from './backend.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import type { Access } from './rows.ts';
import { ConflictError } from './store.ts';

const lease = z.object({ v: z.literal(1), holder: z.string(), until: z.number() });
export const leases = codec({ what: 'lease', version: 1, schema: lease });
export const freed = leases.encode({ v: 1, holder: '', until: 0 });

/** Takes the lease if it is free or ran out at `now` (epoch ms), in one transaction with what else is handed. Undefined while somebody holds it, even if it is the same holder. */
export async function takeLease(
  { reads, writer }: Access,
  point: CrashPoint,
  table: TableName,
  key: Key,
  claim: { readonly holder: string; readonly now: number; readonly seconds: number },
  /** The row as it was just read, if it was. */
  seen?: { readonly row: StoredRow | undefined; readonly with?: readonly Operation[] },
): Promise<{ readonly until: number; readonly etag: string } | undefined> {
  const until = claim.now + claim.seconds * 1_000;
  const row = { ...key, properties: leases.encode({ v: 1, holder: claim.holder, until }) };
  const current = seen === undefined ? await reads.get(table, key) : seen.row;
  if (current && leases.decode(current).until > claim.now) return undefined;
  try {
    const own: Operation = current ? { kind: 'replace', row, etag: current.etag } : { kind: 'insert', row };
    const [etag] = await writer.transact(point, table, [own, ...(seen?.with ?? [])]);
    return { until, etag: etag ?? '' };
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

/** Frees the lease if `holder` still has it; otherwise does nothing. */
export async function freeLease(
  { reads, writer }: Access,
  point: CrashPoint,
  table: TableName,
  key: Key,
  { holder }: { readonly holder: string },
): Promise<void> {
  const current = await reads.get(table, key);
  if (!current) return;
  const held = leases.decode(current);
  if (held.holder !== holder || held.until === 0) return;
  const row = { ...key, properties: freed };
  try {
    await writer.transact(point, table, [{ kind: 'replace', row, etag: current.etag }]);
  } catch (error) {
    // Somebody took it between the look and the write: then it had run out, and is no longer ours to free.
    if (!(error instanceof ConflictError)) throw error;
  }
}

// What a commit to the state partition consists of, and how it is cut where one transaction cannot hold it. Called by state.ts.
import { z } from 'zod';
import { noiseRow } from '../contracts/doubt.ts';
import { incident } from '../contracts/incident.ts';
import { feedState, gap, outboxEntry } from '../contracts/rows.ts';
import type { Operation, Reads } from './backend.ts';
import { codec } from './body.ts';
import { stateKeys } from './keys.ts';
import { parallel } from './parallel.ts';
import { ConflictError, type RoundCommit } from './store.ts';
import { mostBatchBytes, mostBatchOperations, wireBytes } from './validate.ts';

export const feedRows = codec({ what: 'feed state', version: 1, schema: feedState });
export const gapRows = codec({ what: 'gap', version: 1, schema: gap });
export const incidentRows = codec({ what: 'incident', version: 1, schema: incident });
export const noiseRows = codec({ what: 'count of rules', version: 1, schema: noiseRow });
export const outboxRows = codec({ what: 'outbox entry', version: 1, schema: outboxEntry });
/** Which incident a subject belongs to. */
export const pointerRows = codec({
  what: 'pointer to an incident',
  version: 1,
  schema: z.object({ v: z.literal(1), incident: z.string() }),
});

/** Operations that must not be torn apart. */
type Unit = readonly Operation[];
type Incidents = RoundCommit['incidents'];

/** Pointers of the subjects of open incidents. Where two claim a subject, the later in the list has it. */
function pointersTo(tenant: string, incidents: Incidents): Unit[] {
  const wanted = new Map<string, string>();
  for (const { value } of incidents) if (value.status !== 'closed') for (const subject of value.subjects) wanted.set(subject, value.id);
  return [...wanted].map(([subject, id]) => {
    const row = { ...stateKeys.open(tenant, subject), properties: pointerRows.encode({ v: 1, incident: id }) };
    return [{ kind: 'upsert', row }];
  });
}

/**
 * Deletions of the pointers that still lead to an incident that was closed. Done one by one after the commit: a pointer to a closed incident counts as none, so
 * it does no harm if a crash leaves it.
 */
export async function stalePointers(reads: Reads, tenant: string, incidents: Incidents): Promise<Operation[]> {
  const closed = incidents.flatMap(({ value }) =>
    value.status === 'closed' ? value.subjects.map((subject) => ({ subject, id: value.id })) : [],
  );
  const found = await parallel(closed, async ({ subject, id }): Promise<Operation[]> => {
    const row = await reads.get('state', stateKeys.open(tenant, subject));
    return row && pointerRows.decode(row).incident === id ? [{ kind: 'delete', row, etag: row.etag }] : [];
  });
  return found.flat();
}

/** An entry that stands already is kept as it is: a card that was accepted must not be sent again. */
async function newOutbox(reads: Reads, tenant: string, entries: RoundCommit['outbox']): Promise<Map<string, Operation[]>> {
  const rows = new Map<string, Operation[]>();
  await parallel(entries, async (entry) => {
    const key = stateKeys.outbox(tenant, entry.incident, entry.revision);
    if (await reads.get('state', key)) return;
    const operations = rows.get(entry.incident) ?? [];
    operations.push({ kind: 'insert', row: { ...key, properties: outboxRows.encode(entry) } });
    rows.set(entry.incident, operations);
  });
  return rows;
}

/**
 * Units in the order in which they may become visible: pointers before the incident they lead to (a pointer to nothing counts as none), an incident together with its
 * outbox, the marks of the feeds last. So wherever a cut commit ends, the marks have not moved, the round is
 * done again, finds what is there by id, and ends the same.
 */
export async function unitsOf(reads: Reads, tenant: string, commit: RoundCommit): Promise<Unit[]> {
  const outbox = await newOutbox(reads, tenant, commit.outbox);
  const incidents = commit.incidents.map(({ value, etag }): Unit => {
    const row = { ...stateKeys.incident(tenant, value.id), properties: incidentRows.encode(value) };
    const cards = outbox.get(value.id) ?? [];
    outbox.delete(value.id);
    return [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }, ...cards];
  });
  const others = [...outbox.values()];
  const gaps = commit.gaps.map((value): Unit => {
    const row = { ...stateKeys.gap(tenant, value.feed, value.from), properties: gapRows.encode(value) };
    return [{ kind: 'upsert', row }];
  });
  const marks = commit.feeds.map((value): Operation => {
    const row = { ...stateKeys.feed(tenant, value.feed), properties: feedRows.encode(value) };
    return { kind: 'upsert', row };
  });
  // With the marks: a round that is done again counts nothing twice.
  const { noise } = commit;
  if (noise !== undefined)
    marks.push({ kind: 'upsert', row: { ...stateKeys.noiseOfLane(tenant, noise.lane), properties: noiseRows.encode(noise) } });
  return [...pointersTo(tenant, commit.incidents), ...gaps, ...incidents, ...others, ...(marks.length > 0 ? [marks] : [])];
}

/** As few transactions as hold the units, in order, each with room for `reserved` further operations. */
export function transactionsOf(units: readonly Unit[], reserved: number): Operation[][] {
  const room = 16_384 * reserved;
  const cut: Operation[][] = [[]];
  let bytes = room;
  for (const unit of units) {
    const size = unit.reduce((sum, operation) => sum + wireBytes(operation), 0);
    let last = cut[cut.length - 1] ?? [];
    if (last.length > 0 && (last.length + unit.length > mostBatchOperations - reserved || bytes + size > mostBatchBytes)) {
      last = [];
      cut.push(last);
      bytes = room;
    }
    last.push(...unit);
    bytes += size;
  }
  return cut;
}

/** Says which commit met someone else's change. */
export function staleCommit(what: string, cause: unknown): unknown {
  return cause instanceof ConflictError ? new ConflictError(`${what}: somebody else changed it meanwhile`, { cause }) : cause;
}

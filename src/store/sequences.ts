// Sequence hits: matches of base rules that correlations count. Called through Store.sequences.
import { z } from 'zod';
import type { SequenceHit } from '../contracts/detection.ts';
import type { Operation, StoredRow } from './backend.ts';
import { codec } from './body.ts';
import { transactionsOf } from './commit.ts';
import type { CrashPoint } from './crash-points.ts';
import { sequenceKeys } from './keys.ts';
import { parallel } from './parallel.ts';
import { type Access, allRows } from './rows.ts';
import { ConflictError, type Store } from './store.ts';

const hitRows = codec({
  what: 'sequence hit',
  version: 1,
  schema: z.object({
    v: z.literal(1),
    rule: z.string(),
    base: z.string(),
    group: z.string(),
    activity: z.string(),
    time: z.number(),
    visibleAt: z.number().optional(),
    value: z.string().optional(),
    nested: z
      .array(z.object({ of: z.string(), value: z.string().optional(), group: z.string().optional() }))
      .readonly()
      .optional(),
    subject: z.string(),
    subjectName: z.string().optional(),
    facts: z.record(z.string(), z.string()),
    evidence: z
      .object({
        matched: z
          .array(z.object({ field: z.string(), value: z.string() }))
          .readonly()
          .optional(),
        signs: z.array(z.string()).readonly().optional(),
        against: z.array(z.string()).readonly().optional(),
        unsure: z.literal(true).optional(),
      })
      .optional(),
  }),
});
function hitOf(row: StoredRow): SequenceHit {
  const { v: _, ...hit } = hitRows.decode(row);
  return hit as SequenceHit;
}

/** Above so many groups of one rule, reading all of the rule's hits takes fewer operations than asking group by group. */
const groupsAskedSingly = 4;

function byPartition(operations: readonly Operation[]): Operation[][][] {
  const partitions = new Map<string, Operation[][]>();
  for (const operation of operations) {
    const units = partitions.get(operation.row.partition) ?? [];
    units.push([operation]);
    partitions.set(operation.row.partition, units);
  }
  return [...partitions.values()];
}

export function sequenceRows({ reads, writer }: Access): Store['sequences'] {
  return {
    async of({ tenant }, groups) {
      const rules = new Map<string, Set<string>>();
      for (const { rule, group } of groups) rules.set(rule, (rules.get(rule) ?? new Set()).add(group));
      const found = await parallel([...rules], async ([rule, wanted]) => {
        if (wanted.size > groupsAskedSingly) {
          const hits = (await allRows(reads, 'sequence', sequenceKeys.rule(tenant, rule))).map(hitOf);
          return hits.filter((hit) => wanted.has(hit.group));
        }
        const rows = await parallel([...wanted], (group) => allRows(reads, 'sequence', sequenceKeys.group(tenant, rule, group)));
        return rows.flat().map(hitOf);
      });
      return found.flat().sort((a, b) => a.time - b.time || (a.activity < b.activity ? -1 : 1));
    },
    ofRule: async ({ tenant }, rule) => (await allRows(reads, 'sequence', sequenceKeys.rule(tenant, rule))).map(hitOf),
    async put(point, { tenant }, hits) {
      const rows = new Map<string, Operation>();
      for (const hit of hits) {
        const key = sequenceKeys.row(tenant, hit);
        rows.set(`${key.partition}/${key.row}`, { kind: 'upsert', row: { ...key, properties: hitRows.encode({ v: 1, ...hit }) } });
      }
      await parallel(byPartition([...rows.values()]), async (units) => {
        for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'sequence', operations);
      });
    },
    remove: (point, { tenant }, hits) =>
      removed(point, [
        ...new Map(hits.map((hit) => sequenceKeys.row(tenant, hit)).map((key) => [`${key.partition}/${key.row}`, key])).values(),
      ]),
  };

  async function removed(point: CrashPoint, keys: readonly { readonly partition: string; readonly row: string }[]): Promise<void> {
    const deletions = keys.map(({ partition, row }): Operation => ({ kind: 'delete', row: { partition, row } }));
    await parallel(byPartition(deletions), async (units) => {
      for (const operations of transactionsOf(units, 0)) {
        try {
          await writer.transact(point, 'sequence', operations);
        } catch (error) {
          // Someone else deleted one of them first, which fails a whole batch: one by one, what is gone is no error.
          if (!(error instanceof ConflictError)) throw error;
          for (const operation of operations) await removeOne(point, operation);
        }
      }
    });
  }

  async function removeOne(point: CrashPoint, operation: Operation): Promise<void> {
    try {
      await writer.transact(point, 'sequence', [operation]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

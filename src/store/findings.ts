// Finding rows, one partition per subject. Called through Store.findings.
import { z } from 'zod';
import { type Finding, finding } from '../contracts/finding.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Operation } from './backend.ts';
import { codec } from './body.ts';
import { transactionsOf } from './commit.ts';
import { findingKeys } from './keys.ts';
import { parallel } from './parallel.ts';
import { type Access, allRows, allValues } from './rows.ts';
import type { Store } from './store.ts';

const rows = codec({ what: 'finding', version: 1, schema: finding });
const unresolvedRows = codec({
  what: 'note of an unresolved finding',
  version: 1,
  schema: z.object({ v: z.literal(1), id: z.string(), subject: z.string() }),
});
const byTime = (a: Finding, b: Finding) => Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : 1);

/** Above so many subjects, reading the tenant's findings page by page takes fewer operations than asking subject by subject. */
const subjectsAskedSingly = 2;

export function findingRows({ reads, writer }: Access): Store['findings'] {
  return {
    /**
     * A finding whose subject was unresolved and now is resolved moves: written under the new subject, removed under the old, then the note of it is removed, so that a
     * crash in between is made good by writing it again.
     */
    async put(point, { tenant }, findings) {
      const newest = new Map(findings.map((one) => [one.id, one]));
      const partitions = new Map<string, Operation[][]>();
      for (const one of newest.values()) {
        const row = { ...findingKeys.row(tenant, one.subject, one.id), properties: rows.encode(one) };
        partitions.set(row.partition, [...(partitions.get(row.partition) ?? []), [{ kind: 'upsert', row }]]);
      }
      const [unresolved, resolved] = [[] as Finding[], [] as Finding[]];
      for (const one of newest.values()) (one.subject.startsWith('unresolved:') ? unresolved : resolved).push(one);

      const notes = unresolved.map((one): Operation[] => {
        const row = {
          ...findingKeys.unresolved(tenant, one.id),
          properties: unresolvedRows.encode({ v: 1, id: one.id, subject: one.subject }),
        };
        return [{ kind: 'upsert', row }];
      });
      for (const operations of transactionsOf(notes, 0)) await writer.transact(point, 'findings', operations);
      await parallel([...partitions.values()], async (units) => {
        for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'findings', operations);
      });
      if (resolved.length === 0) return;
      // Few findings are ever unresolved: one look at all notes instead of one per finding.
      const moved = new Set(resolved.map(({ id }) => id));
      const known = (await allRows(reads, 'findings', findingKeys.allUnresolved(tenant))).filter((row) =>
        moved.has(unresolvedRows.decode(row).id),
      );
      await parallel(known, async (note) => {
        const { id, subject } = unresolvedRows.decode(note);
        const old = findingKeys.row(tenant, subject, id);
        await writer.transact(point, 'findings', [{ kind: 'delete', row: old }]);
        await writer.transact(point, 'findings', [{ kind: 'delete', row: note }]);
      });
    },
    /** Earliest first. */
    ofSubject: async ({ tenant }, subject: SubjectId) =>
      (await allValues(reads, 'findings', findingKeys.ofSubject(tenant, subject), rows)).sort(byTime),
    async ofSubjects({ tenant }, subjects) {
      const wanted = new Map(subjects.map((subject) => [findingKeys.ofSubject(tenant, subject).partition as string, subject]));
      const found: Finding[] = [];
      if (wanted.size > subjectsAskedSingly) {
        let pages = 0;
        for await (const page of reads.query('findings', findingKeys.all(tenant))) {
          for (const row of page) if (wanted.has(row.partition)) found.push(rows.decode(row));
          const last = page.at(-1)?.partition;
          if (last === undefined || ++pages < wanted.size / 4) continue;
          // More findings than that: what lies behind is asked for one by one. The last partition may go on.
          const rest = [...wanted].filter(([partition]) => partition >= last);
          const lists = await parallel(rest, ([, subject]) => allValues(reads, 'findings', findingKeys.ofSubject(tenant, subject), rows));
          return [...new Map([...found, ...lists.flat()].map((one) => [one.id, one])).values()].sort(byTime);
        }
      } else {
        const lists = await parallel([...wanted.values()], (subject) =>
          allValues(reads, 'findings', findingKeys.ofSubject(tenant, subject), rows),
        );
        found.push(...lists.flat());
      }
      return found.sort(byTime);
    },
    /** Earliest first. */
    all: async ({ tenant }) => (await allValues(reads, 'findings', findingKeys.all(tenant), rows)).sort(byTime),
  };
}

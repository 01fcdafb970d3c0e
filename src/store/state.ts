// State rows of a tenant: lanes, feeds, gaps, incidents, outbox, aliases. Called through Store.state.
import { z } from 'zod';
import { type Lane, lanes } from '../contracts/bells.ts';
import type { SubjectId } from '../contracts/ids.ts';
import { type OutboxEntry, watchState } from '../contracts/rows.ts';
import type { Operation, StoredRow } from './backend.ts';
import { layoutIn } from './baseline-rows.ts';
import { codec } from './body.ts';
import { feedRows, gapRows, incidentRows, outboxRows, pointerRows, staleCommit, stalePointers, transactionsOf, unitsOf } from './commit.ts';
import type { CrashPoint } from './crash-points.ts';
import { reportRows } from './events.ts';
import { isOf, stateKeys } from './keys.ts';
import { freed, leases, takeLease } from './leases.ts';
import { inChunks, parallel } from './parallel.ts';
import { type Access, allRows, allValues, versioned } from './rows.ts';
import { ConflictError, type RoundCommit, type SeenAtBegin, type Store } from './store.ts';

const aliasRows = codec({ what: 'alias', version: 1, schema: z.object({ v: z.literal(1), name: z.string(), subject: z.string() }) });

const watchRows = codec({ what: 'watch', version: 1, schema: watchState });
const outboxRow = (tenant: string, entry: OutboxEntry) => ({
  ...stateKeys.outbox(tenant, entry.incident, entry.revision),
  properties: outboxRows.encode(entry),
});

const versionsIn = (tenant: string, rows: readonly StoredRow[]): ReadonlyMap<string, string> =>
  new Map(
    rows
      .filter((row) => isOf(stateKeys.lanes(tenant), row) || isOf(stateKeys.reports(tenant), row))
      .map(({ row, etag }): [string, string] => [row, etag]),
  );
/** Whoever meets others at the beginning looks so often again. */
const beginTries = 4;
const begunRows = codec({ what: 'begun round', version: 1, schema: z.object({ v: z.literal(1), at: z.number() }) });
function begin(tenant: string, rows: readonly StoredRow[], now: number): Operation {
  const key = stateKeys.begun(tenant);
  const current = rows.find(({ row }) => row === key.row);
  const row = { ...key, properties: begunRows.encode({ v: 1, at: now }) };
  return current === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag: current.etag };
}

const heldIn = (tenant: string, rows: readonly StoredRow[], now: number): ReadonlyMap<Lane, number> =>
  new Map(
    lanes.flatMap((lane): [Lane, number][] => {
      const row = rows.find((one) => one.row === stateKeys.lane(tenant, lane).row);
      const until = row === undefined ? 0 : leases.decode(row).until;
      return until > now ? [[lane, until]] : [];
    }),
  );
const seenIn = (tenant: string, rows: readonly StoredRow[], now: number): SeenAtBegin => ({
  held: heldIn(tenant, rows, now),
  versions: versionsIn(tenant, rows),
  feeds: rows.filter((row) => isOf(stateKeys.feeds(tenant), row)).map((row) => feedRows.decode(row)),
  reports: rows.filter((row) => isOf(stateKeys.reports(tenant), row)).map((row) => reportRows.decode(row)),
  layout: layoutIn(rows.find(({ row }) => row === stateKeys.layout(tenant).row)),
});

export function stateRows(access: Access): Store['state'] {
  const { reads, writer } = access;

  const incident: Store['state']['incident'] = async ({ tenant }, id) => {
    const row = await reads.get('state', stateKeys.incident(tenant, id));
    return row && versioned(incidentRows, row);
  };

  const removePointers = async (point: CrashPoint, tenant: string, incidents: RoundCommit['incidents']) => {
    for (const operation of await stalePointers(reads, tenant, incidents)) {
      try {
        await writer.transact(point, 'state', [operation]);
      } catch (error) {
        // It leads elsewhere by now, or somebody removed it: either is as it should be.
        if (!(error instanceof ConflictError)) throw error;
      }
    }
  };

  return {
    async lease(point, scope, lane, holder, now, seconds) {
      const { tenant } = scope;
      const key = stateKeys.lane(tenant, lane);
      for (let attempt = 1; attempt <= beginTries; attempt++) {
        const pages: (readonly StoredRow[])[] = [];
        for await (const page of reads.query('state', stateKeys.opening(tenant))) if (page.length > 0) pages.push(page);
        const rows = pages.flat();
        const row = rows.find((one) => one.row === key.row);
        const begun = lane === 'config' ? [] : [begin(tenant, rows, now)];
        const taken = await takeLease(access, point, 'state', key, { holder, now, seconds }, { row, with: begun });
        if (taken === undefined) {
          if (row !== undefined && leases.decode(row).until > now) return undefined;
          // Another lane began, or another worker was first with this one: the next look tells.
          continue;
        }
        const found = seenIn(tenant, rows, now);
        const versions = new Map([...found.versions, [key.row, taken.etag]]);
        // One page is one moment: had another worker moved the marks since, the lease would not have been taken. Between two pages it may have.
        const feeds = pages.length > 1 ? await allValues(reads, 'state', stateKeys.feeds(tenant), feedRows) : found.feeds;
        const before = row === undefined ? 0 : leases.decode(row).until;
        return {
          scope,
          lane,
          holder,
          until: taken.until,
          etag: taken.etag,
          seen: { ...found, feeds, versions },
          ...(before === 0 ? {} : { abandonedAt: before - seconds * 1000 }),
        };
      }
      return undefined;
    },

    async beside({ tenant }) {
      const rows = await allRows(reads, 'state', stateKeys.beside(tenant));
      return {
        versions: versionsIn(tenant, rows),
        incidents: rows.filter((row) => isOf(stateKeys.incidents(tenant), row)).map((row) => versioned(incidentRows, row)),
      };
    },
    feeds: ({ tenant }) => allValues(reads, 'state', stateKeys.feeds(tenant), feedRows),
    gaps: ({ tenant }) => allValues(reads, 'state', stateKeys.gaps(tenant), gapRows),

    incident,
    /** Reads every incident of the tenant: one operation per thousand. */
    async incidents({ tenant }, most) {
      const all = (await allRows(reads, 'state', stateKeys.incidents(tenant))).map((row) => versioned(incidentRows, row));
      const opened = (one: { value: { openedAt: string } }) => Date.parse(one.value.openedAt);
      return all.sort((a, b) => opened(b) - opened(a) || (a.value.id < b.value.id ? -1 : 1)).slice(0, most);
    },
    async openIncident(scope, subject) {
      const pointer = await reads.get('state', stateKeys.open(scope.tenant, subject));
      if (!pointer) return undefined;
      const found = await incident(scope, pointerRows.decode(pointer).incident);
      return found?.value.status === 'closed' ? undefined : found;
    },

    /** Nearly always one transaction; cut as commit.ts says where more than 99 operations are needed, each part fenced by the lane's row. */
    async commitRound(point, lease, commit) {
      const { tenant } = lease.scope;
      const lane = {
        ...stateKeys.lane(tenant, lease.lane),
        properties: leases.encode({ v: 1, holder: lease.holder, until: lease.until }),
      };
      let { etag } = lease;
      try {
        const transactions = transactionsOf(await unitsOf(reads, tenant, commit), 1);
        for (const [index, operations] of transactions.entries()) {
          const isLast = index === transactions.length - 1;
          const row = commit.release === true && isLast ? { ...lane, properties: freed } : lane;
          const fence: Operation = { kind: 'replace', row, etag };
          [etag = ''] = await writer.transact(point, 'state', [fence, ...operations]);
        }
      } catch (error) {
        throw staleCommit(`The round of lane ${lease.lane} of tenant ${tenant} cannot be committed`, error);
      }
      await removePointers(point, tenant, commit.incidents);
      return { ...lease, etag };
    },
    async commitIncident(point, { tenant }, change, outbox) {
      try {
        const units = await unitsOf(reads, tenant, { feeds: [], gaps: [], incidents: [change], outbox });
        for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'state', operations);
      } catch (error) {
        throw staleCommit(`Incident ${change.value.id} of tenant ${tenant} cannot be committed`, error);
      }
      await removePointers(point, tenant, [change]);
    },

    async outbox({ tenant }, id, revision) {
      const row = await reads.get('state', stateKeys.outbox(tenant, id, revision));
      return row && versioned(outboxRows, row);
    },
    async outboxOf({ tenant }, id) {
      return (await allRows(reads, 'state', stateKeys.outboxOf(tenant, id))).map((row) => versioned(outboxRows, row));
    },
    async putOutbox(point, { tenant }, { value, etag }) {
      await writer.transact(point, 'state', [{ kind: 'replace', row: outboxRow(tenant, value), etag }]);
    },

    async watch({ tenant }) {
      const row = await reads.get('state', stateKeys.watch(tenant));
      return row && versioned(watchRows, row);
    },
    async commitWatch(point, { tenant }, { value, etag }, card) {
      const row = { ...stateKeys.watch(tenant), properties: watchRows.encode(value) };
      const cards = card === undefined ? [] : ([{ kind: 'insert', row: outboxRow(tenant, card) }] as const);
      await writer.transact(point, 'state', [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }, ...cards]);
    },
    async addOutbox(point, { tenant }, entry) {
      if (await reads.get('state', stateKeys.outbox(tenant, entry.incident, entry.revision))) return;
      try {
        await writer.transact(point, 'state', [{ kind: 'insert', row: outboxRow(tenant, entry) }]);
      } catch (error) {
        // Another worker was first with the same card.
        if (!(error instanceof ConflictError)) throw error;
      }
    },

    async aliases({ tenant }, names) {
      const found = await parallel([...new Set(names)], async (name): Promise<[string, SubjectId][]> => {
        const row = await reads.get('state', stateKeys.alias(tenant, name));
        return row ? [[name, aliasRows.decode(row).subject as SubjectId]] : [];
      });
      return new Map(found.flat());
    },
    async putAliases(point, { tenant }, aliases) {
      const rows = new Map<string, Operation>();
      for (const [name, subject] of aliases) {
        const key = stateKeys.alias(tenant, name);
        rows.set(key.row, { kind: 'upsert', row: { ...key, properties: aliasRows.encode({ v: 1, name: name.toLowerCase(), subject }) } });
      }
      for (const operations of inChunks([...rows.values()], 100)) await writer.transact(point, 'state', operations);
    },
  };
}

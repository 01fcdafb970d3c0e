// What is usual for a user: one row per user, in shards that grow with the tenant. Called through Store.baselines.
import type { UserBaseline } from '../contracts/detection.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Operation, StoredRow } from './backend.ts';
import { type BaselineLayout, layoutIn, layoutRows, propertiesOf, userOf } from './baseline-rows.ts';
import { transactionsOf } from './commit.ts';
import type { CrashPoint } from './crash-points.ts';
import { baselineKeys, shardOf, stateKeys } from './keys.ts';
import { bounded, mergeBaselines } from './merge-baselines.ts';
import { parallel } from './parallel.ts';
import { type Access, allRows } from './rows.ts';
import { ConflictError, type Store } from './store.ts';

type Users = ReadonlyMap<SubjectId, UserBaseline>;
type Layout = BaselineLayout;
/** What a round saw of its users: as long as nobody else wrote, its merge need not look again. */
interface Look {
  readonly users: Users;
  /** Undefined while one is copied into another. */
  readonly layout: Layout | undefined;
  readonly etags: ReadonlyMap<SubjectId, string>;
  /** How many users a shard holds, where all of them were read. */
  readonly fill: ReadonlyMap<number, number>;
}

const mostUsers = 200;
/** A new layout is made for about half of that, since the hash fills shards unevenly. */
const plannedUsers = 100;
const tries = 20;
const mostLooks = 32;
const shardsFor = (users: number) => 2 ** Math.ceil(Math.log2(Math.max(1, users / plannedUsers)));

function byShard<T extends readonly [SubjectId, ...unknown[]]>(entries: Iterable<T>, shards: number): Map<number, T[]> {
  const cut = new Map<number, T[]>();
  for (const entry of entries) {
    const shard = shardOf(entry[0], shards);
    cut.set(shard, [...(cut.get(shard) ?? []), entry]);
  }
  return cut;
}

export function baselineRows({ reads, writer }: Access): Store['baselines'] {
  /** What the last look of a round saw, until its merge. */
  const looks = new Map<string, Look>();
  const remember = (tenant: string, found: Look) => {
    looks.delete(tenant);
    looks.set(tenant, found);
    const [oldest] = looks.keys();
    if (looks.size > mostLooks && oldest !== undefined) looks.delete(oldest);
  };
  /**
   * Without what was there already when the round looked. Stored baselines only ever gain, so what a look saw holds however old it is: an ordinary round, in which everybody did
   * the usual, then costs no operation here.
   */
  const newsOf = (look: Look | undefined, baselines: Users): Users => {
    if (!look) return baselines;
    return new Map(
      [...baselines].filter(([user, baseline]) => {
        const before = look.users.get(user);
        return !before || mergeBaselines(before, baseline) !== before;
      }),
    );
  };

  async function layoutOf(tenant: string): Promise<Layout | undefined> {
    return layoutIn(await reads.get('state', stateKeys.layout(tenant)));
  }
  async function setLayout(point: CrashPoint, tenant: string, value: { shards: number; previous?: number }, etag?: string): Promise<void> {
    const row = { ...stateKeys.layout(tenant), properties: layoutRows.encode({ v: 1, ...value }) };
    await writer.transact(point, 'state', [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }]);
  }

  /** Rows of these users in one layout: one query per shard, or one look-up where only one user of it is wanted. */
  async function rowsOf(tenant: string, shards: number, users: Iterable<SubjectId>) {
    const fill = new Map<number, number>();
    const wanted = new Map([...users].map((user) => [baselineKeys.row(tenant, shards, user).row, user]));
    const read = await parallel(
      [
        ...byShard(
          [...wanted.values()].map((user) => [user] as const),
          shards,
        ),
      ],
      async ([shard, entries]) => {
        const [only] = entries;
        if (entries.length > 1 || !only) {
          const all = await allRows(reads, 'baseline', baselineKeys.shard(tenant, shards, shard));
          fill.set(shard, all.length);
          return all;
        }
        const row = await reads.get('baseline', baselineKeys.row(tenant, shards, only[0]));
        return row ? [row] : [];
      },
    );
    const rows = new Map(
      read.flat().flatMap((row): [SubjectId, StoredRow][] => {
        const user = wanted.get(row.row);
        return user === undefined ? [] : [[user, row]];
      }),
    );
    return { rows, fill };
  }

  /** As mergeShard, upon what the round saw when it looked. Undefined: it did not see enough, or somebody else wrote meanwhile. */
  async function mergeAsSeen(
    point: CrashPoint,
    tenant: string,
    { users: known, layout, etags, fill }: Look,
    shard: number,
    users: [SubjectId, UserBaseline][],
  ): Promise<number | undefined> {
    const held = fill.get(shard);
    const added = users.filter(([user]) => !known.has(user)).length;
    if (layout === undefined || (held === undefined && added > 0)) return undefined;
    const units = users.map(([user, baseline]): Operation[] => {
      const key = baselineKeys.row(tenant, layout.shards, user);
      const [before, etag] = [known.get(user), etags.get(user)];
      if (before === undefined || etag === undefined)
        return [{ kind: 'insert', row: { ...key, properties: propertiesOf(user, bounded(baseline)) } }];
      return [{ kind: 'replace', row: { ...key, properties: propertiesOf(user, mergeBaselines(before, baseline)) }, etag }];
    });
    try {
      for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'baseline', operations);
      return (held ?? 0) + added;
    } catch (error) {
      if (error instanceof ConflictError) return undefined;
      throw error;
    }
  }

  /** Merges into one shard; tries again if somebody else wrote to it. Returns how many users the shard holds afterwards. */
  async function mergeShard(
    point: CrashPoint,
    tenant: string,
    shards: number,
    shard: number,
    users: [SubjectId, UserBaseline][],
  ): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const rows = await allRows(reads, 'baseline', baselineKeys.shard(tenant, shards, shard));
      const stored = new Map(rows.map((row) => [row.row, row]));
      const units: Operation[][] = [];
      let inserted = 0;
      for (const [user, baseline] of users) {
        const key = baselineKeys.row(tenant, shards, user);
        const current = stored.get(key.row);
        if (!current) {
          inserted++;
          units.push([{ kind: 'insert', row: { ...key, properties: propertiesOf(user, bounded(baseline)) } }]);
          continue;
        }
        const [, before] = userOf(current);
        const merged = mergeBaselines(before, baseline);
        if (merged !== before)
          units.push([{ kind: 'replace', row: { ...key, properties: propertiesOf(user, merged) }, etag: current.etag }]);
      }
      try {
        for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'baseline', operations);
        return rows.length + inserted;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === tries) throw error;
      }
    }
  }
  const mergeInto = async (point: CrashPoint, tenant: string, shards: number, users: Users, look?: Look): Promise<number> => {
    const fill = await parallel([...byShard(users, shards)], async ([shard, entries]) => {
      const held = look && (await mergeAsSeen(point, tenant, look, shard, entries));
      return held ?? mergeShard(point, tenant, shards, shard, entries);
    });
    return Math.max(0, ...fill);
  };

  /**
   * Ends a change of layout: copies what the old one holds (a merge, so copying twice or beside a writer does no harm), says that only the new one counts, then deletes the
   * old. Whoever meets a change that a crash left half done ends it.
   */
  async function finishGrowth(point: CrashPoint, tenant: string, layout: Layout): Promise<void> {
    if (layout.previous === undefined) return;
    const old = await allRows(reads, 'baseline', baselineKeys.layout(tenant, layout.previous));
    await mergeInto(point, tenant, layout.shards, new Map(old.map(userOf)));
    await setLayout(point, tenant, { shards: layout.shards }, layout.etag);
    const partitions = Map.groupBy(old, (row) => row.partition);
    await parallel([...partitions.values()], async (rows) => {
      const units = rows.map((row): Operation[] => [{ kind: 'delete', row: { partition: row.partition, row: row.row } }]);
      for (const operations of transactionsOf(units, 0)) await writer.transact(point, 'baseline', operations);
    });
  }

  /** The layout to write to, settled. A conflict means that somebody else is settling it: look again. */
  async function settledLayout(point: CrashPoint, tenant: string, users: number): Promise<Layout> {
    for (let attempt = 1; ; attempt++) {
      const layout = await layoutOf(tenant);
      if (layout && layout.previous === undefined) return layout;
      try {
        if (layout) await finishGrowth(point, tenant, layout);
        else await setLayout(point, tenant, { shards: shardsFor(users) });
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === tries) throw error;
      }
    }
  }

  return {
    async count({ tenant }) {
      const layout = await layoutOf(tenant);
      return layout === undefined ? 0 : (await allRows(reads, 'baseline', baselineKeys.layout(tenant, layout.shards))).length;
    },
    async of({ tenant }, users, seen) {
      for (let given = seen; ; given = undefined) {
        const layout = given ?? (await layoutOf(tenant));
        if (!layout) return new Map();
        const found = new Map<SubjectId, UserBaseline>();
        const etags = new Map<SubjectId, string>();
        let fill: ReadonlyMap<number, number> = new Map();
        for (const shards of layout.previous === undefined ? [layout.shards] : [layout.previous, layout.shards]) {
          const read = await rowsOf(tenant, shards, users);
          ({ fill } = read);
          for (const [user, row] of read.rows) {
            const [, baseline] = userOf(row);
            const known = found.get(user);
            found.set(user, known ? mergeBaselines(known, baseline) : baseline);
            etags.set(user, row.etag);
          }
        }
        // A user who is missing may have moved to another layout between the two looks; "not known" must not come of that.
        if (found.size === new Set(users).size || (await layoutOf(tenant))?.etag === layout.etag) {
          remember(tenant, { users: found, layout: layout.previous === undefined ? layout : undefined, etags, fill });
          return found;
        }
      }
    },

    /**
     * The layout is looked at again after writing: if it changed meanwhile, what was written may stand in a layout that nobody reads any more, so it is merged again.
     * (A crash before that look leaves the round's marks where they were, and the round is done again.)
     */
    async merge(point, { tenant }, baselines) {
      const look = looks.get(tenant);
      looks.delete(tenant);
      const news = newsOf(look, baselines);
      if (news.size === 0) return;
      for (let known = look?.layout; ; known = undefined) {
        const layout = known ?? (await settledLayout(point, tenant, news.size));
        const fullest = await mergeInto(point, tenant, layout.shards, news, known && look);
        const after = await layoutOf(tenant);
        if (after?.etag !== layout.etag) continue;
        if (fullest <= mostUsers) return;
        const grown = { shards: Math.max(layout.shards * 2, shardsFor(news.size)), previous: layout.shards };
        try {
          await setLayout(point, tenant, grown, layout.etag);
          await settledLayout(point, tenant, news.size);
          return;
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
        }
      }
    },
  };
}

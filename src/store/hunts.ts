// Hunts over what is kept of the past: one row per hunt, one per tenant that it searches, and the content it searches for. Called through Store.hunts.
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Hunt, type HuntPart, hunt, huntPart, type PackFiles, packFiles } from '../contracts/hunt.ts';
import type { Operation } from './backend.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import { blobNames, huntKeys } from './keys.ts';
import { inChunks } from './parallel.ts';
import { type Access, allRows, versioned } from './rows.ts';
import { ConflictError, type Versioned } from './store.ts';
import { mostBatchOperations } from './validate.ts';

/** Of all tenants: whoever may hunt is the installation's operator. What is found stands with the tenants. */
export interface HuntStore {
  get(id: string): Promise<Versioned<Hunt> | undefined>;
  /** Newest first. @param since epoch ms: the service itself leaves out what was begun before, so that a look at the last days costs as little after years */
  list(since?: number): Promise<Hunt[]>;
  /** Without an etag: inserts. Throws ConflictError if it is there, or changed since. */
  put(point: CrashPoint, hunt: Hunt, etag?: string): Promise<void>;
  part(id: string, tenant: string): Promise<Versioned<HuntPart> | undefined>;
  parts(id: string): Promise<HuntPart[]>;
  /** As `put`. Returns what was written with its new version. */
  putPart(point: CrashPoint, part: HuntPart, etag?: string): Promise<Versioned<HuntPart>>;
  /** Written once: a hunt's content never changes. */
  putContent(point: CrashPoint, id: string, content: PackFiles): Promise<void>;
  content(id: string): Promise<PackFiles | undefined>;
  /** Deletes hunts that ended before that time (epoch ms): parts and content first, so that a crash leaves the row by which the rest is found. Returns how many. */
  expire(point: CrashPoint, before: number): Promise<number>;
}

const huntRows = codec({ what: 'hunt', version: 1, schema: hunt });
const partRows = codec({ what: 'part of a hunt', version: 1, schema: huntPart });

export function huntRowsOf({ reads, writer }: Access): HuntStore {
  return {
    async get(id) {
      const row = await reads.get('state', huntKeys.row(id));
      return row && versioned(huntRows, row);
    },
    async list(since) {
      const rows = await allRows(reads, 'state', since === undefined ? huntKeys.all : huntKeys.since(since));
      return rows.map((row) => huntRows.decode(row)).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
    },
    async put(point, value, etag) {
      const row = { ...huntKeys.row(value.id), properties: { ...huntRows.encode(value), ...huntKeys.age(value.createdAt) } };
      await writer.transact(point, 'state', [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }]);
    },
    async part(id, tenant) {
      const row = await reads.get('state', huntKeys.part(id, tenant));
      return row && versioned(partRows, row);
    },
    async parts(id) {
      return (await allRows(reads, 'state', huntKeys.parts(id))).map((row) => partRows.decode(row));
    },
    async putPart(point, value, etag) {
      const row = { ...huntKeys.part(value.hunt, value.tenant), properties: partRows.encode(value) };
      const [written = ''] = await writer.transact(point, 'state', [
        etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag },
      ]);
      return { value, etag: written };
    },
    async putContent(point, id, content) {
      const [container, name] = blobNames.hunt(id);
      await writer.put(point, container, name, gzipSync(JSON.stringify(packFiles.parse(content))), true);
    },
    async content(id) {
      const [container, name] = blobNames.hunt(id);
      const stream = await reads.read(container, name);
      if (stream === undefined) return undefined;
      const parts: Uint8Array[] = [];
      for await (const part of stream) parts.push(part);
      try {
        return packFiles.parse(JSON.parse(gunzipSync(Buffer.concat(parts)).toString()));
      } catch (cause) {
        throw new Error(`The content of hunt ${id} cannot be read`, { cause });
      }
    },
    async expire(point, before) {
      const rows = (await allRows(reads, 'state', huntKeys.all)).map((row) => versioned(huntRows, row));
      const over = rows.filter(({ value: { status, endedAt, createdAt } }) => status !== 'running' && (endedAt ?? createdAt) < before);
      for (const { value, etag } of over) {
        for (const chunk of inChunks(await allRows(reads, 'state', huntKeys.parts(value.id)), mostBatchOperations))
          await gone(
            writer,
            point,
            chunk.map(({ partition, row }): Operation => ({ kind: 'delete', row: { partition, row } })),
          );
        await writer.remove(point, ...blobNames.hunt(value.id));
        await gone(writer, point, [{ kind: 'delete', row: huntKeys.row(value.id), etag }]);
      }
      return over.length;
    },
  };
}

/** What another tenant's run deleted meanwhile is no error: one by one, the rest goes all the same. */
async function gone(writer: Access['writer'], point: CrashPoint, operations: readonly Operation[]): Promise<void> {
  try {
    await writer.transact(point, 'state', operations);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    if (operations.length > 1) for (const operation of operations) await gone(writer, point, [operation]);
  }
}

// Hunts over what is kept of the past: one row per hunt, one per tenant that it searches, and the content it searches for. Called through Store.hunts.
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Hunt, type HuntPart, hunt, huntPart, type PackFiles, packFiles } from '../contracts/hunt.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import { blobNames, huntKeys } from './keys.ts';
import { type Access, allRows, versioned } from './rows.ts';
import type { Versioned } from './store.ts';

/** Of all tenants: whoever may hunt is the installation's operator. What is found stands with the tenants. */
export interface HuntStore {
  get(id: string): Promise<Versioned<Hunt> | undefined>;
  /** Newest first. */
  list(): Promise<Hunt[]>;
  /** Without an etag: inserts. Throws ConflictError if it is there, or changed since. */
  put(point: CrashPoint, hunt: Hunt, etag?: string): Promise<void>;
  part(id: string, tenant: string): Promise<Versioned<HuntPart> | undefined>;
  parts(id: string): Promise<HuntPart[]>;
  /** As `put`. Returns what was written with its new version. */
  putPart(point: CrashPoint, part: HuntPart, etag?: string): Promise<Versioned<HuntPart>>;
  /** Written once: a hunt's content never changes. */
  putContent(point: CrashPoint, id: string, content: PackFiles): Promise<void>;
  content(id: string): Promise<PackFiles | undefined>;
}

const huntRows = codec({ what: 'hunt', version: 1, schema: hunt });
const partRows = codec({ what: 'part of a hunt', version: 1, schema: huntPart });

export function huntRowsOf({ reads, writer }: Access): HuntStore {
  return {
    async get(id) {
      const row = await reads.get('state', huntKeys.row(id));
      return row && versioned(huntRows, row);
    },
    async list() {
      const rows = await allRows(reads, 'state', huntKeys.all);
      return rows.map((row) => huntRows.decode(row)).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
    },
    async put(point, value, etag) {
      const row = { ...huntKeys.row(value.id), properties: huntRows.encode(value) };
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
  };
}

// Rows and spool blobs that events from outside leave behind. Called through Store.subscriptions, Store.reports, Store.hints and Store.spool.
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Lane } from '../contracts/bells.ts';
import {
  type EventSubscription,
  eventSubscription,
  type HintRow,
  hintRow,
  type ReportedAddress,
  reportedAddress,
  type Spooled,
  spooled,
} from '../contracts/event-rows.ts';
import type { EventResource } from '../contracts/events.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { Key } from './backend.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import { blobNames, stateKeys } from './keys.ts';
import { type Access, allRows, allValues, versioned } from './rows.ts';
import type { Versioned } from './store.ts';

const subscriptions = codec({ what: 'event subscription', version: 1, schema: eventSubscription });
export const reportRows = codec({ what: 'reported address', version: 1, schema: reportedAddress });
const hints = codec({ what: 'hint', version: 1, schema: hintRow });
const waiting = codec({ what: 'spooled batch', version: 1, schema: spooled });
const records = z.array(z.record(z.string(), z.unknown()));

/** Everything that events from outside leave behind, of one tenant each. */
export interface EventStore {
  readonly subscriptions: {
    of(scope: TenantScope): Promise<Versioned<EventSubscription>[]>;
    get(scope: TenantScope, resource: EventResource): Promise<Versioned<EventSubscription> | undefined>;
    /** Without an etag it inserts. Throws ConflictError where somebody else wrote. */
    put(point: CrashPoint, scope: TenantScope, value: EventSubscription, etag?: string): Promise<Versioned<EventSubscription>>;
  };
  readonly reports: {
    of(scope: TenantScope): Promise<ReportedAddress[]>;
    /** One row per address or range: a later report of the same takes its place. */
    put(point: CrashPoint, scope: TenantScope, report: ReportedAddress): Promise<void>;
    delete(point: CrashPoint, scope: TenantScope, address: string): Promise<void>;
  };
  readonly hints: {
    get(scope: TenantScope, lane: Lane): Promise<Versioned<HintRow> | undefined>;
    /** As subscriptions.put. */
    put(point: CrashPoint, scope: TenantScope, value: HintRow, etag?: string): Promise<void>;
  };
  readonly spool: {
    /** The blob first, then the row that makes it count: a crash in between leaves a blob that a lifecycle rule deletes. */
    putRecords(point: CrashPoint, scope: TenantScope, name: string, found: readonly Record<string, unknown>[]): Promise<void>;
    put(point: CrashPoint, scope: TenantScope, entry: Spooled): Promise<void>;
    /** Oldest first. */
    of(scope: TenantScope, feed: string): Promise<Spooled[]>;
    /** Undefined where the blob is gone. */
    records(scope: TenantScope, name: string): Promise<Record<string, unknown>[] | undefined>;
    /** Its records are part of the round's marks: they are not read again. */
    delete(point: CrashPoint, scope: TenantScope, feed: string, name: string): Promise<void>;
  };
}

export function eventRows({ reads, writer }: Access): EventStore {
  /** Inserts without an etag, else replaces; the new etag. */
  async function save(point: CrashPoint, key: Key, properties: ReturnType<typeof hints.encode>, etag?: string): Promise<string> {
    const row = { ...key, properties };
    const [fresh = ''] = await writer.transact(point, 'state', [
      etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag },
    ]);
    return fresh;
  }

  return {
    subscriptions: {
      of: async ({ tenant }) =>
        (await allRows(reads, 'state', stateKeys.subscriptions(tenant))).map((row) => versioned(subscriptions, row)),
      async get({ tenant }, resource) {
        const row = await reads.get('state', stateKeys.subscription(tenant, resource));
        return row && versioned(subscriptions, row);
      },
      async put(point, { tenant }, value, etag) {
        return { value, etag: await save(point, stateKeys.subscription(tenant, value.resource), subscriptions.encode(value), etag) };
      },
    },
    reports: {
      of: ({ tenant }) => allValues(reads, 'state', stateKeys.reports(tenant), reportRows),
      async put(point, { tenant }, report) {
        const row = { ...stateKeys.report(tenant, report.address), properties: reportRows.encode(report) };
        await writer.transact(point, 'state', [{ kind: 'upsert', row }]);
      },
      async delete(point, { tenant }, address) {
        await writer.transact(point, 'state', [{ kind: 'delete', row: stateKeys.report(tenant, address) }]);
      },
    },
    hints: {
      async get({ tenant }, lane) {
        const row = await reads.get('state', stateKeys.hint(tenant, lane));
        return row && versioned(hints, row);
      },
      async put(point, { tenant }, value, etag) {
        await save(point, stateKeys.hint(tenant, value.lane), hints.encode(value), etag);
      },
    },
    spool: {
      async putRecords(point, { tenant }, name, found) {
        await writer.put(point, ...blobNames.spool(tenant, name), gzipSync(JSON.stringify(found)), false);
      },
      async put(point, { tenant }, entry) {
        const row = { ...stateKeys.spooled(tenant, entry.feed, entry.name), properties: waiting.encode(entry) };
        await writer.transact(point, 'state', [{ kind: 'upsert', row }]);
      },
      async of({ tenant }, feed) {
        const rows = await allValues(reads, 'state', stateKeys.spool(tenant, feed), waiting);
        return rows.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
      },
      async records({ tenant }, name) {
        const [container, path] = blobNames.spool(tenant, name);
        const content = await reads.read(container, path);
        if (content === undefined) return undefined;
        const parts: Uint8Array[] = [];
        for await (const part of content) parts.push(part);
        try {
          return records.parse(JSON.parse(gunzipSync(Buffer.concat(parts)).toString()));
        } catch (cause) {
          throw new Error(`The spooled records ${container}/${path} cannot be read`, { cause });
        }
      },
      async delete(point, { tenant }, feed, name) {
        await writer.transact(point, 'state', [{ kind: 'delete', row: stateKeys.spooled(tenant, feed, name) }]);
      },
    },
  };
}

// Rows over all tenants that keep a fleet within the services' limits: moods and leased blocks of requests. Called through Store.fleet.
import { blockRow, type MoodRow, moodRow } from '../contracts/fleet-rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { codec } from './body.ts';
import type { CrashPoint } from './crash-points.ts';
import { fleetKeys } from './keys.ts';
import { type Access, allValues } from './rows.ts';
import { ConflictError } from './store.ts';

export interface FleetStore {
  /** Tenants in a mood other than the ordinary one. Unscoped on purpose, as the registry's list: it names tenants and nothing of theirs. */
  moods(): Promise<MoodRow[]>;
  /** Undefined: an ordinary one. */
  putMood(point: CrashPoint, scope: TenantScope, mood: Pick<MoodRow, 'mood' | 'since'> | undefined): Promise<void>;
  /**
   * One lease gives a block: up to `want` requests to use at once, if no more than `most` were granted within the last `spanMs`, all workers together.
   * Returns how many: 0 if none is left. Who meets another at the row tries again a few times and then goes without.
   */
  leaseBlock(point: CrashPoint, source: string, ask: BlockAsk): Promise<number>;
}

export interface BlockAsk {
  readonly now: number;
  readonly want: number;
  readonly most: number;
  readonly spanMs: number;
}

const moodRows = codec({ what: 'mood', version: 1, schema: moodRow });
const blockRows = codec({ what: 'leased blocks', version: 1, schema: blockRow });
const tries = 5;

export function fleetRows({ reads, writer }: Access): FleetStore {
  return {
    moods: () => allValues(reads, 'state', fleetKeys.moods, moodRows),
    async putMood(point, { tenant }, mood) {
      const key = fleetKeys.mood(tenant);
      await writer.transact(point, 'state', [
        mood === undefined
          ? { kind: 'delete', row: key }
          : { kind: 'upsert', row: { ...key, properties: moodRows.encode({ v: 1, tenant, ...mood }) } },
      ]);
    },
    async leaseBlock(point, source, { now, want, most, spanMs }) {
      const key = fleetKeys.blocks(source);
      for (let attempt = 1; attempt <= tries; attempt++) {
        const current = await reads.get('state', key);
        // A worker whose clock is ahead must not take from those behind it for ever.
        const grants = current === undefined ? [] : blockRows.decode(current).grants.filter(({ at }) => Math.abs(now - at) < spanMs);
        const given = Math.min(want, most - grants.reduce((sum, { count }) => sum + count, 0));
        if (given <= 0) return 0;
        const row = { ...key, properties: blockRows.encode({ v: 1, grants: [...grants, { at: now, count: given }] }) };
        try {
          await writer.transact(point, 'state', [
            current === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag: current.etag },
          ]);
          return given;
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
        }
      }
      return 0;
    },
  };
}

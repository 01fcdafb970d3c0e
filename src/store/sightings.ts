// Which tenants saw an indicator: the one declared exception to "a row belongs to a tenant". Called through Store.sightings.
import { z } from 'zod';
import { codec } from './body.ts';
import { sightingKeys } from './keys.ts';
import { type Access, allValues } from './rows.ts';
import { ConflictError, type Store } from './store.ts';

const rows = codec({
  what: 'sighting',
  version: 1,
  schema: z.object({ v: z.literal(1), tenant: z.string(), firstAt: z.number(), lastAt: z.number() }),
});
const tries = 10;

export function sightingRows({ reads, writer }: Access): Store['sightings'] {
  return {
    /** Keeps the first and the last time (epoch ms), whatever the order in which they come. */
    async put(point, indicator, { tenant }, time) {
      const key = sightingKeys.row(indicator, tenant);
      for (let attempt = 1; ; attempt++) {
        const current = await reads.get('sighting', key);
        const seen = current && rows.decode(current);
        if (seen && seen.firstAt <= time && time <= seen.lastAt) return;
        const value = {
          v: 1 as const,
          tenant,
          firstAt: Math.min(seen?.firstAt ?? time, time),
          lastAt: Math.max(seen?.lastAt ?? time, time),
        };
        const row = { ...key, properties: rows.encode(value) };
        try {
          await writer.transact(point, 'sighting', [current ? { kind: 'replace', row, etag: current.etag } : { kind: 'insert', row }]);
          return;
        } catch (error) {
          if (!(error instanceof ConflictError) || attempt === tries) throw error;
        }
      }
    },
    tenantsOf: async (indicator) => (await allValues(reads, 'sighting', sightingKeys.all(indicator), rows)).map((row) => row.tenant).sort(),
  };
}

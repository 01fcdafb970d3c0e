// How a user's baseline and the layout of a tenant's shards stand in rows. Used by baselines.ts.
import { z } from 'zod';
import type { BaselineKind, FirstSeen, UserBaseline } from '../contracts/detection.ts';
import type { SubjectId } from '../contracts/ids.ts';
import type { Properties, StoredRow } from './backend.ts';
import { codec } from './body.ts';

const firstSeen = z.object({ time: z.number(), activity: z.string() });
const seen = z.array(z.tuple([z.string(), firstSeen]));
/** What was seen is kept as pairs: values are hostile text, and as property names some of them would not survive reading. */
const userRows = codec({
  what: 'baseline',
  version: 1,
  schema: z.object({
    v: z.literal(1),
    user: z.string(),
    since: z.number(),
    seen: z.object({ browser: seen, country: seen, network: seen, application: seen }),
    moments: z.array(z.tuple([z.string(), z.number()])).optional(),
  }),
});
/** `previous`: a layout that is being copied from, and must still be read. */
export const layoutRows = codec({
  what: 'layout of the baselines',
  version: 1,
  schema: z.object({ v: z.literal(1), shards: z.int().min(1), previous: z.int().min(1).optional() }),
});
/** A layout as it stood when it was looked at. */
export interface BaselineLayout {
  readonly shards: number;
  readonly previous?: number | undefined;
  readonly etag: string;
}
export const layoutIn = (row: StoredRow | undefined): BaselineLayout | undefined => row && { ...layoutRows.decode(row), etag: row.etag };

export function userOf(row: StoredRow): [SubjectId, UserBaseline] {
  const { user, since, seen: kinds, moments } = userRows.decode(row);
  const of = (kind: BaselineKind): Readonly<Record<string, FirstSeen>> => Object.fromEntries(kinds[kind]);
  const known = { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') };
  return [user as SubjectId, moments === undefined ? { since, seen: known } : { since, seen: known, moments }];
}
export function propertiesOf(user: SubjectId, { since, seen: kinds, moments }: UserBaseline): Properties {
  const of = (kind: BaselineKind) => Object.entries(kinds[kind]).sort(([a], [b]) => (a < b ? -1 : 1));
  return userRows.encode({
    v: 1,
    user,
    since,
    seen: { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') },
    ...(moments === undefined ? {} : { moments: moments.map(([key, time]): [string, number] => [key, time]) }),
  });
}

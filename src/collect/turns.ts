// How often each object of a snapshot was changed or removed so far: part of a change's id, so that a state that comes back, goes and comes back once more is three changes,
// while the same change has one id whichever round sees it. Stored as the last entry of the snapshot. Pure; called by snapshot.ts and the config lane.
import type { Activity } from '../contracts/activity.ts';

type Thing = Record<string, unknown>;

export interface Turns {
  readonly counts: ReadonlyMap<string, number>;
  /** Of every object that is not listed. */
  readonly floor: number;
}

export const noTurns: Turns = { counts: new Map(), floor: 0 };
/** Beyond, those that were changed longest ago are no longer listed. */
const mostCounted = 5000;

export const turnOf = ({ counts, floor }: Turns, id: string): number => counts.get(id) ?? floor;

/** After these changes. Creations do not count: what is created anew was removed before. */
export function turnsAfter(turns: Turns, changes: readonly Activity[]): Turns {
  const counts = new Map(turns.counts);
  let { floor } = turns;
  for (const { views } of changes) {
    const record = views[0]?.record;
    if (record === undefined || record['change'] === 'created') continue;
    const id = String(record['id']);
    counts.delete(id);
    counts.set(id, turnOf(turns, id) + 1);
  }
  for (const [id, count] of [...counts].slice(0, Math.max(0, counts.size - mostCounted))) {
    counts.delete(id);
    floor = Math.max(floor, count);
  }
  return { counts, floor };
}

const isPair = (value: unknown): value is [string, number] =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number';

/** A stored snapshot, taken apart. One of before there were turns has none. */
export function withoutTurns(stored: readonly Thing[]): { readonly objects: readonly Thing[]; readonly turns: Turns } {
  const last = stored[stored.length - 1];
  // No object of any feed has these two keys alone.
  if (last === undefined || Object.keys(last).sort().join() !== 'floor,turns' || !Array.isArray(last['turns']))
    return { objects: stored, turns: noTurns };
  return {
    objects: stored.slice(0, -1),
    turns: { counts: new Map(last['turns'].filter(isPair)), floor: typeof last['floor'] === 'number' ? last['floor'] : 0 },
  };
}

export const withTurns = (objects: readonly Thing[], { counts, floor }: Turns): readonly Thing[] =>
  counts.size === 0 && floor === 0 ? objects : [...objects, { turns: [...counts], floor }];

// Snapshots of feeds that read a part of the tenant at a time (mailboxes of people in question): what changed in the parts that were read, and what is kept of the others. Pure; called by rounds.
import type { Activity } from '../contracts/activity.ts';
import type { SnapshotFeed, SnapshotRead } from './feed.ts';
import { firstReading, type Reading, snapshotChanges } from './snapshot.ts';

type Thing = Record<string, unknown>;

/** How such a snapshot is stored: one entry for each part ever read, also where it held nothing. */
interface Part {
  readonly part: string;
  readonly objects: readonly Thing[];
}

/** A part that was not asked for in so many others' time is forgotten; its next reading is a first one again. */
const mostParts = 2000;

const isPart = (stored: Thing): stored is Thing & Part => typeof stored['part'] === 'string' && Array.isArray(stored['objects']);

export function partChanges(
  feed: SnapshotFeed,
  stored: readonly Thing[],
  read: SnapshotRead,
  reading: Reading,
): { readonly activities: readonly Activity[]; readonly snapshot: readonly Thing[] } {
  const before = new Map(stored.filter(isPart).map(({ part, objects }) => [part, objects]));
  const of = feed.partOf ?? (() => '');
  const objects = Map.groupBy(read.objects, of);
  const activities: Activity[] = [];
  for (const part of read.parts ?? []) {
    const now = [...(objects.get(part) ?? [])].sort((a, b) => (feed.describe(a).id < feed.describe(b).id ? -1 : 1));
    const was = before.get(part);
    activities.push(...(was === undefined ? firstReading(feed, now, reading) : snapshotChanges(feed, was, now, reading)));
    before.set(part, now);
  }
  const asked = new Set(read.parts);
  const spare = Math.max(0, before.size - mostParts);
  const forgotten = new Set([...before.keys()].filter((part) => !asked.has(part)).slice(0, spare));
  return {
    activities,
    snapshot: [...before].flatMap(([part, kept]) => (forgotten.has(part) ? [] : [{ part, objects: kept }])),
  };
}

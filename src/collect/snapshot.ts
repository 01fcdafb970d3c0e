// Compares a snapshot with the stored one: what was created, changed or removed becomes an activity, even where no audit event was seen. Pure; called by rounds.
import type { Activity, ConfigChange } from '../contracts/activity.ts';
import { changeActivityId, hashId } from '../contracts/ids.ts';
import type { SnapshotFeed } from './feed.ts';

type Thing = Record<string, unknown>;

/** Same text for the same object, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
}

/**
 * Changes from `before` to `after`, in the order of object ids.
 * @param now epoch ms, the time of a change where the object itself does not say when it happened
 */
export function snapshotChanges(
  feed: SnapshotFeed,
  tenant: string,
  before: readonly Thing[],
  after: readonly Thing[],
  now: number,
): Activity[] {
  const old = new Map(before.map((object) => [feed.describe(object).id, object]));
  const current = new Map(after.map((object) => [feed.describe(object).id, object]));
  const activities: Activity[] = [];
  for (const id of [...new Set([...old.keys(), ...current.keys()])].sort()) {
    const was = old.get(id) ?? null;
    const is = current.get(id) ?? null;
    const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
    const changed = [...keys].filter((key) => !feed.ignore.includes(key) && canonicalJson(was?.[key]) !== canonicalJson(is?.[key])).sort();
    if (changed.length === 0) continue;
    const object = is ?? was;
    if (object === null) continue;
    const described = feed.describe(object);
    const change: ConfigChange['change'] = was === null ? 'created' : is === null ? 'removed' : 'changed';
    const said =
      change === 'created' ? (described.createdAt ?? described.changedAt) : change === 'changed' ? described.changedAt : undefined;
    // An object that was created long ago but is new to us came back (a restore): the change is now, not then.
    const time = said !== undefined && said <= now ? said : now;
    const record: ConfigChange = { change, id, name: described.name, before: was, after: is, changed };
    activities.push({
      id: changeActivityId(feed.id, id, hashId(change, canonicalJson(is)).slice(0, 16)),
      tenant,
      feed: feed.id,
      time,
      visibleAt: now,
      subject: described.subject,
      subjectName: described.name,
      views: [{ shape: feed.shape, record: { ...record } }],
    });
  }
  return activities;
}

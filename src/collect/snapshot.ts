// Compares a snapshot with the stored one: what was created, changed or removed becomes an activity, even where no audit event was seen. Pure; called by rounds.
import type { Activity, ConfigChange } from '../contracts/activity.ts';
import { changeActivityId, hashId } from '../contracts/ids.ts';
import type { SnapshotFeed } from './feed.ts';
import { noTurns, type Turns, turnOf } from './turns.ts';

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

/** Without what is empty, at any depth: null, lists and objects of nothing else, what is not there; lists in one order. Where nothing is left, undefined. */
export function withoutEmpty(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  // An empty element among others is still one.
  if (Array.isArray(value))
    return value.length === 0
      ? undefined
      : value
          .map((one) => [canonicalJson(withoutEmpty(one)), withoutEmpty(one) ?? null] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, one]) => one);
  if (typeof value !== 'object') return value;
  const left = Object.entries(value).flatMap(([key, inner]) => {
    const kept = withoutEmpty(inner);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** What of a value is compared. */
const compared = ({ sparse }: Pick<SnapshotFeed, 'sparse'>, value: unknown): string =>
  canonicalJson(sparse === true ? withoutEmpty(value) : value);

export interface Reading {
  readonly tenant: string;
  /** Epoch ms: the time of a change where the object itself does not say when it happened. */
  readonly now: number;
  /** When the snapshot that is compared with was read, epoch ms. No part of an id: another round than this one may have looked. */
  readonly since: number;
  /** As they stand with the snapshot that is compared with, so that a round that is done again after a crash gives the same ids. */
  readonly turns?: Turns;
}

/** How long a replica may hide what is there already. */
const lagMs = 3_600_000;

/** Changes from `before` to `after`, in the order of object ids. */
export function snapshotChanges(feed: SnapshotFeed, before: readonly Thing[], after: readonly Thing[], reading: Reading): Activity[] {
  const { now, since } = reading;
  const old = new Map(before.map((object) => [feed.describe(object).id, object]));
  const current = new Map(after.map((object) => [feed.describe(object).id, object]));
  const activities: Activity[] = [];
  for (const id of [...new Set([...old.keys(), ...current.keys()])].sort()) {
    const was = old.get(id) ?? null;
    const is = current.get(id) ?? null;
    const keys = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
    const changed = [...keys]
      .filter((key) => !feed.ignore.includes(key) && compared(feed, was?.[key]) !== compared(feed, is?.[key]))
      .sort();
    if (changed.length === 0) continue;
    const object = is ?? was;
    if (object === null) continue;
    const described = feed.describe(object);
    const change: ConfigChange['change'] = was === null ? 'created' : is === null ? 'removed' : 'changed';
    const said =
      change === 'created' ? (described.createdAt ?? described.changedAt) : change === 'changed' ? described.changedAt : undefined;
    // It cannot have happened before the reading that did not see it (but for replicas that lag): an old object that is new to us came back now.
    const time = said !== undefined && said <= now && said > since - lagMs ? said : now;
    activities.push(activityOf(feed, object, { change, id, name: described.name, before: was, after: is, changed }, time, reading));
  }
  return activities;
}

const dayMs = 86_400_000;

/**
 * What stood there when a part was read for the first time: `created`, and marked as having stood there.
 * Dated by the object where it says that it changed within the last day, else by the reading: an incident begins with its first finding, and what a user
 * registered since then counts as the thief's, so an old date would condemn years of honest devices.
 */
export function firstReading(feed: SnapshotFeed, objects: readonly Thing[], reading: Reading): Activity[] {
  return objects.map((object) => {
    const { id, name, createdAt, changedAt } = feed.describe(object);
    const said = changedAt ?? createdAt;
    const time = said !== undefined && said <= reading.now && said > reading.now - dayMs ? said : reading.now;
    const changed = Object.keys(object)
      .filter((key) => !feed.ignore.includes(key))
      .sort();
    return activityOf(feed, object, { change: 'created', id, name, before: null, after: object, changed, stood: true }, time, reading);
  });
}

function activityOf(
  feed: SnapshotFeed,
  object: Thing,
  record: ConfigChange,
  time: number,
  { tenant, now, turns = noTurns }: Reading,
): Activity {
  const described = feed.describe(object);
  // Fields that are not compared differ from one reading to the next.
  const looked =
    record.after === null ? null : Object.fromEntries(Object.entries(record.after).filter(([key]) => !feed.ignore.includes(key)));
  return {
    id: changeActivityId(feed.id, record.id, hashId(record.change, compared(feed, looked), String(turnOf(turns, record.id))).slice(0, 16)),
    tenant,
    feed: feed.id,
    time,
    visibleAt: now,
    subject: described.subject,
    subjectName: described.subjectName ?? described.name,
    views: [{ shape: feed.shape, record: { ...record } }],
  };
}

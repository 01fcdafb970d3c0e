// What is usual for a user: when each browser, country, network and application was first seen in a successful sign-in. Called by the detector (learn) and context.ts (first).
import type { Activity } from '../../contracts/activity.ts';
import { type BaselineKind, type Baselines, baselineKinds, type FirstSeen, type UserBaseline } from '../../contracts/detection.ts';
import type { SubjectId } from '../../contracts/ids.ts';

/** Values remembered per user and kind: the earliest. A user with more is unknown for every value beyond. */
export const valuesPerKind = 500;

/** One look at a user: the values that the activity carries. Several keys of one kind name the same thing (AS number and address range). */
export type Sighting = { readonly [kind in BaselineKind]: readonly string[] | undefined };

interface Draft {
  since: number;
  readonly stored: UserBaseline | undefined;
  /** Copied from what is stored when the first new value comes: mostly nothing is new. */
  readonly changed: { [kind in BaselineKind]?: Map<string, FirstSeen> };
}

const earlier = (a: FirstSeen, b: FirstSeen): boolean => a.time < b.time || (a.time === b.time && a.activity < b.activity);

/** Collects sightings over stored baselines, which stay as they are. Merging takes the minimum, so order and repetition do not matter. */
export class BaselineBuilder {
  readonly #stored: Baselines;
  readonly #drafts = new Map<SubjectId, Draft>();

  constructor(stored: Baselines) {
    this.#stored = stored;
  }

  /** `sighting` is absent for activities that say nothing about what is usual (failures): they only lengthen the history. */
  see(activity: Pick<Activity, 'id' | 'time' | 'subject'>, sighting: Sighting | undefined): void {
    const draft = this.#draft(activity.subject, activity.time);
    if (activity.time < draft.since) draft.since = activity.time;
    if (sighting === undefined) return;
    const first: FirstSeen = { time: activity.time, activity: activity.id };
    for (const kind of baselineKinds) {
      for (const value of sighting[kind] ?? []) {
        const known = draft.changed[kind]?.get(value) ?? storedFirst(draft.stored, kind, value);
        if (known !== undefined && !earlier(first, known)) continue;
        draft.changed[kind] ??= new Map(Object.entries(draft.stored?.seen[kind] ?? {}));
        const values = draft.changed[kind];
        values.set(value, first);
        if (values.size > valuesPerKind) dropLatest(values);
      }
    }
  }

  /** Baselines of the users seen here, as plain data; the stored ones of others are not repeated. */
  baselines(): Map<SubjectId, UserBaseline> {
    const result = new Map<SubjectId, UserBaseline>();
    for (const [user, { since, stored, changed }] of this.#drafts) {
      const of = (kind: BaselineKind) => (changed[kind] === undefined ? (stored?.seen[kind] ?? plain(new Map())) : plain(changed[kind]));
      result.set(user, {
        since,
        seen: { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') },
      });
    }
    return result;
  }

  #draft(user: SubjectId, time: number): Draft {
    const known = this.#drafts.get(user);
    if (known !== undefined) return known;
    const stored = this.#stored.get(user);
    const draft: Draft = { since: stored?.since ?? time, stored, changed: {} };
    this.#drafts.set(user, draft);
    return draft;
  }
}

/** Own values only: one may be called `constructor`. */
const storedFirst = (baseline: UserBaseline | undefined, kind: BaselineKind, value: string): FirstSeen | undefined => {
  const seen = baseline?.seen[kind];
  return seen !== undefined && Object.hasOwn(seen, value) ? seen[value] : undefined;
};

/** Null prototype: values come from records, and one may be called `__proto__`. */
const plain = (values: ReadonlyMap<string, FirstSeen>): Record<string, FirstSeen> => {
  const record: Record<string, FirstSeen> = Object.create(null);
  for (const [value, first] of values) record[value] = first;
  return record;
};

function dropLatest(values: Map<string, FirstSeen>): void {
  let latest: [string, FirstSeen] | undefined;
  for (const entry of values) if (latest === undefined || earlier(latest[1], entry[1]) || sameMoment(latest, entry)) latest = entry;
  if (latest !== undefined) values.delete(latest[0]);
}

/** Two values first seen by one activity: the greater name counts as later, so that the choice does not depend on the order. */
const sameMoment = (a: [string, FirstSeen], b: [string, FirstSeen]): boolean =>
  a[1].time === b[1].time && a[1].activity === b[1].activity && a[0] < b[0];

/**
 * True if no earlier successful sign-in of this user carried any of the values; false if one did;
 * undefined while the user's history is shorter than `enoughMilliseconds`, is full, or the activity does not carry the value.
 */
export function isFirst(
  baseline: UserBaseline | undefined,
  kind: BaselineKind,
  values: readonly string[] | undefined,
  activity: Pick<Activity, 'id' | 'time'>,
  enoughMilliseconds: number,
): boolean | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const self: FirstSeen = { time: activity.time, activity: activity.id };
  for (const value of values) {
    const first = storedFirst(baseline, kind, value);
    if (first !== undefined && earlier(first, self)) return false;
  }
  if (baseline === undefined || activity.time - baseline.since < enoughMilliseconds) return undefined;
  return Object.keys(baseline.seen[kind]).length >= valuesPerKind ? undefined : true;
}

/** An earlier sighting counts as habit from this age on: a thief's own first sign-in does not excuse the next one. */
const habitMilliseconds = 86_400_000;

/** True if a successful sign-in at least a day before carried one of the values. Undefined only where the activity does not carry the value. */
export function isHabit(
  baseline: UserBaseline | undefined,
  kind: BaselineKind,
  values: readonly string[] | undefined,
  activity: Pick<Activity, 'time'>,
): boolean | undefined {
  if (values === undefined || values.length === 0) return undefined;
  return values.some((value) => {
    const first = storedFirst(baseline, kind, value);
    return first !== undefined && first.time <= activity.time - habitMilliseconds;
  });
}

// What is usual for a user: when each browser, country, network and application was first seen in a successful sign-in. Called by the detector (learn) and context.ts (first).
import type { Activity } from '../../contracts/activity.ts';
import {
  type BaselineKind,
  type Baselines,
  baselineKinds,
  type FirstSeen,
  type Moment,
  type UserBaseline,
} from '../../contracts/detection.ts';
import type { SubjectId } from '../../contracts/ids.ts';
import { type KeySet, KnownValues, storedFirst, type UserValues } from './known-values.ts';
import { addMoment, addsMoment, mostMoments } from './moments.ts';

/** Values remembered per user and kind: the earliest. A user with more is unknown for every value beyond. */
export const valuesPerKind = 500;

const none: readonly Moment[] = [];

/** One look at a user: the values that the activity carries. Several keys of one kind name the same thing (AS number and address range). */
export type Sighting = { readonly [kind in BaselineKind]: KeySet | undefined } & {
  /** Key of the moment (moments.ts); undefined for what no person did. */
  readonly moment: string | undefined;
};

/** What the activities seen here add to one user's baseline. */
interface Draft {
  since: number;
  readonly stored: UserBaseline | undefined;
  /** Copied from what is stored when the first new value comes. */
  readonly changed: { [kind in BaselineKind]?: Map<string, FirstSeen> };
  moments: Moment[] | undefined;
}

const isEarlier = (time: number, activity: string, than: FirstSeen): boolean =>
  time < than.time || (time === than.time && activity < than.activity);
const earlier = (a: FirstSeen, b: FirstSeen): boolean => isEarlier(a.time, a.activity, b);

/** Collects sightings over stored baselines, which stay as they are. Merging takes the minimum, so order and repetition do not matter. */
export class BaselineBuilder {
  readonly #stored: Baselines;
  /** `undefined`: the user was seen, and nothing about it is new. Mostly so, hence no draft is made before something is. */
  readonly #drafts = new Map<SubjectId, Draft | undefined>();

  readonly #known: KnownValues;

  constructor(stored: Baselines, known = new KnownValues()) {
    this.#stored = stored;
    this.#known = known;
  }

  /** `sighting` is absent for activities that say nothing about what is usual (failures): they only lengthen the history. */
  see({ id, time, subject }: Pick<Activity, 'id' | 'time' | 'subject'>, sighting: Sighting | undefined): void {
    let draft = this.#drafts.get(subject);
    const stored = draft === undefined ? this.#stored.get(subject) : draft.stored;
    if (draft === undefined && (stored === undefined || time < stored.since)) draft = this.#draft(subject, stored, time);
    else if (draft === undefined) this.#drafts.set(subject, undefined);
    else if (time < draft.since) draft.since = time;
    if (sighting === undefined) return;
    const values = stored === undefined ? undefined : this.#known.of(subject, stored.seen);
    // Nearly always everything is known. One line a kind: the engine that runs us remembers in each where the field stands.
    if (isNew(values, 'browser', sighting.browser, time))
      draft = this.#add('browser', sighting.browser, { id, time, subject }, stored, draft);
    if (isNew(values, 'country', sighting.country, time))
      draft = this.#add('country', sighting.country, { id, time, subject }, stored, draft);
    if (isNew(values, 'network', sighting.network, time))
      draft = this.#add('network', sighting.network, { id, time, subject }, stored, draft);
    if (isNew(values, 'application', sighting.application, time))
      draft = this.#add('application', sighting.application, { id, time, subject }, stored, draft);
    if (sighting.moment === undefined) return;
    const moment: Moment = [sighting.moment, time];
    if (!addsMoment(draft?.moments ?? stored?.moments ?? none, moment)) return;
    draft ??= this.#draft(subject, stored, time);
    draft.moments ??= stored?.moments?.slice() ?? [];
    addMoment(draft.moments, moment);
    if (draft.moments.length > mostMoments) draft.moments.shift();
  }

  #add(
    kind: BaselineKind,
    set: KeySet | undefined,
    { id, time, subject }: Pick<Activity, 'id' | 'time' | 'subject'>,
    stored: UserBaseline | undefined,
    draft: Draft | undefined,
  ): Draft | undefined {
    let changing = draft;
    for (const value of set?.keys ?? []) {
      const known = changing?.changed[kind]?.get(value) ?? storedFirst(stored?.seen, kind, value);
      if (known !== undefined && !isEarlier(time, id, known)) continue;
      changing ??= this.#draft(subject, stored, time);
      changing.changed[kind] ??= new Map(Object.entries(stored?.seen[kind] ?? {}));
      const values = changing.changed[kind];
      values.set(value, { time, activity: id });
      if (values.size > valuesPerKind) dropLatest(values);
    }
    return changing;
  }

  /** Baselines of the users seen here, as plain data; where nothing is new the stored one itself. The stored ones of others are not repeated. */
  baselines(): Map<SubjectId, UserBaseline> {
    const result = new Map<SubjectId, UserBaseline>();
    for (const [user, draft] of this.#drafts) {
      const baseline = draft === undefined ? this.#stored.get(user) : drafted(draft);
      if (baseline !== undefined) result.set(user, baseline);
    }
    return result;
  }

  #draft(user: SubjectId, stored: UserBaseline | undefined, time: number): Draft {
    const draft: Draft = { since: Math.min(stored?.since ?? time, time), stored, changed: {}, moments: undefined };
    this.#drafts.set(user, draft);
    return draft;
  }
}

const isNew = (values: UserValues | undefined, kind: BaselineKind, set: KeySet | undefined, time: number): boolean =>
  set !== undefined && values?.allBefore(kind, set, time) !== true;

function drafted({ since, stored, changed, moments: added }: Draft): UserBaseline {
  const moments = added ?? stored?.moments;
  const of = (kind: BaselineKind) => (changed[kind] === undefined ? (stored?.seen[kind] ?? plain(new Map())) : plain(changed[kind]));
  const nothingNew = stored !== undefined && baselineKinds.every((kind) => changed[kind] === undefined);
  const seen = nothingNew
    ? stored.seen
    : { browser: of('browser'), country: of('country'), network: of('network'), application: of('application') };
  return moments === undefined ? { since, seen } : { since, seen, moments };
}

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

/** One user's values, and those of them that a record shows. */
interface Shown {
  readonly baseline: UserBaseline | undefined;
  /** Of the same baseline. */
  readonly values: UserValues | undefined;
  readonly kind: BaselineKind;
  readonly set: KeySet | undefined;
}

/**
 * True if no earlier successful sign-in of this user carried any of the values; false if one did;
 * undefined while the user's history is shorter than `enoughMilliseconds`, is full, or the activity does not carry the value.
 */
export function isFirst(
  { baseline, values, kind, set }: Shown,
  activity: Pick<Activity, 'id' | 'time'>,
  enoughMilliseconds: number,
): boolean | undefined {
  if (set === undefined || set.keys.length === 0) return undefined;
  const since = values?.earliest(kind, set) ?? Number.POSITIVE_INFINITY;
  if (since < activity.time) return false;
  if (since === activity.time) {
    const self: FirstSeen = { time: activity.time, activity: activity.id };
    for (const value of set.keys) {
      const first = storedFirst(baseline?.seen, kind, value);
      if (first !== undefined && earlier(first, self)) return false;
    }
  }
  if (baseline === undefined || activity.time - baseline.since < enoughMilliseconds) return undefined;
  return Object.keys(baseline.seen[kind]).length >= valuesPerKind ? undefined : true;
}

/** An earlier sighting counts as habit from this age on: a thief's own first sign-in does not excuse the next one. */
const habitMilliseconds = 86_400_000;

/** True if a successful sign-in at least a day before carried one of the values. Undefined only where the activity does not carry the value. */
export function isHabit({ values, kind, set }: Shown, activity: Pick<Activity, 'time'>): boolean | undefined {
  if (set === undefined || set.keys.length === 0) return undefined;
  return (values?.earliest(kind, set) ?? Number.POSITIVE_INFINITY) <= activity.time - habitMilliseconds;
}

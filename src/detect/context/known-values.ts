// Since when a user is known with what a record shows. Asked by first-seen.ts (is there anything to learn?) and context.ts (first, habit).
// A baseline lies all over the memory: four tables, an entry and a time for each value, of one of thousands of users per record. What was found there is kept beside each
// other by user, for as long as the baseline is the same.
import type { BaselineKind, FirstSeen, UserBaseline } from '../../contracts/detection.ts';
import type { SubjectId } from '../../contracts/ids.ts';

/** The keys of one kind that a record shows: one object for all records that show the same (keys.ts), by which it is found again. */
export class KeySet {
  readonly keys: readonly string[];
  #byProgram: KeySet | undefined = undefined;
  #byEither: KeySet | undefined = undefined;

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  /** What a program showed with a person's token. It is remembered apart: it must not make a thief's network look usual to the sign-ins of the person, who comes later. */
  get byProgram(): KeySet {
    this.#byProgram ??= new KeySet(this.keys.map((key) => `program:${key}`));
    return this.#byProgram;
  }
  /** What the person or a program showed. */
  get byEither(): KeySet {
    this.#byEither ??= new KeySet([...this.keys, ...this.byProgram.keys]);
    return this.#byEither;
  }
}

type Seen = UserBaseline['seen'];
/** More than a user has at hand: then all are looked up anew. */
const mostSets = 64;

/** A value may be called `constructor`: what an object inherits has no time. */
export const storedFirst = (seen: Seen | undefined, kind: BaselineKind, value: string): FirstSeen | undefined => {
  const first = seen?.[kind][value];
  return typeof first?.time === 'number' ? first : undefined;
};

/** Of one user. */
export class UserValues {
  readonly seen: Seen;
  #sets: KeySet[] = [];
  #earliest: number[] = [];
  #latest: number[] = [];

  constructor(seen: Seen) {
    this.seen = seen;
  }

  /** When the first of its keys was seen first, epoch ms; infinity if none ever was. */
  earliest(kind: BaselineKind, set: KeySet): number {
    return this.#earliest[this.#place(kind, set)] ?? Number.POSITIVE_INFINITY;
  }

  /** Whether every one of its keys was seen before: then there is nothing to learn. */
  allBefore(kind: BaselineKind, set: KeySet, time: number): boolean {
    return (this.#latest[this.#place(kind, set)] ?? Number.POSITIVE_INFINITY) < time;
  }

  #place(kind: BaselineKind, set: KeySet): number {
    const known = this.#sets.indexOf(set);
    if (known !== -1) return known;
    let earliest = Number.POSITIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    for (const key of set.keys) {
      const time = storedFirst(this.seen, kind, key)?.time ?? Number.POSITIVE_INFINITY;
      earliest = Math.min(earliest, time);
      latest = Math.max(latest, time);
    }
    if (this.#sets.length >= mostSets) {
      this.#sets = [];
      this.#earliest = [];
      this.#latest = [];
    }
    this.#earliest.push(earliest);
    this.#latest.push(latest);
    return this.#sets.push(set) - 1;
  }
}

export class KnownValues {
  readonly #users = new Map<SubjectId, UserValues>();
  readonly #most: number;

  constructor(most = 20_000) {
    this.#most = most;
  }

  of(user: SubjectId, seen: Seen): UserValues {
    const known = this.#users.get(user);
    if (known?.seen === seen) return known;
    const fresh = new UserValues(seen);
    if (this.#users.size >= this.#most) this.#users.clear();
    this.#users.set(user, fresh);
    return fresh;
  }
}

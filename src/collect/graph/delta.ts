// What a delta query says, applied to the objects as they were known. Pure; used by delta-feed.ts.
// Facts, from "Use delta query to track changes in Microsoft Graph data" and the delta pages of v1.0: a new object comes with the properties that were ever set; a changed one "with at least the
// properties that have been updated", of which those that were unset are null; a removed one as its id with `@removed` (`changed`: can be restored, `deleted`: cannot). "Assume that the same
// item can show up anywhere in the nextLink sequence", and that changes come again in later readings.
import { canonicalJson, withoutEmpty } from '../snapshot.ts';

type Thing = Readonly<Record<string, unknown>>;

/** The properties that are read, by what an unset one is: null, or an empty list. */
export type Fields = Readonly<Record<string, 'value' | 'list'>>;

/** The object with exactly these properties, whichever way it was read: a list gives unset ones as null, a delta query leaves them out. */
export function normal(fields: Fields, object: Thing): Thing {
  return Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [
      name,
      (Object.hasOwn(object, name) ? object[name] : undefined) ?? (kind === 'list' ? [] : null),
    ]),
  );
}

export interface Applied {
  /** By id. */
  readonly objects: ReadonlyMap<string, Thing>;
  /** New objects of which too little is said: they have to be read by themselves. */
  readonly thin: readonly string[];
  /** The answers say different things of one object, in an order that is not promised. */
  readonly contradictory: boolean;
}

/**
 * @param known by id, as `normal` gives them
 * @param told in the order of the answers
 * @param needs properties without which a new object is not believed to be whole
 */
export function applied(fields: Fields, known: ReadonlyMap<string, Thing>, told: readonly Thing[], needs: readonly string[]): Applied {
  const objects = new Map(known);
  const said = new Map<string, Thing>();
  const thin = new Set<string>();
  let contradictory = false;
  for (const one of told) {
    const { id } = one;
    if (typeof id !== 'string' || id === '') continue;
    const before = said.get(id);
    contradictory ||= before !== undefined && contradict(fields, before, one);
    said.set(id, { ...before, ...one });
    thin.delete(id);
    if (isRemoved(one)) {
      objects.delete(id);
      continue;
    }
    const now = normal(fields, { ...objects.get(id), ...one });
    if (!known.has(id) && needs.some((name) => now[name] === null)) thin.add(id);
    objects.set(id, now);
  }
  return { objects, thin: [...thin], contradictory };
}

const isRemoved = (one: Thing): boolean => Object.hasOwn(one, '@removed');

/** Two words on one object in one reading of which the order is not promised. */
const contradict = (fields: Fields, one: Thing, other: Thing): boolean =>
  isRemoved(one) !== isRemoved(other) ||
  Object.keys(fields).some(
    (name) =>
      Object.hasOwn(one, name) &&
      Object.hasOwn(other, name) &&
      canonicalJson(withoutEmpty(one[name])) !== canonicalJson(withoutEmpty(other[name])),
  );

/** Ids of objects that are not the same in both. */
export function differing(one: ReadonlyMap<string, Thing>, other: ReadonlyMap<string, Thing>): string[] {
  const text = (object: Thing | undefined) => (object === undefined ? '' : canonicalJson(withoutEmpty(object)));
  return [...new Set([...one.keys(), ...other.keys()])].filter((id) => text(one.get(id)) !== text(other.get(id)));
}

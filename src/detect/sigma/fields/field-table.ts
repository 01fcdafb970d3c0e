// How one log source's fields are written down: the known ones, other people's spellings, and what is made from several. Tables beside this file; read by resolve.ts.
import type { Shape } from '../../../contracts/activity.ts';

export type Source = Readonly<Record<string, unknown>>;

/** The record has no such field, and would have it if there were something to say. (Where nobody can know, reading gives undefined.) */
export const missing: unique symbol = Symbol('missing');

export interface FieldTable {
  readonly shape: Shape;
  /** Canonical dotted paths, as the source spells them. Dots run through lists. */
  readonly known: readonly string[];
  /** Other spellings (letter case aside) -> canonical path or derived field. SigmaHQ's, Log Analytics', portals', and known typing errors. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Made from other fields. Gives undefined (nobody knows), `missing`, a scalar or a list of scalars. */
  readonly derived: Readonly<Record<string, (record: Source) => unknown>>;
  /**
   * The source always gives all its fields: one that is absent was left out on the way, so nobody knows what it was, and a rule on it is not assessable.
   * One that is there with null or an empty text is known to be empty (a client that names no user agent, a sign-in without a user): a rule that
   * wants a value then says no. Tables of Log Analytics cannot tell the two apart; their empty columns count as absent (src/collect/records/log-analytics.ts).
   */
  readonly complete: boolean;
  /**
   * Readers of the top-level fields that rules are found by, one function each: the engine that runs us remembers in each function where the field stands, which one
   * function for all fields would defeat. Other fields are read by name.
   */
  readonly direct?: Readonly<Record<string, (record: Source) => unknown>>;
  /** Paths that hold names of operations. */
  readonly operations: readonly string[];
  /** Paths whose text is JSON once more (`"\"x\""`, `"[true]"`). */
  readonly encoded: readonly string[];
  /**
   * Fields that are entries of name-value lists: what a rule's field name reads there, or undefined if it cannot be one.
   * `known` tells whether our own packs may name it.
   */
  readonly named?: (
    name: string,
  ) => { readonly path: string; readonly known: boolean; readonly read: (record: Source) => unknown } | undefined;
  /** Names to suggest beyond `known` and `derived`. */
  readonly suggestions?: readonly string[];
}

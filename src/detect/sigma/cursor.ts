// One record under evaluation: fields are read once, folded once, and only when a rule asks. Used by the compiled rules and the dispatcher.
import type { Context } from '../../contracts/context.ts';
import { missing, type Source } from './fields/field-table.ts';
import { type Field, resolveKeywords } from './fields/resolve.ts';
import { fold } from './text-pattern.ts';

/** Kleene's three values. Unknown: a field that decides was never told. */
export const no = 0;
export const yes = 1;
export const unknown = 2;
export type Truth = typeof no | typeof yes | typeof unknown;

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value));

/** The fields that the rules of one shape read. A slot is a field's place here. */
export class Cursor {
  /** Counts records: what bears an older number is stale. */
  epoch = 0;
  #record: Source = {};
  #context: Context = {};
  readonly #fields: Field[] = [];
  readonly #slots = new Map<string, number>();
  readonly #values: unknown[] = [];
  readonly #read: number[] = [];
  readonly #folded: (string | undefined)[] = [];
  readonly #lists: (readonly string[] | undefined)[] = [];

  /** The slot of a field; fields with the same path share one. */
  slot(field: Field): number {
    const known = this.#slots.get(field.path);
    if (known !== undefined) return known;
    const slot = this.#fields.length;
    this.#fields.push(field);
    this.#slots.set(field.path, slot);
    this.#values.push(undefined);
    this.#read.push(0);
    this.#folded.push(undefined);
    this.#lists.push(undefined);
    return slot;
  }

  load(record: Source, context: Context): void {
    this.#record = record;
    this.#context = context;
    this.epoch++;
  }

  field(slot: number): Field {
    return this.#fields[slot] ?? resolveKeywords;
  }

  /** undefined: nobody knows; `missing`; null; a scalar; or a list of scalars. */
  value(slot: number): unknown {
    if (this.#read[slot] === this.epoch) return this.#values[slot];
    const value = this.#fields[slot]?.read(this.#record, this.#context);
    this.#read[slot] = this.epoch;
    this.#values[slot] = value;
    this.#folded[slot] = undefined;
    this.#lists[slot] = undefined;
    return value;
  }

  /** The folded text of a scalar; ask only after `value` gave one. */
  folded(slot: number): string {
    const made = this.#folded[slot];
    if (made !== undefined) return made;
    const folded = fold(textOf(this.#values[slot]));
    this.#folded[slot] = folded;
    return folded;
  }

  /** The folded texts of a list; ask only after `value` gave one. */
  foldedList(slot: number, list: readonly unknown[]): readonly string[] {
    const made = this.#lists[slot];
    if (made !== undefined) return made;
    const folded = list.map((value) => fold(textOf(value)));
    this.#lists[slot] = folded;
    return folded;
  }
}

export const isNone = (value: unknown): boolean => value === null || value === missing;

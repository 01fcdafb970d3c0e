// One item of a selection -> a check of one field, judged once per record. Called by compile.ts.
import type { Shape } from '../../contracts/activity.ts';
import { type Cursor, isNone, no, type Truth, textOf, unknown, yes } from './cursor.ts';
import { missing } from './fields/field-table.ts';
import { type Field, resolveField, resolveKeywords } from './fields/resolve.ts';
import type { Item } from './rule.ts';
import { anyOf, type ScalarTest } from './tests-of-values.ts';
import { fold, surround } from './text-pattern.ts';
import type { Likeness, Meaning, Value } from './values.ts';

export interface CompiledItem {
  readonly item: Item;
  readonly check: (cursor: Cursor) => Truth;
  /** undefined: no record of this shape has the field, so the item is forever unknown. */
  readonly slot: number | undefined;
  /** The field as the rule writes it, where it is not known. */
  readonly unknownField: string | undefined;
  readonly field: Field | undefined;
  /** Relative cost of judging it. */
  readonly cost: number;
  /** What must be met: any of one of these groups, or of every one (`all`). */
  readonly groups: readonly (readonly Value[])[];
  readonly all: boolean;
  readonly negated: boolean;
  /** The first of a field's values that fits, for "why". */
  readonly fits: (text: string, folded: string) => boolean;
}

type Understood = Exclude<Meaning, { readonly cannot: string }>;

/** A keyword may stand anywhere in the record. */
const anywhere = (value: Value): Value => (value.kind === 'text' ? { ...value, tokens: surround(value.tokens, true, true) } : value);

const alike = (how: Likeness, left: string, right: string): boolean => {
  if (how === 'contains') return left.includes(right);
  if (how === 'startswith') return left.startsWith(right);
  return how === 'endswith' ? left.endsWith(right) : left === right;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : isNone(value) ? [] : [value]);

function fieldTest(
  cursor: Cursor,
  slot: number,
  value: Extract<Value, { kind: 'field' }>,
  shape: Shape,
): ((cursor: Cursor) => Truth) | undefined {
  const other = resolveField(shape, value.name);
  if (other === undefined) return undefined;
  const otherSlot = cursor.slot(other);
  const form = value.cased ? textOf : (item: unknown) => fold(textOf(item));
  return (current) => {
    const left = current.value(slot);
    const right = current.value(otherSlot);
    if (left === undefined || right === undefined) return unknown;
    const rights = listOf(right)
      .filter((item) => item !== null)
      .map(form);
    return listOf(left).some((item) => item !== null && rights.some((text) => alike(value.how, form(item), text))) ? yes : no;
  };
}

/** Tests one group of values against whatever the field holds. */
function groupCheck(values: readonly Value[], slot: number, operation: boolean): (cursor: Cursor) => Truth {
  const takesNull = values.some(({ kind }) => kind === 'null');
  const test = anyOf(values, operation);
  return (cursor) => {
    const value = cursor.value(slot);
    if (typeof value === 'string') return test(value, cursor.folded(slot)) ? yes : no;
    if (value === undefined) return unknown;
    if (value === null || value === missing) return takesNull ? yes : no;
    if (Array.isArray(value)) {
      const folded = cursor.foldedList(slot, value);
      for (let index = 0; index < value.length; index++) {
        const item: unknown = value[index];
        if (item === null ? takesNull : test(textOf(item), folded[index] ?? '')) return yes;
      }
      return no;
    }
    return test(textOf(value), cursor.folded(slot)) ? yes : no;
  };
}

function check(meaning: Understood, field: Field, slot: number, cursor: Cursor, shape: Shape): ((cursor: Cursor) => Truth) | undefined {
  const parts: ((cursor: Cursor) => Truth)[] = [];
  const plain: Value[] = [];
  for (const group of meaning.groups) {
    const [first] = group;
    if (first?.kind === 'exists') {
      const { expected } = first;
      // Presence is always known: what was left out on the way is not there.
      parts.push((current) => {
        const value = current.value(slot);
        return (value !== undefined && value !== missing) === expected ? yes : no;
      });
    } else if (first?.kind === 'field') {
      const test = fieldTest(cursor, slot, first, shape);
      if (test === undefined) return undefined;
      parts.push(test);
    } else if (meaning.all) parts.push(groupCheck(group, slot, field.operation));
    else plain.push(...group);
  }
  if (plain.length > 0) parts.push(groupCheck(plain, slot, field.operation));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const end = meaning.all ? no : yes;
  const rest = meaning.all ? yes : no;
  return (current) => {
    let result: Truth = rest;
    for (const part of parts) {
      const truth = part(current);
      if (truth === end) return end;
      if (truth === unknown) result = unknown;
    }
    return result;
  };
}

const costOf = (field: Field, groups: readonly (readonly Value[])[]): number =>
  (field === resolveKeywords ? 500 : field.context ? 40 : field.scalar ? 1 : 20) +
  (groups.some((group) => group.some(({ kind }) => kind === 'regex' || kind === 'cidr')) ? 30 : 0);

export function compileItem(item: Item, meaning: Understood, shape: Shape, cursor: Cursor): CompiledItem {
  const keyword = item.field === undefined;
  const field = keyword ? resolveKeywords : resolveField(shape, item.field ?? '');
  const groups = keyword ? meaning.groups.map((group) => group.map(anywhere)) : meaning.groups;
  const never = (name: string): CompiledItem => ({
    item,
    check: () => unknown,
    slot: undefined,
    unknownField: name,
    field: undefined,
    cost: 0,
    groups,
    all: meaning.all,
    negated: meaning.negated,
    fits: () => false,
  });
  if (field === undefined) return never(item.field ?? '');
  const slot = cursor.slot(field);
  const positive = check({ ...meaning, groups }, field, slot, cursor, shape);
  if (positive === undefined) return never(item.values.map(String).join(', '));
  const whole = meaning.negated ? (current: Cursor): Truth => [yes, no, unknown][positive(current)] as Truth : positive;
  let judgedAt = -1;
  let judged: Truth = no;
  const fits: ScalarTest = anyOf(groups.flat(), field.operation);
  return {
    item,
    check(current) {
      if (judgedAt !== current.epoch) {
        judged = whole(current);
        judgedAt = current.epoch;
      }
      return judged;
    },
    slot,
    unknownField: undefined,
    field,
    cost: costOf(field, groups),
    groups,
    all: meaning.all,
    negated: meaning.negated,
    fits,
  };
}

// The detection section: selections and condition. Called by parse.ts.
import type { Shape } from '../../contracts/activity.ts';
import { parseCondition, selectionsIn } from './condition.ts';
import { nearestField, resolveField } from './fields/resolve.ts';
import { fieldOf } from './log-sources.ts';
import type { Detection, Item, LogSource, Selection } from './rule.ts';
import { RuleError } from './rule-error.ts';
import { meaningOfItem } from './values.ts';
import type { MapTree, Scalar, Tree } from './yaml-tree.ts';

export interface ParsedDetection {
  readonly detection: Detection;
  readonly unsupported: string | undefined;
}

interface Place {
  readonly file: string;
  readonly strict: boolean;
  readonly shape: Shape | undefined;
  readonly source: LogSource;
}

function scalars(tree: Tree, what: string, file: string): Scalar[] {
  if (tree.kind === 'scalar') return [tree.value];
  if (tree.kind === 'map') throw new RuleError(file, tree.line, `${what} has a map where a value or a list of values is expected`);
  if (tree.items.length === 0) throw new RuleError(file, tree.line, `${what} has an empty list`);
  return tree.items.map((item) => {
    if (item.kind !== 'scalar') throw new RuleError(file, item.line, `${what} has a list inside a list of values`);
    return item.value;
  });
}

function item(key: string, line: number, tree: Tree, place: Place): Item {
  const [field = '', ...modifiers] = key.split('|');
  const name = field.trim();
  const what = name === '' ? 'a keyword' : `"${name.slice(0, 80)}"`;
  const made: Item = {
    field: name === '' ? undefined : fieldOf(place.source, name),
    modifiers,
    values: scalars(tree, what, place.file),
    line,
  };
  if (place.strict && made.field !== undefined && place.shape !== undefined) requireKnown(made.field, line, place.shape, place.file);
  return made;
}

/** Our own packs may name known fields only. */
export function requireKnown(field: string, line: number, shape: Shape, file: string): void {
  if (resolveField(shape, field)?.known !== true)
    throw new RuleError(file, line, `the field "${field}" is not known in ${shape} records; did you mean "${nearestField(shape, field)}"?`);
}

const keyword = (value: Scalar, line: number): Item => ({ field: undefined, modifiers: [], values: [value], line });

function selection(name: string, tree: Tree, place: Place): Selection {
  const ofMap = (map: MapTree): Item[] => {
    if (map.entries.size === 0) throw new RuleError(place.file, map.line, `the selection "${name}" is empty`);
    return [...map.entries].map(([key, entry]) => item(key, entry.line, entry.value, place));
  };
  if (tree.kind === 'map') return { name, line: tree.line, alternatives: [ofMap(tree)] };
  if (tree.kind === 'scalar') {
    if (tree.value === null) throw new RuleError(place.file, tree.line, `the selection "${name}" is empty`);
    return { name, line: tree.line, alternatives: [[keyword(tree.value, tree.line)]] };
  }
  if (tree.items.length === 0) throw new RuleError(place.file, tree.line, `the selection "${name}" is empty`);
  const alternatives = tree.items.map((inner): Item[] => {
    if (inner.kind === 'map') return ofMap(inner);
    if (inner.kind === 'scalar' && inner.value !== null) return [keyword(inner.value, inner.line)];
    throw new RuleError(place.file, inner.line, `the selection "${name}" holds a list inside a list, or nothing`);
  });
  return { name, line: tree.line, alternatives };
}

/** Checks every item; gives the first reason why the rule cannot work here although it is right. */
function checkItems(selections: readonly Selection[], place: Place): string | undefined {
  let unsupported: string | undefined;
  for (const { alternatives } of selections)
    for (const made of alternatives.flat()) {
      const what = made.field === undefined ? 'a keyword' : `"${made.field.slice(0, 80)}"`;
      let meaning: ReturnType<typeof meaningOfItem>;
      try {
        meaning = meaningOfItem(made, undefined);
      } catch (cause) {
        throw new RuleError(place.file, made.line, `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
      if ('cannot' in meaning) {
        if (place.strict) throw new RuleError(place.file, made.line, `${what}: ${meaning.cannot}`);
        unsupported ??= meaning.cannot;
        continue;
      }
      const values = meaning.groups.flat();
      if (made.field === undefined && values.some((value) => value.kind !== 'text' && value.kind !== 'regex'))
        throw new RuleError(place.file, made.line, 'a keyword (a value without a field) can be text or a regular expression only');
      if (place.strict && meaning.all && made.values.length < 2)
        throw new RuleError(place.file, made.line, `${what}: "all" needs a list of at least two values`);
      for (const value of values)
        if (place.strict && value.kind === 'field' && place.shape !== undefined)
          requireKnown(value.name, made.line, place.shape, place.file);
    }
  return unsupported;
}

export function parseDetection(tree: MapTree, place: Place): ParsedDetection {
  const written = tree.entries.get('condition');
  if (written === undefined) throw new RuleError(place.file, tree.line, 'the detection has no "condition"');
  const selections = [...tree.entries]
    .filter(([name]) => name !== 'condition' && name !== 'timeframe')
    .map(([name, entry]) => selection(name, entry.value, place));
  const names = selections.map(({ name }) => name);
  let unsupported = checkItems(selections, place);
  const conditions = scalars(written.value, '"condition"', place.file).map((text) => {
    const [formula = '', aggregation] = String(text ?? '').split('|');
    if (aggregation !== undefined) {
      const reason = `its condition uses the old aggregation "|${aggregation.slice(0, 60)}"; correlation rules took its place`;
      if (place.strict) throw new RuleError(place.file, written.line, reason);
      unsupported ??= reason;
    }
    if (formula.trim() === '') throw new RuleError(place.file, written.line, 'the condition is empty');
    try {
      return parseCondition(formula, names);
    } catch (cause) {
      throw new RuleError(place.file, written.line, cause instanceof Error ? cause.message : String(cause), { cause });
    }
  });
  const [first] = conditions;
  if (first === undefined) throw new RuleError(place.file, written.line, 'the condition is empty');
  const condition = conditions.length === 1 ? first : { op: 'or' as const, of: conditions };
  if (place.strict) {
    const used = selectionsIn(condition);
    for (const { name, line } of selections)
      if (!used.has(name)) throw new RuleError(place.file, line, `the selection "${name}" is not used by the condition`);
  }
  return { detection: { selections, condition, conditionLine: written.line }, unsupported };
}

// A parsed rule -> closures over a cursor, with a tree that can say afterwards why it matched or what it did not know. Called by engine.ts.
import type { Shape } from '../../contracts/activity.ts';
import type { Expression } from './condition.ts';
import { type Cursor, no, type Truth, unknown, yes } from './cursor.ts';
import { type CompiledItem, compileItem } from './items.ts';
import type { SigmaRule } from './rule.ts';
import { meaningOfItem, type Placeholders } from './values.ts';

export type Node =
  | { readonly op: 'item'; readonly item: CompiledItem }
  | { readonly op: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly op: 'not'; readonly of: Node };

export type Check = (cursor: Cursor) => Truth;

export interface Compiled {
  readonly rule: SigmaRule;
  readonly root: Node;
  readonly check: Check;
  /** All items, and those that are not under a `not`. */
  readonly items: readonly CompiledItem[];
  readonly positive: readonly CompiledItem[];
}

/** Whether a rule can ever match here. */
export type RuleStatus =
  | {
      readonly kind: 'runs' /** Fields that no record of its log source has: what they decide stays open. */;
      readonly unknownFields: readonly string[];
    }
  | { readonly kind: 'cannot-match'; readonly why: string };

export interface CompileOptions {
  /** Values for `%name%` with the modifier `expand`. A rule whose placeholder is not supplied is off: under `not` it would match everything. */
  readonly placeholders?: Placeholders;
}

function closure(node: Node): Check {
  if (node.op === 'item') return node.item.check;
  if (node.op === 'not') {
    const inner = closure(node.of);
    return (cursor) => {
      const truth = inner(cursor);
      return truth === unknown ? unknown : truth === yes ? no : yes;
    };
  }
  const parts = node.of.map(closure);
  const [first, second] = parts;
  // `and` ends at the first no, `or` at the first yes; unknown only colours what is left.
  const end = node.op === 'and' ? no : yes;
  const rest = node.op === 'and' ? yes : no;
  if (parts.length === 2 && first !== undefined && second !== undefined)
    return (cursor) => {
      const left = first(cursor);
      if (left === end) return end;
      const right = second(cursor);
      return right === end ? end : left === unknown || right === unknown ? unknown : rest;
    };
  return (cursor) => {
    let result: Truth = rest;
    for (const part of parts) {
      const truth = part(cursor);
      if (truth === end) return end;
      if (truth === unknown) result = unknown;
    }
    return result;
  };
}

const group = (op: 'and' | 'or', of: readonly Node[]): Node => {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { op, of };
};

const cost = (node: Node): number =>
  node.op === 'item' ? node.item.cost : node.op === 'not' ? cost(node.of) : node.of.reduce((sum, part) => sum + cost(part), 1);

/** Cheap tests first: the order does not change the result. */
const sorted = (nodes: readonly Node[]): Node[] => [...nodes].sort((a, b) => cost(a) - cost(b));

/** Could the node be yes (no), if every known item could be either? An item on an unknown field is forever unknown. */
function possible(node: Node, wanted: boolean): boolean {
  if (node.op === 'item') return node.item.slot !== undefined;
  if (node.op === 'not') return possible(node.of, !wanted);
  return (node.op === 'and') === wanted ? node.of.every((part) => possible(part, wanted)) : node.of.some((part) => possible(part, wanted));
}

function itemsOf(node: Node, negatedToo: boolean): CompiledItem[] {
  if (node.op === 'item') return [node.item];
  if (node.op === 'not') return negatedToo ? itemsOf(node.of, true) : [];
  return node.of.flatMap((part) => itemsOf(part, negatedToo));
}

/** @param intern shares equal items between rules, so that each is judged once per record */
export function compileRule(
  rule: SigmaRule,
  shape: Shape,
  cursor: Cursor,
  intern: Map<string, CompiledItem>,
  options: CompileOptions,
): { readonly compiled: Compiled | undefined; readonly status: RuleStatus } {
  const off = (why: string) => ({ compiled: undefined, status: { kind: 'cannot-match' as const, why } });
  const nodes = new Map<string, Node>();
  for (const selection of rule.detection.selections) {
    const alternatives: Node[] = [];
    for (const items of selection.alternatives) {
      const parts: Node[] = [];
      for (const item of items) {
        const meaning = meaningOfItem(item, options.placeholders ?? {});
        if ('cannot' in meaning) return off(meaning.cannot);
        const key = JSON.stringify([item.field, item.modifiers, item.values]);
        const compiled = intern.get(key) ?? compileItem(item, meaning, shape, cursor);
        intern.set(key, compiled);
        parts.push({ op: 'item', item: compiled });
      }
      alternatives.push(group('and', sorted(parts)));
    }
    nodes.set(selection.name, group('or', sorted(alternatives)));
  }
  const build = (expression: Expression): Node => {
    if (expression.op === 'not') return { op: 'not', of: build(expression.of) };
    if (expression.op !== 'selection') return group(expression.op, sorted(expression.of.map(build)));
    const node = nodes.get(expression.name);
    if (node === undefined) throw new Error(`${rule.file}: the selection "${expression.name}" is not defined`);
    return node;
  };
  const root = build(rule.detection.condition);
  const items = itemsOf(root, true);
  const unknownFields = [...new Set(items.flatMap((item) => item.unknownField ?? []))];
  if (!possible(root, true))
    return off(
      `${shape} records have no ${unknownFields.length === 1 ? 'field' : 'fields'} ${unknownFields.map((name) => `"${name.slice(0, 80)}"`).join(', ')}`,
    );
  return { compiled: { rule, root, check: closure(root), items, positive: itemsOf(root, false) }, status: { kind: 'runs', unknownFields } };
}

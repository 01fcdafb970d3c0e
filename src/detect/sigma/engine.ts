// Matches activities against compiled Sigma rules. Pure but for its counters and caches; called by the detector.
import type { Activity, Shape, View } from '../../contracts/activity.ts';
import type { Context } from '../../contracts/context.ts';
import type { NotAssessable } from '../../contracts/detection.ts';
import { chooseAnchors } from './anchors.ts';
import { type Compiled, type CompileOptions, compileRule, type Node, type RuleStatus } from './compile.ts';
import { Cursor, isNone, no, type Truth, textOf, unknown, yes } from './cursor.ts';
import { Dispatcher } from './dispatch.ts';
import type { CompiledItem } from './items.ts';
import type { SigmaRule } from './rule.ts';
import { fold } from './text-pattern.ts';

export interface Match {
  readonly rule: SigmaRule;
  readonly view: View;
  /** What fitted, as the rule writes the field and as the record writes the value (clipped; untrusted text). For "why". */
  readonly matched: readonly { readonly field: string; readonly value: string }[];
  /** Fields that the record does not tell and that could have spoken for or against it. */
  readonly undefinedFields: readonly string[];
}

const maxShown = 300;

interface ShapeRules {
  readonly cursor: Cursor;
  readonly dispatcher: Dispatcher;
  readonly rules: Compiled[];
  readonly items: Map<string, CompiledItem>;
}

function truthOf(node: Node, cursor: Cursor): Truth {
  if (node.op === 'item') return node.item.check(cursor);
  if (node.op === 'not') {
    const inner = truthOf(node.of, cursor);
    return inner === unknown ? unknown : inner === yes ? no : yes;
  }
  const end = node.op === 'and' ? no : yes;
  let result: Truth = node.op === 'and' ? yes : no;
  for (const part of node.of) {
    const truth = truthOf(part, cursor);
    if (truth === end) return end;
    if (truth === unknown) result = unknown;
  }
  return result;
}

const nameOf = ({ field, unknownField }: CompiledItem): string => field?.path ?? unknownField ?? '';
const addOnce = (names: string[], name: string): void => {
  if (!names.includes(name)) names.push(name);
};

/** Fields because of which a node is unknown: what is unknown inside a decided part does not count. */
function addDeciding(node: Node, cursor: Cursor, names: string[]): void {
  if (node.op === 'item') addOnce(names, nameOf(node.item));
  else if (node.op === 'not') addDeciding(node.of, cursor, names);
  else for (const part of node.of) if (truthOf(part, cursor) === unknown) addDeciding(part, cursor, names);
}

/** What one item found: the first value that fits it. */
function shownValue({ item, slot, fits }: CompiledItem, cursor: Cursor): string {
  if (item.field === undefined) return item.values.map(String).join(', ').slice(0, maxShown);
  const value = slot === undefined ? undefined : cursor.value(slot);
  if (value === undefined || isNone(value)) return '';
  if (!Array.isArray(value)) return textOf(value).slice(0, maxShown);
  const fitting: unknown = value.find((one) => one !== null && fits(textOf(one), fold(textOf(one)))) ?? value[0];
  return textOf(fitting).slice(0, maxShown);
}

/** The positive items that were met. */
function matchedItems(positive: readonly CompiledItem[], cursor: Cursor): { field: string; value: string }[] {
  const found: { field: string; value: string }[] = [];
  for (const compiled of positive) {
    if (compiled.negated || compiled.check(cursor) !== yes) continue;
    const field = compiled.item.field ?? 'keyword';
    if (!found.some((one) => one.field === field)) found.push({ field, value: shownValue(compiled, cursor) });
  }
  return found;
}

export class SigmaEngine {
  readonly counters = { records: 0, rulesEvaluated: 0 };
  readonly #shapes = new Map<Shape, ShapeRules>();
  readonly #status = new Map<SigmaRule, RuleStatus>();
  readonly #notAssessable = new Map<string, Map<string, number>>();
  readonly #candidates: number[] = [];
  readonly #names: string[] = [];

  /** Rules that cannot match are kept out and say why (`status`). */
  constructor(rules: readonly SigmaRule[], options: CompileOptions) {
    for (const rule of rules) this.#add(rule, options);
  }

  #add(rule: SigmaRule, options: CompileOptions): void {
    if (rule.shape === undefined || rule.unsupported !== undefined) {
      this.#status.set(rule, { kind: 'cannot-match', why: rule.unsupported ?? 'its log source is not known here' });
      return;
    }
    let shape = this.#shapes.get(rule.shape);
    if (shape === undefined) {
      const cursor = new Cursor();
      shape = { cursor, dispatcher: new Dispatcher(cursor), rules: [], items: new Map() };
      this.#shapes.set(rule.shape, shape);
    }
    const { compiled, status } = compileRule(rule, rule.shape, shape.cursor, shape.items, options);
    this.#status.set(rule, status);
    if (compiled === undefined) return;
    shape.rules.push(compiled);
    shape.dispatcher.add(shape.rules.length - 1, chooseAnchors(compiled.root));
  }

  /** Whether a rule can match here at all, and if not, why. */
  status(rule: SigmaRule): RuleStatus {
    return this.#status.get(rule) ?? { kind: 'cannot-match', why: 'is not among the rules of this engine' };
  }

  /** All rules that match, each once. A rule matches an activity if it matches any of its views of the right shape. */
  match(activity: Activity, context: Context): Match[] {
    const matches: Match[] = [];
    this.counters.records++;
    for (const view of activity.views) {
      const shape = this.#shapes.get(view.shape);
      if (shape !== undefined) this.#matchView(shape, view, context, matches);
    }
    return matches;
  }

  #matchView({ cursor, dispatcher, rules }: ShapeRules, view: View, context: Context, matches: Match[]): void {
    cursor.load(view.record, context);
    const candidates = this.#candidates;
    candidates.length = 0;
    dispatcher.candidates(candidates);
    this.counters.rulesEvaluated += candidates.length;
    for (const index of candidates) {
      const compiled = rules[index];
      if (compiled === undefined) continue;
      const truth = compiled.check(cursor);
      if (truth === yes) {
        if (matches.some(({ rule }) => rule === compiled.rule)) continue;
        const undefinedFields: string[] = [];
        for (const item of compiled.items) if (item.check(cursor) === unknown) addOnce(undefinedFields, nameOf(item));
        matches.push({ rule: compiled.rule, view, matched: matchedItems(compiled.positive, cursor), undefinedFields });
      } else if (truth === unknown) this.#count(compiled, cursor);
    }
  }

  #count({ rule, root }: Compiled, cursor: Cursor): void {
    const names = this.#names;
    names.length = 0;
    addDeciding(root, cursor, names);
    let counts = this.#notAssessable.get(rule.key);
    if (counts === undefined) {
      counts = new Map();
      this.#notAssessable.set(rule.key, counts);
    }
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  /** Since the last reset: which rules could not be judged, for want of which field, on how many records. No match, but not clean either. */
  notAssessable(): NotAssessable[] {
    return [...this.#notAssessable].flatMap(([rule, counts]) => [...counts].map(([field, count]) => ({ rule, field, count })));
  }

  /** Sets all counters back to nothing. */
  reset(): void {
    this.counters.records = 0;
    this.counters.rulesEvaluated = 0;
    this.#notAssessable.clear();
  }
}

/** Compiles rules into an engine. No rule can stop the others: what cannot match says so in `status`. */
export function compile(rules: readonly SigmaRule[], options: CompileOptions = {}): SigmaEngine {
  return new SigmaEngine(rules, options);
}

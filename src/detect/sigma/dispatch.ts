// The index of one shape's rules: a record's field values lead to the few rules that could match it. Called by engine.ts.
import type { Anchor } from './anchors.ts';
import { type Cursor, isNone, textOf } from './cursor.ts';
import { Literals, necessaryText } from './literals.ts';
import { anyOf, equalText, type ScalarTest } from './tests-of-values.ts';
import { fold } from './text-pattern.ts';

const maxMemo = 20_000;
/** Longer texts are tried each time: a memo of them would hold the log in memory. */
const maxMemoText = 512;

/** All rules anchored at one field. */
class AnchoredField {
  readonly slot: number;
  readonly #equal = new Map<string, number[]>();
  readonly #tests: { readonly test: ScalarTest; readonly rule: number }[] = [];
  readonly #negated: { readonly test: ScalarTest; readonly rule: number }[] = [];
  /** Candidates wherever the field holds nothing, or several values: those that must not meet a value. */
  readonly otherwise: number[] = [];
  #literals: Literals | undefined = undefined;
  readonly #memo = new Map<string, readonly number[]>();
  /** The text asked for last: most fields say the same from record to record. */
  #last: string | undefined = undefined;
  #rulesForLast: readonly number[] = [];

  /** Leads to the rules anchored here when a record does not tell the field: by what else is necessary for them. */
  readonly untold: Dispatcher;

  constructor(slot: number, untold: Dispatcher) {
    this.slot = slot;
    this.untold = untold;
  }

  add(anchor: Anchor, rule: number): void {
    if (anchor.negated) {
      this.#negated.push({ test: anyOf(anchor.values, anchor.operation), rule });
      this.otherwise.push(rule);
      return;
    }
    const others = anchor.values.filter((value) => {
      const text = equalText(value, anchor.operation);
      if (text === undefined) return true;
      const rules = this.#equal.get(text);
      if (rules === undefined) this.#equal.set(text, [rule]);
      else rules.push(rule);
      return false;
    });
    // What must stand in the text is looked for together with that of all other rules; the rule itself then judges.
    const tried = others.filter((value) => {
      const text = anchor.operation ? undefined : necessaryText(value);
      if (text === undefined) return true;
      this.#literals ??= new Literals();
      this.#literals.add(text, rule);
      return false;
    });
    if (tried.length > 0) this.#tests.push({ test: anyOf(tried, anchor.operation), rule });
  }

  rulesFor(text: string): readonly number[] {
    if (text === this.#last) return this.#rulesForLast;
    const rules = this.#memo.get(text) ?? this.#find(text);
    if (text.length <= maxMemoText) {
      this.#last = text;
      this.#rulesForLast = rules;
    }
    return rules;
  }

  #find(text: string): readonly number[] {
    const folded = fold(text);
    const rules = [...(this.#equal.get(folded) ?? [])];
    this.#literals?.find(folded, rules);
    for (const { test, rule } of this.#tests) if (test(text, folded)) rules.push(rule);
    for (const { test, rule } of this.#negated) if (!test(text, folded)) rules.push(rule);
    if (text.length <= maxMemoText) {
      if (this.#memo.size >= maxMemo) this.#memo.clear();
      this.#memo.set(text, rules);
    }
    return rules;
  }
}

export class Dispatcher {
  readonly #cursor: Cursor;
  readonly #fields = new Map<number, AnchoredField>();
  #list: readonly AnchoredField[] = [];
  readonly #always = new Set<number>();
  /** Epoch at which a rule was last put on the list; shared with the dispatchers below. */
  readonly #listed: number[];

  constructor(cursor: Cursor, listed: number[] = []) {
    this.#cursor = cursor;
    this.#listed = listed;
  }

  /** @param necessary ranked alternatives (anchors.ts); none: the rule must be tried on every record */
  add(rule: number, necessary: readonly (readonly Anchor[])[]): void {
    this.#listed[rule] = 0;
    const [first, ...rest] = necessary;
    if (first === undefined) {
      this.#always.add(rule);
      return;
    }
    for (const anchor of first) {
      const field = this.#fields.get(anchor.slot) ?? new AnchoredField(anchor.slot, new Dispatcher(this.#cursor, this.#listed));
      this.#fields.set(anchor.slot, field);
      field.add(anchor, rule);
    }
    for (const slot of new Set(first.map((anchor) => anchor.slot))) this.#fields.get(slot)?.untold.add(rule, rest);
    this.#list = [...this.#fields.values()];
  }

  #put(rules: Iterable<number>, candidates: number[]): void {
    const { epoch } = this.#cursor;
    for (const rule of rules)
      if (this.#listed[rule] !== epoch) {
        this.#listed[rule] = epoch;
        candidates.push(rule);
      }
  }

  /** Adds to `candidates` the rules that the loaded record could match, each once. */
  candidates(candidates: number[]): void {
    if (this.#always.size > 0) this.#put(this.#always, candidates);
    for (const field of this.#list) {
      const value = this.#cursor.value(field.slot);
      if (value === undefined) field.untold.candidates(candidates);
      else if (typeof value === 'string') {
        const rules = field.rulesFor(value);
        if (rules.length > 0) this.#put(rules, candidates);
      } else if (Array.isArray(value)) {
        for (const item of value) if (item !== null) this.#put(field.rulesFor(textOf(item)), candidates);
        if (field.otherwise.length > 0) this.#put(field.otherwise, candidates);
      } else if (isNone(value)) {
        if (field.otherwise.length > 0) this.#put(field.otherwise, candidates);
      } else {
        const rules = field.rulesFor(textOf(value));
        if (rules.length > 0) this.#put(rules, candidates);
      }
    }
  }
}

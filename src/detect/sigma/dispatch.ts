// The index of one shape's rules: a record's field values lead to the few rules that could match it. Called by engine.ts.
import type { Anchor } from './anchors.ts';
import { type Cursor, isNone, textOf } from './cursor.ts';
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
  readonly #all = new Set<number>();
  readonly #memo = new Map<string, readonly number[]>();

  constructor(slot: number) {
    this.slot = slot;
  }

  add(anchor: Anchor, rule: number): void {
    this.#all.add(rule);
    const others = anchor.values.filter((value) => {
      const text = equalText(value, anchor.operation);
      if (text === undefined) return true;
      const rules = this.#equal.get(text);
      if (rules === undefined) this.#equal.set(text, [rule]);
      else rules.push(rule);
      return false;
    });
    if (others.length > 0) this.#tests.push({ test: anyOf(others, anchor.operation), rule });
  }

  /** Every rule anchored here: for records that do not tell the field. */
  get all(): Iterable<number> {
    return this.#all;
  }

  rulesFor(text: string): readonly number[] {
    const known = this.#memo.get(text);
    if (known !== undefined) return known;
    const folded = fold(text);
    const rules = [...(this.#equal.get(folded) ?? [])];
    for (const { test, rule } of this.#tests) if (test(text, folded)) rules.push(rule);
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
  #list: AnchoredField[] = [];
  readonly #always: number[] = [];
  /** Epoch at which a rule was last put on the list. */
  readonly #listed: number[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** @param anchors undefined: the rule must be tried on every record */
  add(rule: number, anchors: readonly Anchor[] | undefined): void {
    this.#listed[rule] = 0;
    if (anchors === undefined) {
      this.#always.push(rule);
      return;
    }
    for (const anchor of anchors) {
      const field = this.#fields.get(anchor.slot) ?? new AnchoredField(anchor.slot);
      this.#fields.set(anchor.slot, field);
      field.add(anchor, rule);
    }
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

  /** Fills `candidates` with the rules that the loaded record could match, each once. */
  candidates(candidates: number[]): void {
    candidates.length = 0;
    for (const rule of this.#always) candidates.push(rule);
    for (const field of this.#list) {
      const value = this.#cursor.value(field.slot);
      if (value === undefined) this.#put(field.all, candidates);
      else if (typeof value === 'string') {
        const rules = field.rulesFor(value);
        if (rules.length > 0) this.#put(rules, candidates);
      } else if (Array.isArray(value)) {
        for (const item of value) if (item !== null) this.#put(field.rulesFor(textOf(item)), candidates);
      } else if (!isNone(value)) {
        const rules = field.rulesFor(textOf(value));
        if (rules.length > 0) this.#put(rules, candidates);
      }
    }
  }
}

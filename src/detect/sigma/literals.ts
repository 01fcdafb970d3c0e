// Which of many literal texts occur in a text, found in one walk through it: rules that ask what long texts contain are many, and trying each costs each. Used by dispatch.ts.
// Cost: one table look-up per character, whatever the number of literals.

import { foldTokens } from './text-pattern.ts';
import type { Value } from './values.ts';

/** Literals are found by so many characters of their beginning; shorter ones are tried one by one. */
const head = 4;
const places = 65_536;

/** The low bytes of the last four characters, the newest last. */
const rolled = (window: number, code: number): number => (window << 8) | (code & 0xff);
/** Spreads a window over the table, by the upper bits of a product (Knuth's multiplicative hash). */
const placeOf = (window: number): number => Math.imul(window, 0x9e3779b1) >>> 16;

function placeOfHead(text: string): number {
  let window = 0;
  for (let at = 0; at < head; at++) window = rolled(window, text.charCodeAt(at));
  return placeOf(window);
}

/** The longest text without which nothing meets the value, letter case aside; undefined where that would be too short to look for. */
export function necessaryText(value: Value): string | undefined {
  if (value.kind !== 'text' || value.cased) return undefined;
  let longest = '';
  for (const token of foldTokens(value.tokens)) if ('text' in token && token.text.length > longest.length) longest = token.text;
  return longest.length < head ? undefined : longest;
}

export class Literals {
  readonly #starts = new Uint8Array(places);
  readonly #byStart = new Map<number, { readonly text: string; readonly rule: number }[]>();

  /** @param text folded, as `necessaryText` gives it */
  add(text: string, rule: number): void {
    const place = placeOfHead(text);
    this.#starts[place] = 1;
    const there = this.#byStart.get(place);
    if (there === undefined) this.#byStart.set(place, [{ text, rule }]);
    else there.push({ text, rule });
  }

  /** Adds the rules whose literal occurs in a folded text, those that are there already not again. */
  find(folded: string, rules: number[]): void {
    let window = 0;
    for (let last = 0; last < folded.length; last++) {
      window = rolled(window, folded.charCodeAt(last));
      const place = placeOf(window);
      if (this.#starts[place] === 0 || last < head - 1) continue;
      for (const { text, rule } of this.#byStart.get(place) ?? [])
        if (!rules.includes(rule) && folded.startsWith(text, last - head + 1)) rules.push(rule);
    }
  }
}

// Hostile inputs from a seed: records and rule texts that are right at first, then broken in the ways that strangers and accidents break them. Used by fuzz.ts and by its short version in the tests.
import { mixedRecords } from './mixed-records.ts';

/** Numbers from 0 up to 1 that a seed decides (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const nested = (levels: number): unknown => {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
};
const long = 'x'.repeat(100_000);

/** What stands in a field where something else is expected. */
const oddities: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  Number.MAX_SAFE_INTEGER,
  1e308,
  true,
  false,
  [],
  {},
  [null],
  [[], {}],
  { toString: 'no function' },
  { length: -1 },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  '__proto__',
  'constructor',
  '\ud800',
  'a\udfff\u0000b',
  '1601-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999Z',
  '0001-01-01T00:00:00',
  '2026-02-30T25:61:00Z',
  '%s%n{0}',
  '{"nested": "{\\"deeper\\": [1, 2"}',
  '[true, "\\"x\\""]',
  '192.0.2.1:99999',
  '[::ffff:192.0.2.1]:0',
  '0x7f000001',
  'İstanbulς',
  '<b>',
  long,
  nested(1_000),
];

type Thing = Record<string, unknown>;
const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null;

export class Hostile {
  readonly #random: () => number;
  readonly #records: readonly string[];
  readonly #rules: readonly string[];

  constructor(seed: number, rules: readonly string[]) {
    this.#random = randomFrom(seed);
    this.#records = mixedRecords(500, seed % 1000);
    this.#rules = rules;
  }

  #below(most: number): number {
    return Math.floor(this.#random() * most);
  }
  #one<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  record(): unknown {
    if (this.#random() < 0.02) return this.#one(oddities);
    const record: unknown = JSON.parse(this.#one(this.#records));
    for (let times = 1 + this.#below(4); times > 0; times--) this.#breakSomewhere(record);
    return record;
  }

  #breakSomewhere(value: unknown): void {
    let at = value;
    for (let depth = 0; depth < 8 && isThing(at); depth++) {
      const keys = Object.keys(at);
      const key = this.#one(keys);
      if (key === undefined) return;
      const inner = at[key];
      if (isThing(inner) && this.#random() < 0.6) {
        at = inner;
        continue;
      }
      const how = this.#random();
      // Lists stay lists: no JSON gives one holes, or names.
      if (Array.isArray(at)) at.splice(Number(key), 1, ...(how < 0.3 ? [] : [this.#one(oddities)]));
      else if (how < 0.15) delete at[key];
      else if (how < 0.25) for (const other of keys) delete at[other];
      else if (how < 0.35) at[this.#one(['__proto__x', 'constructor', 'toString', '', long.slice(0, 5_000)])] = this.#one(oddities);
      else at[key] = this.#one(oddities);
      return;
    }
  }

  /** A rule file: one that is right, with pieces cut out, doubled, moved, or replaced by what YAML, Sigma or a regular expression could choke on. */
  rules(): string {
    let text = this.#one(this.#rules);
    for (let times = 1 + this.#below(2); times > 0; times--) {
      const from = this.#below(text.length);
      const to = Math.min(text.length, from + this.#below(40));
      const piece = this.#one([
        '',
        text.slice(from, to).repeat(2),
        text.slice(this.#below(text.length)).slice(0, 60),
        '|re: (a+)+$',
        '|re|i: "(?<=x)y"',
        '|base64offset|contains: a*b',
        '|cidr: 0.0.0.0/99',
        '|expand: "%x%%y%"',
        '&a [*a, *a]',
        '*missing',
        '!!binary x',
        '---\n',
        '\t',
        ': :',
        'null',
        '[[[[[[[[[[',
        '1 of (not all of them) and',
        '__proto__: {x: 1}',
        '\u0000',
        '99999999999999999999',
      ]);
      text = text.slice(0, from) + piece + text.slice(to);
    }
    return text;
  }
}

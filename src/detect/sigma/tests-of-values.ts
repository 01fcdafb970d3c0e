// From a rule's values to tests of one scalar. Called by compile.ts; pure and without memory of records.
import ipaddr from 'ipaddr.js';
import { operationPattern } from './operation-names.ts';
import { fold, foldTokens, literal, textTest } from './text-pattern.ts';
import type { DatePart, NumberComparison, Value } from './values.ts';

/** Tests one value of a record, given its text and `fold(text)`, which is made once. */
export type ScalarTest = (text: string, folded: string) => boolean;

const compare = (comparison: NumberComparison, left: number, right: number): boolean => {
  if (comparison === 'lt') return left < right;
  if (comparison === 'lte') return left <= right;
  if (comparison === 'gt') return left > right;
  if (comparison === 'gte') return left >= right;
  return left === right;
};

const day = 86_400_000;

/** ISO 8601; without a zone it is UTC, as the unified audit writes. NaN for anything else. */
function instant(text: string): number {
  const found = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i.exec(text.trim());
  if (found === null) return Number.NaN;
  const iso = text
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1');
  return Date.parse(found[1] === undefined && iso.includes('T') ? `${iso}Z` : iso);
}

/** One part of a time, UTC. `week` is the ISO week. NaN for text that is no time. */
export function datePart(part: DatePart, text: string): number {
  const time = instant(text);
  if (Number.isNaN(time)) return Number.NaN;
  const date = new Date(time);
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
    case 'week': {
      // The week belongs to the year of its Thursday.
      const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
      thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
      return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / day + 1) / 7);
    }
  }
}

/** `192.0.2.1:443` and `[2001:db8::1]:443` lose their port, IPv4 inside IPv6 comes out. undefined for text that is no address. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = /^\[([^\]]{1,60})\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(text)?.[1] ?? text;
  if (bare.length > 60 || !(ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))) return undefined;
  return ipaddr.process(bare);
}

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** The test for one value that is neither null, nor a presence, nor another field. */
function testOf(value: Value, operation: boolean): ScalarTest | undefined {
  switch (value.kind) {
    case 'text': {
      const tokens = operation ? operationPattern(value.tokens) : value.tokens;
      if (value.cased) {
        const test = textTest(tokens);
        return (text) => test(text);
      }
      const test = textTest(foldTokens(tokens));
      return (_text, folded) => test(folded);
    }
    case 'regex': {
      const { found } = value;
      return (text) => found(text);
    }
    case 'cidr': {
      const { address, bits } = value;
      return (text) => {
        const parsed = parseAddress(text);
        return parsed !== undefined && parsed.kind() === address.kind() && parsed.match(address, bits);
      };
    }
    case 'number': {
      const { part, comparison, value: right } = value;
      return (text) => compare(comparison, part === undefined ? number(text) : datePart(part, text), right);
    }
    default:
      return undefined;
  }
}

/** Texts that must be equal letter case aside: looked up, not tried one by one. undefined for a value that needs a test. */
export function equalText(value: Value, operation: boolean): string | undefined {
  if (value.kind !== 'text' || value.cased) return undefined;
  const text = literal(operation ? operationPattern(value.tokens) : value.tokens);
  return text === undefined ? undefined : fold(text);
}

/** True if the scalar meets any of the values. */
export function anyOf(values: readonly Value[], operation: boolean): ScalarTest {
  const equal = new Set<string>();
  const tests: ScalarTest[] = [];
  for (const value of values) {
    const text = equalText(value, operation);
    if (text !== undefined) equal.add(text);
    else {
      const test = testOf(value, operation);
      if (test !== undefined) tests.push(test);
    }
  }
  const [only] = tests;
  if (tests.length === 0) {
    const [one] = equal;
    return equal.size === 1 ? (_text, folded) => folded === one : (_text, folded) => equal.has(folded);
  }
  if (tests.length === 1 && only !== undefined && equal.size === 0) return only;
  return (text, folded) => equal.has(folded) || tests.some((test) => test(text, folded));
}

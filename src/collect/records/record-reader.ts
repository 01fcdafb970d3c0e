// The bytes of one record -> its JSON value, the very one that JSON.parse gives, at less cost: entries of the list that makes up half of a sign-in are parsed once. Used by the readers of exports.
import { randomUUID } from 'node:crypto';
import { RepeatedEntries } from './repeated-entries.ts';

/** The key of the list, as Graph writes it. */
const key = 'appliedConditionalAccessPolicies';
const whole = Buffer.from(`"${key}":[`);
/** What is searched for is its end: the search leaps to the first letter, which is rare, where a quote is everywhere. */
const needle = Buffer.from('Policies":[');
const backslash = 92;
/** The reader gives up where the list stood so often where it cannot be put back. */
const mostMisplaced = 8;
/** So many records of one beginning without the list: then only one of as many is searched for it. */
const patience = 32;

export type RecordReader = (bytes: Buffer) => unknown;

/**
 * Throws where JSON.parse would, and what it would. The list stands aside while the engine parses the rest of the record, with a text in its place that nobody can know. Since an
 * unescaped quote before the key can only begin a text, and the list is JSON by itself, the whole is JSON exactly where the rest is. In all doubt the whole is parsed.
 */
export function createRecordReader(): RecordReader {
  const repeated = new RepeatedEntries();
  const standIn = randomUUID();
  const inPlace = JSON.stringify(standIn);
  const without = new Map<number, number>();
  let misplaced = 0;

  return (bytes) => {
    const from = misplaced < mostMisplaced ? find(bytes) : undefined;
    return (from === undefined ? undefined : apart(bytes, from)) ?? JSON.parse(bytes.toString());
  };

  /** Logs of one kind begin alike: an audit record of the directory with another letter than a sign-in, one of the unified audit with another key. */
  function find(bytes: Buffer): number | undefined {
    const beginning = ((bytes[2] ?? 0) << 8) | (bytes[7] ?? 0);
    const vain = without.get(beginning) ?? 0;
    const from = vain < patience || vain % patience === 0 ? listIn(bytes, 0) : undefined;
    if (from === undefined) without.set(beginning, vain + 1);
    else if (vain > 0) without.set(beginning, 0);
    return from;
  }

  function apart(bytes: Buffer, from: number): unknown {
    const list = repeated.read(bytes, from);
    // A second list of that name would have to be told from the first.
    if (list === undefined || listIn(bytes, list.end) !== undefined) return undefined;
    const value = parsed(`${bytes.toString('utf8', 0, from - 1)}${inPlace}${bytes.toString('utf8', list.end)}`);
    const holder = holderIn(value, standIn);
    if (holder === undefined) {
      misplaced++;
      return undefined;
    }
    holder[key] = list.entries;
    return value;
  }
}

/** Undefined where it is no JSON: the whole is parsed then, for what is said of it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Behind the opening bracket of the first such list from `from` on. */
function listIn(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(needle, from); at !== -1; at = bytes.indexOf(needle, at + needle.length)) {
    const behind = at + needle.length;
    const before = behind - whole.length;
    if (before > 0 && bytes[before - 1] !== backslash && whole.compare(bytes, before, behind) === 0) return behind;
  }
  return undefined;
}

type Holder = Record<string, unknown>;
const isObject = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

/** Where Graph has the list, or diagnostic settings. */
function holderIn(value: unknown, standIn: string): Holder | undefined {
  if (!isObject(value)) return undefined;
  if (value[key] === standIn) return value;
  const properties = value['properties'];
  return isObject(properties) && properties[key] === standIn ? properties : undefined;
}

// Reads dotted paths out of records, through lists, and flattens what is no scalar. Used by the field tables and resolve.ts.
import { type FieldTable, missing, type Source } from './field-table.ts';

const maxLeaves = 2_000;
const maxDepth = 12;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own properties only: a field called `constructor` is a field, not the object's. */
export const own = (record: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const quote = 34;
const bracket = 91;
const brace = 123;

/** Cheap look before parsing: a JSON text, or a list of something other than objects (whose insides are found in the raw text). */
function mayDecode(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === quote || (first === bracket && text.charCodeAt(1) !== brace);
}

/** JSON once more, as directory audits write values: `"\"x\""` is x, `"[\"a\"]"` is a. The raw text comes first. */
export function decoded(text: string): readonly unknown[] {
  if (!mayDecode(text)) return [text];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON after all: the text itself is the value.
    return [text];
  }
  if (typeof value === 'string') return value === text ? [text] : [text, ...decodedOnce(value)];
  return Array.isArray(value) ? [text, ...value.filter((item) => typeof item !== 'object')] : [text];
}

function decodedOnce(text: string): readonly unknown[] {
  if (!text.startsWith('[')) return [text];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? [text, ...value.filter((item) => typeof item !== 'object')] : [text];
  } catch {
    // A text that merely begins with a bracket.
    return [text];
  }
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    // Nested deeper than the stack: its leaves still count.
    if (error instanceof RangeError) return '';
    throw error;
  }
}

function addLeaves(value: unknown, leaves: unknown[], depth: number): void {
  if (leaves.length >= maxLeaves || depth > maxDepth) return;
  if (Array.isArray(value)) for (const item of value) addLeaves(item, leaves, depth + 1);
  else if (isRecord(value)) for (const item of Object.values(value)) addLeaves(item, leaves, depth + 1);
  else if (typeof value === 'string') leaves.push(...decoded(value));
  else if (value !== undefined) leaves.push(value);
}

/** What rules compare: a scalar itself; a list of scalars as its elements; anything deeper as its JSON text and every leaf. */
export function flatten(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item !== 'object' || item === null)) return value;
  const leaves: unknown[] = [jsonText(value)];
  addLeaves(value, leaves, 0);
  return leaves;
}

function addNames(value: unknown, names: unknown[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > maxDepth || names.length >= maxLeaves) return;
  if (!Array.isArray(value)) names.push(...Object.keys(value));
  for (const inner of Object.values(value)) addNames(inner, names, depth + 1);
}

/** A record's JSON text, every name in it, and every leaf. */
export function wholeText(record: Readonly<Record<string, unknown>>): readonly unknown[] {
  const parts: unknown[] = [jsonText(record)];
  addNames(record, parts, 0);
  addLeaves(record, parts, 0);
  return parts;
}

function collect(value: unknown, segments: readonly string[], at: number, found: unknown[]): void {
  if (found.length >= maxLeaves) return;
  if (Array.isArray(value)) {
    if (at === segments.length) found.push(value);
    else for (const item of value) collect(item, segments, at, found);
    return;
  }
  if (at === segments.length) {
    if (value !== undefined) found.push(value);
    return;
  }
  const segment = segments[at];
  if (isRecord(value) && segment !== undefined) collect(own(value, segment), segments, at + 1, found);
}

/** Everything that a path leads to below a value. */
export function valuesAt(value: unknown, segments: readonly string[]): unknown[] {
  const found: unknown[] = [];
  collect(value, segments, 0, found);
  return found;
}

/** One value stands for itself, several are a list, none is `missing`. */
export function joined(found: readonly unknown[]): unknown {
  if (found.length === 0) return missing;
  if (found.length === 1) return flatten(found[0]);
  const all: unknown[] = [];
  for (const value of found) {
    const flat = flatten(value);
    if (Array.isArray(flat)) all.push(...flat);
    else all.push(flat);
  }
  return all;
}

/**
 * A reader for one path. `complete` and `direct`: see FieldTable.
 * Gives undefined where nobody knows, `missing` where there is none, else a scalar or a list of scalars.
 */
export function pathReader(path: string, complete: boolean, direct: FieldTable['direct'] = {}): (record: Source) => unknown {
  const segments = path.split('.');
  const [root, second] = segments;
  if (root === undefined) return () => missing;
  const absent = complete ? undefined : missing;
  const simple = !(root in Object.prototype);
  const named = simple ? (record: Source): unknown => record[root] : (record: Source): unknown => own(record, root);
  const readRoot = (Object.hasOwn(direct, root) ? direct[root] : undefined) ?? named;
  if (segments.length === 1)
    return (record) => {
      const value = readRoot(record);
      if (value === undefined) return absent;
      return typeof value === 'object' && value !== null ? flatten(value) : value;
    };
  const rest = segments.slice(1);
  const plainSecond = second !== undefined && !(second in Object.prototype);
  return (record) => {
    const value = readRoot(record);
    if (value === undefined) return absent;
    if (rest.length === 1 && second !== undefined && isRecord(value)) {
      const inner = plainSecond ? value[second] : own(value, second);
      if (inner === undefined) return missing;
      return typeof inner === 'object' && inner !== null ? flatten(inner) : inner;
    }
    return joined(valuesAt(value, rest));
  };
}

// Entries of name-value lists (`Parameters`, `modifiedProperties`, …) found by name. Used by the tables of both audit logs.
import { missing } from './field-table.ts';
import { decoded, flatten } from './read-path.ts';

interface Entry {
  readonly [key: string]: unknown;
}

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Calls `found` with every entry of a list that bears the name (lower case), whichever way the entry spells its name. */
export function entriesNamed(list: unknown, name: string, found: (entry: Entry) => void): void {
  if (!Array.isArray(list)) return;
  for (const entry of list) {
    if (!isEntry(entry)) continue;
    const label = entry['Name'] ?? entry['displayName'] ?? entry['key'] ?? entry['Key'];
    if (typeof label === 'string' && label.length === name.length && label.toLowerCase() === name) found(entry);
  }
}

/** Adds a value as rules compare it: texts that are JSON once more also decoded, objects as text and leaves. */
export function addValue(values: unknown[], value: unknown): void {
  if (value === undefined) return;
  if (typeof value === 'string') values.push(...decoded(value));
  else {
    const flat = flatten(value);
    if (Array.isArray(flat)) values.push(...flat);
    else values.push(flat);
  }
}

/** One value for itself, several as a list, none as `missing`. */
export function oneOrMany(values: readonly unknown[]): unknown {
  return values.length === 0 ? missing : values.length === 1 ? values[0] : values;
}

/** `modifiedProperties.Role.DisplayName.oldValue` -> which entry, which of its values. */
export function splitEntryName(name: string): { readonly entry: string; readonly side: 'new' | 'old' } {
  const lower = name.toLowerCase();
  if (lower.endsWith('.oldvalue')) return { entry: lower.slice(0, -'.oldvalue'.length), side: 'old' };
  if (lower.endsWith('.newvalue')) return { entry: lower.slice(0, -'.newvalue'.length), side: 'new' };
  return { entry: lower, side: 'new' };
}

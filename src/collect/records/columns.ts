// Rows of columns (Log Analytics, the Entra portal) -> a record in Graph's spelling, by a written table per log. Used by log-analytics.ts and entra-portal.ts.
import { booleanOf, isRaw, jsonOf, name, numberOf, type Raw } from './values.ts';

/** `json`: a list or object, as itself or as text. `word`: an enumeration that a portal shows in words ("Service provider" -> `serviceProvider`). */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'json' | 'word';

/** [column, field or `field.inner` in Graph's spelling, kind]. The first row of a field that holds something wins. */
export type Column = readonly [column: string, field: string, kind: ColumnKind];

export type Cells = ReadonlyMap<string, unknown>;

export function recordOf(cells: Cells, columns: readonly Column[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [column, field, kind] of columns) {
    const value = cellOf(cells.get(column), kind);
    if (value === undefined) continue;
    const [outer = '', inner] = field.split('.');
    if (inner === undefined) {
      record[outer] ??= value;
      continue;
    }
    const nested: Record<string, unknown> = isRaw(record[outer]) ? { ...record[outer] } : {};
    nested[inner] ??= value;
    record[outer] = nested;
  }
  return record;
}

function cellOf(value: unknown, kind: ColumnKind): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  if (kind === 'number') return numberOf(value);
  if (kind === 'boolean') return booleanOf(value);
  if (kind === 'json') return jsonColumn(value);
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return kind === 'word' ? camelWord(text) : text;
}

/** A list or object with the first letter of every key lower (Graph PowerShell writes `ErrorCode`); other JSON is no such column. */
export function jsonColumn(value: unknown): unknown {
  const parsed = jsonOf(value);
  return typeof parsed === 'object' && parsed !== null ? lowerKeys(parsed, 0) : undefined;
}

const deepest = 12;

function lowerKeys(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > deepest) return value;
  if (Array.isArray(value)) return value.map((one) => lowerKeys(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [lowerFirst(key), lowerKeys(one, depth + 1)]));
}

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** @example camelWord('Single-factor authentication') === 'singleFactorAuthentication' */
function camelWord(text: string): string {
  const words = name(text)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  if (words.length === 1) {
    const [word = ''] = words;
    return word === word.toUpperCase() ? word.toLowerCase() : lowerFirst(word);
  }
  return words.map((word, i) => (i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())).join('');
}

/** Error code, place and outcome of a sign-in row that has them only in its flat columns. */
export function completeSignIn(record: Record<string, unknown>, flat: { readonly errorCode: unknown; readonly country: unknown }): Raw {
  const status: Record<string, unknown> = isRaw(record['status']) ? { ...record['status'] } : {};
  const code = numberOf(status['errorCode']) ?? numberOf(flat.errorCode);
  if (code !== undefined) record['status'] = { ...status, errorCode: code };
  if (!isRaw(record['location']) && typeof flat.country === 'string' && /^[A-Z]{2}$/.test(flat.country))
    record['location'] = { countryOrRegion: flat.country };
  return record;
}

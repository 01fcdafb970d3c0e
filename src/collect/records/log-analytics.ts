// A row of a Log Analytics table (Sentinel, portal CSV, data export, Graph PowerShell's PascalCase) -> a record in its log's own spelling. Used by to-activity.ts.
import { type Cells, completeSignIn, recordOf } from './columns.ts';
import {
  auditColumns,
  officeRenames,
  officeTimes,
  recordTypeNames,
  riskColumns,
  signInColumns,
  userTypeNames,
} from './log-analytics-columns.ts';
import { booleanOf, isRaw, jsonOf, name, numberOf, type Raw } from './values.ts';

const localTime = / \[(?!UTC\])[^\]]+\]$/;

/**
 * Column name -> value, without what exports add to names: ` [UTC]`, `_dynamic`, `_string`, a doubled column's last underscore. Empty cells don't count.
 * Times that the portal wrote in the viewer's zone are no times: they stay under their own name.
 */
export function cellsOf(row: Raw): Cells {
  const cells = new Map<string, unknown>();
  for (const [column, value] of Object.entries(row)) {
    if (value === '' || value === null || value === undefined) continue;
    const plain = column.replace(/ \[UTC\]$/, '').replace(/(_dynamic|_string|_)$/, '');
    if (!cells.has(plain)) cells.set(plain, value);
  }
  return cells;
}

/** True where a time column stands in a zone that the file does not tell. */
export const inLocalTime = (row: Raw): boolean => Object.keys(row).some((column) => localTime.test(column));

export function signInRow(cells: Cells): Raw {
  const record = completeSignIn(recordOf(cells, signInColumns), { errorCode: cells.get('ResultType'), country: cells.get('Location') });
  if (record['createdDateTime'] !== undefined) return record;
  // Queries often drop the time; the first step of the authentication still has it.
  const steps = record['authenticationDetails'];
  const first: unknown = Array.isArray(steps) ? steps.find(isRaw)?.['authenticationStepDateTime'] : undefined;
  return first === undefined ? record : { ...record, createdDateTime: first };
}

export const auditRow = (cells: Cells): Raw => recordOf(cells, auditColumns);
export const riskRow = (cells: Cells): Raw => recordOf(cells, riskColumns);

const officeJson = /^\s*[[{]/;

export function officeRow(cells: Cells): Raw {
  const entries: [string, unknown][] = [];
  for (const [column, value] of cells) {
    const field = officeRenames.get(column) ?? column;
    entries.push([field, typeof value === 'string' && officeJson.test(value) ? (jsonOf(value) ?? value) : value]);
  }
  const record: Record<string, unknown> = Object.fromEntries(entries);
  record['CreationTime'] = officeTimes.map((column) => cells.get(column)).find((value) => value !== undefined);
  record['RecordType'] = numbered(record['RecordType'], recordTypeNames);
  record['UserType'] = numbered(record['UserType'], userTypeNames);
  if (record['ExternalAccess'] !== undefined) record['ExternalAccess'] = booleanOf(record['ExternalAccess']) ?? record['ExternalAccess'];
  // Spreadsheets turn `True` into `TRUE`.
  const result = name(record['ResultStatus']);
  if (/^(true|false)$/i.test(result)) record['ResultStatus'] = booleanOf(result) === true ? 'True' : 'False';
  return record;
}

const numbered = (value: unknown, names: ReadonlyMap<string, number>): unknown =>
  numberOf(value) ?? names.get(name(value).toLowerCase()) ?? value;

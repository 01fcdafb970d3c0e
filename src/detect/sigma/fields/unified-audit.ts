// Fields of unified-audit records: their own, and the entries of their name-value lists by name (`ForwardTo`, `RequestType`, `Role.DisplayName`).
import type { FieldTable, Source } from './field-table.ts';
import { missing } from './field-table.ts';
import { modifiedProperties } from './modified-properties.ts';
import { addValue, entriesNamed, oneOrMany, splitEntryName } from './named-entries.ts';
import { flatten, joined, own, valuesAt } from './read-path.ts';
import { unifiedAuditEntries } from './unified-audit-entries.ts';
import { unifiedAuditKnown } from './unified-audit-names.ts';

const lists = ['Parameters', 'ExtendedProperties', 'ModifiedProperties', 'OperationProperties', 'DeviceProperties'] as const;
const listByLower = new Map(lists.map((list) => [list.toLowerCase(), list]));
const properByLower = new Map([...unifiedAuditEntries, ...modifiedProperties].map((name) => [name.toLowerCase(), name]));

function readEntries(record: Source, from: readonly string[], name: string, side: 'new' | 'old', values: unknown[]): void {
  for (const list of from) {
    const held = own(record, list);
    if (held !== undefined)
      entriesNamed(held, name, (entry) => addValue(values, side === 'old' ? entry['OldValue'] : (entry['Value'] ?? entry['NewValue'])));
  }
}

/** A path in whatever letter case the record has; the rule's own case is tried first. */
function anyCasePath(record: Source, segments: readonly string[]): unknown {
  const [first, ...rest] = segments;
  if (first === undefined) return missing;
  let value = own(record, first);
  if (value === undefined) {
    const lower = first.toLowerCase();
    const key = Object.keys(record).find((candidate) => candidate.length === lower.length && candidate.toLowerCase() === lower);
    if (key === undefined) return missing;
    value = own(record, key);
  }
  if (rest.length === 0) return value === undefined ? missing : flatten(value);
  return joined(valuesAt(value, rest));
}

function fieldOrEntry(name: string): (record: Source) => unknown {
  const whole = [name];
  const segments = name.split('.');
  const { entry, side } = splitEntryName(name);
  return (record) => {
    const field = anyCasePath(record, whole);
    if (field !== missing) return field;
    const values: unknown[] = [];
    readEntries(record, lists, entry, side, values);
    if (values.length > 0) return oneOrMany(values);
    return segments.length > 1 ? anyCasePath(record, segments) : missing;
  };
}

const succeeded: ReadonlySet<string> = new Set(['true', 'success', 'succeeded', 'partiallysucceeded']);

/** `status: success` of public rules: Exchange writes True, Entra Success, SharePoint Succeeded. */
function resultWords(record: Source): unknown {
  const status = own(record, 'ResultStatus');
  if (status === undefined || status === null) return missing;
  const text = String(status as unknown);
  return [text, succeeded.has(text.toLowerCase()) ? 'success' : 'failure'];
}

export const unifiedAuditFields: FieldTable = {
  shape: 'unified-audit',
  known: unifiedAuditKnown,
  complete: false,
  direct: {
    AffectedItems: (record) => record['AffectedItems'],
    AppAccessContext: (record) => record['AppAccessContext'],
    AppId: (record) => record['AppId'],
    ClientAppId: (record) => record['ClientAppId'],
    Item: (record) => record['Item'],
    ObjectId: (record) => record['ObjectId'],
    Operation: (record) => record['Operation'],
    RecordType: (record) => record['RecordType'],
    UserAgent: (record) => record['UserAgent'],
    Workload: (record) => record['Workload'],
  },
  operations: ['Operation'],
  encoded: ['ModifiedProperties.NewValue', 'ModifiedProperties.OldValue'],
  derived: { resultWords },
  suggestions: [...unifiedAuditEntries, ...modifiedProperties],
  named(name) {
    const lower = name.toLowerCase();
    const dot = lower.indexOf('.');
    const list = dot < 0 ? undefined : listByLower.get(lower.slice(0, dot));
    if (list !== undefined) {
      const { entry, side } = splitEntryName(lower.slice(dot + 1));
      const proper = properByLower.get(entry);
      return {
        path: `${list}.${proper ?? name.slice(dot + 1)}`,
        known: proper !== undefined,
        read(record) {
          const values: unknown[] = [];
          readEntries(record, [list], entry, side, values);
          return oneOrMany(values);
        },
      };
    }
    const { entry, side } = splitEntryName(name);
    const proper = properByLower.get(entry);
    const path = proper === undefined ? name : `${proper}${side === 'old' ? '.OldValue' : ''}`;
    return { path, known: proper !== undefined, read: fieldOrEntry(path) };
  },
  aliases: {
    // Log Analytics (OfficeActivity)
    TimeGenerated: 'CreationTime',
    OfficeWorkload: 'Workload',
    OfficeObjectId: 'ObjectId',
    OfficeId: 'Id',
    Client_IPAddress: 'ClientIP',
    ResultReasonType: 'ResultStatus',
    // SigmaHQ, Splunk and portals
    eventName: 'Operation',
    OperationName: 'Operation',
    Operations: 'Operation',
    eventSource: 'Workload',
    status: 'resultWords',
    Payload: 'Parameters',
    CreationDate: 'CreationTime',
    UserIds: 'UserId',
    Username: 'UserId',
    src_ip: 'ClientIP',
    IPAddress: 'ClientIP',
    'properties.message': 'Operation',
  },
};

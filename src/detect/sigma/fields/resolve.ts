// From the name that a rule gives a field to a reader of it. Called by the parser (is it known?), the compiler, and readField.
import type { Shape, View } from '../../../contracts/activity.ts';
import { type Context, type ContextField, contextFields } from '../../../contracts/context.ts';
import { nearest } from '../nearest.ts';
import { operationForms } from '../operation-names.ts';
import { configChangeFields } from './config-change.ts';
import { contextReaders } from './context-readers.ts';
import { directoryAuditFields } from './directory-audit.ts';
import { type FieldTable, missing, type Source } from './field-table.ts';
import { decoded, flatten, pathReader, wholeText } from './read-path.ts';
import { riskDetectionFields } from './risk-detection.ts';
import { securityAlertFields } from './security-alert.ts';
import { signInFields } from './sign-in.ts';
import { unifiedAuditFields } from './unified-audit.ts';

/** One field of one shape. */
export interface Field {
  /** The canonical path, for people and for reports. */
  readonly path: string;
  /** Our own packs may name it. */
  readonly known: boolean;
  /** Holds names of operations: patterns must be normalised like its values (operation-names.ts). */
  readonly operation: boolean;
  /** A context field: the rule depends on more than the record. */
  readonly context: boolean;
  /** One property of the record, cheap to read. Otherwise it is made from lists or from several. */
  readonly scalar: boolean;
  /** undefined: nobody knows (not assessable); `missing`: there is none; else a scalar, null, or a list of scalars. */
  readonly read: (record: Source, context: Context) => unknown;
}

const tables: ReadonlyMap<Shape, FieldTable> = new Map(
  [signInFields, directoryAuditFields, riskDetectionFields, securityAlertFields, unifiedAuditFields, ...configChangeFields].map((table) => [
    table.shape,
    table,
  ]),
);
const lowerKeys = (names: Iterable<string>): ReadonlyMap<string, string> => new Map([...names].map((name) => [name.toLowerCase(), name]));
const knownByLower = new Map([...tables].map(([shape, table]) => [shape, lowerKeys(table.known)]));
const aliasByLower = new Map(
  [...tables].map(([shape, table]) => [shape, new Map(Object.entries(table.aliases).map(([from, to]) => [from.toLowerCase(), to]))]),
);
const contextByLower = lowerKeys(Object.keys(contextFields));

/** `targetResources[0].type`, `targetResources{}.type` and `targetResources.0.type` all run through the list. */
const withoutIndexes = (name: string): string => name.replace(/\[\d*\]|\{\}/g, '').replace(/\.\d+(?=\.|$)/g, '');
const azurePrefix = /^properties\./i;

function contextField(name: string): Field | undefined {
  const proper = contextByLower.get(name.toLowerCase()) as ContextField | undefined;
  if (proper === undefined) return undefined;
  const reader = contextReaders[proper];
  return {
    path: proper,
    known: true,
    operation: false,
    context: true,
    scalar: false,
    read: (_record, context) => {
      const value = reader(context);
      return typeof value === 'object' && value !== null ? (Array.isArray(value) && value.length === 0 ? missing : flatten(value)) : value;
    },
  };
}

function decodedReader(read: (record: Source) => unknown): (record: Source) => unknown {
  return (record) => {
    const value = read(record);
    if (typeof value === 'string') {
      const forms = decoded(value);
      return forms.length === 1 ? value : forms;
    }
    return Array.isArray(value) ? value.flatMap((item) => (typeof item === 'string' ? decoded(item) : [item])) : value;
  };
}

/** Operations are few: each spelling is normalised once. The bound is for hostile logs. */
function operationReader(read: (record: Source) => unknown): (record: Source) => unknown {
  const forms = new Map<string, string | readonly string[]>();
  return (record) => {
    const value = read(record);
    if (typeof value !== 'string') return value;
    let form = forms.get(value);
    if (form === undefined) {
      form = operationForms(value);
      if (forms.size < 5_000) forms.set(value, form);
    }
    return form;
  };
}

/** Roots under which there are lists or objects: reading them costs more. */
const listRoots: ReadonlySet<string> = new Set([
  'Actor',
  'AffectedItems',
  'DeviceProperties',
  'ExtendedProperties',
  'ModifiedProperties',
  'OperationProperties',
  'Parameters',
  'Target',
  'additionalDetails',
  'after',
  'appliedConditionalAccessPolicies',
  'authenticationDetails',
  'authenticationProcessingDetails',
  'before',
  'evidence',
  'initiatedBy',
  'networkLocationDetails',
  'targetResources',
]);

function canonicalField(table: FieldTable, path: string): Field {
  const plain = pathReader(path, table.complete, table.direct);
  const operation = table.operations.includes(path);
  const read = operation ? operationReader(plain) : table.encoded.includes(path) ? decodedReader(plain) : plain;
  return { path, known: true, operation, context: false, scalar: !listRoots.has(path.split('.')[0] ?? ''), read };
}

/** Names come from rules, not from records; the bound is for whoever loads rules for ever. */
const maxResolved = 20_000;
/** By shape, then by name: a key made of both would be a new text, to be hashed anew, for every field of every hit. */
const resolved = new Map<Shape, Map<string, Field | undefined>>();

/** The field that a rule for this shape means by a name, or undefined where there is none. The same answer every time, so it is remembered. */
export function resolveField(shape: Shape, name: string): Field | undefined {
  let names = resolved.get(shape);
  if (names === undefined) {
    names = new Map();
    resolved.set(shape, names);
  }
  const known = names.get(name);
  if (known !== undefined || names.has(name)) return known;
  const field = findField(shape, name);
  if (names.size >= maxResolved) names.clear();
  names.set(name, field);
  return field;
}

function findField(shape: Shape, name: string): Field | undefined {
  if (/^context\./i.test(name)) return contextField(name);
  const table = tables.get(shape);
  if (table === undefined) return undefined;
  const aliases = aliasByLower.get(shape);
  const known = knownByLower.get(shape);
  const spelled = withoutIndexes(name);
  for (const candidate of azurePrefix.test(spelled) ? [spelled, spelled.replace(azurePrefix, '')] : [spelled]) {
    const lower = candidate.toLowerCase();
    const target = aliases?.get(lower) ?? (Object.hasOwn(table.derived, candidate) ? candidate : known?.get(lower));
    if (target !== undefined) {
      const derived = Object.hasOwn(table.derived, target) ? table.derived[target] : undefined;
      if (derived !== undefined) return { path: target, known: true, operation: false, context: false, scalar: false, read: derived };
      if (known?.has(target.toLowerCase())) return canonicalField(table, target);
    }
    const named = table.named?.(target ?? candidate);
    if (named !== undefined && (candidate === spelled ? named.known || !azurePrefix.test(spelled) : true))
      return { path: named.path, known: named.known, operation: false, context: false, scalar: false, read: named.read };
  }
  return undefined;
}

/** What keywords are searched in: the record as JSON, and its names and texts as they are. */
export const resolveKeywords: Field = {
  path: '(keywords)',
  known: true,
  operation: false,
  context: false,
  scalar: false,
  read: (record) => wholeText(record),
};

/** The right name nearest to one that a shape does not know. */
export function nearestField(shape: Shape, name: string): string | undefined {
  const table = tables.get(shape);
  if (/^context\./i.test(name) || table === undefined) return nearest(name, Object.keys(contextFields));
  return nearest(name, [...table.known, ...(table.suggestions ?? []), ...Object.keys(contextFields)]);
}

/**
 * One field of a view, by any spelling that rules may use: for group-by, facts and texts.
 * @returns undefined where the field is unknown or absent, a scalar, or a list of scalars
 */
export function readField(view: View, context: Context, name: string): unknown {
  const value = resolveField(view.shape, name)?.read(view.record, context);
  return value === missing || value === null ? undefined : value;
}

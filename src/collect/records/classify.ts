// Which spelling is this record in? Decided by one or two keys, so that it costs next to nothing. Called for every record by the log feeds and by `check`.
import { diagnosticLogs } from './diagnostic-settings.ts';
import type { Dialect, Form, Log } from './dialect.ts';
import { cellsOf } from './log-analytics.ts';
import { isRaw, quoted, type Raw } from './values.ts';

const dialect = (form: Form, log: Log): Dialect => Object.freeze({ form, log });

const graphSignIn = dialect('graph', 'sign-in');
const graphAudit = dialect('graph', 'directory-audit');
const graphRisk = dialect('graph', 'risk-detection');
const graphAlert = dialect('graph', 'security-alert');
const graphUnused = dialect('graph', 'unused');
const unified = dialect('unified-audit', 'unified-audit');
const search = dialect('audit-search', 'unified-audit');
const portalSignIn = dialect('entra-portal', 'sign-in');
const portalAudit = dialect('entra-portal', 'directory-audit');
const diagnosticUnused = dialect('diagnostic-settings', 'unused');
const diagnostic = new Map([...diagnosticLogs].map(([category, log]) => [category, dialect('diagnostic-settings', log)]));
const tableUnused = dialect('log-analytics', 'unused');
const tables = {
  signIn: dialect('log-analytics', 'sign-in'),
  audit: dialect('log-analytics', 'directory-audit'),
  risk: dialect('log-analytics', 'risk-detection'),
  office: dialect('log-analytics', 'unified-audit'),
};

/** The record's spelling, or why it is none that we know. Never throws. */
export function classify(raw: unknown): Dialect | { readonly unknown: string } {
  if (!isRaw(raw)) return { unknown: `it is no record but ${Array.isArray(raw) ? 'a list' : quoted(raw)}` };
  // Graph and the unified audit first: nearly all records.
  if (raw['createdDateTime'] !== undefined && isSignIn(raw)) return graphSignIn;
  if (typeof raw['Operation'] === 'string' && raw['CreationTime'] !== undefined) return unified;
  if (raw['activityDateTime'] !== undefined) {
    if (raw['activityDisplayName'] !== undefined) return graphAudit;
    if (raw['riskEventType'] !== undefined) return graphRisk;
    return raw['provisioningAction'] === undefined ? unknownGraph(raw) : graphUnused;
  }
  if (raw['serviceSource'] !== undefined && raw['createdDateTime'] !== undefined && Array.isArray(raw['evidence'])) return graphAlert;
  if (raw['AuditData'] !== undefined || raw['auditData'] !== undefined) return search;
  if (
    typeof raw['category'] === 'string' &&
    (raw['properties'] !== undefined || raw['operationName'] !== undefined) &&
    raw['time'] !== undefined
  )
    return diagnostic.get(raw['category']) ?? diagnosticUnused;
  return byColumns(raw);
}

function isSignIn(raw: Raw): boolean {
  if (raw['appId'] !== undefined || raw['appDisplayName'] !== undefined)
    return raw['userPrincipalName'] !== undefined || raw['userId'] !== undefined || raw['servicePrincipalId'] !== undefined;
  return raw['signInEventTypes'] !== undefined;
}

const unknownGraph = (raw: Raw) => ({ unknown: `its fields (${fieldsOf(raw)}) are those of no log that is known here` });

function byColumns(raw: Raw): Dialect | { readonly unknown: string } {
  if (raw['riskEventType'] !== undefined && raw['detectedDateTime'] !== undefined) return graphRisk;
  if (raw['riskLastUpdatedDateTime'] !== undefined || raw['detectionSource'] !== undefined) return graphUnused;
  const date = 'Date (UTC)';
  if (raw[date] !== undefined) {
    if (raw['Request ID'] !== undefined) return portalSignIn;
    if (raw['Activity'] !== undefined) return portalAudit;
  }
  return table(raw);
}

/** Log Analytics tables of sign-ins, by their `Type` column. */
const signInTables = new Set([
  'SigninLogs',
  'AADNonInteractiveUserSignInLogs',
  'AADServicePrincipalSignInLogs',
  'AADManagedIdentitySignInLogs',
  'ADFSSignInLogs',
]);

function table(raw: Raw): Dialect | { readonly unknown: string } {
  const cells = cellsOf(raw);
  const type = String(cells.get('Type') ?? cells.get('TableName') ?? '').slice(0, 80);
  const has = (...columns: string[]): boolean => columns.every((column) => cells.has(column));
  const any = (...columns: string[]): boolean => columns.some((column) => cells.has(column));
  // A row of a query over a table is no record of it: what names one event must be there.
  if (
    any('UserPrincipalName', 'UserId', 'ServicePrincipalId') &&
    any('AppId', 'AppDisplayName') &&
    any('Id', 'CorrelationId') &&
    any('ResultType', 'Status')
  )
    return tables.signIn;
  if (has('TargetResources', 'InitiatedBy') && any('ActivityDisplayName', 'OperationName')) return tables.audit;
  if (any('OfficeObjectId', 'OfficeWorkload', 'OfficeId') && has('Operation')) return tables.office;
  if (has('RiskEventType') && any('UserId', 'UserPrincipalName')) return tables.risk;
  if (signInTables.has(type) || type === 'AuditLogs' || type === 'OfficeActivity')
    return { unknown: `it is the result of a query over ${type} and no record of it: its columns (${fieldsOf(raw)}) name no single event` };
  if (type !== '' && has('TimeGenerated')) return tableUnused;
  return unknownGraph(raw);
}

/** The first few field names, for a reason that people read. */
function fieldsOf(raw: Raw): string {
  const fields = Object.keys(raw);
  const shown = fields.slice(0, 6).map((field) => field.slice(0, 40).replaceAll(/[^\p{L}\p{N} _.()[\]-]/gu, '?'));
  return fields.length === 0 ? 'none' : `${shown.join(', ')}${fields.length > 6 ? ', …' : ''}`;
}

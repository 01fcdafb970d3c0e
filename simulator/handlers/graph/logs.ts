// GET /auditLogs/signIns and /auditLogs/directoryAudits. Source: Graph reference A.2 and A.3 (property texts, live measurements of July 2026).
import { entities } from '../../entities.ts';
import { type Call, type Handler, type Reply, reading } from '../../handler.ts';
import type { FilterFields, Operator } from '../../odata/filter.ts';
import { page } from '../../odata/query.ts';
import { graphError } from '../../refusals.ts';

const text = (names: string, operators: readonly Operator[]): FilterFields =>
  Object.fromEntries(names.split(' ').map((name) => [name, { kind: 'string', operators }]));
const times: readonly Operator[] = ['eq', 'ge', 'le', 'gt', 'lt'];

const signInFields: FilterFields = {
  createdDateTime: { kind: 'dateTime', operators: times },
  'status/errorCode': { kind: 'number', operators: ['eq'] },
  ...text(
    'id appId clientAppUsed conditionalAccessStatus correlationId resourceId resourceDisplayName riskDetail riskLevelAggregated riskLevelDuringSignIn riskState userId',
    ['eq'],
  ),
  ...text(
    'appDisplayName ipAddress deviceDetail/browser deviceDetail/operatingSystem location/city location/state location/countryOrRegion userDisplayName userPrincipalName',
    ['eq', 'startsWith'],
  ),
};
const signInFieldsBeta: FilterFields = {
  ...signInFields,
  signInEventTypes: { kind: 'string', operators: ['eq', 'ne'], collection: true },
  ...text('authenticationRequirement servicePrincipalId servicePrincipalName userAgent', ['eq', 'startsWith']),
};

/** Microsoft's answer to a tenant without Entra ID P1. */
const unlicensed = (call: Call): Reply =>
  graphError(
    call.trace,
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );

const dayMs = 86_400_000;
/** The first moment that is kept: 30 days with P1, 7 without, counted from midnight UTC (the rounding is inferred). */
const keptFrom = (call: Call): number => Math.floor(call.now / dayMs) * dayMs - (call.tenant.licensed ? 30 : 7) * dayMs;

/** A page of what is kept, newest first unless asked for the other way round. Asking for more than is kept is an error that names the first date. */
function logPage(
  call: Call,
  handler: Handler,
  field: 'createdDateTime' | 'activityDateTime',
  records: readonly Readonly<Record<string, unknown>>[],
): Reply {
  const first = keptFrom(call);
  const asked = /\b(?:createdDateTime|activityDateTime)\s+g[et]\s+(\S+)/.exec(call.odata.filterText ?? '')?.[1];
  if (asked !== undefined && Date.parse(asked) < first)
    return graphError(
      call.trace,
      400,
      'BadRequest',
      `The specified date is older than the data that is kept: the minimum date is ${new Date(first).toISOString()}.`,
    );
  const kept = records.filter((record) => Date.parse(String(record[field])) >= first);
  const { reportPage } = call.world.settings;
  const odata = { ...call.odata, top: Math.min(call.odata.top ?? reportPage, reportPage) };
  return page({ ...call, odata }, handler, call.odata.orderby?.descending === false ? kept : kept.reverse());
}

const signIns: Handler = reading({
  id: 'graph.signIns.list',
  service: 'graph',
  method: 'GET',
  path: '/auditLogs/signIns',
  source: 'Graph reference A.2: property texts; paging, order and the missing signInEventTypes of v1.0 measured July 2026',
  certainty: 'measured',
  permissions: ['AuditLog.Read.All'],
  feedOf: (query) =>
    /'servicePrincipal'|'managedIdentity'/.test(query.get('$filter') ?? '')
      ? 'sign-ins.service-principal'
      : query.get('$filter')?.includes("'nonInteractiveUser'") === true
        ? 'sign-ins.non-interactive'
        : 'sign-ins.interactive',
  entity: { 'v1.0': entities.signIn, beta: entities.signInBeta },
  odata: {
    filter: { 'v1.0': signInFields, beta: signInFieldsBeta },
    orderby: ['createdDateTime'],
    top: { max: 1000, fallback: 1000 },
    select: true,
  },
  success: 200,
  reporting: true,
  example: { query: { $filter: 'createdDateTime le 2100-01-01T00:00:00Z', $orderby: 'createdDateTime asc', $top: '2' } },
  run: (call) => {
    if (!call.tenant.licensed) return unlicensed(call);
    const asked = call.odata.filterText?.includes('signInEventTypes') === true;
    if (
      /'(?:non)?interactiveUser'/i.test(call.odata.filterText ?? '') &&
      /'(?:servicePrincipal|managedIdentity)'/.test(call.odata.filterText ?? '')
    )
      return graphError(call.trace, 400, 'BadRequest', 'Sign-ins of users and of service principals cannot be asked for in one filter.');
    const records = call.tenant.signIns.visible(call.now);
    // Without a filter on the kind of event only interactive sign-ins of users are returned, in beta too.
    return logPage(call, signIns, 'createdDateTime', asked ? records : records.filter((record) => record.isInteractive === true));
  },
});

const directoryAudits: Handler = reading({
  id: 'graph.directoryAudits.list',
  service: 'graph',
  method: 'GET',
  path: '/auditLogs/directoryAudits',
  source:
    'Graph reference A.3: property texts; record shape measured July 2026; readable on every licence; kept 7 days without P1, 30 with it, 400 beyond (code and wording inferred)',
  certainty: 'measured',
  permissions: ['AuditLog.Read.All'],
  feed: 'directory-audits',
  entity: { 'v1.0': entities.directoryAudit, beta: entities.directoryAudit },
  odata: {
    filter: {
      'v1.0': auditFields(),
      beta: auditFields(),
    },
    orderby: ['activityDateTime'],
    top: { max: 1000, fallback: 1000 },
    select: true,
  },
  success: 200,
  reporting: true,
  example: { query: { $filter: 'activityDateTime le 2100-01-01T00:00:00Z', $orderby: 'activityDateTime asc', $top: '2' } },
  run: (call) => logPage(call, directoryAudits, 'activityDateTime', call.tenant.directoryAudits.visible(call.now)),
});

function auditFields(): FilterFields {
  return {
    activityDateTime: { kind: 'dateTime', operators: times },
    ...text('id category correlationId loggedByService result', ['eq']),
    ...text('activityDisplayName initiatedBy/user/userPrincipalName', ['eq', 'startsWith']),
    ...text('initiatedBy/user/id initiatedBy/user/displayName initiatedBy/app/appId initiatedBy/app/displayName', ['eq']),
    'targetResources/id': { kind: 'string', operators: ['eq'], collection: true },
    'targetResources/displayName': { kind: 'string', operators: ['eq'], collection: true },
  };
}

export const logHandlers: readonly Handler[] = [signIns, directoryAudits];

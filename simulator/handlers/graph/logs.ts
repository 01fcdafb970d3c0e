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

/** Newest first, unless asked for the other way round. */
const inOrder = (call: Call, records: readonly Readonly<Record<string, unknown>>[]): readonly Readonly<Record<string, unknown>>[] =>
  call.odata.orderby?.descending === false ? records : [...records].reverse();

const signIns: Handler = reading({
  id: 'graph.signIns.list',
  service: 'graph',
  method: 'GET',
  path: '/auditLogs/signIns',
  source: 'Graph reference A.2: property texts; paging, order and the missing signInEventTypes of v1.0 measured July 2026',
  certainty: 'measured',
  permissions: ['AuditLog.Read.All'],
  feed: 'sign-ins.interactive',
  entity: { 'v1.0': entities.signIn, beta: entities.signInBeta },
  odata: {
    filter: { 'v1.0': signInFields, beta: signInFieldsBeta },
    orderby: ['createdDateTime'],
    top: { max: 1000, fallback: 1000 },
    select: true,
  },
  success: 200,
  reporting: true,
  example: { query: { $filter: 'createdDateTime ge 2024-01-01T00:00:00Z', $orderby: 'createdDateTime asc', $top: '2' } },
  run: (call) => {
    if (!call.tenant.licensed) return unlicensed(call);
    const asked = call.odata.filterText?.includes('signInEventTypes') === true;
    const records = call.tenant.signIns.visible(call.now);
    // Without a filter on the kind of event only interactive sign-ins of users are returned, in beta too.
    return page(call, signIns, inOrder(call, asked ? records : records.filter((record) => record.isInteractive === true)));
  },
});

const directoryAudits: Handler = reading({
  id: 'graph.directoryAudits.list',
  service: 'graph',
  method: 'GET',
  path: '/auditLogs/directoryAudits',
  source: 'Graph reference A.3: property texts; record shape measured July 2026; readable on every licence',
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
  example: { query: { $filter: 'activityDateTime ge 2024-01-01T00:00:00Z', $orderby: 'activityDateTime asc', $top: '2' } },
  run: (call) => page(call, directoryAudits, inOrder(call, call.tenant.directoryAudits.visible(call.now))),
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

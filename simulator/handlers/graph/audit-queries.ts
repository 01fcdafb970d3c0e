// Searches of the unified audit log: POST and GET /security/auditLog/queries, and their records. Source: audit reference B.4 (body, states, record form). One tenant was
// measured to answer 404 below v1.0 in July 2026; here both versions answer, as documented.
import { z } from 'zod';
import { entities } from '../../entities.ts';
import { type Call, type Handler, type Reply, reading, writing } from '../../handler.ts';
import { ok, page, single } from '../../odata/query.ts';
import { graphError } from '../../refusals.ts';
import { type AuditQuery, savedAuditQuery } from '../../tenant-state.ts';

const common = {
  service: 'graph',
  permissions: ['AuditLogsQuery.Read.All'],
  feed: 'unified-audit.query',
} as const;
/** A search runs for minutes. */
const runsMs = 4 * 60_000;
const texts = z.array(z.string()).optional();

const shown = (query: AuditQuery, now: number) => ({
  id: query.id,
  displayName: query.displayName,
  filterStartDateTime: new Date(query.from).toISOString(),
  filterEndDateTime: new Date(query.to).toISOString(),
  recordTypeFilters: [],
  keywordFilter: null,
  serviceFilters: [],
  operationFilters: [],
  userPrincipalNameFilters: [],
  ipAddressFilters: [],
  objectIdFilters: [],
  administrativeUnitIdFilters: [],
  status: now >= query.doneAt ? 'succeeded' : now >= query.doneAt - runsMs + 60_000 ? 'running' : 'notStarted',
});

const create: Handler = writing({
  ...common,
  id: 'graph.auditQueries.create',
  method: 'POST',
  path: '/security/auditLog/queries',
  source: 'Audit reference B.4: body of filters; 201 with id and status',
  certainty: 'documented',
  success: 201,
  example: { body: { filterStartDateTime: '2026-03-07T00:00:00Z', filterEndDateTime: '2026-03-08T00:00:00Z' } },
  body: z.strictObject({
    displayName: z.string().max(200).optional(),
    filterStartDateTime: z.iso.datetime(),
    filterEndDateTime: z.iso.datetime(),
    recordTypeFilters: texts,
    keywordFilter: z.string().optional(),
    serviceFilters: texts,
    operationFilters: texts,
    userPrincipalNameFilters: texts,
    ipAddressFilters: texts,
    objectIdFilters: texts,
    administrativeUnitIdFilters: texts,
  }),
  run: (call, body) => {
    const query: AuditQuery = {
      id: call.authority.fresh(),
      displayName: body.displayName ?? null,
      from: Date.parse(body.filterStartDateTime),
      to: Date.parse(body.filterEndDateTime),
      doneAt: call.now + runsMs,
    };
    call.tenant.auditQueries.set(query.id, query);
    return {
      ...ok(call, { '@odata.context': `${call.base}/${call.version}/$metadata#auditLogQuery`, ...shown(query, call.now) }),
      status: 201,
    };
  },
});

const list: Handler = reading({
  ...common,
  id: 'graph.auditQueries.list',
  method: 'GET',
  path: '/security/auditLog/queries',
  source: 'Audit reference B.4 and the list page of auditLogQuery: searches stay to be looked at',
  certainty: 'documented',
  entity: { 'v1.0': entities.auditLogQuery, beta: entities.auditLogQuery },
  odata: { top: { max: 1000, fallback: 100 } },
  success: 200,
  example: { query: { $top: '1' } },
  run: (call) =>
    page(
      call,
      list,
      [...call.tenant.auditQueries.values()].map((query) => shown(query, call.now)),
    ),
});

const show: Handler = reading({
  ...common,
  id: 'graph.auditQueries.show',
  method: 'GET',
  path: '/security/auditLog/queries/{id}',
  source: 'Audit reference B.4: status notStarted, running, succeeded, failed, cancelled',
  certainty: 'documented',
  entity: { 'v1.0': entities.auditLogQuery, beta: entities.auditLogQuery },
  success: 200,
  example: { params: { id: savedAuditQuery.id } },
  run: (call) => {
    const query = call.tenant.auditQueries.get(call.params.id ?? '');
    return query === undefined ? unknown(call) : single(call, entities.auditLogQuery, shown(query, call.now));
  },
});

const records: Handler = reading({
  ...common,
  id: 'graph.auditQueries.records',
  method: 'GET',
  path: '/security/auditLog/queries/{id}/records',
  source:
    'Audit reference B.4: records wrap the classic record in auditData, paged by next link; empty until the search has ended (inferred)',
  certainty: 'inferred',
  entity: { 'v1.0': entities.auditLogRecord, beta: entities.auditLogRecord },
  odata: { top: { max: 1000, fallback: 150 } },
  success: 200,
  example: { params: { id: savedAuditQuery.id } },
  run: (call) => {
    const query = call.tenant.auditQueries.get(call.params.id ?? '');
    if (query === undefined) return unknown(call);
    const found = call.now < query.doneAt ? [] : call.tenant.unifiedAudit.visible(call.now).filter((record) => isWithin(record, query));
    return page(call, records, found.map(wrapped));
  },
});

const timeOf = (record: Readonly<Record<string, unknown>>): number => {
  const text = String(record.CreationTime);
  return Date.parse(text.endsWith('Z') ? text : `${text}Z`);
};
const isWithin = (record: Readonly<Record<string, unknown>>, { from, to }: AuditQuery): boolean =>
  timeOf(record) >= from && timeOf(record) < to;

const wrapped = (record: Readonly<Record<string, unknown>>) => ({
  id: record.Id,
  createdDateTime: new Date(timeOf(record)).toISOString(),
  auditLogRecordType: String(record.RecordType),
  operation: record.Operation,
  organizationId: record.OrganizationId,
  userType: String(record.UserType),
  userId: record.UserId,
  service: record.Workload,
  objectId: record.ObjectId ?? null,
  userPrincipalName: record.UserId,
  clientIp: record.ClientIP ?? null,
  administrativeUnits: [],
  auditData: record,
});

const unknown = (call: Call): Reply => graphError(call.trace, 404, 'UnknownError', 'The query does not exist.');

export const auditQueryHandlers: readonly Handler[] = [create, list, show, records];

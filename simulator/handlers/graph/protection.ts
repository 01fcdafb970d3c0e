// GET /identityProtection/riskDetections and /security/alerts_v2. Source: Graph reference A.1 and A.4 (permissions, page size, order); refusals of unlicensed tenants as met in public reports.
import { entities } from '../../entities.ts';
import { type Call, type Handler, type Reply, reading } from '../../handler.ts';
import type { FilterFields, Operator } from '../../odata/filter.ts';
import { page } from '../../odata/query.ts';
import { graphError } from '../../refusals.ts';

const times: readonly Operator[] = ['eq', 'ge', 'le', 'gt', 'lt'];
const fields = (dates: string, texts: string): FilterFields => ({
  ...Object.fromEntries(dates.split(' ').map((name) => [name, { kind: 'dateTime', operators: times } as const])),
  ...Object.fromEntries(texts.split(' ').map((name) => [name, { kind: 'string', operators: ['eq'] } as const])),
});
const riskFields = fields(
  'activityDateTime detectedDateTime lastUpdatedDateTime',
  'id requestId correlationId riskEventType riskState riskLevel userId userPrincipalName ipAddress',
);
const alertFields = fields('createdDateTime lastUpdateDateTime', 'assignedTo classification determination severity serviceSource status');

const unlicensed = (call: Call): Reply =>
  graphError(call.trace, 403, 'Forbidden', 'Your tenant is not licensed for this feature. Please upgrade your subscription to access it.');

const riskDetections: Handler = reading({
  id: 'graph.riskDetections.list',
  service: 'graph',
  method: 'GET',
  path: '/identityProtection/riskDetections',
  source: 'Graph reference A.4: page size of at most 500, no order to rely on, P2; code and wording without P2 as in public reports',
  certainty: 'documented',
  permissions: ['IdentityRiskEvent.Read.All'],
  feed: 'risk-detections',
  unlicensed,
  entity: { 'v1.0': entities.riskDetection, beta: entities.riskDetection },
  odata: { filter: { 'v1.0': riskFields, beta: riskFields }, top: { max: 500, fallback: 20 }, select: true },
  success: 200,
  example: { query: { $filter: 'detectedDateTime le 2100-01-01T00:00:00Z', $top: '2' } },
  // Newest first, though nobody promises an order.
  run: (call) =>
    call.tenant.protected ? page(call, riskDetections, call.tenant.riskDetections.visible(call.now).toReversed()) : unlicensed(call),
});

const alerts: Handler = reading({
  id: 'graph.securityAlerts.list',
  service: 'graph',
  method: 'GET',
  path: '/security/alerts_v2',
  source:
    'Graph reference A.1 and the list page of alerts_v2: what may be filtered by; code and wording without a licence inferred from identity protection',
  certainty: 'inferred',
  permissions: ['SecurityAlert.Read.All'],
  feed: 'security-alerts',
  unlicensed,
  entity: { 'v1.0': entities.securityAlert, beta: entities.securityAlert },
  odata: { filter: { 'v1.0': alertFields, beta: alertFields }, top: { max: 1000, fallback: 100 }, count: true },
  success: 200,
  example: { query: { $filter: 'lastUpdateDateTime le 2100-01-01T00:00:00Z', $top: '2' } },
  run: (call) => (call.tenant.protected ? page(call, alerts, call.tenant.securityAlerts.visible(call.now).toReversed()) : unlicensed(call)),
});

export const protectionHandlers: readonly Handler[] = [riskDetections, alerts];

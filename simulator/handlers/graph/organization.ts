// The tenant itself and its licences. Source: Graph reference A.2 (service plan ids that tell P1 and P2) and A.7 (organization).
import { entities } from '../../entities.ts';
import { type Handler, reading } from '../../handler.ts';
import { page } from '../../odata/query.ts';
import { skuOf } from '../../worlds/directory.ts';
import { guid } from '../../worlds/random.ts';

/** AAD_PREMIUM, the plan that opens the sign-in log. */
const premiumPlanId = '41781fb2-bc02-4b7c-bd55-b576c07bb09d';

const organization: Handler = reading({
  id: 'graph.organization.list',
  service: 'graph',
  method: 'GET',
  path: '/organization',
  source: 'Graph reference A.7: one object inside value',
  certainty: 'documented',
  permissions: ['Organization.Read.All', 'Directory.Read.All', 'User.Read.All'],
  feed: 'organization',
  entity: { 'v1.0': entities.organization, beta: entities.organization },
  odata: { select: true },
  success: 200,
  example: { query: { $select: 'id,displayName,verifiedDomains' } },
  run: (call) =>
    page(
      call,
      organization,
      call.tenant.settings.organization.list(call.now).map(([, found]) => found),
    ),
});

const subscribedSkus: Handler = reading({
  id: 'graph.subscribedSkus.list',
  service: 'graph',
  method: 'GET',
  path: '/subscribedSkus',
  source: 'Graph reference A.2: service plan ids; list page of v1.0 (no query option but $select)',
  certainty: 'documented',
  permissions: ['Organization.Read.All', 'Directory.Read.All', 'LicenseAssignment.Read.All'],
  entity: { 'v1.0': entities.subscribedSku, beta: entities.subscribedSku },
  odata: { select: true },
  success: 200,
  example: {},
  run: (call) => {
    const sku = skuOf(call.tenant);
    const plan = (servicePlanId: string, servicePlanName: string, appliesTo: 'User' | 'Company') => ({
      servicePlanId,
      servicePlanName,
      appliesTo,
      provisioningStatus: 'Success',
    });
    return page(call, subscribedSkus, [
      {
        id: `${call.tenant.id}_${sku.skuId}`,
        accountId: call.tenant.id,
        accountName: call.tenant.name,
        appliesTo: 'User',
        capabilityStatus: 'Enabled',
        consumedUnits: 34,
        skuId: sku.skuId,
        skuPartNumber: sku.skuPartNumber,
        subscriptionIds: [guid(call.tenant.id, 'subscription')],
        prepaidUnits: { enabled: 50, suspended: 0, warning: 0, lockedOut: 0 },
        servicePlans: [
          plan('9aaf7827-d63c-4b61-89c3-182f06f82e5c', 'EXCHANGE_S_STANDARD', 'User'),
          ...(call.tenant.licensed ? [plan(premiumPlanId, 'AAD_PREMIUM', 'User')] : []),
        ],
      },
    ]);
  },
});

export const organizationHandlers: readonly Handler[] = [organization, subscribedSkus];

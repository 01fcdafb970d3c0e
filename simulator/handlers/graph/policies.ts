// Policies, partners and domains. Source: Graph reference A.1 (permissions) and A.7; v1.0 pages of the resources.
import { type Entity, entities } from '../../entities.ts';
import { type FeedName, type Handler, reading } from '../../handler.ts';
import { notFound, page, single } from '../../odata/query.ts';
import type { Settings } from '../../tenant-state.ts';
import { federatedDomain } from '../../worlds/settings.ts';

const both = (entity: Entity) => ({ 'v1.0': entity, beta: entity });
const policyReaders = ['Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess'];
const domainReaders = ['Domain.Read.All', 'Domain.ReadWrite.All'];

interface ListFacts {
  readonly id: string;
  readonly path: string;
  readonly source: string;
  readonly certainty: Handler['certainty'];
  readonly permissions: readonly string[];
  readonly entity: Entity;
  readonly feed: FeedName;
  readonly of: keyof Settings;
  readonly odata?: NonNullable<Handler['odata']>;
}
function listing({ of, entity, ...facts }: ListFacts): Handler {
  const handler: Handler = reading({
    odata: { select: true },
    ...facts,
    service: 'graph',
    method: 'GET',
    entity: both(entity),
    success: 200,
    example: {},
    run: (call) =>
      page(
        call,
        handler,
        call.tenant.settings[of].list(call.now).map(([, found]) => found),
      ),
  });
  return handler;
}

interface OneFacts {
  readonly id: string;
  readonly path: string;
  readonly source: string;
  readonly entity: Entity;
  readonly feed: FeedName;
  readonly of: keyof Settings;
}
const policy = ({ of, entity, ...facts }: OneFacts): Handler =>
  reading({
    ...facts,
    service: 'graph',
    method: 'GET',
    certainty: 'documented',
    permissions: policyReaders,
    entity: both(entity),
    odata: { select: true },
    success: 200,
    example: {},
    run: (call) => {
      const found = call.tenant.settings[of].read('policy', call.now);
      return found === undefined ? notFound(call, facts.path) : single(call, entity, found);
    },
  });

const federation: Handler = reading({
  id: 'graph.domains.federationConfiguration',
  service: 'graph',
  method: 'GET',
  path: '/domains/{id}/federationConfiguration',
  source: 'domain-list-federationconfiguration page: a collection of one; 404 for a managed domain is inferred',
  certainty: 'inferred',
  permissions: domainReaders,
  feed: 'domains',
  entity: both(entities.federation),
  success: 200,
  example: { params: { id: federatedDomain } },
  run: (call) => {
    const id = (call.params.id ?? '').toLowerCase();
    const found = call.tenant.settings.federations.read(id, call.now);
    return found === undefined ? notFound(call, id) : page(call, federation, [found]);
  },
});

export const policyHandlers: readonly Handler[] = [
  listing({
    id: 'graph.domains.list',
    path: '/domains',
    source: 'domain-list page',
    certainty: 'documented',
    permissions: [...domainReaders, 'Directory.Read.All'],
    entity: entities.domain,
    feed: 'domains',
    of: 'domains',
  }),
  federation,
  policy({
    id: 'graph.policies.securityDefaults',
    path: '/policies/identitySecurityDefaultsEnforcementPolicy',
    source: 'identitysecuritydefaultsenforcementpolicy-get page',
    entity: entities.securityDefaults,
    feed: 'security-defaults',
    of: 'securityDefaults',
  }),
  policy({
    id: 'graph.policies.authenticationMethods',
    path: '/policies/authenticationMethodsPolicy',
    source: 'authenticationmethodspolicy-get page: the methods inside',
    entity: entities.authenticationMethodsPolicy,
    feed: 'authentication-methods-policy',
    of: 'authenticationMethods',
  }),
  listing({
    id: 'graph.conditionalAccess.list',
    path: '/identity/conditionalAccess/policies',
    source: 'conditionalaccessroot-list-policies page; without a licence an empty list, as far as known',
    certainty: 'recollected',
    permissions: policyReaders,
    entity: entities.conditionalAccessPolicy,
    feed: 'conditional-access',
    of: 'conditionalAccess',
  }),
  listing({
    id: 'graph.crossTenantPartners.list',
    path: '/policies/crossTenantAccessPolicy/partners',
    source: 'Graph reference A.7: what a customer sees of partners, isServiceProvider',
    certainty: 'documented',
    permissions: policyReaders,
    entity: entities.partner,
    feed: 'partners',
    of: 'partners',
    odata: {},
  }),
  listing({
    id: 'graph.delegatedAdminRelationships.list',
    path: '/tenantRelationships/delegatedAdminRelationships',
    source: 'Graph reference A.7: called in the partner’s own tenant',
    certainty: 'documented',
    permissions: ['DelegatedAdminRelationship.Read.All', 'DelegatedAdminRelationship.ReadWrite.All'],
    entity: entities.relationship,
    feed: 'delegated-admin-relationships',
    of: 'relationships',
    odata: { top: { max: 300, fallback: 300 } },
  }),
];

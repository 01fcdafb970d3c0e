// Applications, service principals and what they were granted. Source: Graph reference A.6 (properties, paths, no date on delegated grants).
import { type Entity, entities } from '../../entities.ts';
import { type Call, type FeedName, type Handler, type Reply, reading } from '../../handler.ts';
import type { FilterFields } from '../../odata/filter.ts';
import { notFound, page, single } from '../../odata/query.ts';
import { resources } from '../../worlds/catalogue.ts';
import { apps, contoso } from '../../worlds/constants.ts';
import { crmAppId, servicePrincipalId } from '../../worlds/directory.ts';
import { guid } from '../../worlds/random.ts';

const appReaders = ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const grantReaders = ['Directory.Read.All', 'DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'];
const both = (entity: Entity) => ({ 'v1.0': entity, beta: entity });
const appFields: FilterFields = {
  id: { kind: 'string', operators: ['eq'] },
  appId: { kind: 'guid', operators: ['eq'] },
  displayName: { kind: 'string', operators: ['eq', 'startsWith'] },
  servicePrincipalType: { kind: 'string', operators: ['eq'] },
  accountEnabled: { kind: 'boolean', operators: ['eq'] },
  createdDateTime: { kind: 'dateTime', operators: ['ge', 'le', 'eq'] },
};
const grantFields: FilterFields = {
  clientId: { kind: 'guid', operators: ['eq'] },
  principalId: { kind: 'guid', operators: ['eq'] },
  resourceId: { kind: 'guid', operators: ['eq'] },
  consentType: { kind: 'string', operators: ['eq'] },
};
const reader = { id: servicePrincipalId(contoso.id, apps.reader) };

interface ListFacts {
  readonly id: string;
  readonly path: string;
  readonly entity: Entity;
  readonly filter: FilterFields;
  readonly permissions: readonly string[];
  readonly feed?: FeedName;
  readonly of: 'servicePrincipals' | 'applications' | 'permissionGrants';
}
function listing(facts: ListFacts): Handler {
  const handler: Handler = reading({
    id: facts.id,
    service: 'graph',
    method: 'GET',
    path: facts.path,
    source: 'Graph reference A.6; list pages of v1.0',
    certainty: 'documented',
    permissions: facts.permissions,
    ...(facts.feed && { feed: facts.feed }),
    entity: both(facts.entity),
    odata: { select: true, filter: { 'v1.0': facts.filter, beta: facts.filter }, top: { max: 999, fallback: 100 }, count: true },
    success: 200,
    example: { query: { $top: '2' } },
    run: (call) =>
      page(
        call,
        handler,
        call.tenant[facts.of].list(call.now).map(([, found]) => found),
      ),
  });
  return handler;
}

interface GetFacts {
  readonly id: string;
  readonly path: string;
  readonly of: 'servicePrincipals' | 'applications';
  readonly example: Readonly<Record<string, string>>;
}
function getting(facts: GetFacts): Handler {
  const entity = facts.of === 'servicePrincipals' ? entities.servicePrincipal : entities.application;
  return reading({
    id: facts.id,
    service: 'graph',
    method: 'GET',
    path: facts.path,
    source: 'Graph reference A.6; get pages of v1.0; alternate key appId',
    certainty: 'documented',
    permissions: appReaders,
    entity: both(entity),
    odata: { select: true },
    success: 200,
    example: { params: facts.example },
    run: (call): Reply => {
      const wanted = (call.params.id ?? call.params.appId ?? '').toLowerCase();
      const found = call.tenant[facts.of]
        .list(call.now)
        .find(([id, one]) => (call.params.id === undefined ? one.appId : id) === wanted)?.[1];
      return found === undefined ? notFound(call, wanted) : single(call, entity, found);
    },
  });
}

function assignments(
  name: 'appRoleAssignments' | 'appRoleAssignedTo',
  example: Readonly<Record<string, string>>,
  by: 'id' | 'appId' = 'id',
): Handler {
  const side = name === 'appRoleAssignments' ? 'principalId' : 'resourceId';
  const handler: Handler = reading({
    id: `graph.servicePrincipals.${name}${by === 'id' ? '' : '.byAppId'}`,
    service: 'graph',
    method: 'GET',
    path: by === 'id' ? `/servicePrincipals/{id}/${name}` : `/servicePrincipals(appId='{appId}')/${name}`,
    source: 'Graph reference A.6: app grants, read from the client’s or from the resource’s side',
    certainty: 'documented',
    permissions: appReaders,
    ...(by === 'appId' && { feed: 'app-role-assignments' as const }),
    entity: both(entities.appRoleAssignment),
    odata: { select: true, top: { max: 999, fallback: 100 } },
    success: 200,
    example: { params: example },
    run: (call) => {
      const wanted = (call.params.id ?? call.params.appId ?? '').toLowerCase();
      const id = by === 'id' ? wanted : servicePrincipalId(call.tenant.id, wanted);
      if (call.tenant.servicePrincipals.read(id, call.now) === undefined) return notFound(call, wanted);
      return page(
        call,
        handler,
        call.tenant.appRoleAssignments.list(call.now).flatMap(([, assignment]) => (assignment[side] === id ? [assignment] : [])),
      );
    },
  });
  return handler;
}

const grantsOf: Handler = reading({
  id: 'graph.servicePrincipals.oauth2PermissionGrants',
  service: 'graph',
  method: 'GET',
  path: '/servicePrincipals/{id}/oauth2PermissionGrants',
  source: 'list-oauth2PermissionGrants-of-servicePrincipal page',
  certainty: 'documented',
  permissions: grantReaders,
  entity: both(entities.permissionGrant),
  success: 200,
  example: { params: { id: servicePrincipalId(contoso.id, crmAppId) } },
  run: (call: Call) => {
    const id = (call.params.id ?? '').toLowerCase();
    return page(
      call,
      grantsOf,
      call.tenant.permissionGrants.list(call.now).flatMap(([, grant]) => (grant.clientId === id ? [grant] : [])),
    );
  },
});

export const applicationHandlers: readonly Handler[] = [
  listing({
    id: 'graph.servicePrincipals.list',
    path: '/servicePrincipals',
    entity: entities.servicePrincipal,
    filter: appFields,
    permissions: appReaders,
    feed: 'service-principals',
    of: 'servicePrincipals',
  }),
  listing({
    id: 'graph.applications.list',
    path: '/applications',
    entity: entities.application,
    filter: appFields,
    permissions: appReaders,
    feed: 'applications',
    of: 'applications',
  }),
  listing({
    id: 'graph.permissionGrants.list',
    path: '/oauth2PermissionGrants',
    entity: entities.permissionGrant,
    filter: grantFields,
    permissions: grantReaders,
    feed: 'permission-grants',
    of: 'permissionGrants',
  }),
  getting({ id: 'graph.servicePrincipals.get', path: '/servicePrincipals/{id}', of: 'servicePrincipals', example: reader }),
  getting({
    id: 'graph.servicePrincipals.byAppId',
    path: "/servicePrincipals(appId='{appId}')",
    of: 'servicePrincipals',
    example: { appId: apps.reader },
  }),
  getting({
    id: 'graph.applications.get',
    path: '/applications/{id}',
    of: 'applications',
    example: { id: guid(contoso.id, 'application', 'reports') },
  }),
  assignments('appRoleAssignments', reader),
  assignments('appRoleAssignedTo', { id: servicePrincipalId(contoso.id, resources.graph.id) }),
  assignments('appRoleAssignedTo', { appId: resources.graph.id }, 'appId'),
  grantsOf,
];

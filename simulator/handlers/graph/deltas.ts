// Delta queries of the collections that have one among those that the guard reads. Sources: servicePrincipal, application, oAuth2PermissionGrant: delta (v1.0).
import { entities } from '../../entities.ts';
import { type FeedName, type Handler, reading } from '../../handler.ts';
import { deltaPage } from '../../odata/delta-page.ts';
import { readQuery } from '../../odata/query.ts';

interface DeltaFacts {
  readonly of: 'servicePrincipals' | 'applications' | 'permissionGrants';
  readonly path: string;
  readonly entity: (typeof entities)[keyof typeof entities];
  readonly permissions: readonly string[];
  readonly feed: FeedName;
  readonly restorable: boolean;
  /** Asked for by the example, so that a probe of a real tenant tells whether each can be followed. */
  readonly select: string;
}

function delta(facts: DeltaFacts): Handler {
  const { restorable } = facts;
  const handler: Handler = reading({
    id: `graph.${facts.of}.delta`,
    service: 'graph',
    method: 'GET',
    path: facts.path,
    source: 'delta pages of v1.0; “Use delta query to track changes in Microsoft Graph data”',
    certainty: 'documented',
    permissions: facts.permissions,
    feed: facts.feed,
    entity: { 'v1.0': facts.entity, beta: facts.entity },
    odata: { select: true, delta: true },
    success: 200,
    example: { query: { $select: facts.select } },
    run: (call) => deltaPage(call, handler, call.tenant[facts.of], { restorable }),
    nothing: (call) =>
      deltaPage(
        { ...call, odata: readQuery(handler, call.version, call.query) },
        handler,
        {
          mark: (at) => call.tenant[facts.of].mark(at),
          read: () => undefined,
          readAt: () => undefined,
          writtenBetween: () => [],
        },
        { restorable },
      ),
  });
  return handler;
}

export const deltaHandlers: readonly Handler[] = [
  delta({
    of: 'servicePrincipals',
    path: '/servicePrincipals/delta',
    entity: entities.servicePrincipal,
    permissions: [
      'Application.ReadWrite.OwnedBy',
      'Application.Read.All',
      'Application.ReadWrite.All',
      'Directory.Read.All',
      'Directory.ReadWrite.All',
    ],
    feed: 'service-principals',
    select:
      'id,appId,displayName,accountEnabled,appOwnerOrganizationId,createdDateTime,disabledByMicrosoftStatus,keyCredentials,passwordCredentials,replyUrls,servicePrincipalType,tags,verifiedPublisher',
    restorable: true,
  }),
  delta({
    of: 'applications',
    path: '/applications/delta',
    entity: entities.application,
    permissions: ['Application.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
    feed: 'applications',
    select:
      'id,appId,displayName,createdDateTime,identifierUris,keyCredentials,passwordCredentials,publicClient,publisherDomain,requiredResourceAccess,signInAudience,spa,tags,verifiedPublisher,web',
    restorable: true,
  }),
  delta({
    of: 'permissionGrants',
    path: '/oauth2PermissionGrants/delta',
    entity: entities.permissionGrant,
    permissions: ['Directory.Read.All', 'DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'],
    feed: 'permission-grants',
    select: 'id,clientId,consentType,principalId,resourceId,scope',
    restorable: false,
  }),
];

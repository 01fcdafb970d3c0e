// Feeds of configuration over Graph: what each reads, how it names one object, and what a refusal means.
import { describe, expect, it } from 'vitest';
import type { ReadContext, SnapshotFeed } from '../../../src/collect/feed.ts';
import { appRoleAssignments } from '../../../src/collect/graph/app-role-assignments.ts';
import { applications } from '../../../src/collect/graph/applications.ts';
import { authenticationMethodsPolicy } from '../../../src/collect/graph/authentication-methods-policy.ts';
import { conditionalAccess } from '../../../src/collect/graph/conditional-access.ts';
import { delegatedAdminRelationships } from '../../../src/collect/graph/delegated-admin-relationships.ts';
import { domains } from '../../../src/collect/graph/domains.ts';
import { partners } from '../../../src/collect/graph/partners.ts';
import { securityDefaults } from '../../../src/collect/graph/security-defaults.ts';
import { snapshotChanges } from '../../../src/collect/snapshot.ts';
import { ServiceError } from '../../../src/tenants/connections.ts';
import { type Answers, graphOf } from './fake-graph.ts';

const now = Date.UTC(2026, 2, 9, 10);
const tenant = '11111111-1111-4111-8111-111111111111';
const read = (feed: SnapshotFeed, answers: Answers, asked: string[] = []) =>
  feed.list({ tenant, connection: { graph: graphOf(answers, asked) }, now, touched: [] } as unknown as ReadContext);

const graphResource = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo";

describe('application permissions', () => {
  const assignment = {
    id: 'a1',
    appRoleId: 'B633E1C5-b582-4048-a93e-9f11b44c7e96',
    principalId: 'sp1',
    principalType: 'ServicePrincipal',
    principalDisplayName: 'Mail helper',
    resourceDisplayName: 'Microsoft Graph',
    createdDateTime: '2026-03-09T09:50:00Z',
  };
  it('are read from the resource’s side; a resource that the tenant never used has none', async () => {
    const asked: string[] = [];
    const answer = await read(
      appRoleAssignments,
      { [graphResource]: [assignment, { ...assignment, id: 'a2', principalType: 'User' }] },
      asked,
    );
    expect(asked).toHaveLength(4);
    expect(answer).toMatchObject({ outcome: { status: 'complete' }, objects: [{ id: 'a1', permission: 'Mail.Send' }] });
    expect(appRoleAssignments.describe(answer.objects[0] ?? {})).toEqual({
      id: 'a1',
      name: 'Mail.Send of Microsoft Graph',
      subject: 'app:sp1',
      subjectName: 'Mail helper',
      createdAt: Date.UTC(2026, 2, 9, 9, 50),
    });
  });
  it('near miss: a refusal is no empty list', async () => {
    const answer = await read(appRoleAssignments, {
      [graphResource]: new ServiceError('graph', 403, 'Authorization_RequestDenied', 'no'),
    });
    expect(answer).toEqual({ outcome: { status: 'denied', permission: 'Application.Read.All' }, objects: [] });
  });
});

describe('domains', () => {
  it('have the settings of their federation inside; a managed one costs no request of its own', async () => {
    const asked: string[] = [];
    const answer = await read(
      domains,
      {
        '/domains': [
          { id: 'contoso.example', authenticationType: 'Managed' },
          { id: 'legacy.contoso.example', authenticationType: 'Federated' },
        ],
        '/domains/legacy.contoso.example/federationConfiguration': [{ issuerUri: 'https://sts.contoso.example' }],
      },
      asked,
    );
    expect(asked).toEqual(['/domains', '/domains/legacy.contoso.example/federationConfiguration']);
    expect(answer.objects[1]).toMatchObject({ federation: { issuerUri: 'https://sts.contoso.example' } });
    expect(answer.objects.map((domain) => domains.tellsFirst?.(domain))).toEqual([false, true]);
  });
  it('a federation that cannot be read makes the whole reading fail: half of it would look like a change', async () => {
    const answer = await read(domains, {
      '/domains': [{ id: 'legacy.contoso.example', authenticationType: 'Federated' }],
      '/domains/legacy.contoso.example/federationConfiguration': new ServiceError('graph', 503, 'serviceNotAvailable', 'later'),
    });
    expect(answer).toEqual({ outcome: { status: 'failed', cause: 'later' }, objects: [] });
  });
});

describe('policies', () => {
  it('allowed methods are objects of their own, dated by the policy', async () => {
    const policy = (sms: string, stamp: string) => ({
      '/policies/authenticationMethodsPolicy': {
        id: 'authenticationMethodsPolicy',
        lastModifiedDateTime: stamp,
        'authenticationMethodConfigurations@odata.context': 'x',
        authenticationMethodConfigurations: [
          { id: 'Sms', state: sms, 'includeTargets@odata.context': 'y' },
          { id: 'Fido2', state: 'enabled' },
        ],
      },
    });
    const before = await read(authenticationMethodsPolicy, policy('disabled', '2026-03-01T00:00:00Z'));
    const after = await read(authenticationMethodsPolicy, policy('enabled', '2026-03-09T09:45:00Z'));
    const changes = snapshotChanges(authenticationMethodsPolicy, before.objects, after.objects, { tenant, now, since: now - 1_800_000 });
    expect(changes.map(({ time, views }) => [views[0]?.record['id'], views[0]?.record['changed'], time])).toEqual([
      ['Sms', ['state'], Date.UTC(2026, 2, 9, 9, 45)],
    ]);
  });
  it('security defaults are one object; a missing licence for Conditional Access is no missing right', async () => {
    const answer = await read(securityDefaults, { '/policies/identitySecurityDefaultsEnforcementPolicy': { id: 'p', isEnabled: true } });
    expect(answer).toEqual({ outcome: { status: 'complete' }, objects: [{ id: 'p', isEnabled: true }] });
    const unlicensed = await read(conditionalAccess, {
      '/identity/conditionalAccess/policies': new ServiceError(
        'graph',
        403,
        'AccessDenied',
        'Your tenant is not licensed for this feature.',
      ),
    });
    expect(unlicensed.outcome).toEqual({ status: 'unlicensed', sku: 'Entra ID P1 licence' });
  });
});

describe('what objects are called', () => {
  it.each([
    [applications, { id: 'o1', appId: 'A1', displayName: 'Reports' }, 'app:a1', 'Reports'],
    [partners, { tenantId: 'T2', isServiceProvider: true }, 'tenant:t2', 'organisation T2'],
    [delegatedAdminRelationships, { id: 'r1', displayName: 'Support', customer: { tenantId: 'T3' } }, 'tenant:t3', 'Support'],
    [delegatedAdminRelationships, { id: 'r1', displayName: 'Support', customer: null }, 'tenant:r1', 'Support'],
  ] as const)('%#: %o', (feed, object, subject, name) => {
    expect(feed.describe({ ...object })).toMatchObject({ subject, name });
  });
});

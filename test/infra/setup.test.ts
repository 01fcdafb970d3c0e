// Setting up an installation in its home tenant: registrations, trust, grants, the Event Grid subscription.
import { describe, expect, it } from 'vitest';
import { type Call, patiently } from '../../infra/setup/call.ts';
import { cloudOf } from '../../infra/setup/clouds.ts';
import { asCommands, createGranter } from '../../infra/setup/grants.ts';
import { eventResourcesOf, neededBy, optionalFeedsOf, resourceApps } from '../../infra/setup/permissions.ts';
import { ensureRegistration, findRegistration } from '../../infra/setup/registrations.ts';
import { ensureSubscription, subscriptionBody } from '../../infra/setup/subscription.ts';
import { type Directory, directory } from './directory.ts';

const homeTenant = '11111111-1111-4111-8111-111111111111';
const identity = { principalId: '22222222-2222-4222-8222-222222222222', homeTenant };
const cloud = cloudOf('public');
const atOnce = async () => {};

async function setUp(of: Directory, { responder = true } = {}) {
  const granter = createGranter({ graph: of.call, cloud });
  for (const role of ['reader', 'responder', 'console'] as const) await ensureRegistration(of.call, 'prod', role);
  const [reader, acting, page] = of.applications.map((row) => String(row['appId']));
  const registrations = await Promise.all([reader, acting, page].map((appId) => findRegistration(of.call, appId ?? '')));
  const [first, second, third] = registrations;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three registrations');
  await granter.trustIdentity(first, identity);
  await granter.trustIdentity(second, identity);
  await granter.setConsoleAddress(third, 'https://func-example.azurewebsites.net/api/console');
  await granter.consentToConsole(third);
  await granter.grant(first, 'reader');
  if (responder) await granter.grant(second, 'responder');
  return { granter, reader: first, responder: second, console: third };
}

describe('registering', () => {
  it('makes a reader and a responder for any tenant and a console for the home tenant, none with a secret', async () => {
    const of = directory();
    await setUp(of);
    expect(of.applications.map((row) => [row['displayName'], row['signInAudience']])).toEqual([
      ['Tenant Guard reader (prod)', 'AzureADMultipleOrgs'],
      ['Tenant Guard responder (prod)', 'AzureADMultipleOrgs'],
      ['Tenant Guard console (prod)', 'AzureADMyOrg'],
    ]);
    expect(JSON.stringify(of.applications)).not.toMatch(/passwordCredentials|keyCredentials/);
  });

  it('gives the console one scope, with the time of the sign-in in its tokens', async () => {
    const of = directory();
    await setUp(of);
    expect(of.applications[2]).toMatchObject({
      identifierUris: [`api://${String(of.applications[2]?.['appId'])}`],
      optionalClaims: { accessToken: [{ name: 'auth_time' }] },
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: 'Guard.Act' }] },
      spa: { redirectUris: ['https://func-example.azurewebsites.net/api/console'] },
    });
  });

  it('says which role is missing when the person may not register', async () => {
    await expect(ensureRegistration(directory({ mayRegister: false }).call, 'prod', 'reader')).rejects.toThrow(/Application Developer/);
  });
});

describe('trust', () => {
  it('is one federated credential on reader and responder, for the guard’s identity only', async () => {
    const of = directory();
    await setUp(of);
    expect(of.credentials.map(({ subject, issuer, audiences }) => ({ subject, issuer, audiences }))).toEqual(
      [1, 2].map(() => ({
        subject: identity.principalId,
        issuer: `https://login.microsoftonline.com/${homeTenant}/v2.0`,
        audiences: ['api://AzureADTokenExchange'],
      })),
    );
  });

  it('follows the identity when it was made anew', async () => {
    const of = directory();
    const { granter, reader } = await setUp(of);
    await granter.trustIdentity(reader, { ...identity, principalId: '33333333-3333-4333-8333-333333333333' });
    expect(of.credentials.map(({ subject }) => subject)).toEqual(['33333333-3333-4333-8333-333333333333', identity.principalId]);
  });
});

describe('granting', () => {
  it('gives each app exactly what its feeds and actions declare', async () => {
    const of = directory();
    const { reader, responder } = await setUp(of);
    const granted = (principal: string) =>
      [...of.assignments, ...of.roles]
        .filter((row) => row['principalId'] === principal)
        .map((row) => row['appRoleId'] ?? row['roleDefinitionId'])
        .sort();
    const declared = (holder: 'reader' | 'responder') =>
      neededBy(holder)
        .map(({ permission }) => permission.id)
        .sort();
    expect(granted(reader.principalId)).toEqual(declared('reader'));
    expect(granted(responder.principalId)).toEqual(declared('responder'));
  });

  it('makes the principals of services that the tenant does not have yet, as small tenants lack that of the audit log', async () => {
    const of = directory();
    const { reader } = await setUp(of);
    const principal = of.principals.find((row) => row['appId'] === resourceApps.activity);
    expect(of.assignments).toContainEqual(
      expect.objectContaining({
        principalId: reader.principalId,
        resourceId: principal?.['id'],
        appRoleId: '594c1fb6-4f81-4475-ae41-0c394909246c',
      }),
    );
  });

  it('a second time writes nothing but the console’s address and the registrations', async () => {
    const of = directory();
    await setUp(of);
    const before = structuredClone([of.applications, of.principals, of.assignments, of.roles, of.delegated, of.credentials]);
    of.writes.length = 0;
    await setUp(of);
    expect([of.applications, of.principals, of.assignments, of.roles, of.delegated, of.credentials]).toEqual(before);
    expect(of.writes.every((line) => line.startsWith('PATCH /v1.0/applications'))).toBe(true);
  });

  it('gives the responder nothing until somebody says so', async () => {
    const of = directory();
    const { responder } = await setUp(of, { responder: false });
    expect([...of.assignments, ...of.roles].filter((row) => row['principalId'] === responder.principalId)).toEqual([]);
  });

  it('are more where Graph is to tell of changes, and a name that is no resource stops the hook', () => {
    const names = neededBy('reader', { events: eventResourcesOf('users, groups') }).map(({ permission }) => permission.name);
    expect(names).toEqual(expect.arrayContaining(['User.Read.All', 'Group.Read.All']));
    expect(eventResourcesOf(undefined)).toEqual([]);
    expect(() => eventResourcesOf('users,mail')).toThrow('names mail; expected users, groups, alerts');
  });

  it('of feeds that are not read by default are asked for where the feed is, on consent pages too, and a name that is none stops the hook', async () => {
    const query = '5e1e9171-754d-478c-812c-f1755a9a4c2d';
    const of = directory();
    await setUp(of);
    expect(JSON.stringify([of.assignments, of.applications])).not.toContain(query);
    const feeds = optionalFeedsOf('unified-audit.query');
    expect(neededBy('reader', { feeds }).map(({ permission }) => permission.id)).toContain(query);
    const reader = await ensureRegistration(of.call, 'prod', 'reader', feeds);
    await createGranter({ graph: of.call, cloud }).grant(reader, 'reader', { feeds });
    expect(JSON.stringify(of.assignments)).toContain(query);
    expect(JSON.stringify(of.applications)).toContain(query);
    expect(optionalFeedsOf(undefined)).toEqual([]);
    expect(() => optionalFeedsOf('sign-ins.interactive')).toThrow(
      'names sign-ins.interactive; expected delegated-admin-relationships, unified-audit.sharepoint, unified-audit.query',
    );
  });

  it('hands what the person may not grant to an administrator, one line each', async () => {
    const of = directory({ mayGrant: false });
    const { granter } = await setUp(of);
    const declared = [...neededBy('reader'), ...neededBy('responder')];
    expect(granter.pending).toHaveLength(declared.length + 2);
    const lines = asCommands(granter.pending, cloud);
    for (const { permission } of declared)
      expect(
        lines.some((line) => line.includes(permission.id)),
        permission.name,
      ).toBe(true);
    expect(lines.every((line) => /^# .+\naz rest --method POST --url 'https:\/\/graph\.microsoft\.com\//.test(line))).toBe(true);
  });

  it('never asks for what would let the guard take over the tenant', () => {
    const names = [...neededBy('reader'), ...neededBy('responder')].map(({ permission }) => permission.name);
    expect(
      names.filter((name) =>
        /RoleManagement\.ReadWrite|AppRoleAssignment|Application\.ReadWrite|Privileged|Global Administrator/.test(name),
      ),
    ).toEqual([]);
  });

  it('lets the reader write nothing', () => {
    expect(neededBy('reader').filter(({ permission }) => /Write|RevokeSessions|EnableDisable|Administrator/.test(permission.name))).toEqual(
      [],
    );
  });
});

describe('a directory whose replicas lag', () => {
  it('is asked again when it does not find what was just made, and not for reads', async () => {
    const statuses = [404, 404, 201];
    const waited: number[] = [];
    const asked: string[] = [];
    const lagging: Call = async (method) => {
      asked.push(method);
      return { status: statuses.shift() ?? 500, body: {} };
    };
    const call = patiently(lagging, async (milliseconds) => void waited.push(milliseconds));
    expect((await call('POST', '/v1.0/servicePrincipals', {})).status).toBe(201);
    expect(waited).toEqual([4000, 4000]);
    statuses.push(404, 201);
    expect((await call('GET', '/v1.0/x')).status).toBe(404);
    expect(asked).toEqual(['POST', 'POST', 'POST', 'GET']);
  });
});

describe('the subscription', () => {
  const wanted = { topicId: '/topic', functionAppId: '/app', deadLetterStorageId: '/account' };
  const service = (answers: readonly (readonly [number, string])[]): { arm: Call; asked: string[] } => {
    const asked: string[] = [];
    const rest = [...answers];
    return {
      asked,
      arm: async (method, path) => {
        asked.push(`${method} ${path}`);
        const [status, state] = rest.shift() ?? [500, 'none'];
        return { status, body: { properties: { provisioningState: state } } };
      },
    };
  };

  it('brings only the guard’s own commands to the function, as CloudEvents, one at a time', () => {
    expect(subscriptionBody(wanted).properties).toMatchObject({
      eventDeliverySchema: 'CloudEventSchemaV1_0',
      destination: { endpointType: 'AzureFunction', properties: { resourceId: '/app/functions/commands', maxEventsPerBatch: 1 } },
      filter: { includedEventTypes: ['TenantGuard.CheckTenant', 'TenantGuard.BadAddress'] },
    });
  });

  it('is waited for', async () => {
    const { arm, asked } = service([
      [201, 'Creating'],
      [200, 'Creating'],
      [200, 'Succeeded'],
    ]);
    await ensureSubscription(arm, wanted, atOnce);
    expect(asked.map((line) => line.slice(0, 3))).toEqual(['PUT', 'GET', 'GET']);
  });

  it('is tried again while the function is not known yet', async () => {
    const { arm, asked } = service([
      [400, 'Destination endpoint not found'],
      [201, 'Creating'],
      [200, 'Succeeded'],
    ]);
    await ensureSubscription(arm, wanted, atOnce);
    expect(asked).toHaveLength(3);
  });

  it('fails at once, with the way to go on, when the person has no right to make it', async () => {
    const { arm, asked } = service([[403, '']]);
    await expect(ensureSubscription(arm, wanted, atOnce)).rejects.toThrow(/azd hooks run postdeploy/);
    expect(asked).toHaveLength(1);
  });
});

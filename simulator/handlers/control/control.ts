// The simulator's own controls, on the plain http port: GET shows, POST acts (JSON bodies only, so that no foreign page's form can). Used by the console's local mode, attack.ts and tests.
import { z } from 'zod';
import { attacks } from '../../attacks/index.ts';
import { startAttack, UnknownNameError } from '../../attacks/run.ts';
import { type Call, feedNames, type Handler, type Reply, reading, writing } from '../../handler.ts';
import { rolesOf } from '../../tenant-state.ts';
import { consentKey, faultKey } from '../../world.ts';
import { apps, contoso } from '../../worlds/constants.ts';
import { directoryRoles, guardGrants } from '../../worlds/roles.ts';

/** One answered request, kept for tests and the console. */
export interface RecordedRequest {
  readonly at: string;
  readonly handler: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly tenant?: string;
  readonly app?: string;
}

const common = { service: 'control', source: 'This simulator', certainty: 'measured', success: 200 } as const;
const tenantId = z.enum(['6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01', '8a7b3e52-91c4-4d0f-b6a8-2c4f9e1d7f02']);

const overview = (call: Call) =>
  [...call.world.tenants.values()].map((tenant) => ({
    tenant: tenant.id,
    name: tenant.name,
    domain: tenant.domain,
    licensed: tenant.licensed,
    people: tenant.users.all().map(([, user]) => ({
      id: user.id,
      displayName: user.displayName,
      userPrincipalName: user.userPrincipalName,
      jobTitle: user.jobTitle,
      accountEnabled: user.accountEnabled,
      roles: rolesOf(tenant, user.id).map((role) => Object.values(directoryRoles).find((known) => known.id === role)?.name ?? role),
      methods: tenant.methods.all().filter(([, method]) => method.userId === user.id).length,
    })),
    connectors: tenant.connectors.all().map(([, connector]) => ({ id: connector.Guid, name: connector.Name, enabled: connector.Enabled })),
  }));

const settings = (call: Call) => ({ ...call.world.settings, now: new Date(call.now).toISOString() });

export function controlHandlers(requests: readonly RecordedRequest[]): readonly Handler[] {
  const show = (id: string, path: string, json: (call: Call) => unknown): Handler =>
    reading({
      ...common,
      id: `control.${id}`,
      method: 'GET',
      path,
      example: {},
      run: (call): Reply => ({ status: 200, json: json(call) }),
    });
  return [
    show('attacks.list', '/control/attacks', () => attacks.map(({ id, title, summary, victim }) => ({ id, title, summary, victim }))),
    writing({
      ...common,
      id: 'control.attacks.start',
      method: 'POST',
      path: '/control/attacks',
      success: 202,
      example: { body: { attack: 'azure-ato', tenant: 'fabrikam', at: '2030-01-01T00:00:00Z' } },
      body: z.strictObject({
        attack: z.string(),
        tenant: z.string(),
        victim: z.string().optional(),
        seed: z.string().optional(),
        at: z.iso.datetime().optional(),
        pace: z.number().positive().max(1000).optional(),
        userAgent: z.string().max(500).optional(),
        app: z.strictObject({ id: z.guid(), name: z.string().max(200) }).optional(),
      }),
      run: (call, { at, ...order }) => {
        try {
          return { status: 202, json: startAttack(call.world, { ...order, at: at === undefined ? undefined : Date.parse(at) }) };
        } catch (error) {
          if (error instanceof UnknownNameError) return { status: 404, json: { error: error.message } };
          throw error;
        }
      },
    }),
    show('posts.list', '/control/posts', (call) => call.world.posts.map((post) => ({ ...post, at: new Date(post.at).toISOString() }))),
    show('world.show', '/control/world', overview),
    show('requests.list', '/control/requests', () => requests),
    show('settings.show', '/control/settings', settings),
    writing({
      ...common,
      id: 'control.settings.change',
      method: 'POST',
      path: '/control/settings',
      example: { body: {} },
      body: z.strictObject({
        lagMs: z.int().min(0).max(3_600_000).optional(),
        reportLimit: z.boolean().optional(),
        skewMs: z.int().min(-86_400_000).max(86_400_000).optional(),
        late: z.strictObject({ share: z.number().min(0).max(1), mostMs: z.int().min(0).max(86_400_000) }).optional(),
        delays: z
          .strictObject({ signIns: z.int().min(0), directoryAudits: z.int().min(0), unifiedAudit: z.int().min(0) })
          .partial()
          .optional(),
      }),
      run: (call, change) => {
        const now = call.world.settings;
        now.lagMs = change.lagMs ?? now.lagMs;
        now.reportLimit = change.reportLimit ?? now.reportLimit;
        now.skewMs = change.skewMs ?? now.skewMs;
        if (change.late !== undefined) call.world.beLate(change.late);
        now.delays = {
          signIns: change.delays?.signIns ?? now.delays.signIns,
          directoryAudits: change.delays?.directoryAudits ?? now.delays.directoryAudits,
          unifiedAudit: change.delays?.unifiedAudit ?? now.delays.unifiedAudit,
        };
        return { status: 200, json: settings(call) };
      },
    }),
    show('faults.list', '/control/faults', (call) => [...call.world.faults.values()]),
    writing({
      ...common,
      id: 'control.faults.set',
      method: 'POST',
      path: '/control/faults',
      example: { body: { tenant: contoso.id, feed: 'permission-grants', kind: 'none' } },
      body: z.strictObject({
        tenant: tenantId,
        feed: z.enum(feedNames),
        kind: z.enum(['none', 'denied', 'unlicensed', 'empty', 'failing', 'throttled']),
      }),
      run: (call, { tenant, feed, kind }) => {
        if (kind === 'none') call.world.faults.delete(faultKey(tenant, feed));
        else call.world.faults.set(faultKey(tenant, feed), { tenant, feed, kind });
        return { status: 200, json: [...call.world.faults.values()] };
      },
    }),
    writing({
      ...common,
      id: 'control.consents.set',
      method: 'POST',
      path: '/control/consents',
      example: { body: { tenant: contoso.id, app: 'reader', granted: true } },
      body: z.strictObject({
        tenant: tenantId,
        app: z.enum(['reader', 'responder']),
        granted: z.boolean(),
        without: z.array(z.string()).optional(),
      }),
      run: (call, { tenant, app, granted, without }) => {
        const key = consentKey(tenant, apps[app]);
        const full = guardGrants[app];
        if (!granted) call.world.consents.delete(key);
        else
          call.world.consents.set(key, {
            permissions: full.permissions.filter((name) => !without?.includes(name)),
            directoryRoles: full.directoryRoles.filter((role) => !without?.includes(role)),
          });
        return { status: 200, json: { tenant, app, granted } };
      },
    }),
  ];
}

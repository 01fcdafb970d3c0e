// The controls: attacks, faults, settings, the reporting limit, paging, versions and the webhook receiver.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attacks } from '../../simulator/attacks/index.ts';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import type { FaultKind } from '../../simulator/world.ts';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type Answered, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

let clock: ManualClock;
let simulator: Simulator;
beforeEach(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, historyDays: 1 });
});
afterEach(() => simulator.close());

const control = (path: string, body?: unknown): Promise<Answered> =>
  send(simulator, `${simulator.controlUrl}${path}`, body === undefined ? {} : { body });
const signIns = async (): Promise<Answered> =>
  send(simulator, `${simulator.url}/beta/auditLogs/signIns?$top=1`, { token: await token(simulator) });
const connectors = async (): Promise<Answered> =>
  send(simulator, `${simulator.exchangeUrl}/adminapi/beta/${contoso.id}/InvokeCommand`, {
    token: await token(simulator, { audience: audiences.exchange }),
    body: { CmdletInput: { CmdletName: 'Get-InboundConnector', Parameters: {} } },
  });
const fault = (feed: string, kind: FaultKind | 'none'): Promise<Answered> => control('/faults', { tenant: contoso.id, feed, kind });

describe('the control address', () => {
  it('lists attacks and starts one; GET changes nothing', async () => {
    expect((await control('/attacks')).json()).toMatchObject(attacks.map(({ id, title }) => ({ id, title })));
    const started = await control('/attacks', { attack: 'azure-ato', tenant: 'fabrikam' });
    expect([started.status, started.json()]).toMatchObject([
      202,
      { tenant: fabrikam.id, victim: { userPrincipalName: 'claire.fontaine@fabrikam.example' } },
    ]);
    const unknown = await control('/attacks', { attack: 'nothing', tenant: 'fabrikam' });
    expect([unknown.status, unknown.json().error]).toEqual([
      404,
      `There is no attack "nothing"; known: ${attacks.map(({ id }) => id).join(', ')}`,
    ]);
  });

  it('shows tenants and people, and keeps the requests that were answered', async () => {
    await signIns();
    const world = (await control('/world')).json() as unknown as { name: string; people: unknown[] }[];
    expect(world.map((tenant) => [tenant.name, tenant.people.length])).toEqual([
      ['Contoso', 36],
      ['Fabrikam', 32],
    ]);
    expect(simulator.control.requests()[0]).toMatchObject({
      handler: 'graph.signIns.list',
      method: 'GET',
      path: '/beta/auditLogs/signIns?$top=1',
      status: 200,
      tenant: contoso.id,
    });
  });

  it('takes only JSON, from local names only', async () => {
    const form = await send(simulator, `${simulator.controlUrl}/attacks`, { form: { attack: 'azure-ato', tenant: 'contoso' } });
    expect(form.status).toBe(400);
    const foreign = await send(simulator, `${simulator.controlUrl}/world`, { headers: { host: 'attacker.example' } });
    expect(foreign.status).toBe(421);
  });
});

describe('faults', () => {
  it.each<[FaultKind, number, string]>([
    ['denied', 403, 'Authentication_MSGraphPermissionMissing'],
    ['unlicensed', 403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'],
    ['throttled', 429, 'TooManyRequests'],
    ['failing', 503, 'serviceNotAvailable'],
  ])('%s: the sign-in feed answers %i %s, and works again afterwards', async (kind, status, code) => {
    await fault('sign-ins.interactive', kind);
    const answer = await signIns();
    expect([answer.status, answer.json()]).toMatchObject([status, { error: { code } }]);
    expect(answer.headers['retry-after']).toBeUndefined();
    await fault('sign-ins.interactive', 'none');
    expect((await signIns()).status).toBe(200);
  });

  it('empty: 200 without records', async () => {
    await fault('sign-ins.interactive', 'empty');
    expect((await signIns()).json()).toEqual({ value: [] });
  });

  it.each<[FaultKind, number]>([
    ['denied', 403],
    ['empty', 200],
    ['throttled', 429],
    ['failing', 503],
    ['unlicensed', 400],
  ])('%s: Exchange answers %i', async (kind, status) => {
    await fault('exchange.inbound-connectors', kind);
    expect((await connectors()).status).toBe(status);
  });

  it('a withdrawn consent keeps the app out of the tenant; a narrower one lacks the role', async () => {
    await control('/consents', { tenant: contoso.id, app: 'reader', granted: true, without: ['AuditLog.Read.All'] });
    expect(simulator.world.consents.get(`${contoso.id}/1c0e5a7d-2f84-4b6e-8d31-7a9c4e2b0a11`)?.permissions).not.toContain(
      'AuditLog.Read.All',
    );
    await control('/consents', { tenant: contoso.id, app: 'reader', granted: false });
    expect(simulator.world.consents.size).toBe(3);
  });
});

describe('the reporting limit', () => {
  it('lets 5 requests in 10 seconds through and answers 429 without Retry-After', async () => {
    await control('/settings', { reportLimit: true });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await signIns()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    clock.advance(10);
    expect((await signIns()).status).toBe(200);
  });
});

describe('paging', () => {
  it('visits every record once, by links to the same host', async () => {
    const bearer = await token(simulator);
    const ids: unknown[] = [];
    let next: string | undefined =
      `${simulator.url}/beta/auditLogs/signIns?$top=40&$orderby=createdDateTime asc&$filter=createdDateTime ge 2026-03-01T00:00:00Z`.replaceAll(
        ' ',
        '%20',
      );
    while (next !== undefined) {
      expect(new URL(next).origin).toBe(simulator.url);
      const answer = (await send(simulator, next, { token: bearer })).json() as {
        value: { id: string; createdDateTime: string }[];
        '@odata.nextLink'?: string;
      };
      ids.push(...answer.value.map((record) => record.id));
      next = answer['@odata.nextLink'];
    }
    const expected =
      simulator.world.tenants
        .get(contoso.id)
        ?.signIns.visible(clock.now())
        .filter((record) => record.isInteractive === true) ?? [];
    expect(ids).toEqual(expected.map((record) => record.id));
    expect(ids.length).toBeGreaterThan(40);
  });
});

describe('retention', () => {
  const since = async (tenant: string, log: string, time: string): Promise<Answered> =>
    send(simulator, `${simulator.url}/v1.0/auditLogs/${log}%20ge%20${time}`, { token: await token(simulator, { tenant }) });
  it('is 30 days with P1 and 7 without; older is an error that names the first date', async () => {
    expect((await since(contoso.id, 'signIns?$filter=createdDateTime', '2026-02-07T00:00:00Z')).status).toBe(200);
    expect((await since(contoso.id, 'signIns?$filter=createdDateTime', '2026-02-06T23:59:59Z')).status).toBe(400);
    expect((await since(fabrikam.id, 'directoryAudits?$filter=activityDateTime', '2026-03-02T10:00:00Z')).status).toBe(200);
    const answer = await since(fabrikam.id, 'directoryAudits?$filter=activityDateTime', '2026-03-01T10:00:00Z');
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { error: { code: 'BadRequest', message: expect.stringContaining('2026-03-02T00:00:00.000Z') } },
    ]);
  });
});

describe('versions of Graph', () => {
  it('v1.0 knows no signInEventTypes and no AS number; beta knows both', async () => {
    const bearer = await token(simulator);
    const filter = encodeURIComponent("signInEventTypes/any(t: t eq 'nonInteractiveUser')");
    const stable = await send(simulator, `${simulator.url}/v1.0/auditLogs/signIns?$filter=${filter}`, { token: bearer });
    expect([stable.status, stable.json()]).toMatchObject([
      400,
      { error: { code: 'BadRequest', message: expect.stringContaining("Could not find a property named 'signInEventTypes'") } },
    ]);
    const silent = (await send(simulator, `${simulator.url}/beta/auditLogs/signIns?$filter=${filter}`, { token: bearer })).json()
      .value as Record<string, unknown>[];
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.every((record) => record.isInteractive === false)).toBe(true);
    const [one] = (await send(simulator, `${simulator.url}/v1.0/auditLogs/signIns?$top=1`, { token: bearer })).json().value as Record<
      string,
      unknown
    >[];
    expect(one).toHaveProperty('userAgent');
    expect(one).not.toHaveProperty('autonomousSystemNumber');
  });
});

describe('the Teams webhook', () => {
  const post = (body: unknown, url = simulator.webhookUrl): Promise<Answered> => send(simulator, url, { body });
  it('answers 202 and keeps the post', async () => {
    const answer = await post({ type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }] });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect((await control('/posts')).json()).toMatchObject([{ at: '2026-03-09T10:00:00.000Z', body: { type: 'message' } }]);
  });
  it('refuses more than 28 KB, and an address without its signature', async () => {
    const large = await post({ type: 'message', text: 'x'.repeat(28 * 1024) });
    expect([large.status, large.text]).toEqual([413, 'The payload is too large. Please make sure the size is less than 28KB.']);
    expect((await post({ type: 'message' }, simulator.webhookUrl.replace(/&sig=.*/, ''))).status).toBe(401);
    expect(simulator.control.posts()).toEqual([]);
  });
});

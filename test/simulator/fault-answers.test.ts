// Every fault that can be switched on, as a client without any of the guard's code meets it: the exact status, headers and body. The table is complete or does not compile.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RequestFaultKind, requestFaultKinds } from '../../simulator/faults.ts';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso, victims } from '../../simulator/worlds/constants.ts';
import { type Answered, type Asking, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

let clock: ManualClock;
let simulator: Simulator;
beforeAll(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, historyDays: 1 });
});
beforeEach(() => clock.advance(60));
afterAll(() => simulator.close());

const said = (code: unknown, message: unknown) => ({ error: expect.objectContaining({ code, message }) });
const cmdletFailed = (type: string, message: string) =>
  expect.objectContaining({
    error: expect.objectContaining({ innererror: expect.objectContaining({ internalexception: { message, type, stacktrace: '' } }) }),
  });

type Service = 'sign-ins' | 'risk' | 'rules' | 'connectors' | 'content' | 'start';
async function ask(service: Service, asking: Asking = {}): Promise<Answered> {
  const { url, exchangeUrl, activityUrl } = simulator;
  if (service === 'sign-ins' || service === 'risk') {
    const path =
      service === 'risk' ? 'v1.0/identityProtection/riskDetections' : 'beta/auditLogs/signIns?$top=2&$orderby=createdDateTime%20asc';
    return send(simulator, `${url}/${path}`, { token: await token(simulator), ...asking });
  }
  if (service === 'content' || service === 'start') {
    const query = `contentType=Audit.Exchange&PublisherIdentifier=${contoso.id}`;
    return send(simulator, `${activityUrl}/api/v1.0/${contoso.id}/activity/feed/subscriptions/${service}?${query}`, {
      token: await token(simulator, { audience: audiences.activity }),
      ...(service === 'start' && { body: {} }),
      ...asking,
    });
  }
  const CmdletInput =
    service === 'connectors'
      ? { CmdletName: 'Get-InboundConnector', Parameters: {} }
      : { CmdletName: 'Get-InboxRule', Parameters: { Mailbox: victims.contoso.finance.upn, IncludeHidden: true } };
  return send(simulator, `${exchangeUrl}/adminapi/beta/${contoso.id}/InvokeCommand`, {
    token: await token(simulator, { audience: audiences.exchange }),
    body: { CmdletInput },
    ...asking,
  });
}
const rows = (answer: Answered) => answer.json()['value'] as readonly Readonly<Record<string, unknown>>[];
const ids = (answer: Answered) => rows(answer).map(({ id }) => id);
const next = async (answer: Answered) => send(simulator, String(answer.json()['@odata.nextLink']), { token: await token(simulator) });

/** Everything that a delta query of service principals tells, with the link to what comes next; then one of them is switched off or on. */
async function tracked() {
  const { ids: all, link, objects } = await followed(`${simulator.url}/v1.0/servicePrincipals/delta?$select=displayName,accountEnabled`);
  const first = all[0] ?? '';
  const { servicePrincipals } = simulator.world.tenants.get(contoso.id) ?? {};
  const app = servicePrincipals?.current(first);
  if (app === undefined) throw new Error('no such application');
  clock.advance(10);
  const accountEnabled = app['accountEnabled'] !== true;
  servicePrincipals?.write(first, { ...app, accountEnabled }, clock.now() - 5_000);
  return { first, link, changed: { ...objects[0], accountEnabled } };
}
async function followed(link: string) {
  const answer = await send(simulator, link, { token: await token(simulator) });
  expect(answer.status).toBe(200);
  return { objects: rows(answer), ids: rows(answer).map(({ id }) => String(id)), link: String(answer.json()['@odata.deltaLink']) };
}

interface Refused {
  readonly service: Service;
  readonly status: number;
  /** Of the answer's body; NUL: Exchange's run of bytes. */
  readonly says: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
}
const notPremium = said(
  'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  "Neither tenant is B2C or tenant doesn't have premium license",
);
const retry = (value: unknown) => ({ 'retry-after': value });

/** A refusal by each service that knows it; or what else comes of the fault. */
const faults = {
  throttled: [
    { service: 'sign-ins', status: 429, says: said('TooManyRequests', 'Too many requests.'), headers: retry(undefined) },
    { service: 'content', status: 429, says: said('AF429', 'Too many requests.'), headers: retry(undefined) },
    { service: 'connectors', status: 429, says: cmdletFailed('Microsoft.Exchange.Admin.TooManyRequests', 'Too many requests.') },
  ],
  'throttled-seconds': [{ service: 'sign-ins', status: 429, says: said('TooManyRequests', 'Too many requests.'), headers: retry('30') }],
  'throttled-date': [
    {
      service: 'sign-ins',
      status: 429,
      says: said('TooManyRequests', 'Too many requests.'),
      headers: retry(expect.stringMatching(/^Mon, 09 Mar 2026 10:\d\d:30 GMT$/)),
    },
  ],
  'internal-error': [
    { service: 'sign-ins', status: 500, says: said('InternalServerError', 'Object reference not set to an instance of an object.') },
    { service: 'content', status: 500, says: said('AF50000', 'Object reference not set to an instance of an object.') },
  ],
  'bad-gateway': [
    {
      service: 'sign-ins',
      status: 502,
      says: expect.stringContaining('<h1>502 Bad Gateway</h1>'),
      headers: { 'content-type': 'text/html; charset=utf-8' },
    },
  ],
  unavailable: [{ service: 'sign-ins', status: 503, says: said('serviceNotAvailable', 'The service is temporarily unavailable.') }],
  'gateway-timeout': [{ service: 'sign-ins', status: 504, says: said('GatewayTimeout', 'The upstream server did not answer in time.') }],
  reset: () => expect(ask('sign-ins')).rejects.toMatchObject({ code: 'ECONNRESET' }),
  slow: async () => {
    const begun = performance.now();
    const answer = await ask('sign-ins');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(140);
    expect([answer.status, ids(answer).length]).toEqual([200, 2]);
    await expect(ask('sign-ins', { withinMs: 100 })).rejects.toMatchObject({ name: 'AbortError' });
  },
  silent: () => expect(ask('sign-ins', { withinMs: 200 })).rejects.toMatchObject({ name: 'AbortError' }),
  'token-revoked': async () => {
    const old = await token(simulator);
    clock.advance(5);
    const refused = await ask('sign-ins', { token: old });
    expect([refused.status, refused.json()]).toEqual([
      401,
      said(
        'InvalidAuthenticationToken',
        'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
      ),
    ]);
    const claims = /claims="([^"]+)"/.exec(String(refused.headers['www-authenticate']))?.[1] ?? '';
    expect(JSON.parse(Buffer.from(claims, 'base64').toString())).toEqual({
      access_token: { nbf: { essential: true, value: String(clock.now() / 1000) } },
    });
    simulator.world.board.clear();
    expect([(await ask('sign-ins', { token: old })).status, (await ask('sign-ins')).status]).toEqual([401, 200]);
  },
  'consent-withdrawn': async () => {
    const consents = simulator.world.consents.size;
    const refused = await ask('sign-ins');
    expect([refused.status, refused.json()]).toEqual([
      401,
      said('InvalidAuthenticationToken', expect.stringContaining('TokenIssuedBeforeRevocationTimestamp')),
    ]);
    expect(simulator.world.consents.size).toBe(consents - 1);
    simulator.world.board.clear();
    expect(simulator.world.consents.size).toBe(consents);
  },
  'permission-missing': [
    {
      service: 'sign-ins',
      status: 403,
      says: said(
        'Authentication_MSGraphPermissionMissing',
        expect.stringContaining('required Microsoft Graph permission(s): AuditLog.Read.All'),
      ),
    },
    { service: 'risk', status: 403, says: said('Authorization_RequestDenied', 'Insufficient privileges to complete the operation.') },
    {
      service: 'content',
      status: 401,
      says: said('AF10001', expect.stringContaining('did not include the expected permission ActivityFeed.Read')),
    },
    { service: 'connectors', status: 403, says: '\0'.repeat(64), headers: { 'content-type': 'application/octet-stream' } },
  ],
  'no-p1': [
    { service: 'sign-ins', status: 403, says: notPremium },
    { service: 'risk', status: 403, says: said('Forbidden', expect.stringContaining('not licensed for this feature')) },
  ],
  'no-p2': [
    {
      service: 'risk',
      status: 403,
      says: said('Forbidden', 'Your tenant is not licensed for this feature. Please upgrade your subscription to access it.'),
    },
    { service: 'sign-ins', status: 200, says: expect.objectContaining({ value: expect.any(Array) }) },
  ],
  'no-mailbox': [
    {
      service: 'rules',
      status: 404,
      says: cmdletFailed(
        'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
        "The operation couldn't be performed because the object couldn't be found.",
      ),
    },
    { service: 'connectors', status: 200, says: expect.objectContaining({ value: expect.any(Array) }) },
  ],
  'audit-off': async () => {
    const refused = await ask('start');
    expect([refused.status, refused.json()]).toEqual([
      400,
      said(
        `StartSubscription [TenantId=${contoso.id},ContentType=Audit.Exchange,ApplicationId=1c0e5a7d-2f84-4b6e-8d31-7a9c4e2b0a11,PublisherId=${contoso.id}] failed. Exception`,
        expect.stringMatching(
          /^Microsoft\.Office\.Compliance\.Audit\.DataServiceException: Tenant 6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01 does not exist\./,
        ),
      ),
    ]);
    expect((await ask('content')).json()).toEqual(refused.json());
    simulator.world.board.clear();
    expect([(await ask('start')).status, (await ask('content')).status]).toEqual([200, 200]);
  },
  'not-subscribed': async () => {
    simulator.world.board.clear();
    await ask('start');
    expect((await ask('content')).status).toBe(200);
    simulator.world.board.set({ kind: 'not-subscribed', count: 1 });
    const refused = await ask('content');
    expect([refused.status, refused.json()]).toEqual([400, said('AF20022', 'No subscription found for the specified content type.')]);
    const started = await ask('start');
    expect([started.status, started.json()]).toEqual([200, { contentType: 'Audit.Exchange', status: 'enabled', webhook: null }]);
    expect((await ask('content')).status).toBe(200);
  },
  'cmdlet-missing': [
    {
      service: 'connectors',
      status: 400,
      says: cmdletFailed(
        'System.Management.Automation.CommandNotFoundException',
        "The term 'Get-InboundConnector' is not recognized as the name of a cmdlet.",
      ),
    },
  ],
  duplicates: async () => {
    const twice = ids(await ask('sign-ins'));
    expect([twice.length, new Set(twice).size]).toEqual([4, 2]);
  },
  'moving-pages': async () => {
    const first = await ask('sign-ins');
    const second = await next(first);
    // One record came in before the end of the first page, so that the second begins with what was read already.
    expect([first.status, second.status, ids(second)[0]]).toEqual([200, 200, ids(first)[1]]);
    simulator.world.board.clear();
    // It was never shown, and a later look finds it.
    const shown = [...ids(first), ...ids(second)];
    expect(ids(await ask('sign-ins')).filter((id) => !shown.includes(id))).toHaveLength(1);
  },
  changing: async () => {
    const first = await ask('sign-ins');
    const again = await ask('sign-ins');
    expect(ids(again)).toEqual(ids(first));
    expect([rows(first)[0]?.['riskState'], rows(again)[0]?.['riskState']]).toEqual(['none', 'atRisk']);
  },
  'delta-replays': async () => {
    const { first, link, changed } = await tracked();
    const told = await followed(link);
    expect(told.ids[0]).toBe(first);
    // What was told today comes again, and the first of it once more at the end.
    const again = await followed(told.link);
    expect([again.ids[0], again.ids.at(-1), again.ids.length]).toEqual([first, first, 2]);
    expect(again.objects[0]).toEqual(changed);
  },
  'delta-sparse': async () => {
    const { first, link, changed } = await tracked();
    expect((await followed(link)).objects).toEqual([{ id: first, accountEnabled: changed.accountEnabled }]);
  },
  'delta-forgets': async () => {
    const { link } = await tracked();
    const told = await followed(link);
    simulator.world.board.clear();
    expect([told.ids, (await followed(told.link)).ids]).toEqual([[], []]);
  },
  'delta-reset': async () => {
    const { link } = await tracked();
    const refused = await send(simulator, link, { token: await token(simulator) });
    expect([refused.status, refused.json()]).toEqual([410, said('resyncRequired', expect.stringMatching(/^Resync required\./))]);
    expect(refused.headers['location']).toBe(`${simulator.url}/v1.0/servicePrincipals/delta?$deltatoken=`);
    expect((await followed(String(refused.headers['location']))).ids.length).toBeGreaterThan(4);
  },
  late: async () => {
    await ask('sign-ins');
    const { world } = simulator;
    const tenant = world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    const now = clock.now();
    for (let number = 0; number < 20; number++) world.log(tenant, 'signIns', now, { id: `late-${number}` });
    const delays = () =>
      tenant.signIns.entries().flatMap(({ record, visibleAt }) => (/^late/.test(String(record['id'])) ? [visibleAt - now] : []));
    expect(delays().filter((delay) => delay > 3_600_000).length).toBeGreaterThan(3);
    expect(delays().filter((delay) => delay === 0).length).toBeGreaterThan(3);
    world.board.set({ kind: 'unavailable', count: 1 });
    expect((await ask('sign-ins')).status, 'one fault hides no other').toBe(503);
    world.board.clear();
    expect(new Set(delays())).toEqual(new Set([0]));
  },
  'wrong-clock': async () => {
    await ask('sign-ins');
    const answer = await ask('sign-ins');
    expect([answer.status, Date.parse(String(answer.headers['date']))]).toEqual([200, clock.now() - 240_000]);
    simulator.world.board.clear();
    expect(Date.parse(String((await ask('sign-ins')).headers['date']))).toBe(clock.now());
  },
  limits: async () => {
    const statuses: number[] = [];
    // The first one switches it on.
    for (let number = 0; number < 7; number++) statuses.push((await ask('sign-ins')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
    clock.advance(10);
    expect((await ask('sign-ins')).status).toBe(200);
  },
} satisfies Record<RequestFaultKind, readonly Refused[] | (() => Promise<void>)>;

describe('what a client meets', () => {
  it.each(requestFaultKinds)('%s', async (kind) => {
    const told: readonly Refused[] | (() => Promise<void>) = faults[kind];
    const { board } = simulator.world;
    board.set({ kind, seconds: kind === 'slow' ? 0.15 : 30 });
    if (typeof told === 'function') await told();
    else
      for (const { service, status, says, headers = {} } of told) {
        const answer = await ask(service);
        const isJson = String(answer.headers['content-type']).startsWith('application/json');
        expect([answer.status, isJson ? answer.json() : answer.text], service).toEqual([status, says]);
        for (const [name, value] of Object.entries(headers)) expect(answer.headers[name], name).toEqual(value);
      }
    board.clear();
    expect((await ask('sign-ins')).status).toBe(200);
  });
});

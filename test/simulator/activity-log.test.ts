// The simulated Management Activity API answers as the documented one: subscriptions, windows, pages by header, its error codes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type Answered, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

let simulator: Simulator;
let clock: ManualClock;
let bearer: string;
beforeAll(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock });
  bearer = await token(simulator, { audience: audiences.activity });
});
afterAll(() => simulator.close());

/** Tokens live for an hour. */
async function later(seconds: number): Promise<void> {
  clock.advance(seconds);
  bearer = await token(simulator, { audience: audiences.activity });
}
const feed = (tenant: string = contoso.id) => `${simulator.activityUrl}/api/v1.0/${tenant}/activity/feed`;
const ask = (path: string, more: { method?: string; token?: string; body?: unknown } = {}): Promise<Answered> =>
  send(simulator, `${feed()}/${path}`, { token: bearer, ...more });
const start = (type: string) => ask(`subscriptions/start?contentType=${type}`, { method: 'POST', body: {} });
const codeOf = (answer: Answered) => (answer.json() as { error?: { code: string } }).error?.code;
const at = (time: number) => new Date(time).toISOString().slice(0, 19);
const window = (from: number, to: number, type = 'Audit.Exchange') =>
  `subscriptions/content?contentType=${type}&startTime=${at(from)}&endTime=${at(to)}`;
const hour = 3_600_000;

describe('the simulated Management Activity API', () => {
  it('wants its own token, its permission, and the tenant of the token', async () => {
    const graph = await token(simulator);
    expect((await ask('subscriptions/list', { token: graph })).status).toBe(401);
    const without = await token(simulator, { audience: audiences.activity, roles: ['AuditLog.Read.All'] });
    expect([
      (await ask('subscriptions/list', { token: without })).status,
      codeOf(await ask('subscriptions/list', { token: without })),
    ]).toEqual([401, 'AF10001']);
    const foreign = await send(simulator, `${feed(fabrikam.id)}/subscriptions/list`, { token: bearer });
    expect([foreign.status, codeOf(foreign)]).toEqual([400, 'AF20010']);
  });
  it('lists content only of a subscription that runs', async () => {
    expect(codeOf(await ask(window(clock.now() - hour, clock.now())))).toBe('AF20022');
    expect((await start('Audit.Exchange')).json()).toEqual({ contentType: 'Audit.Exchange', status: 'enabled', webhook: null });
    expect(codeOf(await start('Audit.Exchange'))).toBe('AF20024');
    expect(codeOf(await start('Audit.Everything'))).toBe('AF20020');
    await ask('subscriptions/stop?contentType=Audit.Exchange', { method: 'POST' });
    expect(codeOf(await ask(window(clock.now() - hour, clock.now())))).toBe('AF20023');
    await start('Audit.Exchange');
    expect((await ask('subscriptions/list')).json()).toEqual([{ contentType: 'Audit.Exchange', status: 'enabled', webhook: null }]);
  });
  it('refuses windows wider than a day, older than a week, or with one end', async () => {
    for (const path of [
      window(clock.now() - 25 * hour, clock.now()),
      window(clock.now() - 8 * 24 * hour, clock.now() - 7.5 * 24 * hour),
      `subscriptions/content?contentType=Audit.Exchange&startTime=${at(clock.now())}`,
      'subscriptions/content?contentType=Audit.Exchange&startTime=yesterday&endTime=today',
    ])
      expect(codeOf(await ask(path)), path).toBe('AF20030');
  });
  it('gives what was there in the last 22 hours two minutes after the start, by pages whose next address is a header; content never changes', async () => {
    await start('Audit.AzureActiveDirectory');
    clock.advance(180);
    const first = await ask(window(clock.now() - 24 * hour, clock.now(), 'Audit.AzureActiveDirectory'));
    const contents: { contentId: string; contentUri: string; contentCreated: string }[] = [...(first.json() as unknown as typeof contents)];
    for (let next = first.headers['nextpageuri']; typeof next === 'string'; ) {
      const page = await send(simulator, next, { token: bearer });
      contents.push(...(page.json() as unknown as typeof contents));
      next = page.headers['nextpageuri'];
    }
    expect(contents.length).toBeGreaterThan(20);
    expect(new Set(contents.map(({ contentId }) => contentId)).size).toBe(contents.length);
    const uri = contents[0]?.contentUri ?? '';
    const records = await send(simulator, uri, { token: bearer });
    expect(records.json()).toContainEqual(expect.objectContaining({ Workload: 'AzureActiveDirectory' }));
    await later(3600);
    expect((await send(simulator, uri, { token: bearer })).text).toBe(records.text);
    expect(codeOf(await ask('audit/nothing'))).toBe('AF20050');
    await later(8 * 24 * 3600);
    expect(codeOf(await send(simulator, uri, { token: bearer }))).toBe('AF20051');
  });
  it('knows no tenant whose audit log is off', async () => {
    const audit = simulator.world.tenants.get(contoso.id)?.audit;
    if (audit !== undefined) audit.enabled = false;
    const answer = await start('Audit.General');
    expect([answer.status, answer.json()]).toEqual([
      400,
      {
        error: {
          code: expect.stringMatching(/^StartSubscription \[TenantId=/),
          message: expect.stringContaining(`Tenant ${contoso.id} does not exist.`),
        },
      },
    ]);
  });
});

// What containment meets: replica lag, rights, methods, connectors, and an attacker who tries again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audiences } from '../../simulator/handlers/token/token.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso, responders, victims } from '../../simulator/worlds/constants.ts';
import { passwordMethodId } from '../../simulator/worlds/methods.ts';
import { directoryRoles, guardGrants } from '../../simulator/worlds/roles.ts';
import { type Answered, type Asking, type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

const victim = victims.contoso.finance.id;
let clock: ManualClock;
let simulator: Simulator;
let responder: string;

beforeEach(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, ordinary: false });
  responder = await token(simulator, { app: 'responder' });
});
afterEach(() => simulator.close());

const graph = (path: string, asking: Asking = {}): Promise<Answered> =>
  send(simulator, `${simulator.url}/v1.0${path}`, { token: responder, ...asking });
const collection = async (path: string, asking: Asking = {}): Promise<Record<string, unknown>[]> =>
  (await graph(path, asking)).json().value as Record<string, unknown>[];
const user = async (select: string): Promise<Record<string, unknown>> => (await graph(`/users/${victim}?$select=${select}`)).json();
const exchange = async (
  cmdlet: string,
  parameters: Readonly<Record<string, unknown>>,
  roles: readonly string[] = guardGrants.responder.directoryRoles,
): Promise<Answered> =>
  send(simulator, `${simulator.exchangeUrl}/adminapi/beta/${contoso.id}/InvokeCommand`, {
    token: await token(simulator, { app: 'responder', audience: audiences.exchange, wids: roles }),
    body: { CmdletInput: { CmdletName: cmdlet, Parameters: parameters } },
  });
async function audits(): Promise<string[]> {
  const answer = await send(simulator, `${simulator.url}/v1.0/auditLogs/directoryAudits?$orderby=activityDateTime asc`, {
    token: await token(simulator),
  });
  return (answer.json().value as Record<string, unknown>[]).map((record) => String(record.activityDisplayName));
}

describe('blocking an account', () => {
  it('is served by replicas only after the lag, and written to the audit log', async () => {
    expect((await graph(`/users/${victim}`, { method: 'PATCH', body: { accountEnabled: false } })).status).toBe(204);
    expect(await user('accountEnabled')).toMatchObject({ accountEnabled: true });
    clock.advance(2.9);
    expect(await user('accountEnabled')).toMatchObject({ accountEnabled: true });
    clock.advance(0.1);
    expect(await user('accountEnabled')).toMatchObject({ accountEnabled: false });
    expect(await audits()).toContain('Disable account');
  });

  it('asks for a higher role where the target is a Global Administrator', async () => {
    const block = { method: 'PATCH', body: { accountEnabled: false } };
    const refused = await graph(`/users/${responders.first.id}`, block);
    expect([refused.status, refused.json()]).toMatchObject([403, { error: { code: 'Authorization_RequestDenied' } }]);
    const higher = await token(simulator, { app: 'responder', wids: [directoryRoles.privilegedAuthenticationAdministrator.id] });
    expect((await graph(`/users/${responders.first.id}`, { ...block, token: higher })).status).toBe(204);
  });

  it('a password asks for a directory role, and a refused password refuses the whole request', async () => {
    const body = { accountEnabled: false, passwordProfile: { password: 'long-and-new-1', forceChangePasswordNextSignIn: true } };
    const without = await token(simulator, { app: 'responder', wids: [] });
    expect((await graph(`/users/${victim}`, { method: 'PATCH', body, token: without })).status).toBe(403);
    clock.advance(5);
    expect(await user('accountEnabled')).toMatchObject({ accountEnabled: true });
    expect((await graph(`/users/${victim}`, { method: 'PATCH', body })).status).toBe(204);
  });

  it('does not exist for somebody who does not exist', async () => {
    expect((await graph('/users/nobody@contoso.example', { method: 'PATCH', body: { accountEnabled: false } })).status).toBe(404);
  });
});

describe('ending sessions', () => {
  it('answers 200 with true and moves the time from which sessions count', async () => {
    const before = await user('signInSessionsValidFromDateTime');
    const answer = await graph(`/users/${victim}/revokeSignInSessions`, { method: 'POST' });
    expect([answer.status, answer.json().value]).toEqual([200, true]);
    expect(await user('signInSessionsValidFromDateTime')).toEqual(before);
    clock.advance(3);
    expect(await user('signInSessionsValidFromDateTime')).toMatchObject({ signInSessionsValidFromDateTime: '2026-03-09T10:00:00Z' });
    expect(await audits()).toContain('Update StsRefreshTokenValidFrom Timestamp');
  });
});

describe('authentication methods', () => {
  it('shows what an attacker registered, with its time, and deletes it by type', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(59);
    const added = (await collection(`/users/${victim}/authentication/methods`)).filter(
      (method) => String(method.createdDateTime) > '2026-03-09T10:00:00Z',
    );
    expect(added.map((method) => method['@odata.type'])).toEqual([
      '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod',
      '#microsoft.graph.phoneAuthenticationMethod',
    ]);
    const [authenticator] = added;
    const wrongType = await graph(`/users/${victim}/authentication/phoneMethods/${authenticator?.id}`, { method: 'DELETE' });
    expect(wrongType.status).toBe(404);
    const path = `/users/${victim}/authentication/microsoftAuthenticatorMethods/${authenticator?.id}`;
    expect((await graph(path, { method: 'DELETE' })).status).toBe(204);
    expect((await graph(path, { method: 'DELETE' })).status).toBe(404);
    expect((await collection(`/users/${victim}/authentication/methods`)).some((method) => method.id === authenticator?.id)).toBe(true);
    clock.advance(3);
    expect((await collection(`/users/${victim}/authentication/methods`)).some((method) => method.id === authenticator?.id)).toBe(false);
    expect(await audits()).toContain('Admin deleted security info');
  });

  it('keeps the default method as long as another one is there, and the password always', async () => {
    const tenant = simulator.world.tenants.get(contoso.id);
    const [, own] = tenant?.methods.all().find(([, method]) => method.isDefault && method.userId !== victim) ?? [];
    if (tenant === undefined || own === undefined) throw new Error('nobody has a default method');
    tenant.methods.write(`${own.userId}/second`, { ...own, id: 'second', isDefault: false }, 0);
    const path = `/users/${own.userId}/authentication/microsoftAuthenticatorMethods`;
    const token1 = await token(simulator, { app: 'responder', wids: [directoryRoles.globalAdministrator.id] });
    expect((await graph(`${path}/${own.id}`, { method: 'DELETE', token: token1 })).status).toBe(400);
    expect((await graph(`${path}/second`, { method: 'DELETE', token: token1 })).status).toBe(204);
    expect((await graph(`${path}/${own.id}`, { method: 'DELETE', token: token1 })).status).toBe(204);
    expect((await graph(`${path}/${passwordMethodId}`, { method: 'DELETE', token: token1 })).status).toBe(404);
  });
});

describe('the attacker after containment', () => {
  const attempts = (): unknown[] =>
    (simulator.world.tenants.get(contoso.id)?.signIns.happened(clock.now()) ?? [])
      .filter((record) => record.userId === victim)
      .map((record) => (record.status as { errorCode: number }).errorCode);

  it('meets a blocked account: 50057, and does nothing more', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(50);
    await graph(`/users/${victim}`, { method: 'PATCH', body: { accountEnabled: false } });
    const before = attempts().length;
    clock.advance(400);
    await graph('/organization', {});
    const after = attempts().slice(before);
    expect(after.length).toBeGreaterThan(2);
    expect(new Set(after)).toEqual(new Set([50057]));
    expect(simulator.world.tenants.get(contoso.id)?.permissionGrants.all()).toHaveLength(1);
  });

  it('comes back with the password when only the sessions were ended', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(50);
    await graph(`/users/${victim}/revokeSignInSessions`, { method: 'POST' });
    const before = attempts().length;
    clock.advance(20);
    await graph('/organization', {});
    expect(attempts().slice(before)).toEqual([0]);
  });

  it('fails with 50126 when the password was changed', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(50);
    await graph(`/users/${victim}`, { method: 'PATCH', body: { passwordProfile: { password: 'long-and-new-1' } } });
    const before = attempts().length;
    clock.advance(20);
    await graph('/organization', {});
    expect(attempts().slice(before)).toEqual([50126]);
  });
});

describe('connectors and transport rules', () => {
  it('are made by a taken-over mail administrator, and a connector is disabled by Guid', async () => {
    simulator.control.attack({ attack: 'azure-ato-mail-admin', tenant: 'contoso' });
    clock.advance(130);
    const connectors = (await exchange('Get-InboundConnector', { ResultSize: 'Unlimited' })).json().value as Record<string, unknown>[];
    const rogue = connectors.find((connector) => String(connector.Name).startsWith('Ran_'));
    expect(rogue).toMatchObject({ ConnectorType: 'OnPremises', TreatMessagesAsInternal: true, Enabled: true });
    const rules = (await exchange('Get-TransportRule', { State: 'Enabled' })).json().value as Record<string, unknown>[];
    expect(rules.filter((rule) => rule.RemoveHeader !== null)).toHaveLength(5);
    const done = await exchange('Set-InboundConnector', { Identity: rogue?.Guid, Enabled: false, Confirm: false });
    expect([done.status, done.json().value]).toEqual([200, []]);
    const again = async (): Promise<unknown> =>
      ((await exchange('Get-InboundConnector', { Identity: rogue?.Guid })).json().value as Record<string, unknown>[])[0]?.Enabled;
    expect(await again()).toBe(true);
    clock.advance(3);
    expect(await again()).toBe(false);
  });

  it('cannot be changed by a role that only reads', async () => {
    const answer = await exchange('Set-InboundConnector', { Identity: 'Mail gateway', Enabled: false }, [directoryRoles.globalReader.id]);
    expect([answer.status, answer.bytes.every((byte) => byte === 0)]).toEqual([403, true]);
  });

  it('a connector that is gone answers with ManagementObjectNotFoundException', async () => {
    expect((await exchange('Remove-InboundConnector', { Identity: 'Mail gateway', Confirm: false })).status).toBe(200);
    const answer = await exchange('Remove-InboundConnector', { Identity: 'Mail gateway', Confirm: false });
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('ManagementObjectNotFoundException');
  });
});

// What the attacks write, where it can be seen, and how they vary.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnknownNameError } from '../../simulator/attacks/run.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso, fabrikam, victims } from '../../simulator/worlds/constants.ts';
import { type ManualClock, manualClock, send, startSimulator, token } from './support.ts';

let clock: ManualClock;
let simulator: Simulator;
type Json = Record<string, unknown>;

beforeEach(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, ordinary: false });
});
afterEach(() => simulator.close());

async function read(path: string, tenant: string = contoso.id): Promise<Json[]> {
  const answer = await send(simulator, `${simulator.url}${path}`, { token: await token(simulator, { tenant }) });
  return (answer.json().value ?? [answer.json()]) as Json[];
}
const signIns = (tenant?: string): Promise<Json[]> => read('/beta/auditLogs/signIns?$orderby=createdDateTime asc', tenant);
const audits = (tenant?: string): Promise<Json[]> => read('/v1.0/auditLogs/directoryAudits?$orderby=activityDateTime asc', tenant);
const happened = (tenant: string, log: 'signIns' | 'directoryAudits' | 'unifiedAudit') =>
  simulator.world.tenants.get(tenant)?.[log].happened(clock.now()) ?? [];

describe('the Azure account takeover', () => {
  it('unfolds as reported: failures, OfficeHome with the Linux user agent, follow-on applications, own methods', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(60);
    const records = await signIns();
    const own = records.filter((record) => record.userId === victims.contoso.finance.id);
    const codes = own.map((record) => (record.status as Json).errorCode);
    expect(codes).toEqual([50126, 50126, 50126, 50126, 50126, 50126, 50126, 0, 0, 0, 0]);
    expect(own.slice(7).map((record) => record.appDisplayName)).toEqual([
      'OfficeHome',
      'Office365 Shell WCSS-Client',
      'Office 365 Exchange Online',
      'My Signins',
    ]);
    expect(own[7]).toMatchObject({
      appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
      autonomousSystemNumber: 200019,
      location: { countryOrRegion: 'MD' },
      createdDateTime: '2026-03-09T10:00:20Z',
    });
    expect(new Set(records.filter((record) => record.userId !== victims.contoso.finance.id).map((record) => record.userId)).size).toBe(6);
    expect((await audits()).map((record) => [record.activityDisplayName, record.resultReason])).toEqual([
      ['User registered security info', 'User registered Authenticator App with Notification and Code'],
      ['User registered security info', 'User registered Mobile Phone SMS'],
    ]);
  });

  it('goes on with mail, a hiding rule and an application with a secret and consent; no connector without the right', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    clock.advance(310);
    expect((await audits()).map((record) => String(record.activityDisplayName).trim()).slice(2)).toEqual([
      'Add application',
      'Add service principal',
      'Update application – Certificates and secrets management',
      'Add delegated permission grant',
      'Consent to application',
    ]);
    expect(happened(contoso.id, 'unifiedAudit').map((record) => record.Operation)).toEqual(
      expect.arrayContaining(['MailItemsAccessed', 'New-InboxRule']),
    );
    const [principal] = await read("/v1.0/servicePrincipals?$filter=displayName eq 'Mail Backup Assistant'");
    const grants = await read(`/v1.0/oauth2PermissionGrants?$filter=clientId eq '${principal?.id}'`);
    expect(grants).toMatchObject([
      { consentType: 'Principal', principalId: victims.contoso.finance.id, scope: expect.stringContaining('Mail.Read') },
    ]);
    const [application] = await read("/v1.0/applications?$filter=displayName eq 'Mail Backup Assistant'");
    expect(application?.passwordCredentials).toHaveLength(1);
    expect(simulator.world.tenants.get(contoso.id)?.connectors.all()).toHaveLength(2);
  });

  it('shows only its audits in the tenant without P1', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: fabrikam.id });
    clock.advance(60);
    const answer = await send(simulator, `${simulator.url}/beta/auditLogs/signIns`, {
      token: await token(simulator, { tenant: fabrikam.id }),
    });
    expect([answer.status, answer.json()]).toMatchObject([
      403,
      {
        error: {
          code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
          message: "Neither tenant is B2C or tenant doesn't have premium license",
        },
      },
    ]);
    expect(await audits(fabrikam.id)).toHaveLength(2);
    expect(happened(fabrikam.id, 'signIns').length).toBeGreaterThan(10);
    expect(await audits(contoso.id)).toEqual([]);
  });

  it('is the same for the same seed, and another one for another', () => {
    const started = simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', seed: 'one', at: clock.now() - 400_000 });
    const first = happened(contoso.id, 'signIns').map((record) => [record.id, record.createdDateTime]);
    expect(new Set(first.map(([id]) => id)).size).toBe(first.length);
    const variants = ['one', 'two', 'three', 'four', 'five', 'six'].map((seed) => {
      const before = happened(fabrikam.id, 'directoryAudits').length;
      simulator.control.attack({ attack: 'azure-ato', tenant: 'fabrikam', seed, at: clock.now() - 400_000 });
      return happened(fabrikam.id, 'directoryAudits')
        .filter((record) => record.loggedByService === 'Authentication Methods')
        .slice(before === 0 ? 0 : undefined).length;
    });
    expect(started.run).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(variants).size).toBeGreaterThan(1);
  });

  it('can be told to differ in one mark only, for what must not be taken for it', async () => {
    simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' });
    simulator.control.attack({
      attack: 'azure-ato',
      tenant: 'contoso',
      victim: 'oliver.hartley@contoso.example',
      app: { id: '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7', name: 'Office365 Shell WCSS-Client' },
    });
    clock.advance(22);
    const successes = (await signIns()).filter((record) => (record.status as Json).errorCode === 0);
    expect(successes.map((record) => [record.appDisplayName, String(record.userAgent).includes('Chrome/120')])).toEqual([
      ['OfficeHome', false],
      ['Office365 Shell WCSS-Client', true],
    ]);
  });

  it('goes slower by its pace, and becomes visible later than it happens', async () => {
    simulator.world.settings.delays = { signIns: 120_000, directoryAudits: 0, unifiedAudit: 0 };
    const started = simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', pace: 10 });
    expect([started.startsAt, started.endsAt]).toEqual(['2026-03-09T10:00:00.000Z', '2026-03-09T10:50:00.000Z']);
    clock.advance(110);
    expect(await signIns()).toHaveLength(0);
    clock.advance(215);
    expect((await signIns()).length).toBeGreaterThan(10);
  });

  it('names what it does not know', () => {
    expect(() => simulator.control.attack({ attack: 'no-such', tenant: 'contoso' })).toThrow(UnknownNameError);
    expect(() => simulator.control.attack({ attack: 'azure-ato', tenant: 'nobody' })).toThrow('known: contoso, fabrikam');
    expect(() => simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', victim: 'nobody' })).toThrow(UnknownNameError);
  });
});

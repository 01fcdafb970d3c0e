// The unified audit log, live: where sign-ins cannot be read it tells them late; where they can, it adds what happens in mailboxes and files to the same case, and says nothing twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedRecord } from '../../simulator/records/unified-audit.ts';
import { victims } from '../../simulator/worlds/constants.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { tenantCoverage } from '../../src/tenants/coverage.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 2, 2, 9, 0, 0);
/** Records become readable 70 minutes after the event, as they typically do. */
const simulator = { historyDays: 30, delays: { unifiedAudit: 70 * minute } };

async function rounds(guard: TestGuard, tenant: string, minutes: number): Promise<void> {
  for (const end = guard.clock.now() + minutes * minute; guard.clock.now() < end; ) {
    guard.clock.advance(5 * minute);
    await guard.round(tenant, 'fast');
  }
}
const openOf = async (guard: TestGuard, scope: TenantScope, user: string): Promise<Incident[]> =>
  (await guard.deps.store.state.incidents(scope)).map(({ value }) => value).filter(({ root }) => root === `user:${user}`);
const rulesOf = async (guard: TestGuard, scope: TenantScope, user: string): Promise<string[]> =>
  (await guard.deps.store.findings.ofSubject(scope, `user:${user}`)).filter(({ standing }) => standing).map(({ rule }) => rule);
async function coverageOf(guard: TestGuard, scope: TenantScope, tenant: { id: string; name: string }) {
  const states = await guard.deps.store.state.feeds(scope);
  const feeds = guard.deps.feeds.filter(({ id }) => id === 'sign-ins.interactive' || id === 'unified-audit' || id === 'directory-audits');
  return tenantCoverage({ tenant: tenant.id, name: tenant.name }, feeds, states);
}
/** Addresses of content that was read, in order. */
const contentRead = (guard: TestGuard): string[] =>
  guard.simulator.control.requests().flatMap(({ handler, path }) => (handler === 'activity.content.fetch' ? [path] : []));
async function storedOn(guard: TestGuard, scope: TenantScope, date: string): Promise<Activity[]> {
  const stored: Activity[] = [];
  for await (const activity of guard.deps.store.blobs.activities(scope, date)) stored.push(activity);
  return stored;
}

let guard: TestGuard;
beforeAll(async () => {
  guard = await startGuard({ start, simulator });
});
afterAll(() => guard.close());

describe('a tenant without Entra ID P1', () => {
  const victim = victims.fabrikam.finance;
  let scope: TenantScope;
  beforeAll(async () => {
    scope = await guard.deps.registry.authorise(fabrikam.id, 'respond');
  });

  it('the first round starts the subscriptions and says that content follows', async () => {
    await guard.round(fabrikam.id, 'fast');
    const { feeds } = await coverageOf(guard, scope, fabrikam);
    expect(feeds.find(({ feed }) => feed === 'unified-audit')?.sentence).toMatch(
      /sign-ins and directory: the subscription to it was missing and has just been started; content follows within 12 hours; mail: /,
    );
  });

  it('then sign-ins are read, late, and coverage says so in place of blindness', async () => {
    await rounds(guard, fabrikam.id, 10);
    const coverage = await coverageOf(guard, scope, fabrikam);
    expect(coverage.feeds.find(({ feed }) => feed === 'sign-ins.interactive')?.sentence).toBe(
      'Interactive sign-ins: an hour or more late, by the unified audit log, because the tenant has no Entra ID P1; until then a registered sign-in method is the first alarm. Next step: a licence, or live with it knowingly.',
    );
    expect(coverage.sentence).toBe(
      'Everything read to 2026-03-02 09:10 UTC; interactive sign-ins an hour or more late, by the unified audit log.',
    );
  });

  it('the registered method is the first alarm, and an hour later the sign-ins tell of whom it is a part', async () => {
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'fabrikam' });
    await rounds(guard, fabrikam.id, 15);
    const first = await openOf(guard, scope, victim.id);
    expect(first).toHaveLength(1);
    expect(await rulesOf(guard, scope, victim.id)).toContain('takeover-core-method-first-alarm');
    expect(await rulesOf(guard, scope, victim.id)).not.toContain('azure-ato-2024-takeover');

    await rounds(guard, fabrikam.id, 75);
    const then = await openOf(guard, scope, victim.id);
    expect(then.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(then[0]?.campaigns).toContainEqual(expect.objectContaining({ id: 'azure-ato-2024', confirmed: true }));
    expect(await rulesOf(guard, scope, victim.id)).toEqual(
      expect.arrayContaining(['azure-ato-2024-takeover', 'azure-ato-2024-mailbox-rule-after-entry']),
    );
  });

  it('audit switched off is a sentence of its own, with the next step', async () => {
    const audit = guard.simulator.world.tenants.get(fabrikam.id)?.audit;
    if (audit !== undefined) audit.enabled = false;
    await rounds(guard, fabrikam.id, 5);
    const coverage = await coverageOf(guard, scope, fabrikam);
    expect(coverage.feeds.find(({ feed }) => feed === 'unified-audit')?.sentence).toMatch(
      /^Unified audit log: blind since .+, because the unified audit log of the tenant is switched off; .+ Next step: an administrator switches it on/,
    );
    expect(coverage.feeds.find(({ feed }) => feed === 'sign-ins.interactive')?.sentence).toMatch(/blind since/);
  });
});

describe('a tenant with Entra ID P1', () => {
  const victim = victims.contoso.finance;
  let scope: TenantScope;
  beforeAll(async () => {
    scope = await guard.deps.registry.authorise(contoso.id, 'respond');
    const feeds = { on: ['unified-audit.sharepoint'], off: [] };
    await guard.deps.registry.update(contoso.id, (entry) => ({ ...entry, policy: { ...entry.policy, feeds } }));
    await guard.round(contoso.id, 'fast');
    await rounds(guard, contoso.id, 10);
  });

  it('mailbox rule, mass download and mass mailing join the case that the sign-in opened', async () => {
    guard.simulator.control.attack({ attack: 'azure-ato-exfiltration', tenant: 'contoso' });
    await rounds(guard, contoso.id, 15);
    const before = await openOf(guard, scope, victim.id);
    expect(before).toHaveLength(1);
    expect(await rulesOf(guard, scope, victim.id)).not.toContain('azure-ato-2024-mailbox-rule-after-entry');
    await rounds(guard, contoso.id, 95);
    const after = await openOf(guard, scope, victim.id);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await rulesOf(guard, scope, victim.id)).toEqual(
      expect.arrayContaining(['azure-ato-2024-mailbox-rule-after-entry', 'azure-ato-2024-mass-download', 'azure-ato-2024-mass-mailing']),
    );
  });

  it('sign-ins and directory events that Graph tells are not told again, whatever blank their names end in', async () => {
    const stored = await storedOn(guard, scope, '2026-03-02');
    const byId = Map.groupBy(stored, ({ id }) => id);
    const secrets = stored.filter(({ views }) => String(views[0]?.record['activityDisplayName']).startsWith('Update application'));
    expect(secrets.map(({ views }) => views[0]?.shape)).toEqual(['directory-audit']);
    expect([...byId.keys()].filter((id) => id.startsWith('signin:')).length).toBeGreaterThan(10);
    const shapes = stored.filter(({ id }) => /^(signin|directory):/.test(id)).map(({ views }) => views[0]?.shape);
    expect(new Set(shapes)).toEqual(new Set(['sign-in', 'directory-audit']));
  });

  it('what only the audit log’s record of such a sign-in holds is judged all the same: how the token was asked for', async () => {
    const tenant = guard.simulator.world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    const record = unifiedRecord({
      key: 'portal',
      time: guard.clock.now(),
      tenant: contoso.id,
      operation: 'UserLoggedIn',
      workload: 'AzureActiveDirectory',
      recordType: 15,
      user: { id: victim.id, userPrincipalName: victim.upn },
      address: '203.0.113.77',
      objectId: '00000003-0000-0000-c000-000000000000',
      more: {
        IntraSystemId: 'b1000000-0000-4000-8000-00000000c0de',
        ApplicationId: '9ba1a5c7-f17a-4de9-a1f1-6178c8d51223',
        ExtendedProperties: [{ Name: 'RequestType', Value: 'Cmsi:Cmsi' }],
      },
    });
    guard.simulator.world.log(tenant, 'unifiedAudit', guard.clock.now(), record);
    await rounds(guard, contoso.id, 90);
    const found = (await guard.deps.store.findings.ofSubject(scope, `user:${victim.id}`)).filter(
      ({ rule }) => rule === 'device-code-2025-company-portal-confirmed',
    );
    expect(found.map(({ activities, standing }) => ({ activities, standing }))).toEqual([
      { activities: [`audit:${String(record['Id'])}`], standing: true },
    ]);
    const stored = await storedOn(guard, scope, '2026-03-02');
    expect(stored.filter(({ id }) => id === 'signin:b1000000-0000-4000-8000-00000000c0de')).toEqual([]);
  });

  it('the same record again, in the same content and an hour later, changes nothing', async () => {
    const tenant = guard.simulator.world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('no such tenant');
    const time = guard.clock.now();
    const rule = unifiedRecord({
      key: 'twice',
      time,
      tenant: contoso.id,
      operation: 'New-InboxRule',
      workload: 'Exchange',
      recordType: 1,
      user: { id: victim.id, userPrincipalName: `${victim.upn} ` },
      address: '203.0.113.77',
      objectId: 'marta\\. ',
      parameters: { Name: '. ', SubjectContainsWords: 'invoice', DeleteMessage: 'True' },
    });
    guard.simulator.world.log(tenant, 'unifiedAudit', time, rule);
    guard.simulator.world.log(tenant, 'unifiedAudit', time, rule);
    await rounds(guard, contoso.id, 75);
    const findings = await guard.deps.store.findings.all(scope);
    const [incident] = await openOf(guard, scope, victim.id);
    expect(findings.filter(({ activities }) => activities.includes(`audit:${String(rule['Id'])}`)).length).toBeGreaterThan(0);

    tenant.unifiedAudit.add({ time, visibleAt: guard.clock.now(), record: rule });
    await rounds(guard, contoso.id, 10);
    expect((await guard.deps.store.findings.all(scope)).length).toBe(findings.length);
    expect((await openOf(guard, scope, victim.id))[0]?.revision).toBe(incident?.revision);
  });

  it('content that is listed late, within a day, is read; nothing is read twice in a day of rounds and later looks', async () => {
    const tenant = guard.simulator.world.tenants.get(contoso.id);
    const time = guard.clock.now() - 20 * hour;
    const late = unifiedRecord({
      key: 'late',
      time,
      tenant: contoso.id,
      operation: 'Set-Mailbox',
      workload: 'Exchange',
      recordType: 1,
      user: { id: victim.id, userPrincipalName: victim.upn },
      address: '203.0.113.77',
    });
    tenant?.unifiedAudit.add({ time, visibleAt: time + 70 * minute, record: late });
    for (let hours = 0; hours < 27; hours++) {
      guard.clock.advance(hour);
      await guard.round(contoso.id, 'fast');
      await guard.round(contoso.id, 'reconcile');
    }
    const ids = (await storedOn(guard, scope, new Date(time).toISOString().slice(0, 10))).map(({ id }) => id);
    expect(ids.filter((id) => id === `audit:${String(late['Id'])}`)).toHaveLength(1);
    const read = contentRead(guard);
    expect(new Set(read).size).toBe(read.length);
    const states = new Map((await guard.deps.store.state.feeds(scope)).map((state) => [state.feed, state]));
    expect(states.get('reconcile:unified-audit')?.settledTo).toBeGreaterThan(guard.clock.now() - 25 * hour);
  });
});

// Graph's logs through whole rounds: what a quiet round costs, Defender's word on a case, and a search of the audit log that no round waits for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAttack } from '../../simulator/attacks/run.ts';
import type { RecordedRequest } from '../../simulator/handlers/control/control.ts';
import { alertRecord } from '../../simulator/records/security-alert.ts';
import { victims } from '../../simulator/worlds/constants.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
let guard: TestGuard;
beforeAll(async () => {
  guard = await startGuard({ start, simulator: { historyDays: 2, reportLimit: true } });
  await guard.deps.registry.update(contoso.id, (entry) => ({
    ...entry,
    policy: { ...entry.policy, feeds: { on: ['unified-audit.query'], off: [] } },
  }));
  await guard.round(contoso.id, 'fast');
});
afterAll(() => guard.close());

async function requests(): Promise<readonly RecordedRequest[]> {
  const answer = await fetch(`${guard.simulator.httpUrl}/control/requests`);
  return (await answer.json()) as RecordedRequest[];
}
const outcomes = async (tenant: string) => {
  const scope = await guard.deps.registry.authorise(tenant, 'show');
  return new Map((await guard.deps.store.state.feeds(scope)).map(({ feed, outcome }) => [feed, outcome]));
};
const logs = [
  'sign-ins.interactive',
  'sign-ins.non-interactive',
  'sign-ins.service-principal',
  'directory-audits',
  'risk-detections',
  'security-alerts',
];

describe('a search of the audit log', () => {
  it('is made in one round and read in a later one', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    const mark = async () => (await guard.deps.store.state.feeds(scope)).find(({ feed }) => feed === 'unified-audit.query');
    const made = await mark();
    expect(made?.outcome).toMatchObject({ status: 'incomplete', why: expect.stringContaining('is searching the audit log') });
    expect(made?.kept).toBeDefined();
    guard.clock.advance(300_000);
    await guard.round(contoso.id, 'fast');
    const read = await mark();
    expect(read?.readTo).toBe(start - 30 * 86_400_000 + 3_600_000 + 7 * 86_400_000);
    expect(read?.kept).toBeUndefined();
  });
});

describe('the log feeds of Graph', () => {
  it('cost a quiet round four requests of the reporting API and stay within its limit', async () => {
    guard.clock.advance(300_000);
    const before = (await requests()).length;
    await guard.round(contoso.id, 'fast');
    const made = (await requests()).slice(before).filter(({ handler }) => handler.startsWith('graph.') || handler.startsWith('activity.'));
    expect(made.filter(({ path }) => path.includes('/auditLogs/'))).toHaveLength(4);
    expect(made.length).toBeLessThanOrEqual(12);
    expect(made.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    const now = await outcomes(contoso.id);
    expect(logs.map((feed) => now.get(feed)?.status)).toEqual(Array(6).fill('complete'));
  });

  it('say which licence each lacks in a tenant without any', async () => {
    await guard.round(fabrikam.id, 'fast');
    const now = await outcomes(fabrikam.id);
    expect(logs.map((feed) => now.get(feed))).toEqual([
      { status: 'unlicensed', sku: 'Entra ID P1' },
      { status: 'unlicensed', sku: 'Entra ID P1' },
      { status: 'unlicensed', sku: 'Entra ID P1' },
      { status: 'complete' },
      { status: 'unlicensed', sku: 'Entra ID P2' },
      { status: 'unlicensed', sku: 'Microsoft Defender plan' },
    ]);
    expect(now.has('unified-audit.query')).toBe(false);
  });
});

describe('what Microsoft Defender did', () => {
  it('is a line on the case of the person, without weight, and makes no card', async () => {
    const victim = victims.contoso.finance;
    const tenant = guard.simulator.world.tenants.get(contoso.id);
    if (tenant === undefined) throw new Error('Contoso is missing');
    const note = (time: number, remediation?: string) =>
      guard.simulator.world.log(
        tenant,
        'securityAlerts',
        time,
        alertRecord({
          key: `scenario ${time}`,
          time,
          changedAt: time,
          tenant: contoso.id,
          title: 'Account compromised by a password spray',
          category: 'CredentialAccess',
          severity: 'high',
          service: 'microsoft365Defender',
          user: { id: victim.id, displayName: 'Marta Ferrer', userPrincipalName: victim.upn },
          ...(remediation === undefined ? {} : { remediation }),
        }),
      );
    // Seen before there is a case: it waits.
    note(guard.clock.now());
    guard.clock.advance(60_000);
    await guard.round(contoso.id, 'fast');
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    const incidents = async () => (await guard.deps.store.state.incidents(scope)).map(({ value }) => value);
    expect(await incidents()).toEqual([]);

    startAttack(guard.simulator.world, { attack: 'azure-ato', tenant: 'contoso' });
    guard.clock.advance(120_000);
    await guard.round(contoso.id, 'fast');
    const [opened] = await incidents();
    expect(opened?.timeline.map(({ text }) => text)).toContain(
      'Microsoft Defender raised an alert: Account compromised by a password spray (high).',
    );

    note(guard.clock.now(), 'Account disabled');
    const cards = (await guard.deps.store.state.outboxOf(scope, opened?.id ?? '')).length;
    guard.clock.advance(60_000);
    await guard.round(contoso.id, 'fast');
    const all = await incidents();
    expect(all).toHaveLength(1);
    expect(all[0]?.timeline.map(({ text }) => text)).toContain(
      'Microsoft Defender acted (remediated): Account compromised by a password spray.',
    );
    expect(all[0]?.notes).toHaveLength(2);
    expect(all[0]?.severity).toBe(opened?.severity);
    expect(all[0]?.findings).toEqual(expect.not.arrayContaining(all[0]?.notes ?? []));
    expect((await guard.deps.store.state.outboxOf(scope, opened?.id ?? '')).length).toBe(cards);
  });
});

// An administrator's account is robbed and the tenant itself is weakened: contacts, providers, federation, policies. The snapshots tell it, each thing with what it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { victims } from '../../simulator/worlds/constants.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { contoso, fabrikam, startGuard, type TestGuard } from '../support/guard.ts';

let guard: TestGuard;
beforeAll(async () => {
  guard = await startGuard({ start: Date.UTC(2026, 2, 9, 10), simulator: { historyDays: 2 } });
  for (const { id } of [contoso, fabrikam]) {
    await guard.round(id, 'fast');
    await guard.round(id, 'config');
  }
  for (const tenant of ['contoso', 'fabrikam']) guard.simulator.control.attack({ attack: 'nobelium-support', tenant });
  guard.clock.advance(20 * 60_000);
  for (const { id } of [contoso, fabrikam]) {
    await guard.round(id, 'fast');
    await guard.round(id, 'config');
  }
});
afterAll(() => guard.close());

async function standing(tenant: string): Promise<Finding[]> {
  const scope = await guard.deps.registry.authorise(tenant, 'show');
  const incidents = (await guard.deps.store.state.incidents(scope)).map(({ value }) => value);
  const subjects = [...new Set(incidents.flatMap((incident) => incident.subjects))] as SubjectId[];
  const lists = await Promise.all(subjects.map((subject) => guard.deps.store.findings.ofSubject(scope, subject)));
  return [...new Map(lists.flat().map((finding) => [finding.id, finding])).values()];
}

describe('an administrator’s account and the tenant’s own settings', () => {
  it('what was weakened is told, with and without Entra ID P1', async () => {
    const rules = (findings: readonly Finding[]) => new Set(findings.map(({ rule }) => rule));
    const licensed = rules(await standing(contoso.id));
    for (const rule of ['contacts-replaced', 'provider-appeared', 'domain-federated'])
      for (const pack of ['takeover-core', 'nobelium-support-2021']) expect([...licensed]).toContain(`${pack}-${rule}`);
    expect([...licensed]).toContain('takeover-core-access-policy-off');
    const free = rules(await standing(fabrikam.id));
    expect([...free]).toContain('takeover-core-security-defaults-off');
    expect([...free]).toContain('takeover-core-contacts-replaced');
  });

  it('each says what it was and what it is', async () => {
    const found = await standing(contoso.id);
    const why = (rule: string) => found.filter((finding) => finding.rule === rule).map((finding) => finding.why);
    expect(why('takeover-core-domain-federated')).toEqual([
      expect.stringMatching(/^Who signs in with .+ is now decided by https:\/\/sts\.relay\.example\.net\/adfs\/services\/trust\.$/),
    ]);
    expect(why('takeover-core-access-policy-off')).toHaveLength(2);
  });

  it('the administrator who did it is in question', async () => {
    const scope = await guard.deps.registry.authorise(contoso.id, 'show');
    expect(await guard.deps.store.state.openIncident(scope, `user:${victims.contoso.globalAdmin.id}`)).toBeDefined();
  });
});

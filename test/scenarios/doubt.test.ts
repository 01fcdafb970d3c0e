// Doubt through whole rounds: what rules say is counted, a decision about a rule counts within a minute, and a case that was dismissed too early, with an exclusion, opens all the same when the thief goes on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { responders, victims } from '../../simulator/worlds/constants.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { dismiss } from '../../src/incidents/dismiss.ts';
import { noiseFigures } from '../../src/incidents/noise.ts';
import { runRound } from '../../src/rounds/round.ts';
import { createStages, decideStage } from '../../src/rounds/stages.ts';
import { contoso, startGuard, type TestGuard } from '../support/guard.ts';

const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const victim = victims.contoso.finance;
const subject = `user:${victim.id}`;
const ingrid = { oid: responders.first.id, tenant: contoso.id, name: 'Ingrid Solberg', via: 'console' } as const;
const roundMs = 15_000;

let guard: TestGuard;
let scope: TenantScope;
let deps: Parameters<typeof runRound>[0];
beforeAll(async () => {
  guard = await startGuard({ start, simulator: { historyDays: 30 } });
  scope = await guard.deps.registry.authorise(contoso.id, 'respond');
  deps = { ...guard.deps, stages: createStages(guard.deps) };
});
afterAll(() => guard.close());

const incidents = async (): Promise<Incident[]> =>
  (await guard.deps.store.state.incidents(scope))
    .map(({ value }) => value)
    .filter((one) => one.subjects.includes(subject as `user:${string}`));
const counts = async () =>
  new Map((await guard.deps.store.noise.of(scope)).flatMap(({ rules }) => rules.map((one) => [one.rule, one] as const)));

describe('doubt', () => {
  let first: Incident;

  it('is counted from the first read on, once however often it is read', async () => {
    for (const lane of ['fast', 'config', 'fast', 'config'] as const) {
      await runRound(deps, contoso.id, lane);
      guard.clock.advance(roundMs);
    }
    const staged = [...(await counts()).values()].filter(({ effect }) => effect === 'staged');
    expect(staged.map(({ rule, total }) => [rule, total])).toEqual([['takeover-core-federation-stood', 1]]);
  });

  it('a case with one stage is dismissed as a false alarm, and its rules are excluded for that user', async () => {
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso' });
    guard.clock.advance(22_000);
    for (let round = 0; round < 3 && (await incidents()).length === 0; round++) {
      await runRound(deps, contoso.id, 'fast');
      guard.clock.advance(2000);
    }
    [first] = (await incidents()) as [Incident];
    const own = (await guard.deps.store.findings.ofSubject(scope, subject as `user:${string}`)).filter(({ id }) =>
      first.findings.includes(id),
    );
    expect(own.every(({ matched, against }) => against !== undefined && (matched === undefined || matched.length > 0))).toBe(true);
    const rules = [...new Set(own.map(({ rule }) => rule))];
    const result = await dismiss(guard.deps, scope, {
      incident: first.id,
      by: ingrid,
      reason: 'An old laptop of his',
      exclude: { rules, days: 30, live: true },
    });
    expect(result).toMatchObject({ incident: { status: 'closed' } });
    expect((await guard.deps.store.exclusions.of(scope)).map(({ value }) => value.rule).sort()).toEqual(rules.toSorted());
  });

  it('the thief goes on: a case opens all the same, confirmed, and says what was excluded', async () => {
    for (let round = 0; round < 6; round++) {
      await runRound(deps, contoso.id, 'fast');
      guard.clock.advance(2 * roundMs);
    }
    const [again, ...others] = (await incidents()).filter(({ status }) => status === 'open');
    expect(others).toEqual([]);
    expect(again?.id).not.toBe(first.id);
    expect(again?.severity).toMatch(/^(?:high|critical)$/);
    expect(again?.campaigns.some(({ confirmed }) => confirmed)).toBe(true);
  });

  it('every finding was counted once', async () => {
    const stored = await guard.deps.store.findings.all(scope);
    const figures = noiseFigures([{ rows: await guard.deps.store.noise.of(scope), users: undefined }], guard.clock.now());
    const totals = Map.groupBy(stored, ({ rule }) => rule);
    for (const [rule, own] of totals) expect([rule, figures.get(rule)?.total]).toEqual([rule, own.length]);
  });

  it('a rule that somebody staged alerts nobody any more, within a minute', async () => {
    for (const { rule } of guard.deps.detector.rules().filter(({ effect }) => effect === 'alert'))
      await decideStage(guard.deps, {
        rule,
        effect: 'staged',
        by: { name: 'ann@contoso.example', via: 'command' },
        reason: 'A drill',
        figures: '',
        expected: undefined,
      });
    guard.clock.advance(60_000);
    const before = (await guard.deps.store.state.incidents(scope)).length;
    guard.simulator.control.attack({ attack: 'azure-ato', tenant: 'contoso', victim: victims.contoso.mailAdmin.id, seed: 'staged' });
    for (let round = 0; round < 7; round++) {
      await runRound(deps, contoso.id, 'fast');
      guard.clock.advance(2 * roundMs);
    }
    const found = await guard.deps.store.findings.ofSubject(scope, `user:${victims.contoso.mailAdmin.id}`);
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter(({ effect }) => effect === 'alert')).toEqual([]);
    expect(await guard.deps.store.state.incidents(scope)).toHaveLength(before);
  });
});

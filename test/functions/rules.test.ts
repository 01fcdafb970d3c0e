// The console's endpoints for rules and exclusions: who may, what they show, and that the dialog offers only what may be excluded.
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { Guard } from '../../functions/guard.ts';
import { excludableOf, sharedBy } from '../../functions/incident.ts';
import { dismissIncident } from '../../functions/incident-actions.ts';
import { endOfExclusion, rules } from '../../functions/rules.ts';
import type { RulesDetail } from '../../src/contracts/console.ts';
import { NotAllowedError } from '../../src/tenants/responders.ts';
import { finding, registered } from '../incidents/fixtures.ts';
import { ann, type DoubtWorld, doubtWorld, rule } from '../support/doubt-world.ts';
import { contoso } from '../support/scope.ts';

const loaded = [
  { rule, title: 'Sign-in to OfficeHome', campaign: 'azure-ato-2024', speaks: true, effect: 'alert', shapes: [] },
  { rule: 'device-code', title: 'Device code', campaign: 'takeover-core', speaks: true, effect: 'staged', shapes: [] },
];

async function ask(
  at: DoubtWorld,
  endpoint: typeof rules,
  { body, id, member = true, signedInAt = at.clock.now() }: { body?: object; id?: string; member?: boolean; signedInAt?: number } = {},
) {
  const guard = {
    ...at,
    content: { current: async () => ({ detector: { rules: () => loaded } }) },
    authenticator: { authenticate: async () => ({ ...ann, signedInAt }) },
    responders: {
      require: async () => {
        if (!member) throw new NotAllowedError('You are not in the responder group of this tenant.');
      },
    },
  } as unknown as Guard;
  const request = new HttpRequest({
    url: 'https://guard.example.com/api/x',
    method: body === undefined ? 'GET' : 'POST',
    params: { tenant: contoso, ...(id === undefined ? {} : { id }) },
    ...(body === undefined ? {} : { body: { string: JSON.stringify(body) } }),
  });
  const answer = (await endpoint(async () => guard).handler(request, new InvocationContext())) as HttpResponseInit;
  return {
    status: answer.status ?? 200,
    body: answer.jsonBody ?? (answer.body === undefined ? undefined : JSON.parse(String(answer.body))),
  };
}
const exclude = { rules: [rule], days: 30 };

describe('a dismissal over HTTP', () => {
  it('excludes, is shown with what it hides, and is taken back', async () => {
    const at = await doubtWorld();
    expect(await ask(at, dismissIncident, { id: at.incident.id, body: { reason: 'A monitor', exclude } })).toMatchObject({ status: 202 });
    await at.store.findings.put('round.put-findings', at.scope, [finding({ subject: 'user:marta', time: '2026-03-02T03:30:00.000Z' })]);
    const shown = (await ask(at, rules)).body as RulesDetail;
    expect(shown.exclusions).toMatchObject([
      { rule, who: 'Marta Ferrer', by: 'Ann Example', state: 'in force', hidden: 1, reason: 'A monitor' },
    ]);
    const id = shown.exclusions[0]?.id ?? '';
    expect((await ask(at, endOfExclusion, { id, body: { reason: 'It was an attack' } })).status).toBe(202);
    expect(((await ask(at, rules)).body as RulesDetail).exclusions).toMatchObject([{ state: 'ended', endedBy: 'Ann Example', hidden: 0 }]);
    expect((await ask(at, endOfExclusion, { id: 'none', body: { reason: 'It was an attack' } })).status).toBe(404);
  });
  it.each<[string, object, number]>([
    ['without a fresh sign-in', { signedInAt: 0 }, 403],
    ['by somebody who is no responder', { member: false }, 403],
    ['without an end', { body: { reason: 'A monitor', exclude: { rules: [rule] } } }, 400],
    ['for ever', { body: { reason: 'A monitor', exclude: { rules: [rule], days: 100000 } } }, 400],
    ['of everything', { body: { reason: 'A monitor', exclude: { rules: ['*'], days: 30 } } }, 409],
    ['with more than was asked for', { body: { reason: 'A monitor', exclude: { ...exclude, subject: 'tenant:x' } } }, 400],
  ])('%s is refused, and nothing is hidden', async (_, more, status) => {
    const at = await doubtWorld();
    expect((await ask(at, dismissIncident, { id: at.incident.id, body: { reason: 'A monitor', exclude }, ...more })).status).toBe(status);
    expect(await at.exclusions()).toEqual([]);
  });
  it('in dry run closes nothing where it should exclude', async () => {
    const at = await doubtWorld();
    await at.registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, live: false } }));
    expect((await ask(at, dismissIncident, { id: at.incident.id, body: { reason: 'A monitor', exclude } })).status).toBe(409);
    expect((await ask(at, dismissIncident, { id: at.incident.id, body: { reason: 'A monitor' } })).status).toBe(202);
  });
});

it('rules show what they do here, and who decided', async () => {
  const at = await doubtWorld();
  const change = {
    at: at.clock.now(),
    by: { name: 'Ann', via: 'command' as const },
    effect: 'alert' as const,
    reason: 'Quiet',
    figures: '',
  };
  await at.store.stages.put('stages.put', { v: 1, rule: 'device-code', effect: 'alert', changes: [change] });
  const shown = (await ask(at, rules)).body as RulesDetail;
  expect(shown.rules.find((one) => one.rule === 'device-code')).toMatchObject({
    effect: 'alert',
    decided: 'Ann, 2026-03-02: Quiet',
    silence: 'unknown',
  });
  expect(shown).not.toHaveProperty('users');
});

describe('the dialog offers', () => {
  it('each rule of a case with one stage', async () => {
    const { incident } = await doubtWorld();
    expect(excludableOf(incident, [finding(), finding()], true).rules).toMatchObject([{ rule, who: 'Marta Ferrer' }]);
  });
  it('nothing of an attack with two stages, of something wide, in dry run, or of a closed case', async () => {
    const { incident } = await doubtWorld();
    expect(excludableOf(incident, [finding(), registered()], true)).toMatchObject({
      rules: [],
      whyNot: expect.stringContaining('later stage'),
    });
    expect(excludableOf(incident, [finding({ subject: 'address:192.0.2.7' })], true).rules).toEqual([]);
    expect(excludableOf(incident, [finding()], false)).toMatchObject({ rules: [], whyNot: expect.stringContaining('dry run') });
    expect(excludableOf({ ...incident, status: 'closed' }, [finding()], true)).toEqual({ rules: [] });
  });
});

it('a sign that half of many tenants show speaks against itself; one that few show does not', () => {
  expect(sharedBy('test/script', 107, 214)).toBe('The sign test/script was seen in 107 of 214 tenants: what so many have may be ordinary.');
  expect(sharedBy('test/script', 3, 214)).toBeUndefined();
  expect(sharedBy('test/script', 2, 2)).toBeUndefined();
});

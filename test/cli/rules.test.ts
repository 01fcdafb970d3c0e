// `tenant-guard rules`: figures first, then a question, then a row that says who decided.
import { describe, expect, it } from 'vitest';
import { runRules } from '../../cli/commands/rules.ts';
import { main } from '../../cli/main.ts';
import type { LoadedRule } from '../../cli/rules/deps.ts';
import { addNoise } from '../../src/rounds/noise.ts';
import { finding, registered } from '../incidents/fixtures.ts';
import { type DoubtWorld, doubtWorld, rule } from '../support/doubt-world.ts';
import { contoso } from '../support/scope.ts';
import { remembering } from './terminal.ts';

const loaded = [
  { rule, title: 'Sign-in to OfficeHome', campaign: 'azure-ato-2024', speaks: true, effect: 'alert', shapes: [] },
  { rule: 'device-code', title: 'Device code', campaign: 'takeover-core', speaks: true, effect: 'staged', shapes: [] },
  { rule: 'wrong-password', title: 'Wrong password', campaign: 'takeover-core', speaks: false, effect: 'alert', shapes: [] },
  { rule: 'guessing', title: 'Guessing', campaign: 'takeover-core', speaks: true, effect: 'targeted', shapes: [] },
] as const;
const brought = {
  rule: '0f6cbd4e-7c5e-4d4a-9a43-1c1f5e6f7a80',
  title: 'Process of a computer',
  campaign: 'community',
  speaks: true,
  effect: 'staged',
  shapes: [],
  cannotMatch: 'its log source is not known here',
} as const;

async function world(): Promise<DoubtWorld> {
  const at = await doubtWorld([finding({ subject: 'user:marta' })]);
  const lease = await at.store.state.lease('round.take-lease', at.scope, 'fast', 'w', at.clock.now(), 60);
  if (lease === undefined) throw new Error('the lane is taken');
  const noise = addNoise({ v: 1, lane: 'fast', from: at.clock.now() - 200 * 86_400_000, rules: [] }, [
    { rule: 'device-code', effect: 'staged', time: '2026-03-01T00:00:00.000Z' },
    { rule: 'device-code', effect: 'staged', time: '2026-03-02T00:00:00.000Z' },
    { rule, effect: 'alert', time: '2026-03-02T00:00:00.000Z' },
  ]);
  await at.store.state.commitRound('round.commit', lease, { feeds: [], gaps: [], incidents: [], outbox: [], noise });
  await at.store.noise.putPeople('digest.put-people', at.scope, { v: 1, users: 200, at: at.clock.now() });
  return at;
}
const told = (at: DoubtWorld, answer: string | undefined, ...words: string[]) => toldOf(loaded, at, answer, ...words);
async function toldOf(rules: readonly LoadedRule[], at: DoubtWorld, answer: string | undefined, ...words: string[]) {
  const asked: string[] = [];
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    return answer ?? '';
  };
  const terminal = {
    ...remembering(),
    ...(answer === undefined ? {} : { ask }),
  };
  const code = await runRules(words, terminal, { ...at, rules: async () => rules, who: async () => 'ann@contoso.example' });
  return { code, out: terminal.lines.join('\n'), errors: terminal.errors.join('\n'), asked };
}

describe('rules list', () => {
  it('shows the noise of what spoke, the loudest first, and how many are silent', async () => {
    const { code, out } = await told(await world(), undefined);
    expect(code).toBe(0);
    const [head, first] = out.split('\n');
    expect(head).toMatch(/^RULE +DOES +NOISE +FINDINGS +LAST EVENT +TENANTS +NOTE$/);
    expect(first).toMatch(/^device-code +staged +0\.33 per 1,000 users and day +2 +2026-03-02 +1 of 2$/);
    expect(out).toContain('3 rules, 2 shown');
    expect(out).toContain('1 silent for 180 days');
  });
  it('says of a rule that cannot match here why, not that it is silent; a long id moves no column', async () => {
    const at = await world();
    const { out } = await toldOf([...loaded, brought], at, undefined, 'list', '--staged');
    const [head = '', ...rows] = out.split('\n').slice(0, 3);
    expect(rows[1]).toMatch(
      /^0f6cbd4e-7c5e-4d4a-9a43-1c1f5e6f7a80 {2}staged {2}- +0 +never +0 of 2 +Process of a computer; cannot match here: its log source is not known here$/,
    );
    for (const row of rows) expect(row.indexOf('staged')).toBe(head.indexOf('DOES'));
    expect(out).toContain('; 1 cannot match here.');
    expect((await toldOf([...loaded, brought], at, undefined, 'promote', brought.rule, '--yes')).out).toContain(
      'It cannot match here: its log',
    );
  });
  it('names the silent and the staged ones, and speaks to programs', async () => {
    const at = await world();
    expect((await told(at, undefined, 'list', '--silent')).out).toMatch(/^guessing .*never/m);
    expect((await told(at, undefined, '--staged')).out).toMatch(/^device-code/m);
    expect(JSON.parse((await told(at, undefined, 'list', '--json', '--tenant', contoso)).out)[0]).toMatchObject({
      rule: 'device-code',
      findings: 2,
      effect: 'staged',
    });
  });
});

describe('rules promote', () => {
  it('shows the figures, asks, and stores who decided with what they were', async () => {
    const at = await world();
    const { code, out, asked } = await told(at, 'y', 'promote', 'device-code', '--reason', 'Nobody uses it here');
    expect([code, asked]).toEqual([0, ['Let it alert from now on? [y/N] ']]);
    expect(out).toContain('2 findings in 30 days in 1 of 2 tenants, 0.33 per 1,000 users and day');
    const [stage] = await at.store.stages.all();
    expect(stage?.value).toMatchObject({
      rule: 'device-code',
      effect: 'alert',
      changes: [{ by: { name: 'ann@contoso.example' }, reason: 'Nobody uses it here' }],
    });
    expect((await told(at, undefined)).out).toMatch(/^device-code +alert\*/m);
    expect((await told(at, undefined, 'history')).out).toContain('ann@contoso.example: Nobody uses it here (2 findings');
    expect((await told(at, 'y', 'promote', 'device-code')).out).toContain('does so already');
    expect((await told(at, undefined, 'reset', 'device-code', '--yes')).code).toBe(0);
    expect((await told(at, undefined)).out).toMatch(/^device-code +staged +/m);
  });
  it.each(['', 'n', 'nope', 'yesterday'])('changes nothing for the answer %j', async (answer) => {
    const at = await world();
    expect((await told(at, answer, 'promote', 'device-code')).code).toBe(1);
    expect(await at.store.stages.all()).toEqual([]);
  });
  it.each([
    [['promote'], 'Name the rule'],
    [['promote', 'device-kode'], 'Did you mean device-code?'],
    [['promote', 'guessing', '--yes'], 'list of who was targeted'],
    [['promote', 'wrong-password', '--yes'], 'There is no rule'],
    [['promote', 'device-code'], 'say --yes'],
    [['promote', 'device-code', 'all'], '"all" is not understood'],
    [['promot', 'device-code'], 'rules knows'],
    [['promote', 'device-code', '--force'], '--force'],
  ])('%j is refused: %s', async (words, message) => {
    const at = await world();
    const { code, errors } = await told(at, undefined, ...words);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
    expect(await at.store.stages.all()).toEqual([]);
  });
});

describe('rules exclude', () => {
  it('hides what was said, tells the channel, lists it, and takes it back', async () => {
    const at = await world();
    const done = await told(at, 'y', 'exclude', contoso, rule, 'user:marta', '--days', '7', '--reason', 'A monitor');
    expect(done).toMatchObject({ code: 0, errors: '' });
    const [exclusion] = await at.exclusions();
    expect(await at.deliver(at.scope, `exclude-${exclusion?.press}`)).toBe('accepted');
    const { out } = await told(at, undefined, 'exclusions', contoso);
    expect(out).toContain('until 2026-03-09, 0 hidden; ann@contoso.example: A monitor');
    expect((await told(at, undefined, 'include', contoso, out.slice(0, 12), '--reason', 'No more')).code).toBe(0);
    expect((await told(at, undefined, 'exclusions', contoso)).out).toContain('taken back by ann@contoso.example');
  });
  it.each([
    [['exclude', contoso, 'mfa-fatigue', 'user:marta', '--reason', 'A trip', '--yes'], 'has never alerted'],
    [['exclude', contoso, rule, 'user:*', '--reason', 'A trip', '--yes'], 'has never alerted'],
    [['exclude', contoso, rule, 'user:marta', '--yes'], 'Say why'],
    [['exclude', contoso, rule, 'user:marta', '--reason', 'A trip', '--days', '999', '--yes'], '1 to 180 days'],
    [['exclude', contoso, rule, 'user:marta', '--reason', 'A trip', '--days', 'ever', '--yes'], '1 to 180 days'],
    [['exclude', 'contoso', rule, 'user:marta', '--reason', 'A trip', '--yes'], 'a GUID'],
    [['exclude', '33333333-3333-4333-8333-333333333333', rule, 'user:marta', '--reason', 'A trip', '--yes'], 'not under guard'],
    [['include', contoso, 'abc', '--reason', 'No more'], 'Name one exclusion'],
  ])('%j is refused: %s', async (words, message) => {
    const at = await world();
    expect(await told(at, undefined, ...words)).toMatchObject({ code: 2, errors: expect.stringContaining(message) });
    expect(await at.exclusions()).toEqual([]);
  });
  it('holds to the console’s limits: nothing in dry run, and nothing of a case in which an entry and a later stage stand', async () => {
    const words = ['exclude', contoso, rule, 'user:marta', '--reason', 'A trip', '--yes'];
    const dry = await world();
    await dry.registry.update(contoso, (entry) => ({ ...entry, policy: { ...entry.policy, live: false } }));
    const attack = await doubtWorld([finding({ subject: 'user:marta' }), registered()]);
    for (const [at, message] of [
      [dry, 'dry run'],
      [attack, 'never excluded'],
    ] as const) {
      expect(await told(at, undefined, ...words)).toMatchObject({ code: 2, errors: expect.stringContaining(message) });
      expect(await at.exclusions()).toEqual([]);
    }
  });
});

it('is a subcommand with help', async () => {
  const terminal = remembering();
  expect(await main(['rules', '--help'], terminal)).toBe(0);
  expect(terminal.lines.join('\n')).toContain('promote RULE');
});

// Somebody who wants the guard to be silent tries to exclude too much, for too long, elsewhere, about themselves, or unseen.
import { describe, expect, it } from 'vitest';
import { dismissBody } from '../../src/contracts/console.ts';
import type { Finding } from '../../src/contracts/finding.ts';
import { dismiss } from '../../src/incidents/dismiss.ts';
import { endExclusion, exclude, type Pair } from '../../src/incidents/exclude.ts';
import { UnknownTenantError } from '../../src/tenants/registry.ts';
import { finding, registered } from '../incidents/fixtures.ts';
import { CrashError, crashAt } from '../support/crash.ts';
import { ann, type DoubtWorld, doubtWorld, monthLong, rule } from '../support/doubt-world.ts';
import { fabrikam } from '../support/scope.ts';

const pair = (more: Partial<Pair> = {}): Pair => ({ rule, title: 'A rule', subject: 'user:marta', most: 'medium', from: 0, ...more });
const asked = (at: DoubtWorld, pairs: readonly Pair[], more: Partial<Parameters<typeof exclude>[2]> = {}) =>
  exclude(at, at.scope, {
    live: true,
    cases: [],
    pairs,
    days: 30,
    reason: 'A trip',
    by: { name: 'Ann', oid: ann.oid, via: 'console' },
    press: '1'.repeat(32),
    ...more,
  });
async function refused(found: readonly Finding[], more: Parameters<DoubtWorld['dismiss']>[0]): Promise<string> {
  const at = await doubtWorld(found);
  const result = await at.dismiss(more);
  // Nothing of it was done: the case is open, nothing is hidden.
  expect((await at.store.state.incident(at.scope, at.incident.id))?.value.status).toBe('open');
  expect(await at.exclusions()).toEqual([]);
  return 'refused' in result ? result.refused : 'done';
}

describe('too wide', () => {
  it.each([
    'tenant:11111111-1111-4111-8111-111111111111',
    'address:192.0.2.7',
    'unresolved:marta@contoso.example',
    'user:*',
    'user:',
    '*',
    'everybody:x',
    '__proto__:x',
  ])('%s is no subject of an exclusion', async (subject) =>
    expect(await asked(await doubtWorld(), [pair({ subject: subject as Pair['subject'] })])).toHaveProperty('refused'),
  );
  it.each(['', ' ', '*', 'officehome-*', 'a\nb', 'x'.repeat(300)])('%j is no rule', async (name) =>
    expect(await asked(await doubtWorld(), [pair({ rule: name })])).toHaveProperty('refused'),
  );
  it('more rules at once than a person looks at', async () =>
    expect(
      await asked(
        await doubtWorld(),
        Array.from({ length: 6 }, (_, index) => pair({ rule: `rule-${index}` })),
      ),
    ).toHaveProperty('refused'));
  it('a rule that has nothing to do with the case', async () =>
    expect(await refused([finding()], { exclude: monthLong({ rules: ['mfa-fatigue'] }) })).toContain('no standing finding'));
  it('what was critical', async () => expect(await asked(await doubtWorld(), [pair({ most: 'critical' })])).toHaveProperty('refused'));
  it('an attack with an entry and a second stage', async () =>
    expect(await refused([finding(), registered()], { exclude: monthLong() })).toContain('never excluded'));
  it('a list without an end', async () => {
    const at = await doubtWorld();
    for (let index = 0; index < 40; index++)
      await asked(
        at,
        Array.from({ length: 5 }, (_, each) => pair({ rule: `rule-${each}`, subject: `user:${index}` })),
        { press: String(index).padStart(32, '0') },
      );
    expect(await asked(at, [pair()])).toMatchObject({ refused: expect.stringContaining('200 exclusions are in force') });
  });
});

describe('endless', () => {
  it.each([0, -1, 181, 1e9, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d days', async (days) => {
    expect(await asked(await doubtWorld(), [pair()], { days })).toHaveProperty('refused');
    expect(dismissBody.safeParse({ reason: 'A trip', exclude: { rules: [rule], days } }).success).toBe(false);
  });
  it('without a reason', async () => expect(await asked(await doubtWorld(), [pair()], { reason: ' \u200b\n' })).toHaveProperty('refused'));
});

describe('by somebody who must not', () => {
  it('in dry run the case can be closed, but nothing is decided for later', async () => {
    expect(await refused([finding()], { exclude: monthLong({ live: false }) })).toContain('dry run');
  });
  it('a responder about themselves', async () => {
    const own = [finding({ subject: `user:${ann.oid}` })];
    expect(await refused(own, { exclude: monthLong() })).toContain('about themselves');
    expect(await asked(await doubtWorld(), [pair({ subject: `user:${ann.oid}` })])).toHaveProperty('refused');
  });
  it('of another tenant: the case is not found there, and what is excluded there hides nothing here', async () => {
    const at = await doubtWorld();
    const other = await at.registry.authorise(fabrikam, 'respond');
    expect(await dismiss(at, other, { incident: at.incident.id, by: ann, reason: 'A trip', exclude: monthLong() })).toHaveProperty(
      'refused',
    );
    await exclude(at, other, {
      live: true,
      cases: [],
      pairs: [pair()],
      days: 30,
      reason: 'A trip',
      by: { name: 'Eve', via: 'console' },
      press: '2'.repeat(32),
    });
    expect(await at.exclusions()).toEqual([]);
    await at.dismiss();
    expect(await at.opens(finding({ time: '2026-03-02T02:59:00.000Z' }))).toHaveLength(1);
    await expect(at.registry.authorise('33333333-3333-4333-8333-333333333333', 'respond')).rejects.toBeInstanceOf(UnknownTenantError);
  });
});

describe('unseen', () => {
  it('there is no exclusion without the card that tells of it, wherever the process dies', async () => {
    for (const point of ['exclude.put-due', 'exclude.add', 'exclude.ring-respond'] as const)
      for (const when of ['before', 'after'] as const) {
        const at = await doubtWorld();
        await expect(at.restart(crashAt(point, when)).dismiss({ exclude: monthLong() })).rejects.toBeInstanceOf(CrashError);
        const exclusions = await at.exclusions();
        for (const { press } of exclusions) {
          expect((await at.store.state.outboxOf(at.scope, `exclude-${press}`)).map(({ value }) => value.status)).toEqual(['waiting']);
          // The sweeper rings for it, whoever died.
          expect((await at.store.due.ofTenant(at.scope)).some(({ id }) => id.includes(press))).toBe(true);
        }
      }
  });
  it('taken back before the card goes out is told too', async () => {
    const at = await doubtWorld();
    await at.dismiss({ exclude: monthLong() });
    const [exclusion] = await at.exclusions();
    await endExclusion(at, at.scope, { id: exclusion?.id ?? '', by: { name: 'Eve', via: 'console' }, reason: 'Never mind' });
    expect(await at.deliver(at.scope, `exclude-${exclusion?.press}`)).toBe('accepted');
    expect(at.posts[0]).toContain('Taken back by Eve');
  });
  it('names that are made to break the card are text', async () => {
    const at = await doubtWorld([finding({ subjectName: '[Marta](https://evil.example) **x** \u202e' })]);
    await at.dismiss({ exclude: monthLong(), reason: '[click](https://evil.example)' });
    const [exclusion] = await at.exclusions();
    await at.deliver(at.scope, `exclude-${exclusion?.press}`);
    expect(at.posts[0]).not.toContain('](https://evil.example)');
    expect(at.posts[0]).not.toContain('\u202e');
  });
});

// "Not an attack, and don't tell me again": what a dismissal excludes, who is told, and how it ends.
import { describe, expect, it } from 'vitest';
import { endExclusion } from '../../src/incidents/exclude.ts';
import { ann, doubtWorld, monthLong, rule } from '../support/doubt-world.ts';
import { finding, registered } from './fixtures.ts';

const day = 86_400_000;
const later = (days: number, more = {}) =>
  finding({ subject: 'user:marta', time: new Date(Date.UTC(2026, 2, 2, 2, 31) + days * day).toISOString(), ...more });

describe('a dismissal that excludes', () => {
  it('closes the case, binds rule, subject, reason and end, and the same opens no case until then', async () => {
    const at = await doubtWorld();
    expect(await at.dismiss({ exclude: monthLong() })).toMatchObject({ incident: { status: 'closed' } });
    expect(await at.exclusions()).toMatchObject([
      {
        rule,
        subject: 'user:marta',
        most: 'medium',
        reason: 'A monitor pinned to an old browser',
        by: { name: 'Ann Example', oid: ann.oid },
        until: at.clock.now() + 30 * day,
        incident: at.incident.id,
      },
    ]);
    expect(await at.opens(later(1))).toEqual([]);
    expect(await at.opens(later(29))).toEqual([]);
    expect(await at.opens(later(31))).toHaveLength(1);
    expect(await at.opens(later(1, { subject: 'user:claire' }))).toHaveLength(1);
  });
  it('is told on the tenant’s channel, once, with who, what, until when and how to take it back', async () => {
    const at = await doubtWorld();
    await at.dismiss({ exclude: monthLong() });
    const [exclusion] = await at.exclusions();
    const card = `exclude-${exclusion?.press}`;
    expect(await at.deliver(at.scope, card)).toBe('accepted');
    expect(await at.deliver(at.scope, card)).toBe('nothing');
    expect(at.posts).toHaveLength(1);
    expect(at.posts[0]).toContain('Ann Example excluded 1 rule in Contoso until 2026-04-01');
    expect(at.posts[0]).toContain('A monitor pinned to an old browser');
    expect(at.posts[0]).toContain(`#/tenants/${at.scope.tenant}/rules`);
    expect((await at.store.due.ofTenant(at.scope)).filter(({ id }) => id.includes('exclude'))).toEqual([]);
  });
  it('pressed twice is one exclusion and one card', async () => {
    const at = await doubtWorld();
    await Promise.all([
      at.dismiss({ exclude: monthLong() }).catch(() => undefined),
      at.dismiss({ exclude: monthLong() }).catch(() => undefined),
    ]);
    await at.dismiss({ exclude: monthLong() });
    expect(await at.exclusions()).toHaveLength(1);
  });
  it('without it, closes the case and hides nothing', async () => {
    const at = await doubtWorld();
    await at.dismiss();
    expect(await at.exclusions()).toEqual([]);
    expect(await at.opens(later(1))).toHaveLength(1);
  });
  it('is taken back by anybody who may act: the same opens a case again', async () => {
    const at = await doubtWorld();
    await at.dismiss({ exclude: monthLong() });
    const [exclusion] = await at.exclusions();
    const by = { name: 'Bea Example', via: 'console' } as const;
    const request = { id: exclusion?.id ?? '', by, reason: 'It was an attack after all' };
    expect(await endExclusion(at, at.scope, request)).toMatchObject({ exclusion: { ended: { by } } });
    expect(await endExclusion(at, at.scope, { ...request, by: { name: 'Cleo', via: 'console' } })).toMatchObject({
      exclusion: { ended: { by } },
    });
    expect(await endExclusion(at, at.scope, { ...request, id: 'none' })).toHaveProperty('refused');
    expect(await at.opens(later(1))).toHaveLength(1);
  });
  it('tells the story that matters: the thief who comes in under an exclusion and goes on', async () => {
    const at = await doubtWorld();
    await at.dismiss({ exclude: monthLong() });
    const entry = later(3);
    expect(await at.opens(entry)).toEqual([]);
    const method = registered({ subject: 'user:marta', time: later(3.01).time });
    const [incident] = await at.opens(entry, method);
    expect(incident).toMatchObject({ severity: 'high', campaigns: [{ confirmed: true }], firstAt: entry.time });
    expect(incident?.against.join()).toContain('Ann Example excluded this until 2026-04-01');
  });
});

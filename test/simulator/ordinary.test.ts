// Ordinary life: deterministic, in the declared shape, in believable amounts, and never from the future.
import { describe, expect, it } from 'vitest';
import { differences, entities } from '../../simulator/entities.ts';
import { createWorld } from '../../simulator/world.ts';
import { contoso, fabrikam } from '../../simulator/worlds/constants.ts';
import { type MonthRecord, ordinaryDay, ordinaryMonth } from '../../simulator/worlds/ordinary.ts';
import { peopleOf } from '../../simulator/worlds/people.ts';
import { manualClock } from './support.ts';

const monday = Date.parse('2026-03-09T00:00:00Z');
const day = (seed: string) => ordinaryDay({ tenant: contoso, people: peopleOf[contoso.id] ?? [], day: monday, seed });
const month: readonly MonthRecord[] = [...ordinaryMonth({ users: 300, from: Date.parse('2026-03-01T00:00:00Z') })];
const of = (source: MonthRecord['source']) => month.filter((entry) => entry.source === source).map((entry) => entry.record);
const errorOf = (record: Readonly<Record<string, unknown>>): unknown => (record.status as { errorCode: number }).errorCode;

describe('the people', () => {
  it('fill two tenants with ids, names and addresses of their own', () => {
    const all = [...(peopleOf[contoso.id] ?? []), ...(peopleOf[fabrikam.id] ?? [])];
    expect(all).toHaveLength(68);
    expect(new Set(all.map((person) => person.id)).size).toBe(68);
    expect(new Set(all.map((person) => person.upn)).size).toBe(68);
    for (const person of all) expect(person.upn).toMatch(/^[a-z.]+(_partner\.example#EXT#)?@(contoso|fabrikam)\.example$/);
    expect(all.filter((person) => person.guest)).toHaveLength(3);
    expect(all.filter((person) => person.synchronised)).toHaveLength(2);
  });
});

describe('an ordinary day', () => {
  it('is the same for the same seed and different for another', () => {
    const plain = (seed: string): unknown => day(seed).signIns.map((entry) => entry.record);
    expect(plain('a')).toEqual(plain('a'));
    expect(plain('a')).not.toEqual(plain('b'));
  });

  it('is told in the declared shape', () => {
    const { signIns, directoryAudits } = day('a');
    expect(signIns.flatMap(({ record }) => differences(entities.signInBeta, record))).toEqual([]);
    expect(directoryAudits.flatMap(({ record }) => differences(entities.directoryAudit, record))).toEqual([]);
  });
});

describe('an ordinary month', () => {
  it('has no two records with one id, and no campaign browser', () => {
    for (const [source, id] of [
      ['sign-ins', 'id'],
      ['directory-audits', 'id'],
      ['unified-audit', 'Id'],
    ] as const) {
      const ids = of(source).map((record) => record[id]);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(of('sign-ins').some((record) => String(record.userAgent).includes('Chrome/120.'))).toBe(false);
  });

  it('looks ordinary: mostly successes, a few mistakes, some travel and VPN, few registrations and consents', () => {
    const interactive = of('sign-ins').filter((record) => record.isInteractive === true);
    expect(interactive.length / 300).toBeGreaterThan(30);
    expect(interactive.length / 300).toBeLessThan(90);
    const share = (code: number): number => interactive.filter((record) => errorOf(record) === code).length / interactive.length;
    expect(share(0)).toBeGreaterThan(0.85);
    expect(share(50126)).toBeGreaterThan(0.005);
    expect(share(50126)).toBeLessThan(0.04);
    const countries = new Map<unknown, Set<unknown>>();
    for (const record of interactive) {
      const { countryOrRegion } = record.location as { countryOrRegion: string };
      countries.set(record.userId, (countries.get(record.userId) ?? new Set()).add(countryOrRegion));
    }
    const abroad = [...countries.values()].filter((seen) => seen.size > 1).length;
    expect(abroad).toBeGreaterThan(20);
    expect(abroad).toBeLessThan(100);
    const registered = of('directory-audits').filter((record) => record.activityDisplayName === 'User registered security info').length;
    expect(registered).toBeGreaterThan(0);
    expect(registered).toBeLessThan(25);
  });

  it('uses documentation addresses only', () => {
    for (const record of of('sign-ins')) expect(record.ipAddress).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/);
  });
});

describe('the world', () => {
  it('keeps generating as time goes on, and never shows what has not happened', () => {
    const clock = manualClock();
    const world = createWorld({ clock, historyDays: 3 });
    world.advance();
    const tenant = world.tenants.get(contoso.id);
    const seen = (): readonly Readonly<Record<string, unknown>>[] => tenant?.signIns.visible(clock.now()) ?? [];
    const first = seen().length;
    expect(first).toBeGreaterThan(100);
    expect(seen().every((record) => Date.parse(String(record.createdDateTime)) <= clock.now())).toBe(true);
    clock.advance(7 * 86_400);
    world.advance();
    expect(seen().length).toBeGreaterThan(first * 2);
    expect(new Set(seen().map((record) => record.id)).size).toBe(seen().length);
  });

  it('really holds the methods that people registered', () => {
    const clock = manualClock();
    const world = createWorld({ clock, historyDays: 120 });
    world.advance();
    const registrations = [...world.tenants.values()].flatMap((tenant) =>
      tenant.directoryAudits
        .visible(clock.now())
        .filter((record) => record.activityDisplayName === 'User registered security info')
        .map((record) => [tenant, record] as const),
    );
    expect(registrations.length).toBeGreaterThan(0);
    for (const [tenant, record] of registrations) {
      const [target] = record.targetResources as { id: string }[];
      const at = Date.parse(String(record.activityDateTime));
      const methods = tenant.methods.all().filter(([, method]) => method.userId === target?.id);
      expect(methods.some(([, method]) => Math.abs(Date.parse(method.createdDateTime ?? '') - at) < 1000)).toBe(true);
    }
  });
});

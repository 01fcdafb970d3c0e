import { describe, expect, it } from 'vitest';
import { distance } from '../../../src/detect/context/travel.ts';
import { at, away, boston, contextOf, networksOf, other, signIn, winterthur, zurich } from './subjects.ts';

const home = [signIn(at(1)), signIn(at(19)), signIn(at(20, 8))];

describe('travel since the sign-in before', () => {
  it('knows distances over the ground', () => {
    expect(Math.round(distance({ latitude: 47.37, longitude: 8.54 }, { latitude: 42.36, longitude: -71.06 }))).toBe(6018);
    expect(distance({ latitude: 10, longitude: 179.9 }, { latitude: 10, longitude: -179.9 })).toBeLessThan(25);
    expect(distance({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBeCloseTo(20_015, -1);
  });
  it('is impossible from Zurich to Boston in two hours', () => {
    const context = contextOf(signIn(at(20, 10), away), { history: home });
    expect(context['context.travel.kilometres']).toBe(6014);
    expect(context['context.travel.speed']).toBe(3007);
    expect(context['context.travel.explained']).toEqual([]);
    expect(context['context.travel.impossible']).toBe(true);
  });
  it('is a flight the next morning, and a train ride to the next town', () => {
    expect(contextOf(signIn(at(21, 8), away), { history: home })['context.travel.impossible']).toBe(false);
    const near = contextOf(signIn(at(20, 8, 5), { location: winterthur, ipAddress: '192.0.2.200' }), { history: home });
    expect([near['context.travel.speed'], near['context.travel.impossible']]).toEqual([0, false]);
  });
  it('is unknown where one of the two places is not told', () => {
    expect(contextOf(signIn(at(20, 10), away))['context.travel.speed']).toBeUndefined();
    const nowhere = { location: { city: 'Boston', countryOrRegion: 'US', geoCoordinates: { latitude: null, longitude: null } } };
    expect(contextOf(signIn(at(20, 10), { ...away, ...nowhere }), { history: home })['context.travel.impossible']).toBeUndefined();
    const zero = { location: { countryOrRegion: 'US', geoCoordinates: { latitude: 0, longitude: 0 } } };
    expect(contextOf(signIn(at(20, 10), { ...away, ...zero }), { history: home })['context.travel.impossible']).toBeUndefined();
    expect(contextOf(signIn(at(20, 10), away), { history: [signIn(at(20, 8), nowhere)] })['context.travel.impossible']).toBeUndefined();
    expect(contextOf(other('directory-audit', {}), { history: home })['context.travel.speed']).toBeUndefined();
  });
  it('takes the last place, also within one hour, and not what failed', () => {
    const there = signIn(at(20, 9, 5), away);
    const back = contextOf(signIn(at(20, 9, 50)), { history: [...home, there] });
    expect(back['context.travel.kilometres']).toBe(6014);
    const failed = signIn(at(20, 9, 5), { ...away, status: { errorCode: 50126 } });
    expect(contextOf(signIn(at(20, 9, 50)), { history: [...home, failed] })['context.travel.kilometres']).toBe(0);
  });
  it('is explained by a network that the person has used for a day, such as the company’s VPN', () => {
    const before = signIn(at(10), away);
    const context = contextOf(signIn(at(20, 8, 30), away), { history: [before, ...home] });
    expect(context['context.travel.explained']).toEqual(['habit']);
    expect(context['context.travel.impossible']).toBe(false);
  });
  it.each([
    ['a security gateway', [64500, 'Zscaler Switzerland GmbH'], 'relay'],
    ['a mobile carrier', [64501, 'Example Mobile Communications'], 'carrier'],
  ] as const)('is explained by %s at either end', (_what, owner, reason) => {
    const networks = networksOf({ '203.0.113': owner, '192.0.2': [64510, 'Example Networks'] });
    const there = contextOf(signIn(at(20, 10), away), { history: home, networks });
    expect([there['context.travel.explained'], there['context.travel.impossible']]).toEqual([[reason], false]);
    const back = contextOf(signIn(at(20, 10), { ipAddress: '198.51.100.9', location: zurich }), {
      history: [signIn(at(20, 9), { ...away, location: boston })],
      networks,
    });
    expect(back['context.travel.explained']).toEqual([reason]);
  });
  it('is explained by Microsoft’s own services, and not by a rented server', () => {
    const own = contextOf(signIn(at(20, 10), { ...away, ipAddress: '40.107.3.4' }), { history: home });
    expect(own['context.travel.explained']).toEqual(['microsoft']);
    const rented = contextOf(signIn(at(20, 10), away), {
      history: home,
      networks: networksOf({ '203.0.113': [24940, 'Hetzner Online GmbH'] }),
    });
    expect(rented['context.travel.impossible']).toBe(true);
  });
});

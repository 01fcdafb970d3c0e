import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../src/contracts/activity.ts';
import type { Baselines, DirectoryFacts } from '../../../src/contracts/detection.ts';
import type { SubjectId } from '../../../src/contracts/ids.ts';
import { createContextMaker } from '../../../src/detect/context/context.ts';
import { BaselineBuilder, valuesPerKind } from '../../../src/detect/context/first-seen.ts';
import { Observed } from '../../../src/detect/context/observed.ts';
import { createIndicatorIndex } from '../../../src/detect/indicators/indicator-index.ts';

const user = 'user:11111111-0000-4000-8000-000000000001' satisfies SubjectId;
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const at = (day: number, hour = 9) => Date.UTC(2026, 0, day, hour);

const signIn = (id: string, time: number, record: Record<string, unknown> = {}): Activity => ({
  id: `signin:${id}`,
  tenant: 'tenant',
  feed: 'sign-ins.interactive',
  time,
  subject: user,
  views: [
    {
      shape: 'sign-in',
      record: {
        appId: 'app-one',
        userAgent: chrome,
        ipAddress: '192.0.2.10',
        location: { city: 'Zurich', countryOrRegion: 'CH' },
        status: { errorCode: 0 },
        ...record,
      },
    },
  ],
});
const maker = createContextMaker({
  enoughHistoryDays: 14,
  indicators: createIndicatorIndex([
    { id: 'pack/isp', kind: 'network', value: '64500', confidence: 40, validFrom: at(1), source: 'a report', owner: 'Example Networks' },
    { id: 'pack/agent', kind: 'user-agent', value: linux, confidence: 60, validFrom: at(1), source: 'a report' },
    { id: 'pack/drop', kind: 'domain', value: 'drop.example', confidence: 60, validFrom: at(1), source: 'a report' },
  ]),
});
const learn = (activities: readonly Activity[], stored: Baselines = new Map()) => {
  const builder = new BaselineBuilder(stored);
  for (const activity of activities) builder.see(activity, maker.sighting(new Observed(activity)));
  return builder.baselines();
};
const contextOf = (activity: Activity, history: readonly Activity[], facts?: DirectoryFacts) =>
  maker.of(activity, new Observed(activity), { baseline: learn([...history, activity]).get(user), facts, signInsUnread: false });

describe('what is first for a user', () => {
  const history = [signIn('a', at(1)), signIn('b', at(10))];
  it('is unknown until there is enough history, and known after', () => {
    const odd = { userAgent: linux };
    expect(contextOf(signIn('x', at(10, 12), odd), history)['context.first.browser']).toBeUndefined();
    expect(contextOf(signIn('x', at(20), odd), history)['context.first.browser']).toBe(true);
    expect(contextOf(signIn('x', at(20)), history)['context.first.browser']).toBe(false);
  });
  it('knows what is not first even with little history', () => {
    expect(contextOf(signIn('x', at(2)), history)['context.first.network']).toBe(false);
  });
  it('does not learn from a failure', () => {
    const failed = signIn('f', at(15), { location: { countryOrRegion: 'NG' }, status: { errorCode: 50126 } });
    const later = signIn('x', at(20), { location: { countryOrRegion: 'NG' } });
    expect(contextOf(later, [...history, failed])['context.first.country']).toBe(true);
  });
  it('stays first when the same sign-in is read again, and not for the next one', () => {
    const first = signIn('x', at(20), { appId: 'app-two' });
    const next = signIn('y', at(20, 10), { appId: 'app-two' });
    const all = [...history, first, next];
    expect(contextOf(first, all)['context.first.application']).toBe(true);
    expect(contextOf(next, all)['context.first.application']).toBe(false);
  });
  it('knows a network by its AS number or by its address range', () => {
    const withNumber = [signIn('a', at(1), { autonomousSystemNumber: 64501 }), signIn('b', at(10))];
    const moved = signIn('x', at(20), { ipAddress: '198.51.100.9', autonomousSystemNumber: 64501 });
    expect(contextOf(moved, withNumber)['context.first.network']).toBe(false);
    expect(contextOf(signIn('x', at(20), { ipAddress: '192.0.2.99' }), withNumber)['context.first.network']).toBe(false);
    expect(contextOf(signIn('x', at(20), { ipAddress: '198.51.100.9' }), withNumber)['context.first.network']).toBe(true);
  });
  it('says "any" only when it can', () => {
    expect(contextOf(signIn('x', at(20)), history)['context.first.any']).toBe(false);
    expect(contextOf(signIn('x', at(20), { appId: 'new' }), history)['context.first.any']).toBe(true);
    expect(contextOf(signIn('x', at(20), { location: null }), history)['context.first.any']).toBeUndefined();
  });
  it('does not depend on the order, repetition or split of what was learnt', () => {
    const someSignIn = fc
      .record({
        id: fc.integer({ min: 0, max: 9 }),
        day: fc.integer({ min: 1, max: 28 }),
        appId: fc.constantFrom('one', 'two', '__proto__'),
        country: fc.constantFrom('CH', 'NG', 'constructor'),
      })
      .map(({ id, day, appId, country }) => signIn(`${day}-${id}`, at(day), { appId, location: { countryOrRegion: country } }));
    fc.assert(
      fc.property(fc.array(someSignIn, { maxLength: 12 }), fc.nat({ max: 12 }), (activities, cut) => {
        const whole = learn(activities);
        const reversed = activities.toReversed();
        const parts = learn(reversed.slice(cut), learn(reversed.slice(0, cut)));
        if (cut < activities.length || activities.length === 0) expect(parts).toEqual(whole);
        expect(learn(activities, whole)).toEqual(whole);
      }),
    );
  });
  it('is unknown beyond the number of values that are remembered', () => {
    const many = Array.from({ length: valuesPerKind + 5 }, (_, index) => signIn(`m${index}`, at(1) + index, { appId: `app-${index}` }));
    expect(Object.keys(learn(many).get(user)?.seen.application ?? {})).toHaveLength(valuesPerKind);
    expect(contextOf(signIn('x', at(25), { appId: 'other' }), many)['context.first.application']).toBeUndefined();
  });
});

describe('what a record says about its source', () => {
  it('tells browser and system, from the user agent or else from the device detail', () => {
    const context = contextOf(signIn('x', at(2), { userAgent: linux }), []);
    expect([context['context.browser.family'], context['context.browser.system']]).toEqual(['Chrome', 'Linux']);
    const older = contextOf(
      signIn('x', at(2), { userAgent: undefined, deviceDetail: { browser: 'Edge 120.0.0', operatingSystem: 'Windows 10' } }),
      [],
    );
    expect([older['context.browser.family'], older['context.browser.system']]).toEqual(['Edge', 'Windows']);
  });
  it('matches indicators, and cannot say where the record lacks the field', () => {
    const context = contextOf(signIn('x', at(2), { userAgent: linux, autonomousSystemNumber: 64500 }), []);
    expect(context['context.indicator.userAgent']).toEqual(['pack/agent']);
    expect(context['context.indicator.network']).toEqual(['pack/isp']);
    expect(context['context.network.owner']).toBe('Example Networks');
    const bare = contextOf(signIn('x', at(2), { userAgent: undefined }), []);
    expect(bare['context.indicator.userAgent']).toBeUndefined();
    expect(bare['context.indicator.network']).toBeUndefined();
  });
  it('finds a listed domain in a forwarding address', () => {
    const rule: Activity = {
      ...signIn('x', at(2)),
      views: [
        {
          shape: 'unified-audit',
          record: { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'smtp:someone@in.drop.example' }] },
        },
      ],
    };
    expect(contextOf(rule, [])['context.indicator.domain']).toEqual(['pack/drop']);
  });
  it('knows the directory facts it is given, and says nothing without them', () => {
    const known = contextOf(signIn('x', at(2)), [], { title: 'Leiterin Buchhaltung', roles: ['Exchange Administrator'] });
    expect([known['context.user.role'], known['context.user.privileged']]).toEqual(['finance', true]);
    const unknown = contextOf(signIn('x', at(2)), []);
    expect([unknown['context.user.role'], unknown['context.user.privileged']]).toEqual([undefined, undefined]);
  });
  it('survives any record', () => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 3 }),
        fc.constantFrom('sign-in', 'directory-audit', 'unified-audit', 'inbound-connector'),
        (record, shape) => {
          const activity: Activity = { ...signIn('x', at(2)), views: [{ shape: shape as 'sign-in', record }] };
          const context = contextOf(activity, []);
          for (const field of Object.getOwnPropertyNames(Object.getPrototypeOf(context))) void Reflect.get(context, field);
        },
      ),
    );
  });
});

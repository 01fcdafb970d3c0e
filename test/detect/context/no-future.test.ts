// The context of an event never depends on what happened after it: neither in order, nor in what is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../src/contracts/activity.ts';
import { contextFields } from '../../../src/contracts/context.ts';
import { at, away, contextOf, laptop, signIn } from './subjects.ts';

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const anySignIn = fc
  .record({
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.constantFrom(8, 9, 10),
    minute: fc.constantFrom(0, 20, 40),
    record: fc.constantFrom(
      {},
      away,
      { userAgent: chrome },
      { deviceDetail: { deviceId: laptop.replace('a', 'b') } },
      { isInteractive: false, ...away },
    ),
    code: fc.constantFrom(0, 0, 0, 50126),
  })
  .map(({ day, hour, minute, record, code }) => signIn(at(day, hour, minute), { ...record, status: { errorCode: code } }));
const isUpTo = (one: Activity, self: Activity): boolean => one.time < self.time || (one.time === self.time && one.id <= self.id);

describe('context', () => {
  it('is the same with and without the future', () => {
    fc.assert(
      fc.property(fc.array(anySignIn, { minLength: 1, maxLength: 15 }), fc.nat(), (activities, pick) => {
        const self = activities[pick % activities.length];
        if (self === undefined) return;
        const all = contextOf(self, { history: activities });
        const past = contextOf(self, { history: activities.filter((one) => isUpTo(one, self)).toReversed() });
        for (const field of Object.keys(contextFields) as (keyof typeof contextFields)[])
          expect([field, all[field]]).toEqual([field, past[field]]);
      }),
      { numRuns: 150 },
    );
  });
});

// What is kept of a user's baseline answers as the baseline itself does, as long as it is the same one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserBaseline } from '../../../src/contracts/detection.ts';
import { KeySet, KnownValues, storedFirst } from '../../../src/detect/context/known-values.ts';

const noon = Date.UTC(2026, 8, 1, 12);
const seenAt = (country: Record<string, number>): UserBaseline['seen'] => ({
  browser: {},
  network: {},
  application: {},
  country: Object.fromEntries(Object.entries(country).map(([key, time]) => [key, { time, activity: `signin:${key}` }])),
});

describe('since when a user is known with a value', () => {
  it('is the earliest of its keys; there is nothing to learn once all were seen', () => {
    const values = new KnownValues().of('user:a', seenAt({ CH: noon, DE: noon + 1 }));
    const [both, one, none] = [new KeySet(['CH', 'DE']), new KeySet(['CH', 'FR']), new KeySet(['constructor'])];
    expect(values.earliest('country', both)).toBe(noon);
    expect(values.allBefore('country', both, noon + 1)).toBe(false);
    expect(values.allBefore('country', both, noon + 2)).toBe(true);
    expect(values.earliest('country', one)).toBe(noon);
    expect(values.allBefore('country', one, noon + 2)).toBe(false);
    expect(values.earliest('country', none)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is asked anew of another baseline of the user', () => {
    const known = new KnownValues();
    const set = new KeySet(['CH']);
    expect(known.of('user:a', seenAt({})).allBefore('country', set, noon)).toBe(false);
    expect(known.of('user:a', seenAt({ CH: noon - 1 })).allBefore('country', set, noon)).toBe(true);
  });

  it('is the same however many values and users were asked about before', () => {
    const sets = Array.from({ length: 150 }, (_, index) => new KeySet([`K${index}`, `K${index % 7}`]));
    const users = ['user:a', 'user:b', 'user:c'] as const;
    const baselines = users.map((_, user) =>
      seenAt(Object.fromEntries(sets.map((_, key) => [`K${key}`, noon + ((key * 31 + user) % 50)]))),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(149), fc.nat(60)), { maxLength: 300 }), (questions) => {
        const known = new KnownValues(2);
        for (const [user, number, later] of questions) {
          const [id, seen, set] = [users[user], baselines[user], sets[number]];
          if (id === undefined || seen === undefined || set === undefined) throw new Error('no such question');
          const times = set.keys.map((key) => storedFirst(seen, 'country', key)?.time ?? Number.POSITIVE_INFINITY);
          const values = known.of(id, seen);
          expect(values.earliest('country', set)).toBe(Math.min(...times));
          expect(values.allBefore('country', set, noon + later)).toBe(Math.max(...times) < noon + later);
        }
      }),
      { numRuns: 40 },
    );
  });
});

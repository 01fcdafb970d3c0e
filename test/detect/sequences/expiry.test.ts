import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceHit } from '../../../src/contracts/detection.ts';
import { expired, longestKept, longestTimespan } from '../../../src/detect/sequences/expiry.ts';
import { evaluate } from '../../../src/detect/sequences/occurrences.ts';
import type { Sequence } from '../../../src/detect/sequences/sequence.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 9, 0, 0);
const hit = (minutes: number, group = 'one'): SequenceHit => ({
  rule: 'sequence',
  base: 'failure',
  group,
  activity: `${group}-${minutes}`,
  time: start + minutes * minute,
  subject: 'user:one',
  facts: {},
});
const names = (hits: readonly SequenceHit[]) => hits.map(({ activity }) => activity);

describe('stored hits expire', () => {
  it('when everything is settled past their window, group by group', () => {
    const hits = [hit(0), hit(5), hit(30), hit(1, 'two')];
    expect(names(expired(hits, 10 * minute, start + 16 * minute))).toEqual(['one-0', 'one-5', 'two-1']);
    expect(names(expired(hits, 10 * minute, start + 15 * minute))).toEqual(['two-1']);
  });
  it('only as whole runs: a finding that goes on keeps its first hit, and so its name', () => {
    const going = [0, 9, 18, 27, 36].map((at) => hit(at));
    expect(expired(going, 10 * minute, start + 40 * minute)).toEqual([]);
  });
  it('at last also of a group that never rests', () => {
    const day = 86_400_000;
    const ever = Array.from({ length: 40 }, (_, index) => hit(index * 24 * 60));
    const gone = expired(ever, 2 * day, start + 39 * day);
    expect(gone).toHaveLength(Math.floor((39 * day - longestKept) / day));
  });
  it('by the longest window of a nested sequence', () => {
    const nested: Sequence = { name: 'n', kind: 'event_count', parts: ['failure'], timespan: 90, test: { gte: 2 } };
    expect(longestTimespan({ name: 's', kind: 'temporal', parts: [nested, 'success'], timespan: 60, test: { gte: 2 } })).toBe(90);
  });
  it('without changing what follows of the rest', () => {
    const kinds = fc.constantFrom<Pick<Sequence, 'kind' | 'test'>>(
      { kind: 'event_count', test: { gte: 2 } },
      { kind: 'event_count', test: { lt: 3 } },
    );
    fc.assert(
      fc.property(kinds, fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }), fc.nat(200), (how, minutes, settled) => {
        const sequence: Sequence = { name: 'sequence', parts: ['failure'], timespan: 10 * minute, ...how };
        const hits = minutes.map((at) => hit(at));
        const settledTo = start + settled * minute;
        const gone = new Set(expired(hits, sequence.timespan, settledTo));
        const after = evaluate(
          sequence,
          hits.filter((one) => !gone.has(one)),
        ).occurrences;
        const whole = evaluate(sequence, hits).occurrences;
        expect(after).toEqual(whole.filter(({ anchor }) => !gone.has(anchor)));
      }),
      { numRuns: 500 },
    );
  });
});

// Whom a spray reached: people are told apart, and an office is no spray.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import type { SequenceHit } from '../../src/contracts/detection.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { createDetector } from '../../src/detect/detector.ts';

const { campaigns } = await loadCampaigns(join(import.meta.dirname, '../../campaigns'));
const detector = createDetector({ campaigns });
const rule = 'takeover-core-password-spray-success';
const address = '203.0.113.77';
const start = Date.UTC(2026, 0, 20, 8);
const person = (who: number): SubjectId => `user:11111111-0000-4000-8000-${String(who).padStart(12, '0')}`;

const hit = (base: string, who: number, minute: number): SequenceHit => ({
  rule,
  base,
  group: address,
  activity: `signin:${base}-${who}-${minute}`,
  time: start + minute * 60_000,
  value: person(who),
  subject: person(who),
  facts: {},
});
const failed = (who: number, minute: number) => hit('takeover-core-wrong-password', who, minute);
const entered = (who: number, minute: number) => hit('takeover-core-success-from-elsewhere', who, minute);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const victims = (hits: readonly SequenceHit[]) =>
  detector
    .conclude('t', hits)
    .findings.map(({ subject }) => subject)
    .sort();

describe('a spray with successes', () => {
  const spray = numbers(1, 8).map((who) => failed(who, who));
  it('names each who was entered while more only failed', () => {
    expect(victims([...spray, entered(20, 12), entered(21, 14)])).toEqual([person(20), person(21)]);
  });
  it('counts who failed and then got in as entered', () => {
    expect(victims([...spray, entered(1, 12), entered(2, 14), entered(3, 15)])).toEqual([1, 2, 3].map(person));
    expect(victims([...spray, ...numbers(1, 4).map((who) => entered(who, 12 + who))])).toEqual([]);
  });
  it('names nobody where all eight mistyped and all eight got in: an office behind a new address', () => {
    expect(victims([...spray, ...numbers(1, 8).map((who) => entered(who, 10 + who))])).toEqual([]);
  });
  it('names nobody where as many others got in as failed', () => {
    expect(victims([...spray, ...numbers(20, 27).map((who) => entered(who, who))])).toEqual([]);
    expect(victims([...spray, ...numbers(20, 26).map((who) => entered(who, who))])).toHaveLength(7);
  });
  it('looks at the time of the spray only: who enters a day later excuses nothing', () => {
    const later = numbers(20, 40).map((who) => entered(who, 1440 + who));
    expect(victims([...spray, entered(9, 12), ...later])).toEqual([person(9)]);
  });
  it('does not depend on order, repetition or split of the records', () => {
    const who = fc.integer({ min: 1, max: 12 });
    const hits = fc.array(
      fc
        .record({ who, minute: fc.integer({ min: 0, max: 240 }), success: fc.boolean() })
        .map((one) => (one.success ? entered : failed)(one.who, one.minute)),
      { minLength: 10, maxLength: 60 },
    );
    const idsOf = (given: readonly SequenceHit[]) =>
      detector
        .conclude('t', given)
        .findings.map(({ id, activities }) => `${id} ${activities.join()}`)
        .sort();
    fc.assert(
      fc.property(hits, fc.infiniteStream(fc.nat()), (given, order) => {
        const mixed = [...given, ...given.slice(0, 7)]
          .map((one) => ({ one, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(idsOf(mixed)).toEqual(idsOf(given));
      }),
      { numRuns: 200 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenContent } from '../../../src/collect/activity-log/seen-content.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 2, 2, 12, 0, 0);
const content = (id: string, created: number) => ({ id, created, uri: 'https://activity.example/x' });

describe('content that was read', () => {
  it('is known again after a round trip through the marks, and other content is not', () => {
    const seen = new SeenContent([]);
    seen.add(content('a', noon));
    seen.add(content('b', noon - hour));
    const again = new SeenContent(seen.marks(noon - 24 * hour));
    expect([again.has(content('a', noon)), again.has(content('b', noon - hour)), again.has(content('c', noon))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(again.forgottenTo).toBe(0);
  });
  it('is one short text per hour', () => {
    const seen = new SeenContent([]);
    for (let index = 0; index < 30; index++) seen.add(content(`id ${index}`, noon + index * 60_000));
    const marks = seen.marks(0);
    expect(marks).toHaveLength(1);
    expect(marks[0]).toHaveLength(`${Math.floor(noon / hour).toString(36)}:`.length + 300);
  });
  it('is forgotten by the hour when it is no longer needed', () => {
    const seen = new SeenContent([]);
    seen.add(content('old', noon - 30 * hour));
    seen.add(content('new', noon));
    expect(seen.marks(noon - 28 * hour)).toHaveLength(1);
  });
  it('of a tenant that writes more than a row holds keeps the newest hours, and says up to when it forgot', () => {
    const seen = new SeenContent([]);
    for (let hours = 0; hours < 4; hours++)
      for (let index = 0; index < 9_000; index++) seen.add(content(`${hours} ${index}`, noon - hours * hour));
    const marks = seen.marks(noon - 24 * hour);
    expect(JSON.stringify(marks).length).toBeLessThan(350_000);
    const again = new SeenContent(marks);
    expect(again.has(content('2 5', noon - 2 * hour))).toBe(true);
    expect(again.has(content('3 5', noon - 3 * hour))).toBe(false);
    expect(again.forgottenTo).toBe(noon - 2 * hour);
    // And remembers that it forgot.
    expect(new SeenContent(again.marks(noon - 24 * hour)).forgottenTo).toBe(noon - 2 * hour);
  });
  it('any marks, also damaged ones, are read without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z]{1,8}:[\w-]*$/)), { maxLength: 20 }), (marks) => {
        const seen = new SeenContent(marks);
        expect(seen.has(content('a', noon))).toBe(false);
        seen.add(content('a', noon));
        expect(new SeenContent(seen.marks(noon - hour)).has(content('a', noon))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

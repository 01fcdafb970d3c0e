import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenContent, sumOf } from '../../../src/collect/activity-log/seen-content.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 2, 2, 12, 0, 0);
const noonHour = noon / hour;
const content = (id: string, created: number) => ({ id, created, uri: 'https://activity.example/x' });
const needed = { needed: noon - 28 * hour, oldest: noon - 168 * hour, readTo: noon };
const again = (seen: SeenContent, of = needed) => new SeenContent(seen.marks(of).marks);

describe('content that was read', () => {
  it('is known again after a round trip through the marks, and other content is not', () => {
    const seen = new SeenContent([]);
    seen.add(content('a', noon));
    seen.add(content('b', noon - hour));
    const known = again(seen);
    expect([known.has(content('a', noon)), known.has(content('b', noon - hour)), known.covers(content('c', noon))]).toEqual([
      true,
      true,
      false,
    ]);
  });
  it('is one short text per hour', () => {
    const seen = new SeenContent([]);
    for (let index = 0; index < 30; index++) seen.add(content(`id ${index}`, noon + index * 60_000));
    const { marks } = seen.marks(needed);
    expect(marks).toHaveLength(1);
    expect(marks[0]).toHaveLength(`${noonHour.toString(36)}:`.length + 300);
  });
  it('is kept as a sum once it is older than is listed again, and not at all once the service has it no more', () => {
    const seen = new SeenContent([]);
    const old = [content('a', noon - 30 * hour), content('b', noon - 30 * hour)];
    for (const one of old) seen.add(one);
    seen.add(content('new', noon));
    seen.add(content('ancient', noon - 200 * hour));
    const known = again(seen);
    expect(seen.marks(needed).marks).toHaveLength(2);
    expect(known.has(content('a', noon - 30 * hour))).toBe(false);
    expect(known.isFolded(noonHour - 30)).toBe(true);
    expect(known.sum(noonHour - 30)).toEqual(sumOf([...old].reverse()));
    expect(known.sum(noonHour - 30)).not.toEqual(sumOf([...old, content('c', noon - 30 * hour)]));
    // And what is read of such an hour later adds up with it.
    known.add(content('c', noon - 30 * hour));
    expect(again(known).sum(noonHour - 30)).toEqual(sumOf([...old, content('c', noon - 30 * hour)]));
  });
  it('keeps what failed by name, however much else there is, and forgets it once it is listed no more', () => {
    const seen = new SeenContent([]);
    seen.fail(content('bad', noon - 40 * hour));
    seen.add(content('good', noon - 40 * hour));
    seen.setWhole(noonHour - 40);
    const known = again(seen, { ...needed, readTo: noon - 40 * hour });
    expect(known.failedHours()).toEqual([noonHour - 40]);
    expect([known.covers(content('bad', noon - 40 * hour)), known.covers(content('good', noon - 40 * hour))]).toEqual([false, true]);
    expect(known.forgetFailed(noonHour - 40, [content('bad', noon - 40 * hour)])).toBe(0);
    expect(known.forgetFailed(noonHour - 40, [content('good', noon - 40 * hour)])).toBe(1);
    expect(known.failedHours()).toEqual([]);
  });
});

describe('a tenant that writes more than a row holds', () => {
  const full = () => {
    const seen = new SeenContent([]);
    for (let hours = 0; hours < 4; hours++)
      for (let index = 0; index < 9_000; index++) seen.add(content(`${hours} ${index}`, noon - hours * hour));
    return seen;
  };
  it('has its oldest hours kept as sums where all of them was read', () => {
    const { marks, again: forgotten } = full().marks(needed);
    expect(forgotten).toBe(0);
    expect(JSON.stringify(marks).length).toBeLessThan(350_000);
    const known = new SeenContent(marks);
    expect([known.has(content('2 5', noon - 2 * hour)), known.has(content('3 5', noon - 3 * hour))]).toEqual([true, false]);
    expect(known.covers(content('3 5', noon - 3 * hour))).toBe(true);
  });
  it('has a bundle that failed tried again, though all beside it are a sum', () => {
    const seen = full();
    seen.fail(content('bad', noon - 3 * hour));
    for (const hours of [1, 2, 3]) seen.setWhole(noonHour - hours);
    const known = again(seen, { ...needed, readTo: noon - 3 * hour });
    expect(known.covers(content('bad', noon - 3 * hour))).toBe(false);
    expect(known.covers(content('3 5', noon - 3 * hour))).toBe(true);
  });
  it('has what it forgets of an hour that is not read to its end read again, and counts it', () => {
    const seen = full();
    const { marks, again: forgotten } = seen.marks({ ...needed, readTo: noon - 5 * hour });
    expect(forgotten).toBe(9_000);
    expect(new SeenContent(marks).covers(content('3 5', noon - 3 * hour))).toBe(false);
  });
});

it('any marks, also damaged ones, are read without throwing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z]{1,8}(\.[0-9a-z]{1,6}~[\w-]{10})?:[\w-]*(\?[\w-]*)?!?$/)), {
        maxLength: 20,
      }),
      (marks) => {
        const seen = new SeenContent(marks);
        expect(seen.has(content('a', noon))).toBe(false);
        seen.add(content('a', noon));
        expect(again(seen).covers(content('a', noon))).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

// Which indicators a round's findings saw: the rows by which a fleet knows "the same indicator in 3 of 214 tenants".
import { describe, expect, it } from 'vitest';
import { indicatorsOf, sightingsIn } from '../../src/rounds/sightings.ts';
import { findingOf } from '../store/fixtures.ts';
import { contoso, scopeOf } from '../support/scope.ts';

const at = (time: string, indicator: string | undefined, more = {}) =>
  findingOf(scopeOf(contoso), { time, facts: indicator === undefined ? {} : { indicator }, ...more });

describe('sightings', () => {
  it('are the first and the last time of each indicator', () => {
    expect(
      sightingsIn([
        at('2026-03-02T10:00:00.000Z', 'pack/ua, pack/address'),
        at('2026-03-02T09:00:00.000Z', 'pack/ua'),
        at('2026-03-02T11:00:00.000Z', 'pack/ua'),
      ]),
    ).toEqual([
      { indicator: 'pack/ua', time: Date.UTC(2026, 2, 2, 9) },
      { indicator: 'pack/ua', time: Date.UTC(2026, 2, 2, 11) },
      { indicator: 'pack/address', time: Date.UTC(2026, 2, 2, 10) },
    ]);
  });

  it('are nothing that was withdrawn, is a note, or is one tenant’s own report', () => {
    const time = '2026-03-02T10:00:00.000Z';
    expect(
      sightingsIn([
        at(time, 'pack/ua', { standing: false }),
        at(time, 'pack/ua', { effect: 'note' }),
        at(time, 'reported/192.0.2.1'),
        at(time, undefined),
      ]),
    ).toEqual([]);
  });

  it('are few of one finding, and each once', () => {
    expect(indicatorsOf({ facts: { indicator: 'a/b, a/b, nothing' } })).toEqual(['a/b']);
    expect(indicatorsOf({ facts: { indicator: Array.from({ length: 50 }, (_, index) => `a/${index}`).join(', ') } })).toHaveLength(10);
  });
});

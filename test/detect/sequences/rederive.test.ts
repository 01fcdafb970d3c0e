import { describe, expect, it } from 'vitest';
import { rederive } from '../../../src/detect/sequences/rederive.ts';

describe('what late input does to the findings of a group', () => {
  it('leaves what still follows', () => {
    expect(rederive([{ id: 'one', activities: ['a', 'b'] }], [{ id: 'one', activities: ['a', 'b', 'c'] }])).toEqual([]);
  });
  it('withdraws a finding whose anchor moved, and names the one that took its evidence', () => {
    const after = [
      { id: 'other', activities: ['b'] },
      { id: 'wider', activities: ['early', 'a', 'b'] },
    ];
    expect(rederive([{ id: 'one', activities: ['a', 'b'] }], after)).toEqual([{ id: 'one', successor: 'wider' }]);
  });
  it('withdraws without a successor where nothing took its place', () => {
    expect(rederive([{ id: 'one', activities: ['a'] }], [{ id: 'two', activities: ['z'] }])).toEqual([{ id: 'one' }]);
  });
});

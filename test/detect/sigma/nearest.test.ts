import { describe, expect, it } from 'vitest';
import { nearest, orNearest } from '../../../src/detect/sigma/nearest.ts';

describe('the nearest right name', () => {
  const names = ['contains', 'startswith', 're', 'sign-ins.interactive'];
  it.each([
    ['contians', 'contains'],
    ['CONTAINS', 'contains'],
    ['sign-ins.interactiv', 'sign-ins.interactive'],
    ['r', 're'],
  ])('of %s is %s', (typed, right) => expect(nearest(typed, names)).toBe(right));
  it.each(['zzzzzzz', 'a-rule-of-my-own', 'launder'])('of %s is none: a guess would mislead', (typed) => {
    expect(nearest(typed, names)).toBeUndefined();
    expect(orNearest(typed, names)).toBe('');
  });
  it('follows a sentence', () => expect(orNearest('contians', names, ' (a modifier)')).toBe('; did you mean "contains" (a modifier)?'));
});

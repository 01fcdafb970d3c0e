import { describe, expect, it } from 'vitest';
import { errorCode, outcomeOf, provesPassword } from '../../../src/detect/context/outcome.ts';

describe('what a sign-in came to', () => {
  it.each([50140, 65001, 50058, 50097, 50072, 50074, 50076, 50079, 50199])('%i is an interrupt, no failure', (code) => {
    expect(outcomeOf(code)).toBe('interrupt');
  });
  it.each([50126, 50034, 500121])('%i is a failure', (code) => {
    expect(outcomeOf(code)).toBe('failure');
  });
  it.each([53003, 50053, 50057])('%i is blocked', (code) => {
    expect(outcomeOf(code)).toBe('blocked');
  });
  it('only 0 is a success, and no code is no answer', () => {
    expect(outcomeOf(0)).toBe('success');
    expect(outcomeOf(undefined)).toBeUndefined();
    expect(outcomeOf(Number.NaN)).toBeUndefined();
  });
  it.each([50072, 50074, 50076, 53003, 50079, 0])('%i proves that the password was right', (code) => {
    expect(provesPassword(code)).toBe(true);
  });
  it.each([50126, 50053, 50034, 50058, 50097])('%i proves nothing about the password', (code) => {
    expect(provesPassword(code)).toBe(false);
  });
  it('reads codes as numbers and as digits', () => {
    expect(errorCode('50126')).toBe(50126);
    expect(errorCode(0)).toBe(0);
    expect(errorCode('Success')).toBeUndefined();
    expect(errorCode({})).toBeUndefined();
  });
});

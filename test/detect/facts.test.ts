// Values of records as people read them: short, once, on one line.
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/detect/facts.ts';

describe('a value shown to people', () => {
  it('says once what a property holds both as JSON and decoded', () => {
    expect(textOf(['"Mail.Send"', 'Mail.Send'])).toBe('Mail.Send');
  });
  it('keeps a quoted text that nothing else repeats', () => {
    expect(textOf(['"Mail.Send"', 'Mail.Read'])).toBe('"Mail.Send", Mail.Read');
  });
  it('is absent where the record holds nothing', () => {
    expect(textOf([null, ''])).toBeUndefined();
  });
  it('stands on one line and ends after 300 characters', () => {
    expect(textOf(`a\n\tb${'c'.repeat(400)}`)).toMatch(/^a bc{296}…$/);
  });
});

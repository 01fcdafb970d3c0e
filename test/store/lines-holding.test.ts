// Finding the few lines that hold a text gives what reading every line would.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesHolding } from '../../src/store/lines-holding.ts';

it('gives each line once, in order, as a reader of every line would', () => {
  const word = fc.stringMatching(/^[ab\u00e9]{1,3}$/);
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[ab \u00e9]{0,12}$/), { maxLength: 12 }),
      fc.array(word, { maxLength: 3 }),
      fc.boolean(),
      (lines, needles, ends) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        expect(linesHolding(Buffer.from(text), needles)).toEqual(
          text.split('\n').filter((line) => needles.some((needle) => line.includes(needle))),
        );
      },
    ),
    { numRuns: 300 },
  );
});

it('finds nothing for no needle, and nothing for an empty one', () => {
  expect(linesHolding(Buffer.from('a\nb'), [])).toEqual([]);
  expect(linesHolding(Buffer.from('a\nb'), [''])).toEqual([]);
});

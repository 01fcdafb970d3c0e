import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Literals, necessaryText } from '../../../src/detect/sigma/literals.ts';
import { fold, parseWildcards } from '../../../src/detect/sigma/text-pattern.ts';

const value = (text: string, cased = false) => ({ kind: 'text', tokens: parseWildcards(text), cased }) as const;
/** Few letters, so that literals often occur, overlap and begin alike. */
const letters = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '😀'), minLength: least, maxLength: most });

describe('literals looked for together', () => {
  it('finds exactly the rules whose literal occurs, each once', () => {
    fc.assert(
      fc.property(fc.array(letters(4, 8), { maxLength: 20 }), letters(0, 60), (texts, text) => {
        const literals = new Literals();
        for (const [rule, one] of texts.entries()) literals.add(one, rule);
        const rules: number[] = [];
        literals.find(text, rules);
        expect(rules.toSorted((a, b) => a - b)).toEqual([...texts.keys()].filter((rule) => text.includes(texts[rule] ?? '')));
      }),
      { numRuns: 300 },
    );
  });

  it('does not name a rule twice that is there already', () => {
    const literals = new Literals();
    literals.add('mail.read', 3);
    const rules = [3];
    literals.find('mail.read mail.read', rules);
    expect(rules).toEqual([3]);
  });

  it('takes the longest part of a pattern, in the form that folded texts have', () => {
    expect(necessaryText(value('*Mail.*Read.Shared?'))).toBe(fold('Read.Shared'));
  });

  it('leaves alone what is too short to look for, or asks for letter case', () => {
    expect(necessaryText(value('*abc*'))).toBeUndefined();
    expect(necessaryText(value('*Mail.Read*', true))).toBeUndefined();
    expect(necessaryText({ kind: 'null' })).toBeUndefined();
  });
});

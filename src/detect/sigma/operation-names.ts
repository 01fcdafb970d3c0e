// Names of operations, as people and services spell them: blanks around them, a final full stop, dashes of three lengths. Both sides compare in one form.
import type { Token } from './text-pattern.ts';

const plainDashes = (text: string): string => text.replace(/[–—]/g, '-').replace(/\s+/g, ' ');
const withoutStop = (text: string): string => text.replace(/[\s.]+$/, '');

/** A record's operation: its plain form, and that with its full stop where it had one. */
export function operationForms(raw: string): string | readonly string[] {
  const text = plainDashes(raw).trim();
  const bare = withoutStop(text);
  return bare === text ? bare : [bare, text];
}

/** A rule's operation. The stop goes only where the pattern ends with text: `contains: 'a.b.'` keeps it. */
export function operationPattern(tokens: readonly Token[]): Token[] {
  return tokens
    .map((token, index): Token => {
      if ('wild' in token) return token;
      let text = plainDashes(token.text);
      if (index === 0) text = text.trimStart();
      if (index === tokens.length - 1) text = withoutStop(text);
      return { text };
    })
    .filter((token) => !('text' in token) || token.text !== '');
}

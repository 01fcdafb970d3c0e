// Text values of rules: wildcards, escaping, dashes, and the test that a text fits. Used by the modifiers and the compiler.

export type Token = { readonly text: string } | { readonly wild: 'many' | 'one' | 'dash' };

/** Characters that `windash` takes for one another. */
export const dashes = '-/–—―';

/** Letter case aside. Greek final sigma would otherwise make a part differ from the whole. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/** `*` and `?` are wildcards, `\*` and `\?` the characters, `\\` is one backslash, any other backslash itself. */
export function parseWildcards(value: string): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') tokens.push({ text });
    text = '';
  };
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? '';
    const next = value[at + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      at++;
    } else if (char === '*' || char === '?') {
      flush();
      const wild = char === '*' ? 'many' : 'one';
      const last = tokens.at(-1);
      if (!(wild === 'many' && last !== undefined && 'wild' in last && last.wild === 'many')) tokens.push({ wild });
    } else text += char;
  }
  flush();
  return tokens;
}

/** The inverse: text in which nothing is a wildcard. */
export const escapeWildcards = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** The text of a pattern without wildcards; undefined where it has some. */
export function literal(tokens: readonly Token[]): string | undefined {
  let text = '';
  for (const token of tokens) {
    if ('wild' in token) return undefined;
    text += token.text;
  }
  return text;
}

const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);

/** Every dash that begins a word stands for all dashes. */
export function anyDash(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token): Token[] => {
    if ('wild' in token) return [token];
    const parts: Token[] = [];
    let text = '';
    for (let at = 0; at < token.text.length; at++) {
      const char = token.text[at] ?? '';
      if (dashes.includes(char) && !isWord(token.text[at - 1]) && isWord(token.text[at + 1])) {
        if (text !== '') parts.push({ text });
        parts.push({ wild: 'dash' });
        text = '';
      } else text += char;
    }
    if (text !== '') parts.push({ text });
    return parts;
  });
}

/** `contains`, `startswith`, `endswith`. */
export function surround(tokens: readonly Token[], before: boolean, after: boolean): Token[] {
  const many: Token = { wild: 'many' };
  return [...(before ? [many] : []), ...tokens, ...(after ? [many] : [])];
}

type Unit = { readonly char: number } | 'one' | 'dash';
const dashCodes: ReadonlySet<number> = new Set([...dashes].map((dash) => dash.charCodeAt(0)));

function fitsAt(units: readonly Unit[], text: string, start: number): boolean {
  if (start < 0 || start + units.length > text.length) return false;
  for (let index = 0; index < units.length; index++) {
    const unit = units[index];
    const code = text.charCodeAt(start + index);
    if (unit === 'one' || unit === undefined) continue;
    if (unit === 'dash' ? !dashCodes.has(code) : unit.char !== code) return false;
  }
  return true;
}

/** Any pattern, in time (length of text × length of pattern) at worst: pieces between `*` are searched one after the other, leftmost first. */
function general(tokens: readonly Token[]): (text: string) => boolean {
  const pieces: Unit[][] = [[]];
  for (const token of tokens) {
    if ('text' in token) for (let at = 0; at < token.text.length; at++) pieces.at(-1)?.push({ char: token.text.charCodeAt(at) });
    else if (token.wild === 'many') pieces.push([]);
    else pieces.at(-1)?.push(token.wild);
  }
  const first = pieces[0] ?? [];
  const last = pieces.at(-1) ?? [];
  if (pieces.length === 1) return (text) => text.length === first.length && fitsAt(first, text, 0);
  const middle = pieces.slice(1, -1);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false;
    let at = first.length;
    for (const piece of middle) {
      while (at + piece.length <= end && !fitsAt(piece, text, at)) at++;
      if (at + piece.length > end) return false;
      at += piece.length;
    }
    return true;
  };
}

/** The test that a whole text fits the pattern. Fold both or neither. */
export function textTest(tokens: readonly Token[]): (text: string) => boolean {
  const [first, second, third] = tokens;
  const isMany = (token: Token | undefined): boolean => token !== undefined && 'wild' in token && token.wild === 'many';
  const whole = literal(tokens);
  if (whole !== undefined) return (text) => text === whole;
  if (tokens.length === 1 && isMany(first)) return () => true;
  if (tokens.length === 2 && isMany(second) && first !== undefined && 'text' in first) return (text) => text.startsWith(first.text);
  if (tokens.length === 2 && isMany(first) && second !== undefined && 'text' in second) return (text) => text.endsWith(second.text);
  if (tokens.length === 3 && isMany(first) && isMany(third) && second !== undefined && 'text' in second)
    return (text) => text.includes(second.text);
  return general(tokens);
}

export const foldTokens = (tokens: readonly Token[]): Token[] =>
  tokens.map((token) => ('text' in token ? { text: fold(token.text) } : token));

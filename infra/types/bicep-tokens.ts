// Splits Bicep text into tokens for read-bicep.ts. Knows what infra/ uses and refuses the rest with file and line.

export class BicepError extends Error {
  override readonly name = 'BicepError';
}

export type Token =
  | { readonly kind: 'word' | 'mark'; readonly text: string; readonly line: number }
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  /** `inner[i]` stands between `texts[i]` and `texts[i + 1]`. */
  | { readonly kind: 'string'; readonly texts: readonly string[]; readonly inner: readonly (readonly Token[])[]; readonly line: number }
  | { readonly kind: 'newline' | 'end'; readonly line: number };

const escapes: Readonly<Record<string, string>> = { "\\'": "'", '\\\\': '\\', '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\$': '$' };
const marks = [
  '==',
  '!=',
  '>=',
  '<=',
  '&&',
  '||',
  '??',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ':',
  ',',
  '.',
  '=',
  '?',
  '!',
  '<',
  '>',
  '+',
  '-',
  '@',
];

/** Throws BicepError at the first thing that it cannot split. */
export function tokenize(text: string, file: string): Token[] {
  return new Tokenizer(text, file).all();
}

class Tokenizer {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #line = 1;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  all(): Token[] {
    const tokens: Token[] = [];
    while (this.#at < this.#text.length) {
      const token = this.#next();
      if (token !== undefined) tokens.push(token);
    }
    tokens.push({ kind: 'end', line: this.#line });
    return tokens;
  }

  #next(): Token | undefined {
    const line = this.#line;
    const rest = this.#text.slice(this.#at);
    const blank = /^(?:[ \t\r]+|\/\/[^\n]*)/.exec(rest)?.[0];
    if (blank !== undefined) {
      this.#at += blank.length;
      return undefined;
    }
    if (rest.startsWith('\n')) {
      this.#at++;
      this.#line++;
      return { kind: 'newline', line };
    }
    if (rest.startsWith("'''")) throw this.#refuse('a multi-line string');
    if (rest.startsWith("'")) return this.#string();
    const number = /^\d+/.exec(rest)?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return { kind: 'number', value: Number(number), line };
    }
    const text = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    if (text !== undefined) {
      this.#at += text.length;
      return { kind: 'word', text, line };
    }
    const mark = marks.find((candidate) => rest.startsWith(candidate));
    if (mark === undefined) throw this.#refuse(JSON.stringify(rest[0]));
    this.#at += mark.length;
    return { kind: 'mark', text: mark, line };
  }

  #string(): Token {
    const line = this.#line;
    const texts: string[] = [];
    const inner: Token[][] = [];
    let text = '';
    this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\n') throw this.#refuse('a string without an end');
      if (character === "'") {
        this.#at++;
        return { kind: 'string', texts: [...texts, text], inner, line };
      }
      if (character === '\\') {
        const escaped = escapes[this.#text.slice(this.#at, this.#at + 2)];
        if (escaped === undefined) throw this.#refuse('an unknown escape');
        text += escaped;
        this.#at += 2;
      } else if (this.#text.startsWith('${', this.#at)) {
        this.#at += 2;
        texts.push(text);
        text = '';
        inner.push(this.#interpolation());
      } else {
        text += character;
        this.#at++;
      }
    }
  }

  /** Up to the brace that closes `${`. */
  #interpolation(): Token[] {
    const tokens: Token[] = [];
    for (let depth = 0; ; ) {
      if (this.#at >= this.#text.length) throw this.#refuse('a string without an end');
      const token = this.#next();
      if (token === undefined) continue;
      if (token.kind === 'mark' && token.text === '{') depth++;
      if (token.kind === 'mark' && token.text === '}' && depth-- === 0) return [...tokens, { kind: 'end', line: token.line }];
      tokens.push(token);
    }
  }

  #refuse(what: string): BicepError {
    return new BicepError(`${this.#file}:${this.#line}: this reader does not know ${what}`);
  }
}

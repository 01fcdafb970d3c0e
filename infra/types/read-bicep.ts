// Reads the plain Bicep that infra/ is written in, so that the tests can check every resource body without the compiler. It is no compiler: what it does not know,
// it refuses with file and line, never skips.
import { BicepError, type Token, tokenize } from './bicep-tokens.ts';

export type Expression =
  | { readonly kind: 'string'; readonly texts: readonly string[]; readonly inner: readonly Expression[]; readonly line: number }
  | { readonly kind: 'literal'; readonly value: number | boolean | null; readonly line: number }
  | { readonly kind: 'object'; readonly entries: readonly Entry[]; readonly line: number }
  | { readonly kind: 'array'; readonly items: readonly Expression[]; readonly line: number }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression; readonly line: number }
  | { readonly kind: 'call'; readonly name: string; readonly of?: Expression; readonly given: readonly Expression[]; readonly line: number }
  | { readonly kind: 'operator'; readonly operator: string; readonly sides: readonly Expression[]; readonly line: number }
  | { readonly kind: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression; readonly line: number };
type ObjectExpression = Extract<Expression, { kind: 'object' }>;

/** A key is a plain word or string, or an interpolated string whose text is known only when deployed. */
export interface Entry {
  readonly key: string | Expression;
  readonly value: Expression;
  readonly line: number;
}

export interface Resource {
  readonly symbol: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  readonly body: ObjectExpression;
  readonly file: string;
  readonly line: number;
}

export interface BicepFile {
  readonly file: string;
  /** Name to type. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly defaults: ReadonlyMap<string, Expression>;
  readonly variables: ReadonlyMap<string, Expression>;
  readonly resources: readonly Resource[];
  readonly modules: readonly { readonly symbol: string; readonly path: string; readonly body: ObjectExpression }[];
  readonly outputs: ReadonlyMap<string, Expression>;
}

/** Throws BicepError at the first thing that it does not know. */
export function readBicep(text: string, file: string): BicepFile {
  return new Reader(tokenize(text, file), file).file();
}

const binary = ['??', '||', '&&', '==', '!=', '<', '>', '<=', '>=', '+', '-'];

class Reader {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  #at = 0;

  constructor(tokens: readonly Token[], file: string) {
    this.#tokens = tokens;
    this.#file = file;
  }

  file(): BicepFile {
    const parameters = new Map<string, string>();
    const defaults = new Map<string, Expression>();
    const variables = new Map<string, Expression>();
    const outputs = new Map<string, Expression>();
    const resources: Resource[] = [];
    const modules: BicepFile['modules'][number][] = [];
    for (this.#skipLines(); this.#peek().kind !== 'end'; this.#skipLines()) {
      const line = this.#peek().line;
      if (this.#take('@')) {
        this.#expression();
        continue;
      }
      const word = this.#word();
      if (word === 'targetScope') {
        this.#need('=');
        this.#expression();
      } else if (word === 'param') {
        const name = this.#word();
        parameters.set(name, this.#word());
        if (this.#take('=')) defaults.set(name, this.#expression());
      } else if (word === 'var') {
        const name = this.#word();
        this.#need('=');
        variables.set(name, this.#expression());
      } else if (word === 'output') {
        const name = this.#word();
        this.#word();
        this.#need('=');
        outputs.set(name, this.#expression());
      } else if (word === 'resource') {
        const symbol = this.#word();
        const [type = '', apiVersion, ...more] = this.#plainString().split('@');
        if (apiVersion === undefined || more.length > 0) throw this.#refuse('a resource type without an API version', line);
        resources.push({ symbol, type, apiVersion, existing: this.#takeWord('existing'), body: this.#body(), file: this.#file, line });
      } else if (word === 'module') {
        modules.push({ symbol: this.#word(), path: this.#plainString(), body: this.#body() });
      } else throw this.#refuse(`the statement "${word}"`, line);
      this.#endOfLine();
    }
    return { file: this.#file, parameters, defaults, variables, resources, modules, outputs };
  }

  /** `= { … }`, `= if (…) { … }` or `= [for x in y: { … }]`: the body is the same. */
  #body(): ObjectExpression {
    this.#need('=');
    const loop = this.#take('[');
    if (loop) {
      this.#skipLines();
      if (!this.#takeWord('for')) throw this.#refuse('a list of bodies without for');
      this.#word();
      if (!this.#takeWord('in')) throw this.#refuse('a for without in');
      this.#expression();
      this.#need(':');
    }
    if (this.#takeWord('if')) {
      this.#need('(');
      this.#expression();
      this.#need(')');
    }
    const body = this.#expression();
    if (body.kind !== 'object') throw this.#refuse('a body that is no object', body.line);
    if (loop) {
      this.#skipLines();
      this.#need(']');
    }
    return body;
  }

  #expression(): Expression {
    const test = this.#operators();
    if (!this.#take('?')) return test;
    const yes = this.#expression();
    this.#need(':');
    return { kind: 'choice', test, yes, no: this.#expression(), line: test.line };
  }

  /** Precedence does not matter to the checks, so operators of one line are a flat list. */
  #operators(): Expression {
    const sides = [this.#unary()];
    const operators: string[] = [];
    for (let operator = binary.find((mark) => this.#is(mark)); operator !== undefined; operator = binary.find((mark) => this.#is(mark))) {
      this.#need(operator);
      operators.push(operator);
      sides.push(this.#unary());
    }
    const [first] = sides;
    return operators.length === 0 && first !== undefined
      ? first
      : { kind: 'operator', operator: operators.join(' '), sides, line: this.#peek().line };
  }

  #unary(): Expression {
    const { line } = this.#peek();
    if (this.#take('!')) return { kind: 'operator', operator: '!', sides: [this.#unary()], line };
    let of = this.#primary();
    for (;;) {
      if (this.#take('.')) {
        const name = this.#word();
        of = this.#is('(') ? { kind: 'call', name, of, given: this.#given(), line } : { kind: 'member', of, name, line };
      } else if (this.#is('[')) {
        this.#need('[');
        of = { kind: 'index', of, at: this.#expression(), line };
        this.#need(']');
      } else return of;
    }
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at++] ?? { kind: 'end' as const, line: 0 };
    const { line } = token;
    if (token.kind === 'number') return { kind: 'literal', value: token.value, line };
    if (token.kind === 'string') {
      const inner = token.inner.map((tokens) => new Reader(tokens, this.#file).only());
      return { kind: 'string', texts: token.texts, inner, line };
    }
    if (token.kind === 'word') {
      if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true', line };
      if (token.text === 'null') return { kind: 'literal', value: null, line };
      return this.#is('(') ? { kind: 'call', name: token.text, given: this.#given(), line } : { kind: 'name', name: token.text, line };
    }
    if (token.kind === 'mark' && token.text === '{') return { kind: 'object', entries: this.#list('}', () => this.#entry()), line };
    if (token.kind === 'mark' && token.text === '[') return { kind: 'array', items: this.#list(']', () => this.#expression()), line };
    if (token.kind === 'mark' && token.text === '(') {
      const inside = this.#expression();
      this.#need(')');
      return inside;
    }
    throw this.#refuse(token.kind === 'mark' ? `"${token.text}" here` : `a ${token.kind} here`, line);
  }

  /** The whole of an interpolation. */
  only(): Expression {
    const expression = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#refuse('what follows in an interpolation');
    return expression;
  }

  #entry(): Entry {
    const token = this.#peek();
    const key = token.kind === 'string' ? this.#primary() : this.#word();
    this.#need(':');
    const plain = typeof key !== 'string' && key.kind === 'string' && key.inner.length === 0 ? (key.texts[0] ?? '') : key;
    return { key: plain, value: this.#expression(), line: token.line };
  }

  #given(): Expression[] {
    this.#need('(');
    return this.#list(')', () => this.#expression());
  }

  /** Items up to the closing mark, separated by commas or new lines. */
  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    for (this.#skipLines(); !this.#take(close); ) {
      items.push(item());
      const separated = this.#skipLines() || this.#take(',');
      this.#skipLines();
      if (!separated && !this.#is(close)) throw this.#refuse(`two things on one line without a comma before "${close}"`);
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', line: 0 };
  }
  #is(mark: string): boolean {
    const token = this.#peek();
    return token.kind === 'mark' && token.text === mark;
  }
  #take(mark: string): boolean {
    if (!this.#is(mark)) return false;
    this.#at++;
    return true;
  }
  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text !== word) return false;
    this.#at++;
    return true;
  }
  #need(mark: string): void {
    if (!this.#take(mark)) throw this.#refuse(`what stands where "${mark}" is expected`);
  }
  #word(): string {
    const token = this.#peek();
    if (token.kind !== 'word') throw this.#refuse('what stands where a name is expected');
    this.#at++;
    return token.text;
  }
  #plainString(): string {
    const value = this.#primary();
    if (value.kind !== 'string' || value.inner.length > 0) throw this.#refuse('an address that is not plain text', value.line);
    return value.texts[0] ?? '';
  }
  #skipLines(): boolean {
    const from = this.#at;
    while (this.#peek().kind === 'newline') this.#at++;
    return this.#at > from;
  }
  #endOfLine(): void {
    if (this.#peek().kind !== 'end' && this.#peek().kind !== 'newline') throw this.#refuse('what follows on this line');
  }
  #refuse(what: string, line = this.#peek().line): BicepError {
    return new BicepError(`${this.#file}:${line}: this reader does not know ${what}`);
  }
}

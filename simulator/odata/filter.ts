// The subset of OData's $filter that handlers declare: comparisons, startswith, any() on collections, and/or, parentheses. Parsed to a predicate; used by odata/query.ts.

type FieldKind = 'string' | 'dateTime' | 'boolean' | 'number' | 'guid';
export type Operator = 'eq' | 'ne' | 'ge' | 'le' | 'gt' | 'lt' | 'startsWith';
interface FilterField {
  readonly kind: FieldKind;
  readonly operators: readonly Operator[];
  /** A collection, only usable inside any(). */
  readonly collection?: boolean;
}
/** Field path (`status/errorCode`) to what may be asked of it. */
export type FilterFields = Readonly<Record<string, FilterField>>;

/** The filter asks for something that the service refuses. `why` tells which of its errors fits. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly why: 'syntax' | 'field' | 'operator' | 'value';
  readonly detail: string;
  constructor(why: FilterError['why'], detail: string) {
    super(`${why}: ${detail}`);
    this.why = why;
    this.detail = detail;
  }
}

type Json = Readonly<Record<string, unknown>>;
export type Predicate = (record: Json) => boolean;

const tokenPattern = /\s*(?:('(?:[^']|'')*')|([()/:,])|([^\s()/:,']+(?::\d\d(?::[\d.]+)?Z?)*))/y;

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  tokenPattern.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (match === null) throw new FilterError('syntax', `unreadable at position ${at}`);
    found.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return found;
}

/** Reads `a/b` out of a record, own properties only. */
export function valueAt(record: unknown, path: string): unknown {
  let value: unknown = record;
  for (const part of path.split('/')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Json)[part];
  }
  return value;
}

function literal(token: string | undefined, kind: FieldKind, path: string): string | number | boolean | null {
  if (token === undefined) throw new FilterError('syntax', `no value after ${path}`);
  if (token === 'null') return null;
  const quoted = token.startsWith("'");
  const text = quoted ? token.slice(1, -1).replaceAll("''", "'") : token;
  const time = Date.parse(text);
  if (kind === 'dateTime' && !quoted && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(time)) return time;
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (kind === 'number' && !quoted && /^-?\d+$/.test(text)) return Number(text);
  if ((kind === 'string' || kind === 'guid') && (quoted || (kind === 'guid' && /^[0-9a-f-]{36}$/i.test(text)))) return text;
  throw new FilterError('value', `${path} does not take ${token}`);
}

function compare(value: unknown, operator: Operator, wanted: string | number | boolean | null, kind: FieldKind): boolean {
  const held =
    kind === 'dateTime' && typeof value === 'string' ? Date.parse(value) : typeof value === 'string' ? value.toLowerCase() : value;
  const asked = typeof wanted === 'string' ? wanted.toLowerCase() : wanted;
  if (operator === 'eq') return (held ?? null) === asked;
  if (operator === 'ne') return (held ?? null) !== asked;
  if (operator === 'startsWith') return typeof held === 'string' && typeof asked === 'string' && held.startsWith(asked);
  if (held === undefined || held === null || asked === null) return false;
  if (operator === 'ge') return (held as number | string) >= asked;
  if (operator === 'le') return (held as number | string) <= asked;
  return operator === 'gt' ? (held as number | string) > asked : (held as number | string) < asked;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #fields: FilterFields;
  #at = 0;

  constructor(text: string, fields: FilterFields) {
    this.#tokens = tokens(text);
    this.#fields = fields;
  }

  parse(): Predicate {
    const predicate = this.#or();
    if (this.#at < this.#tokens.length) throw new FilterError('syntax', `unexpected ${this.#peek()}`);
    return predicate;
  }

  #peek = (): string | undefined => this.#tokens[this.#at];
  #take(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new FilterError('syntax', 'it ends too early');
    this.#at += 1;
    return token;
  }
  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw new FilterError('syntax', `expected ${token}, found ${found}`);
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#peek() === 'or') {
      this.#at += 1;
      parts.push(this.#and());
    }
    return (record) => parts.some((part) => part(record));
  }

  #and(): Predicate {
    const parts = [this.#term()];
    while (this.#peek() === 'and') {
      this.#at += 1;
      parts.push(this.#term());
    }
    return (record) => parts.every((part) => part(record));
  }

  #term(): Predicate {
    if (this.#peek() === '(') {
      this.#at += 1;
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const first = this.#take();
    if (first.toLowerCase() === 'startswith' && this.#peek() === '(') {
      this.#at += 1;
      const path = this.#path(this.#take());
      this.#expect(',');
      const field = this.#field(path, 'startsWith');
      const wanted = literal(this.#take(), field.kind, path);
      this.#expect(')');
      return (record) => compare(valueAt(record, path), 'startsWith', wanted, field.kind);
    }
    const path = this.#path(first);
    if (this.#peek() === '(' && path.endsWith('/any')) return this.#any(path.slice(0, -'/any'.length));
    return this.#comparison(path, path, false);
  }

  #path(first: string): string {
    let path = first;
    while (this.#peek() === '/') {
      this.#at += 1;
      path += `/${this.#take()}`;
    }
    return path;
  }

  #any(collection: string): Predicate {
    this.#expect('(');
    const variable = this.#take();
    this.#expect(':');
    const tests = [this.#inside(collection, variable)];
    while (this.#peek() === 'or') {
      this.#at += 1;
      tests.push(this.#inside(collection, variable));
    }
    this.#expect(')');
    return (record) => {
      const values = valueAt(record, collection);
      return Array.isArray(values) && values.some((value) => tests.some((test) => test(value)));
    };
  }

  /** One comparison inside any(), of an element or of a field of it. */
  #inside(collection: string, variable: string): (value: unknown) => boolean {
    const path = this.#path(this.#take());
    const inside = path === variable ? '' : path.startsWith(`${variable}/`) ? path.slice(variable.length + 1) : undefined;
    if (inside === undefined) throw new FilterError('syntax', `${path} does not begin with ${variable}`);
    const test = this.#comparison(inside === '' ? collection : `${collection}/${inside}`, inside, true);
    return (value) => test(inside === '' ? { '': value } : (value as Json));
  }

  #comparison(declared: string, path: string, inCollection: boolean): Predicate {
    const operator = this.#take();
    if (!['eq', 'ne', 'ge', 'le', 'gt', 'lt'].includes(operator)) throw new FilterError('syntax', `${operator} is no operator`);
    const field = this.#field(declared, operator as Operator, inCollection);
    const wanted = literal(this.#take(), field.kind, declared);
    return (record) => compare(valueAt(record, path), operator as Operator, wanted, field.kind);
  }

  #field(path: string, operator: Operator, inCollection = false): FilterField {
    const field = Object.hasOwn(this.#fields, path) ? this.#fields[path] : undefined;
    if (field === undefined) throw new FilterError('field', path);
    if (!field.operators.includes(operator) || (field.collection ?? false) !== inCollection) throw new FilterError('operator', operator);
    return field;
  }
}

/** Parses a filter against the declared fields. Throws FilterError. Text compares without regard to case, as Graph does. */
export const parseFilter = (text: string, fields: FilterFields): Predicate => new Parser(text, fields).parse();

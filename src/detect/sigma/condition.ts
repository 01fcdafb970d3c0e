// The condition of a rule: `selection and not 1 of filter_*` -> a tree over selection names. Called by the parser.

export type Expression =
  | { readonly op: 'selection'; readonly name: string }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'and' | 'or'; readonly of: readonly Expression[] };

const tokenPattern = /\s*(\(|\)|[^\s()]+)/gy;
const maxTokens = 2_000;
const maxDepth = 100;

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  for (let found = tokenPattern.exec(text); found !== null; found = tokenPattern.exec(text)) {
    tokens.push(found[1] ?? '');
    if (tokens.length > maxTokens) throw new Error(`the condition has more than ${maxTokens} words`);
  }
  return tokens;
}

const wildcard = (pattern: string): ((name: string) => boolean) => {
  const parts = pattern.split('*');
  return (name) => {
    let position = 0;
    for (const [index, part] of parts.entries()) {
      const found = index === parts.length - 1 && index > 0 ? name.length - part.length : name.indexOf(part, position);
      if (found < position || !name.startsWith(part, found) || (index === 0 && found !== 0)) return false;
      position = found + part.length;
    }
    return position === name.length || parts.length > 1;
  };
};

/**
 * Parses a condition over the given selection names. Grammar: `not` binds tighter than `and`, `and` tighter than `or`; `1 of`, `any of` and `all of`
 * take a name, a pattern with `*`, or `them` (all selections whose name does not begin with `_`). Throws Error with a plain reason.
 */
export function parseCondition(text: string, selections: readonly string[]): Expression {
  const tokens = tokenise(text);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const word = (): string | undefined => tokens[at]?.toLowerCase();

  const choose = (pattern: string): string[] => {
    const chosen =
      pattern.toLowerCase() === 'them' ? selections.filter((name) => !name.startsWith('_')) : selections.filter(wildcard(pattern));
    if (chosen.length === 0) throw new Error(`"${pattern}" in the condition fits no selection; there are ${selections.join(', ')}`);
    return chosen;
  };

  const operand = (depth: number): Expression => {
    if (depth > maxDepth) throw new Error(`the condition is nested deeper than ${maxDepth}`);
    const token = peek();
    if (token === undefined) throw new Error('the condition ends where a selection is expected');
    const lower = token.toLowerCase();
    at++;
    if (lower === 'not') return { op: 'not', of: operand(depth + 1) };
    if (token === '(') {
      const inner = or(depth + 1);
      if (peek() !== ')') throw new Error('a parenthesis in the condition is not closed');
      at++;
      return inner;
    }
    if (word() === 'of' && !selections.includes(token)) {
      if (lower !== '1' && lower !== 'any' && lower !== 'all')
        throw new Error(`"${token} of" is not known: use "1 of", "any of" or "all of"`);
      at++;
      const pattern = peek();
      if (pattern === undefined || pattern === '(' || pattern === ')') throw new Error(`"${token} of" in the condition names nothing`);
      at++;
      const of = choose(pattern).map((name): Expression => ({ op: 'selection', name }));
      const [only] = of;
      return of.length === 1 && only !== undefined ? only : { op: lower === 'all' ? 'and' : 'or', of };
    }
    if (token === ')' || lower === 'and' || lower === 'or')
      throw new Error(`"${token}" in the condition stands where a selection is expected`);
    if (!selections.includes(token))
      throw new Error(`the condition names "${token}", which is no selection; there are ${selections.join(', ')}`);
    return { op: 'selection', name: token };
  };

  const chain = (operator: 'and' | 'or', next: (depth: number) => Expression, depth: number): Expression => {
    const of = [next(depth)];
    while (word() === operator) {
      at++;
      of.push(next(depth));
    }
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { op: operator, of };
  };
  const and = (depth: number): Expression => chain('and', operand, depth);
  const or = (depth: number): Expression => chain('or', and, depth);

  const whole = or(0);
  if (at < tokens.length) throw new Error(`"${peek()}" in the condition is left over: "and" or "or" is missing before it`);
  return whole;
}

/** Names of the selections that a condition uses. */
export function selectionsIn(expression: Expression): Set<string> {
  if (expression.op === 'selection') return new Set([expression.name]);
  if (expression.op === 'not') return selectionsIn(expression.of);
  return new Set(expression.of.flatMap((part) => [...selectionsIn(part)]));
}

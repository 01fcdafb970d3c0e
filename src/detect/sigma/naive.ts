// Rules evaluated by definition: every rule on every record, nothing indexed, nothing remembered. The judge of the engine in tests; never used in production.
import type { Activity, Shape } from '../../contracts/activity.ts';
import type { Context } from '../../contracts/context.ts';
import type { Expression } from './condition.ts';
import { missing, type Source } from './fields/field-table.ts';
import { resolveField, resolveKeywords } from './fields/resolve.ts';
import { operationPattern } from './operation-names.ts';
import type { Item, SigmaRule } from './rule.ts';
import { datePart, parseAddress } from './tests-of-values.ts';
import { dashes, fold, type Token } from './text-pattern.ts';
import { meaningOfItem, type Placeholders, type Value } from './values.ts';

/** undefined is "not assessable". */
type Verdict = boolean | undefined;
interface Judged {
  readonly verdict: Verdict;
  /** Fields because of which it is undefined. */
  readonly open: readonly string[];
}

export interface NaiveResult {
  readonly rule: SigmaRule;
  readonly verdict: Verdict;
  readonly open: readonly string[];
}

const all = (parts: readonly Judged[]): Judged => {
  if (parts.some(({ verdict }) => verdict === false)) return { verdict: false, open: [] };
  const open = parts.filter(({ verdict }) => verdict === undefined).flatMap((part) => part.open);
  return { verdict: parts.every(({ verdict }) => verdict === true) ? true : undefined, open };
};
const not = ({ verdict, open }: Judged): Judged => ({ verdict: verdict === undefined ? undefined : !verdict, open });
/** By De Morgan, so that there is one rule of three-valued logic only. */
const any = (parts: readonly Judged[]): Judged => not(all(parts.map(not)));

function pattern(tokens: readonly Token[], cased: boolean): RegExp {
  const source = tokens.map((token) => {
    if ('text' in token) return (cased ? token.text : fold(token.text)).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return token.wild === 'many' ? '[^]*' : token.wild === 'one' ? '[^]' : `[${dashes.replace('-', '\\-').replace('/', '\\/')}]`;
  });
  return new RegExp(`^${source.join('')}$`);
}

function inRange(text: string, value: Extract<Value, { kind: 'cidr' }>): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  const bits = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const left = bits(address.toByteArray());
  const right = bits(value.address.toByteArray());
  return left.length === right.length && left.slice(0, value.bits) === right.slice(0, value.bits);
}

function scalarFits(value: Value, scalar: unknown, operation: boolean): boolean {
  if (value.kind === 'null') return scalar === null;
  if (scalar === null) return false;
  const text = String(scalar);
  switch (value.kind) {
    case 'text':
      return pattern(operation ? operationPattern(value.tokens) : value.tokens, value.cased).test(value.cased ? text : fold(text));
    case 'regex':
      return new RegExp(value.source, value.flags).test(text);
    case 'cidr':
      return inRange(text, value);
    case 'number': {
      const left = value.part === undefined ? (text.trim() === '' ? Number.NaN : Number(text)) : datePart(value.part, text);
      const right = value.value;
      return { lt: left < right, lte: left <= right, gt: left > right, gte: left >= right, eq: left === right }[value.comparison];
    }
    default:
      return false;
  }
}

const scalarsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === missing ? [null] : [value]);

function judgeItem(item: Item, shape: Shape, record: Source, context: Context, placeholders: Placeholders): Judged | 'off' {
  const meaning = meaningOfItem(item, placeholders);
  if ('cannot' in meaning) return 'off';
  const field = item.field === undefined ? resolveKeywords : resolveField(shape, item.field);
  if (field === undefined) return { verdict: undefined, open: [item.field ?? ''] };
  const held = field.read(record, context);
  const judge = (value: Value): Judged => {
    if (value.kind === 'exists') return { verdict: (held !== undefined && held !== missing) === value.expected, open: [] };
    const other = value.kind === 'field' ? resolveField(shape, value.name) : undefined;
    if (value.kind === 'field' && other === undefined) return { verdict: undefined, open: [value.name] };
    const otherHeld = other?.read(record, context);
    if (held === undefined || (other !== undefined && otherHeld === undefined)) return { verdict: undefined, open: [field.path] };
    if (value.kind === 'field') {
      const form = (scalar: unknown): string => (value.cased ? String(scalar) : fold(String(scalar)));
      const test = { equals: 'equals', contains: 'includes', startswith: 'startsWith', endswith: 'endsWith' } as const;
      const method = test[value.how];
      const pairs = scalarsOf(held).flatMap((left) => scalarsOf(otherHeld).map((right) => [left, right] as const));
      const fits = ([left, right]: readonly [unknown, unknown]): boolean =>
        left !== null && right !== null && (method === 'equals' ? form(left) === form(right) : form(left)[method](form(right)));
      return { verdict: pairs.some(fits), open: [] };
    }
    const wanted: Value =
      item.field === undefined && value.kind === 'text'
        ? { ...value, tokens: [{ wild: 'many' }, ...value.tokens, { wild: 'many' }] }
        : value;
    return { verdict: scalarsOf(held).some((scalar) => scalarFits(wanted, scalar, field.operation)), open: [] };
  };
  const groups = meaning.groups.map((group) => any(group.map(judge)));
  const judged = meaning.all ? all(groups) : any(groups);
  return meaning.negated ? not(judged) : judged;
}

function judgeRule(rule: SigmaRule, shape: Shape, record: Source, context: Context, placeholders: Placeholders): Judged | 'off' {
  const selections = new Map<string, Judged>();
  for (const { name, alternatives } of rule.detection.selections) {
    const judged: Judged[] = [];
    for (const items of alternatives) {
      const parts = items.map((item) => judgeItem(item, shape, record, context, placeholders));
      if (parts.includes('off')) return 'off';
      judged.push(all(parts.filter((part) => part !== 'off')));
    }
    selections.set(name, any(judged));
  }
  const evaluate = (expression: Expression): Judged => {
    if (expression.op === 'selection') return selections.get(expression.name) ?? { verdict: false, open: [] };
    if (expression.op === 'not') return not(evaluate(expression.of));
    return (expression.op === 'and' ? all : any)(expression.of.map(evaluate));
  };
  return evaluate(rule.detection.condition);
}

/** The verdict of every rule that is not false on the activity, in the order of the rules. An activity with several views has the best of their verdicts. */
export function matchNaively(
  rules: readonly SigmaRule[],
  activity: Activity,
  context: Context,
  placeholders: Placeholders = {},
): NaiveResult[] {
  const results: NaiveResult[] = [];
  for (const rule of rules) {
    if (rule.unsupported !== undefined) continue;
    const judged = activity.views
      .filter(({ shape }) => shape === rule.shape)
      .map(({ shape, record }) => judgeRule(rule, shape, record, context, placeholders))
      .filter((one) => one !== 'off');
    const hit = judged.find(({ verdict }) => verdict === true);
    const open = judged.find(({ verdict }) => verdict === undefined);
    if (hit !== undefined) results.push({ rule, verdict: true, open: [] });
    else if (open !== undefined) results.push({ rule, verdict: undefined, open: [...new Set(open.open)] });
  }
  return results;
}

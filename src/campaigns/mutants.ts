// Every way in which a pack can lose one condition: a condition, a field, an alternative, a part of a sequence, an indicator. Pure; called by mutate.ts.
import type { IndicatorKind } from '../contracts/indicators.ts';
import type { Indicator } from '../detect/indicators/indicator.ts';
import { type Expression, selectionsIn } from '../detect/sigma/condition.ts';
import type { Detection, Item, Selection, SigmaCorrelation, SigmaDocument } from '../detect/sigma/rule.ts';

/** A pack with one thing less. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** The rule that lost something; undefined for an indicator. */
  readonly rule: string | undefined;
  /** What it lost, for people. */
  readonly without: string;
  readonly rules: readonly SigmaDocument[];
  readonly indicators: readonly Indicator[];
}

interface Change<T> {
  readonly line: number;
  readonly without: string;
  readonly to: T;
}

const withoutOne = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);
const replaced = <T>(list: readonly T[], index: number, by: T): T[] => list.map((one, at) => (at === index ? by : one));

/** @param given.indicatorLine where an indicator is written */
export function* mutantsOf(given: {
  readonly rules: readonly SigmaDocument[];
  readonly indicators: readonly Indicator[];
  readonly indicatorPlace: (indicator: Indicator) => { readonly file: string; readonly line: number };
}): Generator<Mutant> {
  const { rules, indicators } = given;
  for (const [index, rule] of rules.entries())
    for (const { line, without, to } of changesOf(rule))
      yield { file: rule.file, line, rule: rule.key, without, rules: replaced(rules, index, to), indicators };
  for (const [index, indicator] of indicators.entries()) {
    if (!isAskedFor(indicator, rules)) continue;
    yield {
      ...given.indicatorPlace(indicator),
      rule: undefined,
      without: `the indicator ${indicator.id}`,
      rules,
      indicators: withoutOne(indicators, index),
    };
  }
}

const askedBy: Readonly<Record<IndicatorKind, string>> = {
  'user-agent': 'context.indicator.useragent',
  address: 'context.indicator.address',
  network: 'context.indicator.network',
  'network-owner': 'context.indicator.network',
  application: 'context.indicator.application',
  'application-name': 'context.indicator.name',
  domain: 'context.indicator.domain',
  url: 'context.indicator.domain',
  email: 'context.indicator.email',
};

/**
 * False only for what is published and no rule of the pack can see: its field is in no rule, or only with words that its name does not begin with.
 * A network also says who owns it, which other fields of the context tell.
 */
export function isAskedFor({ id, kind }: Indicator, rules: readonly SigmaDocument[]): boolean {
  const items = rules.flatMap((rule) =>
    rule.kind === 'correlation' ? [] : rule.detection.selections.flatMap(({ alternatives }) => alternatives.flat()),
  );
  const begins = id.toLowerCase();
  return (
    kind === 'network' ||
    items.some(
      ({ field, modifiers, values }) =>
        field?.toLowerCase() === askedBy[kind] &&
        (modifiers.some((modifier) => modifier !== 'startswith') ||
          values.some((value) => typeof value !== 'string' || /[*?\\]/.test(value) || begins.startsWith(value.toLowerCase()))),
    )
  );
}

function* changesOf(rule: SigmaDocument): Generator<Change<SigmaDocument>> {
  if (rule.kind === 'correlation') yield* sequenceChanges(rule);
  else for (const change of detectionChanges(rule.detection)) yield { ...change, to: { ...rule, detection: change.to } };
}

function* detectionChanges(detection: Detection): Generator<Change<Detection>> {
  const lineOf = (expression: Expression): number => {
    const names = selectionsIn(expression);
    return (names.size === 1 ? detection.selections.find(({ name }) => names.has(name))?.line : undefined) ?? detection.conditionLine;
  };
  for (const { dropped, left } of conditionsWithoutOne(detection.condition))
    yield { line: lineOf(dropped), without: `"${written(dropped)}" in the condition`, to: { ...detection, condition: left } };
  for (const [index, selection] of detection.selections.entries())
    for (const change of selectionChanges(selection))
      yield { ...change, to: { ...detection, selections: replaced(detection.selections, index, change.to) } };
}

/** The condition without one operand of one of its "and" and "or". */
function* conditionsWithoutOne(condition: Expression): Generator<{ dropped: Expression; left: Expression }> {
  if (condition.op === 'selection') return;
  if (condition.op === 'not') {
    for (const { dropped, left } of conditionsWithoutOne(condition.of)) yield { dropped, left: { op: 'not', of: left } };
    return;
  }
  for (const [index, part] of condition.of.entries()) {
    if (condition.of.length > 1) yield { dropped: part, left: { op: condition.op, of: withoutOne(condition.of, index) } };
    for (const { dropped, left } of conditionsWithoutOne(part))
      yield { dropped, left: { op: condition.op, of: replaced(condition.of, index, left) } };
  }
}

function written(expression: Expression): string {
  if (expression.op === 'selection') return expression.name;
  if (expression.op === 'not') return `not ${written(expression.of)}`;
  return `(${expression.of.map(written).join(` ${expression.op} `)})`;
}

const named = ({ field, modifiers }: Item): string => (field === undefined ? 'a keyword' : [field, ...modifiers].join('|'));

/** A field of several that must fit together; or one of several alternatives. */
function* selectionChanges(selection: Selection): Generator<Change<Selection>> {
  for (const [index, items] of selection.alternatives.entries()) {
    const [first] = items;
    if (selection.alternatives.length > 1 && first !== undefined)
      yield {
        line: first.line,
        without: `the alternative "${named(first)}" of "${selection.name}"`,
        to: { ...selection, alternatives: withoutOne(selection.alternatives, index) },
      };
    if (items.length < 2) continue;
    for (const [at, item] of items.entries())
      yield {
        line: item.line,
        without: `"${named(item)}" in "${selection.name}"`,
        to: { ...selection, alternatives: replaced(selection.alternatives, index, withoutOne(items, at)) },
      };
  }
}

const forEver = 100 * 365 * 86_400_000;

/** It counts one hit: how it groups and for how long decides how many findings there are, not whether there is one, which is all that a case tells. */
const countsOne = ({ type, condition: { checks } }: SigmaCorrelation): boolean =>
  (type === 'event_count' || type === 'value_count') && checks.every(({ comparison, value }) => comparison === 'gte' && value <= 1);

function* sequenceChanges(rule: SigmaCorrelation): Generator<Change<SigmaCorrelation>> {
  const { line } = rule;
  if (countsOne(rule)) return;
  if (rule.rules.length > 1)
    for (const [index, part] of rule.rules.entries())
      yield { line, without: `"${part}" among its rules`, to: { ...rule, rules: withoutOne(rule.rules, index) } };
  for (const [index, { comparison, value }] of rule.condition.checks.entries())
    yield {
      line,
      without: `"${comparison}: ${value}"`,
      to: { ...rule, condition: { ...rule.condition, checks: withoutOne(rule.condition.checks, index) } },
    };
  for (const [index, field] of rule.groupBy.entries())
    yield { line, without: `"${field}" in group-by`, to: { ...rule, groupBy: withoutOne(rule.groupBy, index) } };
  yield { line, without: 'its timespan', to: { ...rule, timespan: forEver } };
  if (rule.type === 'temporal_ordered') yield { line, without: 'the order of its rules', to: { ...rule, type: 'temporal' } };
}

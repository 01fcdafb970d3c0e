// Sigma filters: tuning brought from outside, joined to the rules that it names. Called by the rulebook.
import type { Expression } from './condition.ts';
import { resolveField } from './fields/resolve.ts';
import { canonical } from './log-sources.ts';
import { orNearest } from './nearest.ts';
import type { LogSource, Selection, SigmaFilter, SigmaRule } from './rule.ts';

export interface FilterProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What the filter's log source says must be so for the rule; what it leaves out may be anything. */
function covers(filter: LogSource, rule: LogSource): boolean {
  const wanted = canonical(filter);
  const given = canonical(rule);
  return (['product', 'service', 'category'] as const).every((part) => wanted[part] === undefined || wanted[part] === given[part]);
}

const isNamed = (rule: SigmaRule, reference: string): boolean => [rule.id, rule.name, rule.key].includes(reference);

/** Why a filter must not be applied: a condition that nobody can judge would silence every rule it joins. */
function unusable(filter: SigmaFilter): string | undefined {
  const { shape, unsupported } = filter;
  if (unsupported !== undefined) return unsupported;
  if (shape === undefined) return undefined;
  for (const { alternatives } of filter.detection.selections)
    for (const { field } of alternatives.flat())
      if (field !== undefined && resolveField(shape, field) === undefined) return `${shape} records have no field "${field.slice(0, 80)}"`;
  return undefined;
}

function renamed(expression: Expression, rename: (name: string) => string): Expression {
  if (expression.op === 'selection') return { op: 'selection', name: rename(expression.name) };
  if (expression.op === 'not') return { op: 'not', of: renamed(expression.of, rename) };
  return { op: expression.op, of: expression.of.map((part) => renamed(part, rename)) };
}

/** The rule, and the filter's condition besides. Names with a blank cannot be those of the rule's own selections in a condition. */
function joined(rule: SigmaRule, filter: SigmaFilter): SigmaRule {
  const place = rule.detection.selections.length;
  const rename = (name: string): string => `filter ${place} ${name}`;
  const selections: Selection[] = filter.detection.selections.map((selection) => ({ ...selection, name: rename(selection.name) }));
  return {
    ...rule,
    detection: {
      ...rule.detection,
      selections: [...rule.detection.selections, ...selections],
      condition: { op: 'and', of: [rule.detection.condition, renamed(filter.detection.condition, rename)] },
    },
  };
}

/**
 * The rules with the filters that name them: a rule then matches where its own condition and the filter's both hold (so a filter that takes matches away says `not`).
 * A filter applies to single-event rules of its log source only. One that cannot be used is left out and says why; the rules stand without it.
 */
export function applyFilters(
  rules: readonly SigmaRule[],
  filters: readonly SigmaFilter[],
): { readonly rules: readonly SigmaRule[]; readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  let current = rules;
  for (const filter of filters) {
    const report = (message: string) =>
      problems.push({ file: filter.file, line: filter.line, message: `the filter "${filter.title.slice(0, 80)}" ${message}` });
    const why = unusable(filter);
    if (why !== undefined) {
      report(`is left out: ${why}`);
      continue;
    }
    for (const reference of filter.rules === 'any' ? [] : filter.rules) {
      const named = current.filter((rule) => isNamed(rule, reference));
      if (named.length === 0) {
        const names = current.map(({ key }) => key).slice(0, 500);
        report(`names "${reference.slice(0, 80)}", which is no rule here${orNearest(reference, names)}`);
      } else if (!named.some((rule) => covers(filter.logSource, rule.logSource)))
        report(`names "${reference.slice(0, 80)}", whose log source is another one`);
    }
    const { rules: names } = filter;
    current = current.map((rule) =>
      covers(filter.logSource, rule.logSource) && (names === 'any' || names.some((reference) => isNamed(rule, reference)))
        ? joined(rule, filter)
        : rule,
    );
  }
  return { rules: current, problems };
}

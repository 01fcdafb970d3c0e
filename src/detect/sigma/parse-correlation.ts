// Correlation rules: parsed and typed here, evaluated by src/detect/sequences. Called by parse.ts.
import { z } from 'zod';
import { checked, type ParsedHeading } from './parse-heading.ts';
import { comparisons, correlationTypes, type SigmaCorrelation } from './rule.ts';
import { RuleError } from './rule-error.ts';
import { lineAt, type MapTree } from './yaml-tree.ts';

const names = z
  .union([z.string(), z.array(z.string()).min(1).max(100)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const schema = z.object({
  type: z.enum(correlationTypes),
  rules: names,
  'group-by': names.optional(),
  timespan: z.string(),
  condition: z
    .record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).min(1).max(10)]), {
      error: 'must be a map such as "gte: 10"; boolean expressions over rules are not part of Sigma 2.1',
    })
    .optional(),
  aliases: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  generate: z.boolean().optional(),
});

/** Months and years have no one length; the specification leaves them to the implementation: 30 and 365 days. */
const units: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
  ['M', 30 * 86_400_000],
  ['y', 365 * 86_400_000],
]);

/** `90m` -> milliseconds; undefined for text that is no timespan. */
export function parseTimespan(text: string): number | undefined {
  const found = /^(\d{1,6})([smhdwMy])$/.exec(text.trim());
  const unit = units.get(found?.[2] ?? '');
  const count = Number(found?.[1]);
  return found === null || unit === undefined || count === 0 ? undefined : count * unit;
}

export function parseCorrelation(
  heading: ParsedHeading,
  section: MapTree,
  place: { readonly file: string; readonly line: number; readonly strict: boolean; readonly generate: boolean | undefined },
): SigmaCorrelation {
  const { file } = place;
  const raw = checked(schema, section, file, 'correlation');
  const fail = (path: string, reason: string): never => {
    throw new RuleError(file, lineAt(section, path.split('.')), reason);
  };
  const timespan =
    parseTimespan(raw.timespan) ?? fail('timespan', `"${raw.timespan.slice(0, 40)}" is no timespan such as 30s, 90m, 12h or 7d`);
  const checks: { comparison: (typeof comparisons)[number]; value: number }[] = [];
  let fields: readonly string[] = [];
  let percentile: number | undefined;
  for (const [key, value] of Object.entries(raw.condition ?? {})) {
    const comparison = comparisons.find((known) => known === key);
    if (key === 'field') fields = Array.isArray(value) ? value : [String(value)];
    else if (key === 'percentile') {
      percentile = Number(value);
      if (!(percentile > 0 && percentile <= 100)) fail('condition.percentile', '"percentile" needs a number above 0, up to 100');
    } else if (comparison !== undefined) {
      const number = Number(value);
      if (!Number.isFinite(number)) fail(`condition.${key}`, `"${key}" needs a number, not "${String(value).slice(0, 40)}"`);
      checks.push({ comparison, value: number });
    } else fail(`condition.${key}`, `the condition has "${key.slice(0, 40)}"; it can have field, percentile, ${comparisons.join(', ')}`);
  }
  const temporal = raw.type === 'temporal' || raw.type === 'temporal_ordered';
  if (!temporal && checks.length === 0) fail('condition', `correlations of type ${raw.type} need a condition such as "gte: 10"`);
  if (raw.type.startsWith('value_') && fields.length === 0)
    fail('condition', `correlations of type ${raw.type} need "field" in its condition`);
  if (raw.type !== 'value_count' && fields.length > 1) fail('condition.field', `correlations of type ${raw.type} compute one field only`);
  if (raw.type === 'value_percentile' && percentile === undefined)
    fail('condition', 'correlations of type value_percentile need "percentile" in their condition');
  if (temporal && raw.rules.length < 2) fail('rules', `correlations of type ${raw.type} need at least two rules`);
  const groupBy = raw['group-by'] ?? [];
  const aliases = new Map(Object.entries(raw.aliases ?? {}).map(([alias, byRule]) => [alias, new Map(Object.entries(byRule))]));
  for (const [alias, byRule] of aliases)
    for (const rule of byRule.keys())
      if (!raw.rules.includes(rule))
        fail(`aliases.${alias}.${rule}`, `the alias "${alias}" names "${rule}", which the correlation does not count`);
  return {
    ...heading,
    kind: 'correlation',
    file,
    line: place.line,
    strict: place.strict,
    type: raw.type,
    rules: raw.rules,
    groupBy,
    timespan,
    condition: { fields, checks, percentile },
    aliases,
    generate: raw.generate ?? place.generate ?? false,
  };
}

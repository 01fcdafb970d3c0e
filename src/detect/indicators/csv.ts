// Reads indicators from CSV with the columns kind,value,name,confidence,valid_from,valid_until,source,note. Called by src/campaigns/load.ts.
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { indicatorKinds } from '../../contracts/indicators.ts';
import { type Indicator, type IndicatorProblem, type LoadedIndicators, normalise } from './indicator.ts';

const date = z.union([z.iso.date(), z.iso.datetime()], 'a date such as 2026-01-31');
const row = z.strictObject({
  kind: z.enum(indicatorKinds, `one of ${indicatorKinds.join(', ')}`),
  value: z.string().min(1, 'a value'),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'a name of lower-case letters, digits, dots and dashes (rules refer to it)'),
  confidence: z.union([z.literal('').transform(() => 50), z.coerce.number().int().min(0).max(100)], 'a number from 0 to 100'),
  valid_from: date,
  valid_until: z.union([z.literal('').transform(() => undefined), date]),
  source: z.string().min(1, 'a source'),
  note: z.string().default(''),
});

/** Never throws: a bad line is a problem that names it, and the rest loads. */
export function readCsv(text: string, file: string, campaign: string): LoadedIndicators {
  const indicators: Indicator[] = [];
  const problems: IndicatorProblem[] = [];
  let records: { record: unknown; info: { lines: number } }[];
  try {
    records = parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true, relax_column_count: true });
  } catch (cause) {
    return { indicators, problems: [{ file, line: 1, message: `this is no CSV: ${cause instanceof Error ? cause.message : cause}` }] };
  }
  const columns = Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(records[0]?.record));
  const missing = ['kind', 'value', 'name', 'confidence', 'valid_from', 'valid_until', 'source'].filter(
    (column) => !columns.includes(column),
  );
  if (records.length > 0 && missing.length > 0)
    return { indicators, problems: [{ file, line: 1, message: `the first line names the columns; missing: ${missing.join(', ')}` }] };
  for (const { record, info } of records) {
    const report = (message: string) => problems.push({ file, line: info.lines, message });
    const parsed = row.safeParse(record);
    if (!parsed.success) {
      report(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
      continue;
    }
    const { kind, value, name, confidence, valid_from, valid_until, source, note } = parsed.data;
    if (normalise(kind, value) === undefined) {
      report(`"${value.slice(0, 120)}" is no ${kind}`);
      continue;
    }
    indicators.push({
      id: `${campaign}/${name}`,
      kind,
      value,
      confidence,
      validFrom: Date.parse(valid_from),
      ...(valid_until === undefined ? {} : { validUntil: endOf(valid_until) }),
      source,
      ...(kind === 'network' && note !== '' ? { owner: note } : {}),
    });
  }
  return { indicators, problems };
}

/** A bare date ends with its day. */
const endOf = (text: string): number => (text.length === 10 ? Date.parse(text) + 86_400_000 - 1 : Date.parse(text));

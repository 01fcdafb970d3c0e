// Reads a STIX 2.1 bundle of indicators. Called by src/campaigns/load.ts. Which patterns are understood is a stated subset (docs/indicators.md).
import { z } from 'zod';
import type { Indicator, IndicatorProblem, LoadedIndicators } from './indicator.ts';
import { parsePattern } from './stix-pattern.ts';

const bundle = z.looseObject({ type: z.literal('bundle'), objects: z.array(z.unknown()).max(500_000) });
const stixIndicator = z.looseObject({
  type: z.literal('indicator'),
  id: z.string(),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'a name of lower-case letters, digits, dots and dashes (rules refer to it)'),
  pattern: z.string().max(10_000),
  pattern_type: z.literal('stix'),
  confidence: z.int().min(0).max(100).default(50),
  valid_from: z.iso.datetime({ error: 'a time such as 2026-01-31T00:00:00Z' }),
  valid_until: z.iso.datetime({ error: 'a time such as 2026-01-31T00:00:00Z' }).optional(),
  description: z.string().optional(),
  external_references: z.array(z.looseObject({ source_name: z.string().min(1) })).min(1, 'at least one source'),
});

/** Never throws: a bad entry is a problem that names its line, and the rest loads. Objects that are no indicators are passed over. */
export function readStix(text: string, file: string, campaign: string): LoadedIndicators {
  let objects: readonly unknown[];
  try {
    objects = bundle.parse(JSON.parse(text)).objects;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
    return { indicators: [], problems: [{ file, line: 1, message: `this is no STIX 2.1 bundle: ${why}` }] };
  }
  const indicators: Indicator[] = [];
  const problems: IndicatorProblem[] = [];
  for (const [index, object] of objects.entries()) {
    if (typeof object !== 'object' || object === null || !('type' in object) || object.type !== 'indicator') continue;
    // Its author took it back, whatever else it still says.
    if ('revoked' in object && object.revoked === true) continue;
    const name = 'id' in object && typeof object.id === 'string' ? object.id : `object ${index + 1}`;
    const report = (message: string) => problems.push({ file, line: lineOf(text, name), message: `${name}: ${message}` });
    const parsed = stixIndicator.safeParse(object);
    if (!parsed.success) {
      report(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
      continue;
    }
    const { valid_from, valid_until, external_references, confidence, description, pattern } = parsed.data;
    try {
      for (const { kind, value: found } of parsePattern(pattern))
        indicators.push({
          id: `${campaign}/${parsed.data.name}`,
          kind,
          value: found,
          confidence,
          validFrom: Date.parse(valid_from),
          ...(valid_until === undefined ? {} : { validUntil: Date.parse(valid_until) }),
          source: external_references[0]?.source_name ?? '',
          ...(kind === 'network' && description !== undefined ? { owner: description } : {}),
        });
    } catch (cause) {
      report(cause instanceof Error ? cause.message : String(cause));
    }
  }
  return { indicators, problems };
}

function lineOf(text: string, name: string): number {
  const at = text.indexOf(JSON.stringify(name));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

// Reads a STIX 2.1 bundle of indicators. Called by src/campaigns/load.ts. Which patterns are understood is a stated subset (docs/indicators.md).
import { z } from 'zod';
import { type Indicator, type IndicatorKind, type IndicatorProblem, type LoadedIndicators, normalise } from './indicator.ts';

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

/** What an object path of a pattern stands for. */
const paths: Readonly<Record<string, IndicatorKind>> = {
  "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'": 'user-agent',
  'ipv4-addr:value': 'address',
  'ipv6-addr:value': 'address',
  'autonomous-system:number': 'network',
  'autonomous-system:name': 'network-owner',
  'domain-name:value': 'domain',
  'url:value': 'url',
  'email-addr:value': 'email',
  'x-tenant-guard-application:app_id': 'application',
  'x-tenant-guard-application:display_name': 'application-name',
};

/** @throws Error with a plain message where the pattern lies outside the subset. */
export function parsePattern(pattern: string): { kind: IndicatorKind; value: string }[] {
  const found: { kind: IndicatorKind; value: string }[] = [];
  const observation = /^\s*\[([^[\]]*)\]\s*(?:(OR)(?=\s*\[)|$)/;
  let rest = pattern;
  for (;;) {
    const literal = maskLiterals(rest);
    const match = observation.exec(literal);
    if (match === null)
      throw new Error('a pattern is one or more [object:path = value] joined by OR; AND, FOLLOWEDBY and qualifiers are not supported');
    const inner = rest.slice(literal.indexOf('[') + 1, match[0].lastIndexOf(']'));
    found.push(...comparisons(inner));
    if (match[2] === undefined) return found;
    rest = rest.slice(match[0].length);
  }
}

/** Same length, with the content of quoted values blanked, so that brackets and words inside them do not count. */
const maskLiterals = (text: string) => text.replace(/'(?:[^'\\]|\\.)*'/g, (literal) => `'${'_'.repeat(Math.max(0, literal.length - 2))}'`);

const value = String.raw`'(?:[^'\\]|\\.)*'|\d+`;
const comparison = new RegExp(
  String.raw`^\s*([a-z0-9-]+:(?:'[^']*'|[^\s='])+)\s*(=|IN|ISSUBSET)\s*(\(\s*(?:${value})(?:\s*,\s*(?:${value}))*\s*\)|${value})\s*(OR\b|$)`,
);

function comparisons(text: string): { kind: IndicatorKind; value: string }[] {
  const found: { kind: IndicatorKind; value: string }[] = [];
  for (let rest = text; ; ) {
    const match = comparison.exec(rest);
    if (match === null) throw new Error(`"${rest.trim().slice(0, 120)}" is no comparison with =, IN or ISSUBSET`);
    const [whole, path = '', operator, values = '', more] = match;
    const kind = Object.hasOwn(paths, path) ? paths[path] : undefined;
    if (kind === undefined) throw new Error(`"${path}" is not supported; known: ${Object.keys(paths).join(', ')}`);
    if (operator === 'ISSUBSET' && kind !== 'address') throw new Error(`ISSUBSET fits addresses, not ${path}`);
    for (const written of values.match(new RegExp(value, 'g')) ?? []) {
      const plain = written.startsWith("'") ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written;
      if (normalise(kind, plain) === undefined) throw new Error(`"${plain.slice(0, 120)}" is no ${kind}`);
      found.push({ kind, value: plain });
    }
    if (more !== 'OR') return found;
    rest = rest.slice(whole.length);
  }
}

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

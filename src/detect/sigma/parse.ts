// YAML text -> typed Sigma rules and correlations. Called by whoever loads rules: the campaign loader, `check --rules`.
import { z } from 'zod';
import { guardFields } from './guard-attributes.ts';
import { meaningOf } from './log-sources.ts';
import { parseCorrelation } from './parse-correlation.ts';
import { parseDetection, requireKnown } from './parse-detection.ts';
import { checked, parseHeading } from './parse-heading.ts';
import type { SigmaDocument } from './rule.ts';
import { RuleError } from './rule-error.ts';
import { lineAt, type MapTree, readDocuments, readYaml, SpentError, type Tree } from './yaml-tree.ts';

export interface ParseOptions {
  /** A rule of our own packs: unknown fields, modifiers, log sources and attributes are errors. Foreign rules load and say why they cannot match. */
  readonly strict: boolean;
}

const logSource = z.object({
  product: z.string().nullish(),
  service: z.string().nullish(),
  category: z.string().nullish(),
});

function section(tree: MapTree, name: string, file: string): MapTree {
  const entry = tree.entries.get(name);
  if (entry?.value.kind !== 'map') throw new RuleError(file, entry?.line ?? tree.line, `"${name}" must be a map`);
  return entry.value;
}

/** Of a correlation; the specification shows it beside the section, people write it inside. */
const generates = z.object({ generate: z.boolean().nullish() });

/** `any` (or `all`, or an empty list) is every rule of the log source. */
function filterRules(body: MapTree, file: string): readonly string[] | 'any' {
  const { rules } = checked(z.object({ rules: z.union([z.string(), z.array(z.string()).max(10_000)]) }), body, file, 'filter');
  if (typeof rules === 'string') return /^(?:any|all)$/i.test(rules) ? 'any' : [rules];
  return rules.length === 0 ? 'any' : rules;
}

function parseDocument(tree: Tree, file: string, strict: boolean): SigmaDocument {
  if (tree.kind !== 'map') throw new RuleError(file, tree.line, 'is no Sigma rule: a rule is a map with title, logsource and detection');
  const isFilter = tree.entries.has('filter');
  const heading = parseHeading(tree, file, strict, isFilter);
  if (tree.entries.has('correlation')) {
    const { generate } = checked(generates, tree, file, '');
    return parseCorrelation(heading, section(tree, 'correlation', file), {
      file,
      line: tree.line,
      strict,
      generate: generate ?? undefined,
    });
  }
  if (!isFilter && !tree.entries.has('detection'))
    throw new RuleError(file, tree.line, 'has none of "detection", "correlation" and "filter"');
  const sourceTree = section(tree, 'logsource', file);
  const raw = checked(logSource, sourceTree, file, 'logsource');
  const source = { product: raw.product ?? undefined, service: raw.service ?? undefined, category: raw.category ?? undefined };
  const meaning = meaningOf(source, strict);
  const sourceLine = lineAt(tree, ['logsource']);
  if (strict && 'why' in meaning) throw new RuleError(file, sourceLine, meaning.why);
  const shape = 'shape' in meaning ? meaning.shape : undefined;
  if (isFilter) {
    const body = section(tree, 'filter', file);
    const rules = filterRules(body, file);
    const own = new Map([...body.entries].filter(([name]) => name !== 'rules'));
    const parsed = parseDetection({ ...body, entries: own }, { file, strict, shape, source });
    return { ...heading, kind: 'filter', file, line: tree.line, strict, logSource: source, shape, rules, ...parsed };
  }
  const { detection, unsupported } = parseDetection(section(tree, 'detection', file), { file, strict, shape, source });
  if (strict && shape !== undefined)
    for (const field of guardFields(heading.guard)) requireKnown(field, lineAt(tree, ['tenant-guard']), shape, file);
  return {
    ...heading,
    kind: 'rule',
    file,
    line: tree.line,
    strict,
    logSource: source,
    shape,
    detection,
    unsupported: 'why' in meaning ? meaning.why : unsupported,
  };
}

/** What can be read of a text, which may hold several YAML documents: a broken one disables itself alone. */
export function readRules(
  text: string,
  file: string,
  options: ParseOptions = { strict: false },
): { readonly rules: SigmaDocument[]; readonly problems: RuleError[] } {
  const rules: SigmaDocument[] = [];
  const problems: RuleError[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof RuleError)) throw cause;
      problems.push(cause);
    }
  };
  attempt(() => {
    const documents = readDocuments(text, file);
    if (documents.length === 0) throw new RuleError(file, 1, 'is empty');
    for (const read of documents) {
      attempt(() => rules.push(parseDocument(read(), file, options.strict)));
      if (problems.at(-1) instanceof SpentError) return;
    }
  });
  return { rules, problems };
}

/** All rules and correlations of a text, which may hold several YAML documents. Throws RuleError at the first thing that is wrong. */
export function parseRules(text: string, file: string, options: ParseOptions = { strict: false }): SigmaDocument[] {
  const trees = readYaml(text, file);
  if (trees.length === 0) throw new RuleError(file, 1, 'is empty');
  return trees.map((tree) => parseDocument(tree, file, options.strict));
}

/** The one rule or correlation of a text. Throws RuleError, also where there are several. */
export function parseRule(text: string, file: string, options: ParseOptions = { strict: false }): SigmaDocument {
  const [first, second] = parseRules(text, file, options);
  if (first === undefined || second !== undefined)
    throw new RuleError(file, second?.line ?? 1, 'holds several rules where one is expected');
  return first;
}

// The head of a rule or correlation: title, id, level, tags and our own attributes. Called by parse.ts.
import { z } from 'zod';
import { type Severity, severities } from '../../contracts/finding.ts';
import { type Guard, guardAttributes } from './guard-attributes.ts';
import { RuleError } from './rule-error.ts';
import { lineAt, type MapTree, plain } from './yaml-tree.ts';

const text = z.string().max(65_535);
const scalarText = z.union([z.string(), z.number()]).transform(String);

const heading = z.object({
  title: z.string().min(1).max(256),
  id: scalarText.optional(),
  name: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,120}$/, 'may hold letters, digits, dots, dashes and underscores')
    .optional(),
  description: text.nullish(),
  status: z.string().optional(),
  level: z.string().optional(),
  tags: z.array(scalarText).nullish(),
  references: z.union([z.array(scalarText), z.string()]).nullish(),
  falsepositives: z.union([z.array(scalarText), z.string()]).nullish(),
  author: scalarText.nullish(),
  date: scalarText.nullish(),
  'tenant-guard': guardAttributes.optional(),
});

/** Attributes that the specification gives to rules and correlations; our own packs may use no others. */
const attributes: ReadonlySet<string> = new Set([
  ...Object.keys(heading.shape),
  'correlation',
  'detection',
  'fields',
  'filter',
  'generate',
  'license',
  'logsource',
  'modified',
  'related',
  'scope',
  'taxonomy',
]);

export interface ParsedHeading {
  readonly key: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly status: string | undefined;
  readonly level: Severity | undefined;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsepositives: readonly string[];
  readonly author: string | undefined;
  readonly date: string | undefined;
  readonly guard: Guard;
}

/** Throws the first problem of a schema check as a RuleError at its line. */
export function checked<T extends z.ZodType>(schema: T, tree: MapTree, file: string, place: string): z.output<T> {
  const parsed = schema.safeParse(plain(tree));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const where = [place, ...path.map(String)].filter((part) => part !== '').join('.');
  throw new RuleError(file, lineAt(tree, path), `${where === '' ? 'the rule' : `"${where}"`}: ${issue?.message ?? 'is not valid'}`);
}

const list = (value: readonly string[] | string | null | undefined): readonly string[] =>
  value === null || value === undefined ? [] : typeof value === 'string' ? [value] : value;

/**
 * @param strict a rule of our own packs: needs a name and a level, and may have no unknown attributes
 * @param isFilter has no level
 */
export function parseHeading(tree: MapTree, file: string, strict: boolean, isFilter: boolean): ParsedHeading {
  const head = checked(heading, tree, file, '');
  const level = severities.find((known) => known === head.level?.toLowerCase());
  if (head.level !== undefined && level === undefined)
    throw new RuleError(file, lineAt(tree, ['level']), `"level" is "${head.level.slice(0, 40)}"; it can be ${severities.join(', ')}`);
  if (strict) {
    if (head.name === undefined) throw new RuleError(file, tree.line, 'has no "name", by which findings and tests call it');
    if (level === undefined && !isFilter) throw new RuleError(file, tree.line, 'has no "level"');
    for (const [attribute, entry] of tree.entries)
      if (!attributes.has(attribute)) throw new RuleError(file, entry.line, `the attribute "${attribute}" is not known`);
  }
  const key = (strict ? head.name : undefined) ?? head.id ?? head.name ?? file;
  return {
    key,
    id: head.id,
    name: head.name,
    title: head.title,
    description: head.description ?? undefined,
    status: head.status,
    level,
    tags: head.tags ?? [],
    references: list(head.references),
    falsepositives: list(head.falsepositives),
    author: head.author ?? undefined,
    date: head.date ?? undefined,
    guard: head['tenant-guard'] ?? guardAttributes.parse({}),
  };
}

// Checks a resource body from infra/ against the published shape of its type (types.json). Used by the tests; finds what the compiler would warn of, and the closed
// lists and wrong literals that it lets pass.
import { type BicepType, ObjectTypePropertyFlags as Flag, type ObjectTypeProperty, TypeBaseKind, type TypeReference } from 'bicep-types';
import type { BicepFile, Expression, Resource } from './read-bicep.ts';

type Kind = 'string' | 'int' | 'bool' | 'object' | 'array' | 'null';
interface Scope {
  readonly types: readonly BicepType[];
  readonly file: BicepFile;
  readonly report: (line: number, problem: string) => void;
}

/** Bicep's own keys of a resource: not part of any published shape. */
const ownKeys = new Set(['parent', 'scope', 'dependsOn']);

const resultKinds: Readonly<Record<string, Kind>> = {
  guid: 'string',
  string: 'string',
  toLower: 'string',
  uniqueString: 'string',
  subscriptionResourceId: 'string',
  empty: 'bool',
  union: 'object',
};

/** Problems of one resource, as `file:line: Type@version path: what is wrong`. Empty: nothing found. */
export function checkResource(types: readonly BicepType[], resource: Resource, file: BicepFile): string[] {
  const problems: string[] = [];
  const name = `${resource.type}@${resource.apiVersion}`;
  const report = (line: number, problem: string) => problems.push(`${resource.file}:${line}: ${name} ${problem}`);
  const known = types.find((type) => type.type === TypeBaseKind.ResourceType && type.name === name);
  if (known?.type !== TypeBaseKind.ResourceType) {
    report(resource.line, 'is no resource type of types.json (run infra/types/generate.ts)');
    return problems;
  }
  const given = entries(resource.body.entries.filter(({ key }) => !(typeof key === 'string' && ownKeys.has(key))));
  const scope = { types, file, report };
  if (resource.existing) {
    for (const [key, value] of given.plain) if (key !== 'name') report(value.line, `.${key}: an existing resource has a name only`);
    if (!given.plain.has('name')) report(resource.line, '.name: missing');
  } else checkObject(scope, known.body, { ...resource.body, entries: given.all }, '');
  return problems;
}

function entries(all: Extract<Expression, { kind: 'object' }>['entries']) {
  const plain = new Map<string, Expression>();
  for (const { key, value } of all) if (typeof key === 'string') plain.set(key, value);
  return { all, plain, computed: all.filter(({ key }) => typeof key !== 'string') };
}

function check(scope: Scope, reference: TypeReference, value: Expression, path: string): void {
  const type = scope.types[reference.index];
  if (type === undefined) throw new Error(`types.json refers to a type that it does not hold: ${reference.index}`);
  switch (type.type) {
    case TypeBaseKind.ObjectType:
    case TypeBaseKind.DiscriminatedObjectType:
      if (value.kind === 'object') checkObject(scope, reference, value, path);
      else expectKind(scope, 'object', value, path);
      return;
    case TypeBaseKind.ArrayType:
      if (value.kind === 'array') value.items.forEach((item, index) => void check(scope, type.itemType, item, `${path}[${index}]`));
      else expectKind(scope, 'array', value, path);
      return;
    case TypeBaseKind.UnionType:
      checkUnion(scope, type.elements, value, path);
      return;
    case TypeBaseKind.StringLiteralType: {
      const text = plainText(value);
      if (text === undefined) expectKind(scope, 'string', value, path);
      else if (text !== type.value) scope.report(value.line, `${path}: '${text}' where '${type.value}' is expected`);
      return;
    }
    case TypeBaseKind.StringType:
      expectKind(scope, 'string', value, path);
      return;
    case TypeBaseKind.IntegerType:
      expectKind(scope, 'int', value, path);
      return;
    case TypeBaseKind.BooleanType:
      expectKind(scope, 'bool', value, path);
      return;
    case TypeBaseKind.AnyType:
      return;
    default:
      throw new Error(`types.json holds a ${type.type}, which this check does not know`);
  }
}

function checkObject(scope: Scope, reference: TypeReference, value: Extract<Expression, { kind: 'object' }>, path: string): void {
  const type = scope.types[reference.index];
  const given = entries(value.entries);
  if (type?.type === TypeBaseKind.DiscriminatedObjectType) {
    const chosen = given.plain.get(type.discriminator);
    const text = chosen && plainText(chosen);
    const element = text === undefined ? undefined : scope.types[type.elements[text]?.index ?? -1];
    if (element?.type !== TypeBaseKind.ObjectType) {
      const choices = Object.keys(type.elements).join(', ');
      scope.report(
        chosen?.line ?? value.line,
        `${path}.${type.discriminator}: ${text ?? 'nothing plain'} where one of ${choices} is expected`,
      );
      return;
    }
    checkProperties(scope, { ...type.baseProperties, ...element.properties }, element.additionalProperties, value, path);
  } else if (type?.type === TypeBaseKind.ObjectType) checkProperties(scope, type.properties, type.additionalProperties, value, path);
  else throw new Error(`types.json: the body at ${path} is no object`);
}

function checkProperties(
  scope: Scope,
  properties: Readonly<Record<string, ObjectTypeProperty>>,
  more: TypeReference | undefined,
  value: Extract<Expression, { kind: 'object' }>,
  path: string,
): void {
  const given = entries(value.entries);
  for (const [name, { flags }] of Object.entries(properties))
    if (flags & Flag.Required && !(flags & Flag.ReadOnly) && !given.plain.has(name)) scope.report(value.line, `${path}.${name}: missing`);
  for (const [name, inside] of given.plain) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined && more === undefined) scope.report(inside.line, `${path}.${name}: unknown property`);
    else if (property !== undefined && property.flags & Flag.ReadOnly) scope.report(inside.line, `${path}.${name}: read-only`);
    else check(scope, property?.type ?? (more as TypeReference), inside, `${path}.${name}`);
  }
  for (const { value: inside, line } of given.computed)
    if (more === undefined) scope.report(line, `${path}: a computed key where only known properties may stand`);
    else check(scope, more, inside, `${path}[…]`);
}

function checkUnion(scope: Scope, elements: readonly TypeReference[], value: Expression, path: string): void {
  const inner = elements.map(({ index }) => scope.types[index]);
  const literals = inner.flatMap((type) => (type?.type === TypeBaseKind.StringLiteralType ? [type.value] : []));
  const text = plainText(value);
  if (literals.length > 0 && text !== undefined) {
    if (!literals.includes(text)) scope.report(value.line, `${path}: '${text}' where one of ${literals.join(', ')} is expected`);
  } else if (literals.length > 0) expectKind(scope, 'string', value, path);
  else {
    const fits = elements.some((element) => {
      let problems = 0;
      check({ ...scope, report: () => void problems++ }, element, value, path);
      return problems === 0;
    });
    if (!fits) scope.report(value.line, `${path}: fits none of its ${elements.length} shapes`);
  }
}

function expectKind(scope: Scope, expected: Kind, value: Expression, path: string): void {
  const kinds = kindsOf(value, scope.file, 0);
  // null leaves a property out, which the compiler allows.
  if (kinds !== undefined && [...kinds].some((kind) => kind !== expected && kind !== 'null'))
    scope.report(value.line, `${path}: ${[...kinds].join(' or ')} where ${expected} is expected`);
}

/** What an expression can come to; undefined where only the deployment knows. */
function kindsOf(value: Expression, file: BicepFile, depth: number): ReadonlySet<Kind> | undefined {
  if (depth > 20) return undefined;
  switch (value.kind) {
    case 'string':
      return new Set(['string']);
    case 'object':
    case 'array':
      return new Set([value.kind]);
    case 'literal':
      return new Set([value.value === null ? 'null' : typeof value.value === 'number' ? 'int' : 'bool']);
    case 'name': {
      const parameter = file.parameters.get(value.name);
      if (parameter !== undefined) return new Set([parameter as Kind]);
      const variable = file.variables.get(value.name);
      return variable && kindsOf(variable, file, depth + 1);
    }
    case 'choice': {
      const [yes, no] = [kindsOf(value.yes, file, depth + 1), kindsOf(value.no, file, depth + 1)];
      return yes && no && new Set([...yes, ...no]);
    }
    case 'call': {
      const kind = value.of === undefined ? resultKinds[value.name] : undefined;
      return kind && new Set([kind]);
    }
    default:
      return undefined;
  }
}

const plainText = (value: Expression): string | undefined =>
  value.kind === 'string' && value.inner.length === 0 ? value.texts[0] : undefined;

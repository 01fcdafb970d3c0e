// Writes types.json and index.json beside this file: the published shapes of exactly the resource types that infra/ uses, for the test that checks every body.
// Run when a resource type or API version is added: `node_modules/.bin/node infra/types/generate.ts FOLDER`, where FOLDER is `generated/` of a checkout of
// https://github.com/Azure/bicep-types-az (MIT).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BicepType,
  buildIndex,
  type ObjectTypeProperty,
  ObjectTypePropertyFlags,
  readIndexJson,
  readTypesJson,
  TypeBaseKind,
  TypeFactory,
  TypeReference,
  writeIndexJson,
  writeTypesJson,
} from 'bicep-types';
import { readBicep } from './read-bicep.ts';

/** Copies types of one published file into the factory, each once; descriptions and what is behind read-only properties stay behind. */
function copier(factory: TypeFactory, source: readonly BicepType[]): (reference: TypeReference) => TypeReference {
  const copied = new Map<number, TypeReference>();
  const property = ({ type, flags }: ObjectTypeProperty): ObjectTypeProperty => ({
    type: flags & ObjectTypePropertyFlags.ReadOnly ? factory.addAnyType() : copy(type),
    flags,
  });
  const properties = (of: Record<string, ObjectTypeProperty>) => mapValues(of, property);
  const shape = (type: BicepType): BicepType => {
    switch (type.type) {
      case TypeBaseKind.ObjectType:
        return {
          ...type,
          properties: properties(type.properties),
          ...(type.additionalProperties && { additionalProperties: copy(type.additionalProperties) }),
        };
      case TypeBaseKind.DiscriminatedObjectType:
        return { ...type, baseProperties: properties(type.baseProperties), elements: mapValues(type.elements, copy) };
      case TypeBaseKind.ArrayType:
        return { ...type, itemType: copy(type.itemType) };
      case TypeBaseKind.UnionType:
        return { ...type, elements: type.elements.map(copy) };
      case TypeBaseKind.ResourceType: {
        const { functions: _, ...rest } = type;
        return { ...rest, body: copy(type.body) };
      }
      default:
        return type;
    }
  };
  function copy(reference: TypeReference): TypeReference {
    const known = copied.get(reference.index);
    if (known !== undefined) return known;
    const type = source[reference.index];
    if (type === undefined) throw new Error(`the published file has no type ${reference.index}`);
    // The place is taken before the shape is copied, since types refer to themselves.
    const place = new TypeReference(factory.types.push({ type: TypeBaseKind.AnyType }) - 1);
    copied.set(reference.index, place);
    factory.types[place.index] = shape(type);
    return place;
  }
  return copy;
}

const mapValues = <From, To>(of: Record<string, From>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, to(value)]));

/** Resource types that infra/ uses, each with the names that stand as plain text in it. */
function usedTypes(infra: string): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const name of readdirSync(infra, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.bicep')) continue;
    for (const { type, apiVersion, body } of readBicep(readFileSync(join(infra, name), 'utf8'), name).resources) {
      const names = used.get(`${type}@${apiVersion}`) ?? new Set();
      const given = body.entries.find(({ key }) => key === 'name')?.value;
      if (given?.kind === 'string' && given.inner.length === 0) names.add(given.texts[0] ?? '');
      used.set(`${type}@${apiVersion}`, names);
    }
  }
  return used;
}

/** Some types have a shape of their own per name (`Microsoft.Web/sites/config`): only the shapes of the used names are kept. */
function keepNames(source: BicepType[], resource: BicepType | undefined, names: ReadonlySet<string>): void {
  if (resource?.type !== TypeBaseKind.ResourceType) throw new Error('the published index points at something that is no resource type');
  const body = source[resource.body.index];
  if (body?.type !== TypeBaseKind.DiscriminatedObjectType || body.discriminator !== 'name') return;
  const elements = Object.fromEntries(Object.entries(body.elements).filter(([name]) => names.has(name)));
  source[resource.body.index] = { ...body, elements };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder? Give generated/ of a checkout of Azure/bicep-types-az');
const published = readIndexJson(readFileSync(join(folder, 'index.json'), 'utf8'));
const factory = new TypeFactory();
const sources = new Map<string, { readonly types: BicepType[]; readonly copy: (reference: TypeReference) => TypeReference }>();
function sourceOf(path: string) {
  const known = sources.get(path);
  if (known !== undefined) return known;
  const types = readTypesJson(readFileSync(join(folder ?? '', path), 'utf8'));
  const source = { types, copy: copier(factory, types) };
  sources.set(path, source);
  return source;
}
for (const [name, names] of [...usedTypes(join(import.meta.dirname, '..'))].sort(([a], [b]) => a.localeCompare(b))) {
  const place = published.resources[name];
  if (place === undefined) throw new Error(`${name}: not a published resource type and API version`);
  const { types, copy } = sourceOf(place.relativePath);
  keepNames(types, types[place.index], names);
  copy(new TypeReference(place.index));
}
const index = buildIndex([{ relativePath: 'types.json', types: factory.types }], (line) => process.stderr.write(`${line}\n`));
writeFileSync(join(import.meta.dirname, 'types.json'), `${writeTypesJson(factory.types)}\n`);
writeFileSync(join(import.meta.dirname, 'index.json'), `${writeIndexJson(index)}\n`);

// Every resource body of infra/ against the published shapes, and proof that the check notices mistakes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../infra/types/check-body.ts';
import { readBicep } from '../../infra/types/read-bicep.ts';
import { infraFolder, publishedTypes, readInfra } from './support.ts';

const files = readInfra();
const resources = files.flatMap((file) => file.resources.map((resource) => ({ resource, file })));
const problemsOf = (text: string): string[] => {
  const file = readBicep(text, 'test.bicep');
  return file.resources.flatMap((resource) => checkResource(publishedTypes, resource, file));
};

describe('the resource bodies of infra/', () => {
  it('are all read: none is skipped', () => {
    const declared = files.flatMap(({ file }) => readFileSync(join(infraFolder, file), 'utf8').match(/^\s*resource /gm) ?? []);
    expect(resources.length).toBe(declared.length);
    expect(resources.length).toBeGreaterThan(40);
  });

  it.each(resources.map(({ resource, file }) => [`${resource.file} ${resource.symbol}`, resource, file] as const))(
    '%s has only known properties of the right kind, and all required ones',
    (_, resource, file) => {
      expect(checkResource(publishedTypes, resource, file)).toEqual([]);
    },
  );
});

describe('the check notices', () => {
  const storage = (inside: string) => `param location string
param days int
resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'stdata'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  ${inside}
}
`;

  it('nothing wrong in a right body', () => {
    expect(problemsOf(storage('properties: { allowSharedKeyAccess: false }'))).toEqual([]);
  });

  it.each([
    ['a misspelt property', 'properties: { allowSharedKeyAcess: false }', '.properties.allowSharedKeyAcess: unknown property'],
    ['text where a switch is expected', "properties: { allowSharedKeyAccess: 'false' }", 'string where bool is expected'],
    ['a parameter of the wrong kind', 'properties: { allowSharedKeyAccess: days }', 'int where bool is expected'],
    ['a choice with one wrong side', "properties: { allowSharedKeyAccess: empty(location) ? true : 'no' }", '.allowSharedKeyAccess'],
    ['a list where an object is expected', 'tags: []', '.tags: array where object is expected'],
    ['a value that is not on the list', "properties: { accessTier: 'Lukewarm' }", "'Lukewarm' where one of"],
    ['a read-only property that is written', "properties: { primaryLocation: 'westeurope' }", '.properties.primaryLocation: read-only'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's interpolation
    ['a computed key among known properties', "properties: { '${location}': true }", 'a computed key'],
    ['a name from JavaScript’s own objects', 'properties: { constructor: true }', '.properties.constructor: unknown property'],
  ])('%s', (_, inside, problem) => {
    const problems = problemsOf(storage(inside));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toContain('test.bicep:8');
  });

  it('a required property that was left out', () => {
    const problems = problemsOf(storage('').replace("kind: 'StorageV2'", ''));
    expect(problems).toEqual(['test.bicep:3: Microsoft.Storage/storageAccounts@2024-01-01 .kind: missing']);
  });

  it('an API version that does not exist', () => {
    expect(problemsOf(storage('').replace('2024-01-01', '2024-01-02'))[0]).toContain('is no resource type');
  });

  it('a wrong child name and a wrong variant', () => {
    const child = (name: string) =>
      `resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = { name: '${name}' }`;
    expect(problemsOf(child('default'))).toEqual([]);
    expect(problemsOf(child('defualt'))[0]).toContain(".name: 'defualt'");
    const config = "resource settings 'Microsoft.Web/sites/config@2024-11-01' = { name: 'appsetings', properties: { A: 'b' } }";
    expect(problemsOf(config)[0]).toContain('.name: appsetings where one of appsettings');
    expect(problemsOf(config.replace('appsetings', 'appsettings').replace("'b'", '1'))[0]).toContain('int where string is expected');
  });

  it('a property on a resource that exists already', () => {
    const existing = "resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: 'kv', location: 'here' }";
    expect(problemsOf(existing)[0]).toContain('an existing resource has a name only');
  });

  it.each(
    resources
      .filter(({ resource }) => !resource.existing)
      .map(({ resource, file }) => [`${resource.file} ${resource.symbol}`, resource, file] as const),
  )('a misspelt name and a lost name in %s', (_, resource, file) => {
    const misspelt = resource.body.entries.map((entry) => (entry.key === 'name' ? { ...entry, key: 'nmae' } : entry));
    const problems = checkResource(publishedTypes, { ...resource, body: { ...resource.body, entries: misspelt } }, file);
    expect(problems.some((problem) => problem.includes('nmae: unknown property') || problem.includes('.name'))).toBe(true);
  });
});

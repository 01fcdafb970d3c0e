// The small Bicep reader: what it reads, and that it refuses the rest with file and line instead of skipping it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BicepError } from '../../infra/types/bicep-tokens.ts';
import { readBicep } from '../../infra/types/read-bicep.ts';
import { infraFolder, properties, text } from './support.ts';

const resource = (body: string) => `resource x 'Microsoft.KeyVault/vaults@2024-11-01' = ${body}\n`;
const read = (source: string) => readBicep(source, 'test.bicep');

describe('reading', () => {
  it('keeps type, version, file and line', () => {
    expect(read(`\n// a comment\n${resource("{ name: 'kv' }")}`).resources[0]).toMatchObject({
      symbol: 'x',
      type: 'Microsoft.KeyVault/vaults',
      apiVersion: '2024-11-01',
      existing: false,
      file: 'test.bicep',
      line: 3,
    });
  });

  it('takes commas and new lines alike, conditions, loops and existing resources', () => {
    const bodies = [
      resource("{ name: 'a', location: 'b' }"),
      resource("{\n  name: 'a'\n\n  location: 'b'\n}"),
      resource("if (!empty(y) && z) {\n  name: 'a', location: 'b'\n}"),
      resource("[\n  for y in names: {\n    name: 'a'\n    location: 'b'\n  }\n]"),
      resource("{ name: 'a', location: 'b' }").replace(' = ', ' existing = '),
    ];
    for (const body of bodies) {
      const [found] = read(body).resources;
      expect(found && [...properties(found.body)].map(([key, value]) => [key, text(value)])).toEqual([
        ['name', 'a'],
        ['location', 'b'],
      ]);
    }
  });

  it('keeps what stands between the text of an interpolated string', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's interpolation
    const value = read("var v = 'a${b.c['d']}e${f('}')}'").variables.get('v');
    expect(value).toMatchObject({ kind: 'string', texts: ['a', 'e', ''], inner: [{ kind: 'index' }, { kind: 'call', name: 'f' }] });
  });

  it('reads escapes', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's interpolation, escaped
    expect(text(read("var v = 'it\\'s \\${x}'").variables.get('v'))).toBe("it's ${x}");
  });
});

describe('refusing', () => {
  it.each([
    ['an unknown statement', "type T = 'a'", 'test.bicep:1'],
    ['a multi-line string', "var v = '''a'''", 'a multi-line string'],
    ['a string without an end', "var v = 'a", 'a string without an end'],
    ['a lambda', 'var v = filter(x, y => y)', 'test.bicep:1'],
    ['two properties on one line without a comma', resource("{ name: 'a' location: 'b' }"), 'without a comma'],
    ['a resource without an API version', "resource x 'Microsoft.KeyVault/vaults' = {}", 'without an API version'],
    ['a body that is no object', resource('other'), 'a body that is no object'],
    ['what follows a statement', 'var v = 1 2', 'what follows on this line'],
    ['a block comment', '/* hidden */ var v = 1', 'test.bicep:1'],
  ])('%s', (_, source, message) => {
    expect(() => read(source)).toThrow(BicepError);
    expect(() => read(source)).toThrow(message);
  });

  it('ends with a result or a BicepError, whatever the text', () => {
    const whole = readFileSync(join(infraFolder, 'app', 'storage.bicep'), 'utf8').slice(0, 1500);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(30), fc.string({ maxLength: 5 }), (at, length, instead) => {
        const changed = whole.slice(0, at) + instead + whole.slice(at + length);
        try {
          read(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(BicepError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

// Rows outlive a deployment: bodies of the version before are read, others are refused by name, and a long body is cut where nothing breaks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Properties } from '../../src/store/backend.ts';
import { codec, writeBody } from '../../src/store/body.ts';
import { checkProperties, mostStringCharacters } from '../../src/store/validate.ts';

const rowOf = (properties: Properties) => ({ partition: 'p', row: 'r', etag: 'e', properties });
const second = codec({
  what: 'sample',
  version: 2,
  schema: z.object({ v: z.literal(2), names: z.array(z.string()) }),
  previous: ({ name }) => ({ v: 2, names: [name] }),
});

describe('a row', () => {
  it('of this version is read', () => {
    expect(second.decode(rowOf(second.encode({ v: 2, names: ['Ada'] })))).toEqual({ v: 2, names: ['Ada'] });
  });
  it('of the version before is read as if it were of this one', () => {
    expect(second.decode(rowOf(writeBody({ v: 1, name: 'Ada' })))).toEqual({ v: 2, names: ['Ada'] });
  });
  it('with a field that a later version added is read without it', () => {
    expect(second.decode(rowOf(writeBody({ v: 2, names: [], later: true })))).toEqual({ v: 2, names: [] });
  });
  it.each([
    ['of a version from the future', writeBody({ v: 3 })],
    ['of a version two before', writeBody({ v: 0, name: 'Ada' })],
    ['without a version', writeBody({ names: [] })],
    ['of this version with a field missing', writeBody({ v: 2 })],
    ['that is no object', writeBody([1])],
    ['that is no JSON', { body: '{' }],
    ['without a body', {}],
  ])('%s is refused, and named', (_, properties) => {
    expect(() => second.decode(rowOf(properties))).toThrow('The sample in row "r" of partition "p" cannot be read');
  });
  it('that would not be readable is not written', () => {
    expect(() => second.encode({ v: 2, names: [5 as unknown as string] })).toThrow();
  });
});

describe('a body', () => {
  const text = codec({ what: 'text', version: 1, schema: z.object({ v: z.literal(1), text: z.string() }) });
  it('comes back as it was, however long and whatever is in it', () => {
    const piece = fc.constantFrom('x'.repeat(32_700), '😀'.repeat(20), '\ud83d', '\u2028', '"\\', 'ж', '\u0000');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const value = { v: 1 as const, text: pieces.join('') };
        const properties = text.encode(value);
        expect(() => checkProperties({ partition: 'p', row: 'r' }, properties)).not.toThrow();
        expect(text.decode(rowOf(properties))).toEqual(value);
      }),
    );
  });
  it('stands in one property up to the limit, then in several', () => {
    const frame = JSON.stringify({ v: 1, text: '' }).length;
    expect(Object.keys(writeBody({ v: 1, text: 'x'.repeat(mostStringCharacters - frame) }))).toEqual(['body']);
    expect(Object.keys(writeBody({ v: 1, text: 'x'.repeat(mostStringCharacters - frame + 1) }))).toEqual(['body0', 'body1']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordReader, type RecordReader } from '../../../src/collect/records/record-reader.ts';

const key = 'appliedConditionalAccessPolicies';
const policy = (number: number, result = 'success') => ({
  id: `2222222${number}-0000-4000-8000-000000000000`,
  displayName: `CA00${number}: Require multifactor authentication`,
  enforcedGrantControls: ['Mfa'],
  result,
});
const signIn = (number: number, policies: unknown): string =>
  JSON.stringify({ id: `request-${number}`, [key]: policies, userId: 'u', status: { errorCode: 0 } });

/** What a reader makes of a text: the value as JSON, or what is wrong with it. */
function outcome(read: RecordReader, text: string | Buffer): string {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  try {
    return JSON.stringify(read(bytes)) ?? 'undefined';
  } catch (error) {
    return `${error}`;
  }
}
const plain: RecordReader = (bytes) => JSON.parse(bytes.toString());

describe('the bytes of one record', () => {
  it('give what JSON.parse gives, with the list in its place among the other fields', () => {
    const read = createRecordReader();
    for (let number = 0; number < 20; number++) {
      const text = signIn(number, [policy(1), policy(2, number % 2 === 0 ? 'notApplied' : 'failure')]);
      expect(outcome(read, text)).toBe(text);
    }
  });

  it('share entries that come again, which nobody can change then', () => {
    const read = createRecordReader();
    const [first, second] = [1, 2].map((number) => read(Buffer.from(signIn(number, [policy(1)]))) as Record<string, object[]>);
    expect(second?.[key]?.[0]).toBe(first?.[key]?.[0]);
    expect(second?.[key]).not.toBe(first?.[key]);
    expect(Object.isFrozen(first?.[key]?.[0])).toBe(true);
  });

  it('may stand anywhere in a buffer that is overwritten afterwards', () => {
    const read = createRecordReader();
    const text = signIn(1, [policy(1), policy(2)]);
    const buffer = Buffer.alloc(2_000);
    for (const from of [0, 1, 2, 3, 700]) {
      buffer.fill('x');
      buffer.write(text, from);
      expect(outcome(read, buffer.subarray(from, from + Buffer.byteLength(text)))).toBe(text);
    }
  });

  it('hold the list under `properties`, too, as diagnostic settings write it', () => {
    const text = `{"category":"SignInLogs","properties":${signIn(1, [policy(1)])}}`;
    expect(outcome(createRecordReader(), text)).toBe(text);
  });

  it.each([
    ['empty', signIn(1, [])],
    ['no list', signIn(1, 'text')],
    ['of scalars', signIn(1, [1, 'a', null])],
    ['mixed', signIn(1, [policy(1), 1])],
    ['elsewhere', JSON.stringify({ a: { b: { [key]: [policy(1)] } } })],
    ['twice', `{"${key}":[${JSON.stringify(policy(1))}],"${key}":[${JSON.stringify(policy(2))}]}`],
    ['the second time with blanks', `{"${key}":[${JSON.stringify(policy(1))}],"${key}" : []}`],
    ['the second time with an escape', `{"${key}":[${JSON.stringify(policy(1))}],"\\u0061${key.slice(1)}":[]}`],
    ['within a text', JSON.stringify({ text: `"${key}":[{}]`, b: 1 })],
    ['behind a backslash in a text', `{"a":"\\\\","${key}":[{"b":1}]}`],
    ['at once', `"${key}":[{}]`],
    ['with a hostile name', `{"__proto__":{"${key}":[{"__proto__":{"polluted":1}}]},"${key}x":1}`],
    ['with blanks', `{"${key}":[ {"a":1} , {"a":1} ]}`],
    ['with a long entry', signIn(1, [{ ...policy(1), text: 'x'.repeat(5_000) }])],
    ['nested deeply', signIn(1, [JSON.parse(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`)])],
    ['broken inside', `{"${key}":[{"id":"1" "a":2}],"b":1}`],
    ['with a control character inside', `{"${key}":[{"id":"a\tb"}],"b":1}`],
    ['with a comma too many', `{"${key}":[{"id":"1"},],"b":1}`],
    ['cut short', `{"${key}":[{"id":"1"`],
    ['before something broken', `{"${key}":[{"id":"1"}],"b":}`],
    ['outside of an object', `["${key}":[{"id":"1"}]]`],
  ])('say the same of a list that is %s', (_, text) => {
    const read = createRecordReader();
    for (let time = 0; time < 3; time++) expect(outcome(read, text)).toBe(outcome(plain, text));
  });

  it('are read as plainly once the list stands where it cannot be put back', () => {
    const read = createRecordReader();
    const odd = JSON.stringify({ a: { b: { [key]: [policy(1)] } } });
    for (let time = 0; time < 20; time++) expect(outcome(read, odd)).toBe(odd);
    expect(outcome(read, signIn(1, [policy(1)]))).toBe(signIn(1, [policy(1)]));
  });

  it('are searched for the list again after many records without it', () => {
    const read = createRecordReader();
    for (let time = 0; time < 100; time++) read(Buffer.from('{"id":"request-1","userId":"u"}'));
    const read64 = Array.from({ length: 64 }, (_, number) => read(Buffer.from(signIn(number, [policy(1)]))) as Record<string, object[]>);
    expect(read64.at(-1)?.[key]?.[0]).toBe(read64.at(-2)?.[key]?.[0]);
  });

  const leaf = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.constantFrom(null, true, 1e300, '\ud800', '\\', `"${key}":[`, '__proto__'),
  );
  const name = fc.constantFrom('id', 'a', '__proto__', key, 'properties', 'result');
  const entry = fc.dictionary(name, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 }), fc.dictionary(name, leaf, { maxKeys: 2 })), {
    maxKeys: 4,
  });
  const list = fc.array(fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: leaf }), { maxLength: 4 });
  const record = fc
    .tuple(fc.dictionary(name, leaf, { maxKeys: 3 }), list, fc.dictionary(name, leaf, { maxKeys: 3 }))
    .map(([before, held, after]) => ({ ...before, [key]: held, more: after }));

  it('give the same value, or the same error, whatever stands in them', () => {
    const read = createRecordReader();
    fc.assert(
      fc.property(
        record,
        fc.nat(),
        fc.constantFrom('', '"', '\\', ',', '}', ']', '{', '\t', 'x', '\u00e9'),
        fc.boolean(),
        (value, place, put, spoilt) => {
          const text = JSON.stringify(value);
          const at = place % (text.length + 1);
          const given = Buffer.from(spoilt ? `${text.slice(0, at)}${put}${text.slice(at + 1)}` : text);
          for (let time = 0; time < 2; time++) expect(outcome(read, given)).toBe(outcome(plain, given));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

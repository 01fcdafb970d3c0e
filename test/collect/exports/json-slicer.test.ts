import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonSlicer } from '../../../src/collect/exports/json-slicer.ts';
import { createLineSlicer } from '../../../src/collect/exports/ndjson.ts';

const objects = fc.array(
  fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('value', 'records', 'id', '\\')), fc.jsonValue({ maxDepth: 3 })),
  { maxLength: 6 },
);
/** Where a text is cut into chunks. */
const cuts = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 });

function slice(make: typeof createJsonSlicer, text: string, lengths: readonly number[]) {
  const records: unknown[] = [];
  const broken: string[] = [];
  const slicer = make(
    { record: (bytes) => records.push(JSON.parse(bytes.toString())), broken: (reason) => broken.push(reason) },
    1_000_000,
    'too large',
  );
  const bytes = Buffer.from(text);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = 1 + (lengths[i % lengths.length] ?? 0);
    slicer.push(bytes.subarray(at, at + length));
    at += length;
  }
  slicer.end();
  return { records, broken };
}

/** An object whose own `value` or `records` is a list would itself be a page. */
const isPage = (object: Record<string, unknown>) => ['value', 'records', 'Records'].some((key) => Array.isArray(object[key]));
const plain = objects.map((list) => list.filter((object) => !isPage(object)));

describe('slicing JSON into records', () => {
  it('finds every object of an array, however it is indented and wherever the chunks are cut', () => {
    fc.assert(
      fc.property(plain, cuts, fc.nat({ max: 3 }), (list, lengths, indent) => {
        expect(slice(createJsonSlicer, JSON.stringify(list, null, indent), lengths)).toEqual({
          records: JSON.parse(JSON.stringify(list)),
          broken: [],
        });
      }),
    );
  });

  it('finds every object of a page', () => {
    fc.assert(
      fc.property(
        plain,
        cuts,
        fc.nat({ max: 3 }),
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('value', 'records'),
        (list, lengths, indent, other, key) => {
          const page = { '@odata.context': other, [key]: list, '@odata.nextLink': other };
          expect(slice(createJsonSlicer, JSON.stringify(page, null, indent), lengths)).toEqual({
            records: JSON.parse(JSON.stringify(list)),
            broken: [],
          });
        },
      ),
    );
  });

  it('finds every object of concatenated and of line-by-line JSON', () => {
    fc.assert(
      fc.property(plain, cuts, fc.constantFrom('', '\n', '\r\n', ' , '), (list, lengths, between) => {
        const text = list.map((object) => JSON.stringify(object)).join(between);
        expect(slice(createJsonSlicer, text, lengths)).toEqual({ records: JSON.parse(JSON.stringify(list)), broken: [] });
        if (between.includes('\n'))
          expect(slice(createLineSlicer, text, lengths)).toEqual({ records: JSON.parse(JSON.stringify(list)), broken: [] });
      }),
    );
  });

  it('ends on any bytes', () => {
    const ends = { record: () => undefined, broken: () => undefined };
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.array(fc.constantFrom(...'{}[],:"\\ave1\n '), { maxLength: 300 })),
        cuts,
        (content, lengths) => {
          const bytes = Buffer.from(content instanceof Uint8Array ? content : content.join(''));
          const slicer = createJsonSlicer(ends, 100, 'too large');
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = 1 + (lengths[i % lengths.length] ?? 0);
            slicer.push(bytes.subarray(at, at + length));
            at += length;
          }
          slicer.end();
        },
      ),
      { numRuns: 2000 },
    );
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoExportError } from '../../../src/collect/exports/export-record.ts';
import { readExport } from '../../../src/collect/exports/read-export.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-guard-exports-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

let number = 0;
async function read(content: string | Buffer, largest?: number) {
  const file = join(folder, `${++number}.txt`);
  await writeFile(file, content);
  const records = [];
  for await (const batch of readExport(file, largest === undefined ? {} : { largest })) records.push(...batch);
  return records;
}
const a = { id: 'a', text: 'brackets ]}{[ and "quotes" \\ and \u00e9\u4e2d\ud83d\ude00' };
const b = { id: 'b', nested: { value: [1, { value: [] }] }, list: [[], {}] };
const both = [
  { record: 1, raw: a },
  { record: 2, raw: b },
];

describe('readExport', () => {
  it.each([
    ['NDJSON', `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`],
    ['NDJSON with blank lines, CRLF and no last line end', `\r\n${JSON.stringify(a)}\r\n\r\n${JSON.stringify(b)}`],
    ['a JSON array', JSON.stringify([a, b])],
    ['a pretty-printed array', JSON.stringify([a, b], null, 2)],
    ['pretty-printed objects one after another', `${JSON.stringify(a, null, 4)}\r\n${JSON.stringify(b, null, 4)}`],
    ['objects one after another on one line', JSON.stringify(a) + JSON.stringify(b)],
    ['objects with commas between', `${JSON.stringify(a)},\n${JSON.stringify(b)},`],
    ['a Graph page', JSON.stringify({ '@odata.context': 'x[{"value":[', value: [a, b], '@odata.nextLink': 'https://graph.example/{"' })],
    ['a pretty-printed Graph page', JSON.stringify({ '@odata.context': 'x', value: [a, b] }, null, 1)],
    ['a diagnostic-settings batch', JSON.stringify({ records: [a, b] })],
    ['batches, one a line', `${JSON.stringify({ records: [a] })}\n${JSON.stringify({ records: [b] })}\n`],
    ['lists, one a line', `${JSON.stringify([a])}\n${JSON.stringify([b])}\n`],
    ['a list of pages', JSON.stringify([{ value: [a] }, { value: [b] }])],
    ['lists in a list', JSON.stringify([[a], [b]])],
  ])('reads %s', async (_, content) => {
    expect(await read(content)).toEqual(both);
  });

  it('reads UTF-8 and UTF-16 with byte-order marks, and gzip', async () => {
    const text = JSON.stringify([a, b]);
    expect(await read(`\ufeff${text}`)).toEqual(both);
    expect(await read(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(both);
    expect(await read(gzipSync(text))).toEqual(both);
    expect(await read(gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')))).toEqual(both);
  });

  it('reads a single object', async () => {
    expect(await read(JSON.stringify(a))).toEqual([{ record: 1, raw: a }]);
    expect(await read(JSON.stringify(b, null, 2))).toEqual([{ record: 1, raw: b }]);
  });

  it('reads a record that is longer than many chunks', async () => {
    const long = { id: 'long', text: 'é{["'.repeat(500_000) };
    expect(await read(JSON.stringify([a, long, b]))).toEqual([
      { record: 1, raw: a },
      { record: 2, raw: long },
      { record: 3, raw: b },
    ]);
  });

  it('names what is no record, and goes on behind it', async () => {
    expect(await read(`[1, ${JSON.stringify(a)}, "text, with ] in it", null, ${JSON.stringify(b)}]`)).toEqual([
      { record: 1, unreadable: 'a JSON object should stand here' },
      { record: 2, raw: a },
      { record: 3, unreadable: 'a JSON object should stand here' },
      { record: 4, unreadable: 'a JSON object should stand here' },
      { record: 5, raw: b },
    ]);
  });

  it('names a broken line of NDJSON, even the first, and reads the others', async () => {
    const records = await read(`{"id":"a","tex\n${JSON.stringify(b)}\nnothing\n${JSON.stringify(a)}`);
    expect(records).toMatchObject([
      { record: 1, unreadable: expect.stringMatching(/^it is no JSON: /) },
      { record: 2, raw: b },
      { record: 3, unreadable: expect.stringMatching(/^it is no JSON: /) },
      { record: 4, raw: a },
    ]);
  });

  it('names a record that is no JSON although its brackets close, and reads the next', async () => {
    expect(await read(`[{"id":unquoted}, ${JSON.stringify(b)}]`)).toMatchObject([
      { record: 1, unreadable: expect.any(String) },
      { record: 2, raw: b },
    ]);
  });

  it('says where a file ends in the middle of a record', async () => {
    expect(await read(`[${JSON.stringify(a)}, {"id":"b", "nested": {`)).toEqual([
      { record: 1, raw: a },
      { record: 2, unreadable: 'the file ends in the middle of it' },
    ]);
  });

  it('passes over a record that is larger than any log record', async () => {
    const large = { id: 'x'.repeat(3 * 1024 * 1024) };
    const reason = 'it is larger than 1 MB, which is no log record';
    const expected = [
      { record: 1, raw: a },
      { record: 2, unreadable: reason },
      { record: 3, raw: b },
    ];
    const megabyte = 1024 * 1024;
    expect(await read([a, large, b].map((one) => JSON.stringify(one)).join('\n'), megabyte)).toEqual(expected);
    expect(await read(JSON.stringify([a, large, b]), megabyte)).toEqual(expected);
  });

  it.each([
    ['', 'it is empty'],
    [' \n\t', 'it is empty'],
    ['just some words', 'it is neither JSON nor CSV'],
    [Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 44, 44]), 'it is neither JSON nor CSV'],
    [Buffer.from([0xfe, 0xff, 0, 0x7b]), 'it is UTF-16 in big-endian order: save it as UTF-8'],
  ])('refuses %j', async (content, reason) => {
    await expect(read(content)).rejects.toThrow(new NoExportError(reason));
  });

  it('says that an archive is damaged', async () => {
    await expect(read(gzipSync('{"id":1}').subarray(0, 15))).rejects.toThrow('the gzip archive is damaged');
  });

  it('gives no records for an empty page', async () => {
    expect(await read('{"value":[]}')).toEqual([]);
    expect(await read('[]')).toEqual([]);
  });
});

describe('CSV', () => {
  it('reads rows with quotes, line breaks and JSON in cells', async () => {
    expect(await read('\ufeffName,Data\r\n"a, b","{""x"": [1,\n2]}"\r\nc,\r\n')).toEqual([
      { record: 1, raw: { Name: 'a, b', Data: '{"x": [1,\n2]}' } },
      { record: 2, raw: { Name: 'c', Data: '' } },
    ]);
  });

  it.each([';', '\t'])('knows %j as delimiter', async (delimiter) => {
    expect(await read(`A${delimiter}B\n1${delimiter}2,3\n`)).toEqual([{ record: 1, raw: { A: '1', B: '2,3' } }]);
  });

  it('takes the first of repeated headings that holds something, and bears rows of other lengths', async () => {
    expect(await read('A,B,A\n,2,3\n1\n1,2,3,4\n')).toEqual([
      { record: 1, raw: { A: '3', B: '2' } },
      { record: 2, raw: { A: '1', B: '' } },
      { record: 3, raw: { A: '1', B: '2' } },
    ]);
  });

  it('keeps a column called like a prototype to itself', async () => {
    const [first] = await read('__proto__,B\n1,2\n');
    expect(first).toHaveProperty('raw');
    expect({}).not.toHaveProperty('1');
    if (first !== undefined && 'raw' in first) expect(Object.keys(Object(first.raw))).toEqual(['__proto__', 'B']);
  });

  it('reads UTF-16, as spreadsheets save it', async () => {
    expect(await read(Buffer.from('\ufeffA\tB\n1\té\n', 'utf16le'))).toEqual([{ record: 1, raw: { A: '1', B: 'é' } }]);
  });

  it('reads more rows than a batch holds', async () => {
    const records = await read(`A,B\n${Array.from({ length: 1234 }, (_, i) => `${i},x`).join('\n')}`);
    expect(records).toHaveLength(1234);
    expect(records.at(-1)).toEqual({ record: 1234, raw: { A: '1233', B: 'x' } });
  });

  it('names a row that is larger than any log record', async () => {
    expect(await read(`A,B\n${'x'.repeat(3 * 1024 * 1024)},1\n`, 1024 * 1024)).toContainEqual({
      record: 1,
      unreadable: 'it is larger than 1 MB, which is no log record',
    });
  });
});

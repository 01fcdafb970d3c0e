// `rules check`: of every rule that somebody would bring, whether it loads, whether it can match here, and why not.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { remembering } from './terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'rules-check-'));
afterAll(() => rm(folder, { recursive: true }));

const rule = (name: string, source: string, selection: string): string =>
  `title: ${name}\nname: ${name}\nlevel: medium\nlogsource: { ${source} }\ndetection: { selection: { ${selection} }, condition: selection }\n`;
const signIns = 'product: azure, service: signinlogs';
const correlation = (name: string, type: string, rules: string, more: string): string =>
  `title: ${name}\nname: ${name}\nlevel: high\ncorrelation: { type: ${type}, rules: [${rules}], group-by: [userId], timespan: 1h${more} }\n`;
const files: Readonly<Record<string, string>> = {
  'a-fine.yml': rule('fine', signIns, 'userAgent|contains: curl'),
  'b-no-log.yml': rule('no_log', 'product: azure, service: activitylogs', 'OperationNameValue: X'),
  'c-no-field.yml': rule('no_field', signIns, 'Payload: X'),
  'd-broken.yml': 'title: half\nlogsource: { product: azure, service: signinlogs }\ndetection: { selection: { a: 1 }\n',
  'e-some.yml': correlation('some', 'event_count', 'fine, no_field', ', condition: { gte: 3 }'),
  'f-none.yml': correlation('none', 'event_count', 'no_field', ', condition: { gte: 3 }'),
  'g-all.yml': correlation('every', 'temporal', 'fine, no_field', ''),
  'h-lost.yml': correlation('lost', 'temporal', 'fine, nowhere', ''),
};
await mkdir(join(folder, 'rules'));
for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'rules', name), text);
await mkdir(join(folder, 'empty'));

async function check(...words: string[]) {
  const terminal = remembering();
  const code = await main(['rules', 'check', ...words], terminal);
  return { code, lines: terminal.lines, errors: terminal.errors.join('\n') };
}

describe('rules check', () => {
  it('has a line for each rule: whether it can match here, and exactly why not', async () => {
    const { code, lines, errors } = await check(join(folder, 'rules'));
    const rows = Object.fromEntries(lines.slice(1).map((line) => [/ ([a-z]-[a-z-]+)\.yml:/.exec(line)?.[1] ?? '', line]));
    expect(Object.fromEntries(Object.entries(rows).map(([file, line]) => [file, line.split(' ')[0]]))).toEqual({
      'a-fine': 'yes',
      'b-no-log': 'no',
      'c-no-field': 'no',
      'd-broken': 'broken',
      'e-some': 'yes',
      'f-none': 'no',
      'g-all': 'no',
      'h-lost': 'broken',
    });
    expect(rows['b-no-log']).toContain('reads the Azure activity log');
    expect(rows['c-no-field']).toContain('sign-in records have no field "Payload"');
    expect(rows['g-all']).toContain('it counts "no_field", which cannot match here');
    expect(rows['h-lost']).toContain('there is no rule called "nowhere"');
    expect(errors).toContain('2 cannot');
    expect(code).toBe(1);
  });
  it('says the same to programs, one line of JSON a rule', async () => {
    const { lines } = await check(join(folder, 'rules', 'c-no-field.yml'), '--json');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ title: 'no_field', kind: 'rule', level: 'medium', log: 'sign-in', matches: 'no', line: 1 }),
    ]);
  });
  it('ends well where all can be read, and badly where there is nothing to read', async () => {
    expect((await check(join(folder, 'rules', 'b-no-log.yml'))).code).toBe(0);
    expect(await check(join(folder, 'empty'))).toMatchObject({ code: 2, errors: expect.stringContaining('holds no rule') });
    expect(await check(join(folder, 'missing'))).toMatchObject({ code: 2, errors: expect.stringContaining('cannot be read') });
    expect((await check()).code).toBe(2);
    expect((await check('a', 'b')).code).toBe(2);
  });
});

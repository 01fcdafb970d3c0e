// Rules that people bring: files, folders and archives, also broken and hostile ones.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRules, ruleSource } from '../../src/campaigns/rules.ts';
import { readZip, zipLimits } from '../../src/campaigns/zip.ts';
import { createDetector } from '../../src/detect/detector.ts';
import { text, zip } from '../support/zip.ts';

const rule = (name: string): string =>
  `title: ${name}\nname: ${name}\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  selection: { appId: x }\n  condition: selection\n`;

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const put = (name: string, content: string | Buffer): string => {
  const path = join(dir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const load = (path: string) => loadRules(ruleSource(path));

describe('rules brought by path', () => {
  it('come from a file, a folder with the folders below it, or an archive, always in the same order', async () => {
    put('folder/b.yml', rule('b'));
    put('folder/deep/a.yaml', rule('a'));
    put('folder/readme.md', '# no rule');
    const archive = put(
      'pack.zip',
      zip([text('z/', '', { method: 0 }), text('z/b.yml', rule('b')), text('a.yml', rule('a'), { method: 0 }), text('x.txt', 'no')]),
    );
    expect((await load(join(dir, 'folder'))).files.map(({ file }) => file)).toEqual([
      join(dir, 'folder/b.yml'),
      join(dir, 'folder/deep/a.yaml'),
    ]);
    expect((await load(archive)).files).toEqual([
      { file: `${archive}/a.yml`, text: rule('a') },
      { file: `${archive}/z/b.yml`, text: rule('b') },
    ]);
    expect((await load(join(dir, 'folder/b.yml'))).files).toHaveLength(1);
  });
  it('supply placeholders beside them', async () => {
    put('expand/placeholders.yml', 'Administrators: [ann, bo]\nlimit: 3\n');
    put('expand/rule.yml', rule('who').replace('appId: x', "'userDisplayName|expand': '%Administrators%'"));
    const loaded = await load(join(dir, 'expand'));
    expect(loaded.placeholders).toEqual({ Administrators: ['ann', 'bo'], limit: ['3'] });
    const problems = (placeholders: typeof loaded.placeholders) =>
      createDetector({ campaigns: [], extraRules: loaded.files, placeholders }).problems;
    expect(problems(loaded.placeholders)).toEqual([]);
    expect(problems({})[0]?.cannotMatch).toBe('the placeholder %Administrators% is not supplied');
  });
  it('a broken one disables itself alone, with one error that names file and line, also among several in one file', () => {
    const broken = rule('broken').replace('condition: selection', 'condition: selektion');
    const { problems, rules } = createDetector({
      campaigns: [],
      extraRules: [{ file: 'many.yml', text: [rule('one'), broken, rule('two'), 'title: ['].join('---\n') }],
    });
    expect(rules().map((one) => one.rule)).toEqual(['one', 'two']);
    expect(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([
      expect.stringMatching(/^many\.yml:13: the condition names "selektion"/),
      expect.stringMatching(/^many\.yml:\d+: is no YAML/),
    ]);
  });
});

describe('an archive from a stranger', () => {
  const bomb = Buffer.alloc(zipLimits.entryBytes + 1);
  it.each([
    ['a file that unpacks without end', [text('bomb.yml', '', { bytes: bomb })], 'unpacks into more than'],
    ['a stored file that is too large', [text('big.yml', '', { bytes: bomb, method: 0 })], 'unpacks into more than'],
    ['an encrypted file', [text('secret.yml', 'x', { flags: 1 })], 'is encrypted'],
    ['a way of packing that is not read', [text('odd.yml', 'x', { method: 14 })], 'is packed by method 14'],
  ])('with %s loses that file alone, and says so', async (_, hostile, why) => {
    const path = put('hostile.zip', zip([...hostile, text('good.yml', rule('good'))]));
    const { files, problems } = await load(path);
    expect(files.map(({ file }) => file)).toEqual([`${path}/good.yml`]);
    expect(problems).toEqual([{ file: `${path}/${hostile[0]?.name}`, line: 1, message: expect.stringContaining(why) }]);
  });
  it.each([
    ['', 'is no ZIP archive'],
    ['nothing of the kind, but long enough for one', 'is no ZIP archive'],
  ])('that is none: %s', (content, why) => {
    expect(() => readZip(Buffer.from(content))).toThrow(why);
  });
  it('whatever bytes are changed, there is a plain error or a file', () => {
    const good = zip([text('a.yml', rule('a')), text('b.yml', rule('b'))]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const changed = Buffer.from(good);
        for (const [at, byte] of changes) changed[at] = byte;
        const plain = /^(?:is |the archive |unpacks )/;
        try {
          for (const entry of readZip(changed)) {
            try {
              entry.read();
            } catch (cause) {
              expect(String((cause as Error).message)).toMatch(plain);
            }
          }
        } catch (cause) {
          expect(String((cause as Error).message)).toMatch(plain);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('fifty thousand rules', () => {
  const many = (count: number): string => Array.from({ length: count }, (_, index) => rule(`r${index}`)).join('---\n');
  it('in one file are one clear error that names the file, and the rules beside it run', () => {
    const { rules, problems } = createDetector({
      campaigns: [],
      extraRules: [
        { file: 'all.yml', text: many(50_000) },
        { file: 'one.yml', text: rule('one') },
      ],
    });
    const loaded = createDetector({ campaigns: [], extraRules: [{ file: 'one.yml', text: rule('one') }] });
    expect(problems).toEqual([
      { file: 'all.yml', line: 1, message: expect.stringMatching(/^is \d+ characters long; a rule file may have 1000000$/) },
    ]);
    expect(rules()).toEqual(loaded.rules());
  });
  it('as far as they fit into one file are read up to the first that does not, which is named', () => {
    const { rules, problems } = createDetector({ campaigns: [], extraRules: [{ file: 'all.yml', text: many(5000) }] });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'all.yml', message: expect.stringContaining('nothing after it is read') });
    expect(rules().length).toBeGreaterThan(2000);
    const after = (problems[0]?.line ?? 0) - rules().length * 7;
    expect(after > 0 && after <= 7).toBe(true);
  });
  it('in files of their own load; `MANY=50000` takes as many', () => {
    const count = Number(process.env['MANY'] ?? 1000);
    const files = Array.from({ length: count }, (_, index) => ({ file: `${index}.yml`, text: rule(`r${index}`) }));
    const { rules, problems } = createDetector({ campaigns: [], extraRules: files });
    expect(problems).toEqual([]);
    expect(rules()).toHaveLength(count);
  }, 120_000);
});

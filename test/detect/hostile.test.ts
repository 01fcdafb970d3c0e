// Bad input: records and rules from strangers. One clear error that names the place, and the rest keeps running.
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../bench/fuzz.ts';
import { readRecord } from '../../src/collect/records/to-activity.ts';
import type { Activity } from '../../src/contracts/activity.ts';
import { createDetector } from '../../src/detect/detector.ts';

const rule = (name: string, selection = 'appDisplayName: OfficeHome'): string =>
  `title: ${name}\nname: ${name}\nlogsource: { product: azure, service: signinlogs }\ndetection:\n  selection:\n    ${selection}\n  condition: selection\n`;
const signIn = (more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id: '00000000-0000-4000-8000-000000000001',
  createdDateTime: '2026-09-01T10:00:00Z',
  userId: '00000000-0000-4000-8000-00000000000a',
  userPrincipalName: 'ann@contoso.example',
  appDisplayName: 'OfficeHome',
  ipAddress: '192.0.2.1',
  status: { errorCode: 0 },
  ...more,
});
const read = (record: unknown): Activity => {
  const activity = readRecord(record, { tenant: 't', feed: 'export' });
  if ('skipped' in activity) throw new Error(activity.skipped);
  return activity;
};
const fired = (text: string, record: Readonly<Record<string, unknown>>): string[] => {
  const detector = createDetector({ campaigns: [], extraRules: [{ file: 'r.yml', text }] });
  expect(detector.problems).toEqual([]);
  return detector.match({ activities: [read(record)], baselines: new Map(), directory: new Map() }).findings.map((found) => found.rule);
};

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { inner: value } : [value];
  return value;
}

describe('records', () => {
  it.each([
    ['a text of 10 MB', { userAgent: 'x'.repeat(10_000_000) }],
    ['a thousand levels', { deviceDetail: deep(1_000), authenticationDetails: deep(1_000) }],
    ['half of a surrogate pair', { userPrincipalName: 'ann\ud800@contoso.example', userAgent: '\udfff' }],
    ['names of a prototype', JSON.parse('{"__proto__": {"a": 1}, "constructor": {"prototype": {"a": 1}}, "toString": 1}')],
    ['wrong types everywhere', { status: 'x', location: 7, deviceDetail: [], userId: {}, ipAddress: ['192.0.2.1'], appId: true }],
  ])('with %s are judged like any other', (_, more) => {
    expect(fired(rule('office', "appDisplayName: OfficeHome\n    userAgent|contains: ''"), { userAgent: 'a', ...signIn(more) })).toEqual([
      'office',
    ]);
    expect('a' in {}).toBe(false);
  });
  it.each(['1601-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('of %s have that time, or are refused by name', (time) => {
    const activity = readRecord(signIn({ createdDateTime: time }), { tenant: 't', feed: 'export' });
    if ('skipped' in activity) expect(activity.skipped).toContain('createdDateTime');
    else expect(fired(rule('office'), signIn({ createdDateTime: time }))).toEqual(['office']);
  });
  it.each([[{}], [null], [[]], ['text'], [7], [{ createdDateTime: '2026-09-01T10:00:00Z' }]])(
    'that hold nothing are refused, saying so: %j',
    (record) => {
      expect(readRecord(record, { tenant: 't', feed: 'export' })).toMatchObject({ skipped: expect.stringMatching(/./) });
    },
  );
});

describe('rules', () => {
  it('whose regular expression would backtrack for ever are matched in linear time', () => {
    const started = performance.now();
    const userAgent = `${'a'.repeat(50_000)}!`;
    expect(fired(rule('slow', "userAgent|re: '^(a+)+$'"), signIn({ userAgent }))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
  it('with many wildcards too', () => {
    expect(fired(rule('wild', `userAgent: '${'*a'.repeat(200)}*b'`), signIn({ userAgent: 'a'.repeat(20_000) }))).toEqual([]);
  });
  it('that are broken leave the others as they are, each with one error that names file and line', () => {
    const broken: readonly (readonly [string, string])[] = [
      [
        'bomb.yml',
        `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`)}]`).join('\n')}`,
      ],
      ['circle.yml', 'title: &a [*a]'],
      ['deep.yml', `title: ${'['.repeat(5_000)}`],
      ['regex.yml', rule('regex', "userAgent|re: '(a'")],
      ['long.yml', `# ${'x'.repeat(1_000_001)}`],
      ['none.yml', ''],
    ];
    const extraRules = [...broken.map(([file, text]) => ({ file, text })), { file: 'good.yml', text: rule('good') }];
    const { problems, rules } = createDetector({ campaigns: [], extraRules });
    expect(rules().map((one) => one.rule)).toEqual(['good']);
    expect(problems.map(({ file }) => file).sort()).toEqual(broken.map(([file]) => file).sort());
    for (const { line } of problems) expect(line).toBeGreaterThan(0);
  });
  it('in a file of thousands load without harm, and each is found', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      file: `${index}.yml`,
      text: rule(`r${index}`, `appDisplayName: App ${index}`),
    }));
    const detector = createDetector({ campaigns: [], extraRules: many });
    expect(detector.problems).toEqual([]);
    const result = detector.match({
      activities: [read(signIn({ appDisplayName: 'App 1234' }))],
      baselines: new Map(),
      directory: new Map(),
    });
    expect(result.findings.map((found) => found.rule)).toEqual(['r1234']);
    expect(result.rulesEvaluated).toBe(1);
  });
});

it('thousands of broken records and rule files make nothing throw', async () => {
  expect((await fuzz(3_000, 7)).crashes).toEqual([]);
});

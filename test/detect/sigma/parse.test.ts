import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule, parseRules } from '../../../src/detect/sigma/parse.ts';
import { RuleError } from '../../../src/detect/sigma/rule-error.ts';
import { inlineRule, ruleText } from './inline-rules.ts';

const strict = { strict: true };
const good = ruleText('sel:\n  appId: a\ncondition: sel');
const failure = (text: string, options?: { strict: boolean }): RuleError => {
  try {
    parseRules(text, 'packs/rule.yml', options);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error('expected a RuleError');
};

describe('a rule', () => {
  it('is parsed with its head and the guard’s own attributes', () => {
    const rule = parseRule(
      `${good}id: 6f1c0f3a-0000-4000-8000-000000000001
status: test
tags: [attack.initial-access, attack.t1078.004]
references:
  - https://example.com
falsepositives: Travel
date: 2026-09-01
tenant-guard:
  effect: targeted
  stage: entry
  why: 'Signed in to {appDisplayName} from {ipAddress}'
  against: ['The network is the office: {context.network.owner}']
  facts: [userAgent, {name: method, field: authenticationProtocol}]
`,
      'packs/rule.yml',
      strict,
    );
    expect(rule).toMatchObject({
      kind: 'rule',
      key: 'a_rule',
      title: 'A rule',
      level: 'low',
      shape: 'sign-in',
      date: '2026-09-01',
      falsepositives: ['Travel'],
      guard: { effect: 'targeted', stage: 'entry', facts: ['userAgent', { name: 'method', field: 'authenticationProtocol' }] },
    });
  });

  it('of somebody else is called by its id', () => {
    expect(parseRule(`${good}id: 6f1c0f3a-0000-4000-8000-000000000001\n`, 'x.yml')).toMatchObject({
      key: '6f1c0f3a-0000-4000-8000-000000000001',
      strict: false,
    });
  });

  it('may stand with others in one text', () => {
    expect(parseRules(`${good}---\n${good}`, 'x.yml')).toHaveLength(2);
    expect(() => parseRule(`${good}---\n${good}`, 'x.yml')).toThrow('several rules');
  });
});

describe('our own packs may name nothing unknown', () => {
  it.each([
    [ruleText('sel:\n  appId: a\n  apDisplayName: b\ncondition: sel'), 8, 'did you mean "appDisplayName"?'],
    [ruleText('sel:\n  context.first.contry: true\ncondition: sel'), 7, 'did you mean "context.first.country"?'],
    [ruleText('sel:\n  Parameters.ForwrdTo: x\ncondition: sel', 'unified-audit'), 7, 'did you mean "'],
    [ruleText('sel:\n  ForwrdTo: x\ncondition: sel', 'unified-audit'), 7, 'did you mean "ForwardTo"?'],
    [ruleText('sel:\n  after.TreatMesagesAsInternal: true\ncondition: sel', 'inbound-connector'), 7, '"after.TreatMessagesAsInternal"?'],
    [ruleText('sel:\n  Role.DisplayNam: x\ncondition: sel', 'directory-audit'), 7, 'did you mean "Role.DisplayName"?'],
    [ruleText('sel:\n  appId|containz: a\ncondition: sel'), 7, 'did you mean "contains"?'],
    [ruleText('sel:\n  appId|fieldref: resorceId\ncondition: sel'), 7, 'did you mean "resourceId"?'],
    [ruleText("sel:\n  userAgent|re: '(?=a)b'\ncondition: sel"), 7, 'linear time'],
    [ruleText('sel:\n  appId|contains|all: a\ncondition: sel'), 7, 'at least two values'],
    [ruleText('sel:\n  appId: a\nother:\n  appId: b\ncondition: sel'), 9, 'is not used by the condition'],
    [good.replace('signinlogs', 'signinlog'), 4, 'did you mean "azure/signinlogs"'],
    [good.replace('name: a_rule\n', ''), 1, 'has no "name"'],
    [good.replace('level: low\n', ''), 1, 'has no "level"'],
    [`${good}severity: high\n`, 9, '"severity" is not known'],
    [`${good}tenant-guard:\n  efect: staged\n`, 9, 'efect'],
    [`${good}tenant-guard:\n  why: 'from {ipAdress}'\n`, 9, 'did you mean "ipAddress"?'],
  ])('%#: named with line and nearest right name', (text, line, reason) => {
    const error = failure(text, strict);
    expect(error.message).toContain(reason);
    expect(error.file).toBe('packs/rule.yml');
    expect(error.line).toBe(line);
    expect(error.message.startsWith(`packs/rule.yml:${line}: `)).toBe(true);
  });
});

describe('what is no rule gets one clear error', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}\n`;
  it.each([
    ['', 'is empty'],
    ['just text', 'is no Sigma rule'],
    ['[1, 2]', 'is no Sigma rule'],
    ['title: [', 'is no YAML'],
    ['title: a\ntitle: b', 'is no YAML: "title" stands twice'],
    ['1: a\n"1": b', 'is no YAML: "1" stands twice'],
    [Array.from({ length: 30_000 }, (_, key) => `k${key}: 0`).join('\n'), 'unfolds into too much'],
    ['title: a', 'has none of "detection", "correlation" and "filter"'],
    [good.replace('title: A rule\n', ''), '"title"'],
    [good.replace('level: low', 'level: loud'), '"level" is "loud"'],
    [good.replace(/logsource.*/, 'logsource: azure'), '"logsource" must be a map'],
    [good.replace(/logsource.*\n/, ''), '"logsource" must be a map'],
    ['title: a\nlogsource: {product: azure, service: signinlogs}\ndetection: x', '"detection" must be a map'],
    ['title: a\nfilter: {rules: [x]}', '"logsource" must be a map'],
    ['title: a\nlogsource: {product: azure}\nfilter: {rules: [x], selection: {appId: y}}', 'has no "condition"'],
    ['title: a\nlogsource: {product: azure}\nfilter: {selection: {appId: y}, condition: not selection}', '"filter.rules"'],
    [bomb, 'unfolds into too much'],
    ['a: &a [*a]', 'unfolds into too much'],
    ['a: *nothing', 'which is not defined'],
    [`a: ${'['.repeat(200)}${']'.repeat(200)}`, 'unfolds into too much'],
    [`title: ${'x'.repeat(1_000_001)}`, 'characters long'],
    ['{[a]: b}', 'no plain text'],
    ['!!js/function x: y', '"title"'],
  ])('%#', (text, reason) => {
    expect(failure(text).message).toContain(reason);
  });

  it('whatever the text, parsing ends in a rule or a RuleError', () => {
    const mutated = fc
      .tuple(fc.nat(good.length), fc.nat(20), fc.string({ maxLength: 10 }))
      .map(([at, cut, added]) => good.slice(0, at) + added + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated), (text) => {
        try {
          parseRules(text, 'x.yml');
        } catch (error) {
          expect(error).toBeInstanceOf(RuleError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names from Object.prototype are names like others', () => {
    const rule = inlineRule('constructor:\n  __proto__: x\n  toString|contains: y\ncondition: constructor', 'unified-audit');
    expect(rule.detection.selections[0]?.alternatives[0]).toHaveLength(2);
    expect(
      parseRule(good.replace('{product: azure, service: signinlogs}', '{product: constructor, service: __proto__}'), 'x.yml'),
    ).toMatchObject({ shape: undefined });
  });
});

describe('log sources', () => {
  it.each([
    ['{product: azure, service: activitylogs}', 'Azure activity log'],
    ['{product: azure, service: pim}', 'Privileged Identity Management'],
    ['{product: azure, service: nonsense}', 'is not known here'],
    ['{product: windows, category: process_creation}', 'the guard reads Entra ID and Microsoft 365'],
    ['{product: azure, service: signinlogs, category: authentication}', 'do not have'],
    ['{}', 'names no log source'],
  ])('%s says why it cannot match', (source, why) => {
    expect(parseRule(good.replace('{product: azure, service: signinlogs}', source), 'x.yml')).toMatchObject({
      unsupported: expect.stringContaining(why),
    });
  });

  it.each([
    ['{product: AZURE, service: SigninLogs}', 'sign-in'],
    ['{product: azure, service: auditlogs}', 'directory-audit'],
    ['{product: azuread, service: riskdetection}', 'risk-detection'],
    ['{product: m365, service: exchange}', 'unified-audit'],
    ['{product: o365, service: sharepoint}', 'unified-audit'],
    ['{product: m365, service: threat_management}', 'security-alert'],
    ['{product: tenant-guard, service: transport-rules}', 'transport-rule'],
  ])('%s means %s', (source, shape) => {
    expect(parseRule(good.replace('{product: azure, service: signinlogs}', source), 'x.yml')).toMatchObject({
      shape,
      unsupported: undefined,
    });
  });
});

// What mutation takes away: every kind of condition once, and nothing whose loss no case could see; and what becomes of a rule's own word that none can.
import { describe, expect, it } from 'vitest';
import type { Campaign } from '../../src/campaigns/load.ts';
import { isAskedFor, mutantsOf } from '../../src/campaigns/mutants.ts';
import { mutate } from '../../src/campaigns/mutate.ts';
import { campaignManifest } from '../../src/contracts/campaign.ts';
import type { IndicatorKind } from '../../src/contracts/indicators.ts';
import type { Indicator } from '../../src/detect/indicators/indicator.ts';
import { parseRules } from '../../src/detect/sigma/parse.ts';

const place = () => ({ file: 'indicators.csv', line: 7 });
const lost = (text: string): string[] =>
  [...mutantsOf({ rules: parseRules(text, 'rule.yml'), indicators: [], indicatorPlace: place })].map(
    ({ line, without }) => `${line} ${without}`,
  );
const rule = (detection: string): string =>
  `title: t\nid: base\nlogsource: {product: azure, service: signinlogs}\ndetection:\n${detection}`;
const sequence = (body: string): string => `title: s\nid: seq\ncorrelation:\n${body}`;

describe('mutants of a rule', () => {
  it('lose a field of several, a selection of the condition, a negated one, an alternative', () => {
    expect(
      lost(
        rule(`  home:
    appId: a
    userAgent: b
  either:
    - ipAddress: 192.0.2.1
    - ipAddress: 192.0.2.2
  usual:
    status.errorCode: 0
  condition: home and 1 of either and not usual
`),
      ),
    ).toEqual([
      '6 "home" in the condition',
      '9 "either" in the condition',
      '12 "not usual" in the condition',
      '6 "appId" in "home"',
      '7 "userAgent" in "home"',
      '9 the alternative "ipAddress" of "either"',
      '10 the alternative "ipAddress" of "either"',
    ]);
  });
  it('reach into nested conditions', () => {
    const text = rule('  a: {appId: a}\n  b: {appId: b}\n  c: {appId: c}\n  condition: a and not (b or c)\n');
    expect(lost(text)).toEqual([
      '5 "a" in the condition',
      '8 "not (b or c)" in the condition',
      '6 "b" in the condition',
      '7 "c" in the condition',
    ]);
  });
  it('are none where the rule is one condition: without it there is no rule, which is told as untested', () => {
    expect(lost(rule('  a: {appId: a}\n  condition: a\n'))).toEqual([]);
  });
});

describe('mutants of a sequence', () => {
  it('lose a rule, a group, the timespan, the order, a threshold', () => {
    expect(lost(sequence('  type: temporal_ordered\n  rules: [one, two]\n  group-by: [userId]\n  timespan: 1h\n'))).toEqual([
      '1 "one" among its rules',
      '1 "two" among its rules',
      '1 "userId" in group-by',
      '1 its timespan',
      '1 the order of its rules',
    ]);
    expect(lost(sequence('  type: event_count\n  rules: [one]\n  group-by: [userId]\n  timespan: 1h\n  condition: {gte: 5}\n'))).toEqual([
      '1 "gte: 5"',
      '1 "userId" in group-by',
      '1 its timespan',
    ]);
  });
  it('are none where it counts one hit: how hits are gathered changes how many findings there are, which no case tells', () => {
    expect(lost(sequence('  type: event_count\n  rules: [one]\n  group-by: [userId]\n  timespan: 1d\n  condition: {gte: 1}\n'))).toEqual(
      [],
    );
  });
});

const listed = (kind: IndicatorKind, id = 'pack/app-one'): Indicator => ({
  id,
  kind,
  value: 'x',
  confidence: 50,
  validFrom: 0,
  source: 's',
});
const asks = (item: string) => parseRules(rule(`  a: {${item}}\n  condition: a\n`), 'rule.yml');

describe('mutants of the indicators', () => {
  it.each<[string, IndicatorKind, boolean]>([
    ["context.indicator.application|startswith: 'pack/app-'", 'application', true],
    ["context.indicator.application|startswith: 'PACK/APP-'", 'application', true],
    ["context.indicator.application|startswith: 'pack/unsure-'", 'application', false],
    ["context.indicator.application|re: 'two$'", 'application', true],
    ["context.indicator.application: 'pack/*'", 'application', true],
    ["context.indicator.application: 'pack/app-two'", 'application', false],
    ["context.indicator.userAgent|startswith: 'pack/'", 'application', false],
    ["context.indicator.network|startswith: 'pack/'", 'network-owner', true],
    ['appId: a', 'network', true],
    ['appId: a', 'application', false],
  ])('%s sees an indicator of the kind %s: %s', (item, kind, seen) => {
    expect(isAskedFor(listed(kind), asks(item))).toBe(seen);
  });
  it('are only those that some rule asks for: no case can miss another', () => {
    const made = (item: string) => [...mutantsOf({ rules: asks(item), indicators: [listed('application')], indicatorPlace: place })];
    expect(made("context.indicator.application|startswith: 'pack/'").map(({ without }) => without)).toEqual(['the indicator pack/app-one']);
    expect(made('appId: a')).toEqual([]);
  });
});

describe('what a rule calls implied', () => {
  const pack = (implied: string): Campaign => ({
    dir: 'pack',
    manifest: campaignManifest.parse({
      id: 'pack',
      title: 't',
      summary: 's',
      references: ['https://example.com/'],
      first: '2026-01-01',
      attack: ['T1078'],
      targets: 'anybody',
      severity: { single: 'low', confirmed: 'high' },
      response: { plan: 'contain' },
    }),
    rules: parseRules(
      `${rule('  a:\n    appId: a\n    userAgent: b\n  condition: a\n')}tenant-guard:\n  implied:\n    - { without: '${implied}', why: w }\n`,
      'rule.yml',
    ),
    indicators: [],
    cases: [
      { file: 'tests/base.hit.json', case: { title: 'h', kind: 'hit', fires: ['base'], records: [signIn('a', 'b')] } },
      { file: 'tests/base.miss.json', case: { title: 'm', kind: 'miss', fires: [], records: [signIn('x', 'b')] } },
    ],
  });
  const signIn = (appId: string, userAgent: string) => ({
    id: '00000001-0000-4000-8000-0000000000aa',
    createdDateTime: '2026-01-20T02:00:00Z',
    userId: '11111111-0000-4000-8000-000000000001',
    userPrincipalName: 'nora@contoso.example',
    status: { errorCode: 0 },
    appId,
    userAgent,
  });
  it('is no survivor, and carries its reason', () => {
    const { mutants, survivors, implied, wrong } = mutate(pack('"userAgent" in "a"'), place);
    expect({ mutants, survivors, wrong }).toEqual({ mutants: 2, survivors: [], wrong: [] });
    expect(implied).toMatchObject([{ rule: 'base', without: '"userAgent" in "a"', why: 'w' }]);
  });
  it.each(['"appId" in "a"', '"nothing" in "a"'])('is wrong where a case notices it or nothing is called so: %s', (claim) => {
    const { survivors, implied, wrong } = mutate(pack(claim), place);
    expect(survivors.map(({ without }) => without)).toEqual(['"userAgent" in "a"']);
    expect(implied).toEqual([]);
    expect(wrong.map(({ without }) => without)).toEqual([claim]);
  });
});

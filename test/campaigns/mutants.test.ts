// What mutation takes away: every kind of condition once, and nothing whose loss no case could see; and that the shipped packs' cases notice most of it.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCampaigns } from '../../src/campaigns/load.ts';
import { mutantsOf } from '../../src/campaigns/mutants.ts';
import { mutate } from '../../src/campaigns/mutate.ts';
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

describe('the cases of the shipped packs', () => {
  const folder = join(import.meta.dirname, '../../campaigns');
  it.each(['exchange-oauth-spam-2022', 'reported-addresses', 'verified-publisher-consent-2022'])(
    'of %s notice four of five conditions that go',
    async (id) => {
      const { campaigns } = await loadCampaigns(join(folder, id));
      const [campaign] = campaigns;
      if (campaign === undefined) throw new Error(`${id} does not load`);
      const { mutants, survivors } = mutate(campaign, place);
      expect(survivors.length / mutants, JSON.stringify(survivors, undefined, 1)).toBeLessThan(0.2);
    },
  );
});

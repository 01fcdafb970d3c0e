import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../src/detect/sigma/parse.ts';
import { parseTimespan } from '../../../src/detect/sigma/parse-correlation.ts';

const correlation = (body: string): string =>
  `title: A sequence\nname: a_sequence\nlevel: high\ncorrelation:\n${body.replace(/^(?=.)/gm, '  ')}\n`;
const parse = (body: string) => parseRule(correlation(body), 'c.yml', { strict: true });

describe('correlations', () => {
  it('are parsed whole', () => {
    const parsed = parse(`type: value_count
rules: [wrong_password, locked]
group-by: [address]
timespan: 90m
aliases:
  address:
    wrong_password: ipAddress
    locked: ClientIP
condition:
  field: userId
  gte: 10
  lt: '100'
generate: true`);
    expect(parsed).toMatchObject({
      kind: 'correlation',
      key: 'a_sequence',
      type: 'value_count',
      rules: ['wrong_password', 'locked'],
      groupBy: ['address'],
      timespan: 5_400_000,
      condition: {
        fields: ['userId'],
        checks: [
          { comparison: 'gte', value: 10 },
          { comparison: 'lt', value: 100 },
        ],
      },
      generate: true,
    });
    if (parsed.kind === 'correlation') expect(parsed.aliases.get('address')?.get('locked')).toBe('ClientIP');
  });

  it('of the temporal kind need no condition', () => {
    expect(parse('type: temporal_ordered\nrules: [a, b]\ngroup-by: userId\ntimespan: 1h')).toMatchObject({
      rules: ['a', 'b'],
      groupBy: ['userId'],
      generate: false,
      condition: { checks: [] },
    });
  });

  it('count combinations of several fields, and say generate inside or beside the section, as the specification shows it', () => {
    const body = 'type: value_count\nrules: [a]\ngroup-by: [userId]\ntimespan: 1h\ncondition:\n  field: [ipAddress, appId]\n  gte: 3';
    expect(parse(body)).toMatchObject({ condition: { fields: ['ipAddress', 'appId'] }, generate: false });
    expect(parseRule(`${correlation(body)}generate: true\n`, 'c.yml', { strict: true })).toMatchObject({ generate: true });
  });

  it.each(['value_sum', 'value_avg', 'value_median'])('%s takes one field', (type) => {
    const body = `type: ${type}\nrules: [a]\ngroup-by: [userId]\ntimespan: 1h\ncondition:\n  field: Size\n  gte: 1.5`;
    expect(parse(body)).toMatchObject({ type, condition: { fields: ['Size'], checks: [{ comparison: 'gte', value: 1.5 }] } });
    expect(() => parse(body.replace('Size', '[Size, Count]'))).toThrow('one field only');
  });

  it('value_percentile says which one', () => {
    const body = 'type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition:\n  field: Size\n  percentile: 95\n  gte: 100';
    expect(parse(body)).toMatchObject({ condition: { percentile: 95 } });
    expect(() => parse(body.replace('95', '0'))).toThrow('above 0');
    expect(() => parse(body.replace('  percentile: 95\n', ''))).toThrow('need "percentile"');
  });

  it.each([
    ['type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: a and not b', 'not part of Sigma 2.1', 8],
    ['type: often\nrules: [a]\ntimespan: 1h', '"correlation.type"', 5],
    ['type: event_count\nrules: [a]\ntimespan: 1 hour\ncondition: {gte: 1}', 'is no timespan', 7],
    ['type: event_count\nrules: [a]\ntimespan: 1h', 'need a condition', 5],
    ['type: value_count\nrules: [a]\ntimespan: 1h\ncondition:\n  gte: 2', 'need "field"', 8],
    ['type: event_count\nrules: [a]\ntimespan: 1h\ncondition:\n  gte: many', 'needs a number', 9],
    ['type: event_count\nrules: [a]\ntimespan: 1h\ncondition:\n  atleast: 2', 'has "atleast"', 9],
    ['type: temporal\nrules: [a]\ntimespan: 1h', 'at least two rules', 6],
    ['type: temporal\nrules: [a, b]\ntimespan: 1h\naliases:\n  x:\n    c: ipAddress', 'names "c"', 10],
  ])('%#: %s', (body, reason, line) => {
    expect(() => parse(body)).toThrow(reason);
    expect(() => parse(body)).toThrow(`c.yml:${line}:`);
  });
});

it.each([
  ['30s', 30_000],
  ['90m', 5_400_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['1M', 2_592_000_000],
  ['1y', 31_536_000_000],
  ['0m', undefined],
  ['m', undefined],
  ['1.5h', undefined],
  ['-1h', undefined],
])('timespan %s is %s ms', (text, expected) => {
  expect(parseTimespan(text)).toBe(expected);
});

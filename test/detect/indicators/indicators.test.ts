import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/detect/indicators/csv.ts';
import type { Indicator } from '../../../src/detect/indicators/indicator.ts';
import { createIndicatorIndex } from '../../../src/detect/indicators/indicator-index.ts';
import { readStix } from '../../../src/detect/indicators/stix.ts';
import { parsePattern } from '../../../src/detect/indicators/stix-pattern.ts';

const day = 86_400_000;
const seen = Date.UTC(2026, 0, 10);
const indicator = (kind: Indicator['kind'], value: string, more: Partial<Indicator> = {}): Indicator => ({
  id: `test/${value}`,
  kind,
  value,
  confidence: 80,
  validFrom: Date.UTC(2026, 0, 1),
  source: 'a report',
  ...more,
});

describe('the index', () => {
  it('matches a user agent exactly but for blanks, and keeps case', () => {
    const index = createIndicatorIndex([indicator('user-agent', 'Tool/1.0 (X11; Linux)', { id: 'test/tool' })]);
    expect(index.match('user-agent', 'Tool/1.0 (X11; Linux)', seen)).toEqual(['test/tool']);
    expect(index.match('user-agent', 'Tool/1.0(X11;Linux)', seen)).toEqual(['test/tool']);
    expect(index.match('user-agent', 'tool/1.0 (X11; Linux)', seen)).toEqual([]);
    expect(index.match('user-agent', 'Tool/1.0 (X11; Linux) extra', seen)).toEqual([]);
  });
  it('judges validity by the time of the event, with a grace of 90 days after the end', () => {
    const index = createIndicatorIndex([indicator('network', '64500', { id: 'test/as', validUntil: Date.UTC(2026, 0, 31) })]);
    const at = (time: number) => index.match('network', 'AS64500', time);
    expect(at(Date.UTC(2025, 11, 31))).toEqual([]);
    expect(at(Date.UTC(2026, 0, 1))).toEqual(['test/as']);
    expect(at(Date.UTC(2026, 0, 31) + 90 * day)).toEqual(['test/as']);
    expect(at(Date.UTC(2026, 0, 31) + 90 * day + 1)).toEqual([]);
  });
  it('finds an address in its ranges, narrow and wide, of both families', () => {
    const index = createIndicatorIndex([
      indicator('address', '198.51.100.0/24', { id: 'test/wide' }),
      indicator('address', '198.51.100.128/25', { id: 'test/narrow' }),
      indicator('address', '198.51.100.7', { id: 'test/one' }),
      indicator('address', '2001:db8::/33', { id: 'test/six' }),
    ]);
    expect(index.address('198.51.100.200', seen)).toEqual(['test/narrow', 'test/wide']);
    expect(index.address('198.51.100.7:52378', seen)).toEqual(['test/one', 'test/wide']);
    expect(index.address('198.51.101.7', seen)).toEqual([]);
    expect(index.address('[2001:db8:7fff::1]:443', seen)).toEqual(['test/six']);
    expect(index.address('2001:db8:8000::1', seen)).toEqual([]);
    expect(index.address('::ffff:198.51.100.7', seen)).toEqual(['test/one', 'test/wide']);
    expect(index.address('no address', seen)).toEqual([]);
  });
  it('finds a domain and what stands below it, not what merely ends alike', () => {
    const index = createIndicatorIndex([indicator('domain', 'phish[.]example.com', { id: 'test/phish' })]);
    expect(index.domain('PHISH.example.com', seen)).toEqual(['test/phish']);
    expect(index.domain('a.b.phish.example.com.', seen)).toEqual(['test/phish']);
    expect(index.domain('notphish.example.com', seen)).toEqual([]);
    expect(index.domain('example.com', seen)).toEqual([]);
  });
  it('compares application ids whatever their case', () => {
    const index = createIndicatorIndex([indicator('application', '4765445B-32C6-49B0-83E6-1D93765276CA', { id: 'test/app' })]);
    expect(index.match('application', '4765445b-32c6-49b0-83e6-1d93765276ca', seen)).toEqual(['test/app']);
  });
  it('agrees with a plain scan over random ranges', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const range = fc
      .tuple(octet, octet, fc.integer({ min: 0, max: 32 }))
      .map(([a, b, length]) => ({ text: `10.0.${a}.${b}/${length}`, a, b, length }));
    const number = (a: number, b: number) => 10 * 2 ** 24 + a * 256 + b;
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), octet, octet, (ranges, a, b) => {
        const index = createIndicatorIndex(ranges.map(({ text }, place) => indicator('address', text, { id: `test/${place}` })));
        const expected = ranges.flatMap((one, place) =>
          Math.floor(number(one.a, one.b) / 2 ** (32 - one.length)) === Math.floor(number(a, b) / 2 ** (32 - one.length))
            ? [`test/${place}`]
            : [],
        );
        expect(index.address(`10.0.${a}.${b}`, seen)).toEqual(expected.sort());
      }),
    );
  });
});

const stix = (objects: unknown[]) => JSON.stringify({ type: 'bundle', id: 'bundle--1', objects }, null, 1);
const entry = (more: object) => ({
  type: 'indicator',
  id: 'indicator--1',
  name: 'a-name',
  pattern_type: 'stix',
  pattern: "[ipv4-addr:value = '198.51.100.7']",
  valid_from: '2026-01-01T00:00:00Z',
  external_references: [{ source_name: 'a report' }],
  ...more,
});

describe('a STIX bundle', () => {
  it('gives one indicator per value, named after the campaign', () => {
    const { indicators, problems } = readStix(
      stix([
        { type: 'report' },
        entry({
          pattern:
            "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR domain-name:value IN ('a.example', 'b.example')] OR [autonomous-system:number = 64500]",
        }),
      ]),
      'indicators.json',
      'pack',
    );
    expect(problems).toEqual([]);
    expect(indicators.map(({ id, kind, value }) => [id, kind, value])).toEqual([
      ['pack/a-name', 'address', '198.51.100.0/24'],
      ['pack/a-name', 'domain', 'a.example'],
      ['pack/a-name', 'domain', 'b.example'],
      ['pack/a-name', 'network', '64500'],
    ]);
  });
  it('passes over what its author revoked', () => {
    const bundle = stix([
      entry({ revoked: true }),
      entry({ id: 'indicator--2', name: 'kept', revoked: false }),
      { ...entry({}), pattern: 0, revoked: true },
    ]);
    expect(readStix(bundle, 'indicators.json', 'pack')).toMatchObject({ indicators: [{ id: 'pack/kept' }], problems: [] });
  });
  it('reads quotes and brackets inside a value', () => {
    expect(
      parsePattern(String.raw`[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'it\'s [a] OR \\ b']`),
    ).toEqual([{ kind: 'user-agent', value: String.raw`it's [a] OR \ b` }]);
  });
  it.each([
    ["[ipv4-addr:value = '198.51.100.7' AND domain-name:value = 'a.example']", '"AND" stands where'],
    ["[file:hashes.MD5 = 'x']", 'not supported'],
    ["[domain-name:value ISSUBSET 'a.example']", 'ISSUBSET'],
    ["[ipv4-addr:value = 'nonsense']", 'is no address'],
    ["[ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.8']", 'not supported'],
    ['', 'a pattern is'],
  ])('refuses the pattern %s', (pattern, message) => {
    expect(() => parsePattern(pattern)).toThrow(message);
  });
  it('leaves a bad entry out, says where it stands, and loads the rest', () => {
    const { indicators, problems } = readStix(
      stix([entry({}), entry({ id: 'indicator--2', external_references: [] }), entry({ id: 'indicator--3', valid_from: 'yesterday' })]),
      'indicators.json',
      'pack',
    );
    expect(indicators).toHaveLength(1);
    expect(problems.map(({ message }) => message.slice(0, 40))).toEqual([
      'indicator--2: external_references: at le',
      'indicator--3: valid_from: a time such as',
    ]);
    expect(problems.map(({ line }) => line)).toEqual([...problems.map(({ line }) => line)].sort((a, b) => a - b));
    expect(problems[0]?.line).toBeGreaterThan(10);
  });
  it('says what is wrong with a file that is none', () => {
    expect(readStix('{', 'indicators.json', 'pack').problems[0]?.message).toContain('no STIX 2.1 bundle');
    expect(readStix('[]', 'indicators.json', 'pack').problems[0]?.message).toContain('no STIX 2.1 bundle');
  });
  it('never throws and stays fast on hostile patterns', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (pattern) => void readStix(stix([entry({ pattern })]), 'x', 'pack')));
    const slow = `[ipv4-addr:${'a'.repeat(5_000)}! IN (${'1'.repeat(4_000)}x)]`;
    expect(() => parsePattern(slow)).toThrow();
  });
});

describe('a CSV of indicators', () => {
  const header = 'kind,value,name,confidence,valid_from,valid_until,source,note';
  it('gives its entries, and the owner of an AS number', () => {
    const { indicators, problems } = readCsv(
      `\uFEFF${header}\nnetwork,AS64500,isp-one,40,2026-01-01,2026-01-31,a report,Example Networks\n`,
      'indicators.csv',
      'pack',
    );
    expect(problems).toEqual([]);
    expect(indicators).toEqual([
      {
        id: 'pack/isp-one',
        kind: 'network',
        value: 'AS64500',
        confidence: 40,
        validFrom: Date.UTC(2026, 0, 1),
        validUntil: Date.UTC(2026, 1, 1) - 1,
        source: 'a report',
        owner: 'Example Networks',
      },
    ]);
    expect(createIndicatorIndex(indicators).networkOwner(64500)).toBe('Example Networks');
  });
  it('names the line of a bad entry and loads the rest', () => {
    const text = [
      header,
      'address,198.51.100.7,one,,2026-01-01,,a report,',
      'address,x,two,,2026-01-01,,a report,',
      'colour,red,three,,2026-01-01,,a report,',
      'domain,a.example,four,,,,,',
    ].join('\n');
    const { indicators, problems } = readCsv(text, 'indicators.csv', 'pack');
    expect(indicators.map(({ id }) => id)).toEqual(['pack/one']);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(problems[2]?.message).toContain('source');
  });
});

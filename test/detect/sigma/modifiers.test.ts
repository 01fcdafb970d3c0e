import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { activityOf, inlineRule, judge, judgeItem } from './inline-rules.ts';

const b64 = (text: string, encoding: BufferEncoding = 'utf8'): string => Buffer.from(text, encoding).toString('base64');
const agent = (userAgent: unknown) => ({ userAgent });

describe('text values', () => {
  it.each([
    ["userAgent: 'axios/1.7'", 'AXIOS/1.7', true, 'letter case does not count'],
    ["userAgent: 'axios/1.7'", 'axios/1.7.2', false, 'the whole text must be equal'],
    ["userAgent: 'axios*'", 'axios/1.7', true, 'a star stands for any text'],
    ["userAgent: '*'", '', true, 'also for none'],
    ["userAgent: 'axios/?.?'", 'axios/1.7', true, 'a question mark stands for one character'],
    ["userAgent: 'axios/?.?'", 'axios/1.70', false, 'and for one only'],
    ["userAgent: 'a?b*d'", 'axbccd', true, 'mixed wildcards'],
    ["userAgent: 'a*b*c'", 'abcb', false, 'the end must fit'],
    ["userAgent: '*a*a*'", 'ba', false, 'the same character is not used twice'],
    ["userAgent: 'what\\?'", 'what?', true, 'an escaped question mark is one'],
    ["userAgent: 'what\\?'", 'whats', false, 'and nothing else'],
    ["userAgent: 'a\\*b'", 'a*b', true, 'an escaped star is one'],
    ["userAgent: 'c:\\temp'", 'c:\\temp', true, 'a lone backslash is itself'],
    ["userAgent: 'c:\\\\temp'", 'c:\\temp', true, 'a doubled one is one'],
    ["userAgent: 'c:\\\\*'", 'c:\\temp', true, 'a backslash before a wildcard'],
    ["userAgent: ''", '', true, 'the empty text'],
    ["userAgent: ''", 'x', false, 'is not any text'],
    ["userAgent: 'ΟΔΥΣΣΕΥΣ'", 'οδυσσευς', true, 'Greek sigma at the end'],
    ["userAgent: 'ÄRZTE*'", 'ärzte-app', true, 'letters outside ASCII'],
    ["userAgent:\n  - 'curl*'\n  - 'axios*'", 'axios/1', true, 'one of several'],
    ["userAgent:\n  - 'curl*'\n  - 'axios*'", 'wget', false, 'none of several'],
  ])('%s against %s is %s: %s', (item, value, expected) => {
    expect(judgeItem(item, agent(value))).toBe(expected);
  });

  it.each([
    ['ResultType: 50053', { status: { errorCode: 50053 } }, true],
    ["ResultType: '50053'", { status: { errorCode: 50053 } }, true],
    ['ResultType: 50053', { status: { errorCode: '50053' } }, true],
    ['ResultType: 5005', { status: { errorCode: 50053 } }, false],
    ["DeviceDetail.isCompliant: 'false'", { deviceDetail: { isCompliant: false } }, true],
    ['DeviceDetail.isCompliant: false', { deviceDetail: { isCompliant: 'False' } }, true],
    ['DeviceDetail.isCompliant: true', { deviceDetail: { isCompliant: false } }, false],
    ["DeviceDetail.trusttype: ''", { deviceDetail: { trustType: '' } }, true],
    ["DeviceDetail.trusttype: ''", { deviceDetail: { trustType: null } }, false],
    ['DeviceDetail.trusttype: null', { deviceDetail: { trustType: null } }, true],
    ['DeviceDetail.trusttype: null', { deviceDetail: {} }, true],
    ['DeviceDetail.trusttype: null', { deviceDetail: { trustType: '' } }, false],
    ["NetworkLocationDetails: '[]'", { networkLocationDetails: [] }, true],
    ["NetworkLocationDetails: '[]'", { networkLocationDetails: [{ networkType: 'trustedNamedLocation' }] }, false],
    ['riskEventTypes: unfamiliarFeatures', { riskEventTypes_v2: [], riskEventTypes: ['maliciousIPAddress', 'unfamiliarFeatures'] }, true],
  ])('%s is compared as text whatever its type', (item, record, expected) => {
    expect(judgeItem(item, record)).toBe(expected);
  });
});

describe('modifiers on text', () => {
  it.each([
    ["userAgent|contains: 'linux'", 'X11; Linux x86', true],
    ["userAgent|contains: 'linux'", 'X11; Lin ux', false],
    ["userAgent|contains: 'a?c'", 'xabcx', true],
    ["userAgent|startswith: 'moz'", 'Mozilla', true],
    ["userAgent|startswith: 'moz'", 'a Mozilla', false],
    ["userAgent|endswith: '36'", 'Safari/537.36', true],
    ["userAgent|endswith: '36'", 'Safari/537.3', false],
    ['userAgent|contains|all:\n  - linux\n  - chrome', 'Linux Chrome', true],
    ['userAgent|contains|all:\n  - linux\n  - chrome', 'Linux Firefox', false],
    ["userAgent|cased: 'Axios'", 'Axios', true],
    ["userAgent|cased: 'Axios'", 'axios', false],
    ["userAgent|contains|cased: 'BAV2'", 'xBAV2ROPC', true],
    ["userAgent|contains|cased: 'BAV2'", 'xbav2ropc', false],
    ["userAgent|neq: 'axios'", 'curl', true],
    ["userAgent|neq: 'axios'", 'AXIOS', false],
    ['userAgent|neq:\n  - axios\n  - curl', 'curl', false],
    ["userAgent|contains|neq: 'ax'", 'axios', false],
    ["userAgent|contains|windash: ' -enc'", 'x /enc y', true],
    ["userAgent|contains|windash: ' -enc'", 'x —enc y', true],
    ["userAgent|contains|windash: ' -enc'", 'x _enc y', false],
    ["userAgent|contains|windash: 'a-b'", 'a/b', false],
    ["userAgent|windash: '-a -b'", '/a –b', true],
  ])('%s against %s is %s', (item, value, expected) => {
    expect(judgeItem(item, agent(value))).toBe(expected);
  });

  it('re is case-sensitive, unanchored, and takes i, m and s', () => {
    expect(judgeItem("userAgent|re: 'ax[io]+s/\\d'", agent('an axios/1'))).toBe(true);
    expect(judgeItem("userAgent|re: 'ax[io]+s/\\d'", agent('an AXIOS/1'))).toBe(false);
    expect(judgeItem("userAgent|re|i: 'ax[io]+s/\\d'", agent('an AXIOS/1'))).toBe(true);
    expect(judgeItem("userAgent|re: '^b$'", agent('a\nb\nc'))).toBe(false);
    expect(judgeItem("userAgent|re|m: '^b$'", agent('a\nb\nc'))).toBe(true);
    expect(judgeItem("userAgent|re: 'a.b'", agent('a\nb'))).toBe(false);
    expect(judgeItem("userAgent|re|s: 'a.b'", agent('a\nb'))).toBe(true);
    expect(judgeItem("userAgent|re|i|s: 'A.B'", agent('a\nb'))).toBe(true);
  });

  it('a regular expression that would explode elsewhere takes linear time', () => {
    const started = performance.now();
    const engine = compile([inlineRule("sel:\n  userAgent|re: '^(a+)+$'\ncondition: sel")]);
    expect(engine.match(activityOf('sign-in', agent(`${'a'.repeat(40)}!`)), {})).toEqual([]);
    expect(engine.counters.rulesEvaluated).toBe(0);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each([
    ['base64', 'ping', b64('ping'), b64('pong')],
    ['wide|base64', 'ping', b64('ping', 'utf16le'), b64('ping')],
    ['utf16le|base64', 'ping', b64('ping', 'utf16le'), b64('ping')],
    ['utf16be|base64', 'ping', Buffer.from([0, 112, 0, 105, 0, 110, 0, 103]).toString('base64'), b64('ping', 'utf16le')],
    ['utf16|base64', 'ping', Buffer.from([0xff, 0xfe, 112, 0, 105, 0, 110, 0, 103, 0]).toString('base64'), b64('ping', 'utf16le')],
  ])('%s encodes the value', (modifiers, value, hit, miss) => {
    expect(judgeItem(`userAgent|${modifiers}: ${value}`, agent(hit))).toBe(true);
    expect(judgeItem(`userAgent|${modifiers}: ${value}`, agent(miss))).toBe(false);
  });

  it('wide alone means the bytes as characters', () => {
    expect(judgeItem('userAgent|wide: ab', agent('a\u0000b\u0000'))).toBe(true);
    expect(judgeItem('userAgent|wide: ab', agent('ab'))).toBe(false);
  });

  it.each(['', 'x', 'xy'])('base64offset|contains finds the value behind "%s"', (before) => {
    expect(judgeItem('userAgent|base64offset|contains: http://evil', agent(b64(`${before}http://evil.example`)))).toBe(true);
    expect(judgeItem('userAgent|base64offset|contains: http://evil', agent(b64(`${before}https://good.example`)))).toBe(false);
  });

  it('base64offset|contains|all: every value at any offset', () => {
    const item = 'userAgent|base64offset|contains|all:\n  - alpha1\n  - omega9';
    expect(judgeItem(item, agent(b64('x alpha1 and omega9')))).toBe(true);
    expect(judgeItem(item, agent(b64('x alpha1 and gamma9')))).toBe(false);
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.77', true],
    ['192.0.2.0/24', '192.0.3.77', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['192.0.2.0/24', '192.0.2.77:52378', true],
    ['192.0.2.0/24', '::ffff:192.0.2.77', true],
    ['192.0.2.0/24', 'unknown', false],
    ['192.0.2.0/24', '', false],
    ['192.0.2.0/24', '2001:db8::1', false],
    ['2001:db8::/32', '2001:DB8:1::9', true],
    ['2001:db8::/32', '[2001:db8::9]:1234', true],
    ['2001:db8::/32', '2001:db9::9', false],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('cidr %s against %s is %s', (range, ipAddress, expected) => {
    expect(judgeItem(`ipAddress|cidr: ${range}`, { ipAddress })).toBe(expected);
  });
});

describe('numbers and times', () => {
  it.each([
    ['autonomousSystemNumber|lt: 10', 9, true],
    ['autonomousSystemNumber|lt: 10', 10, false],
    ['autonomousSystemNumber|lte: 10', '10', true],
    ['autonomousSystemNumber|gt: 10', 10.5, true],
    ['autonomousSystemNumber|gt: 10', 'eleven', false],
    ['autonomousSystemNumber|gte: 10', '', false],
    ['autonomousSystemNumber|gte: 10', null, false],
    ['autonomousSystemNumber|neq: 10', 11, true],
    ['autonomousSystemNumber|neq: 10', 10, false],
  ])('%s against %s is %s', (item, autonomousSystemNumber, expected) => {
    expect(judgeItem(item, { autonomousSystemNumber })).toBe(expected);
  });

  it.each([
    ['minute: 7', true],
    ['minute: 8', false],
    ['hour: 23', true],
    ['hour|gte: 22', true],
    ['hour|lt: 6', false],
    ['day: 31', true],
    ['month: 12', true],
    ['month: 1', false],
    ['week: 53', true],
    ['year: 2026', true],
    ['year|gt: 2026', false],
  ])('createdDateTime|%s is %s for 2026-12-31T23:07:09Z', (item, expected) => {
    expect(judgeItem(`createdDateTime|${item}`, { createdDateTime: '2026-12-31T23:07:09.1234567Z' })).toBe(expected);
    expect(judgeItem(`createdDateTime|${item}`, { createdDateTime: '2026-12-31T23:07:09' })).toBe(expected);
    expect(judgeItem(`createdDateTime|${item}`, { createdDateTime: 'yesterday' })).toBe(false);
  });

  it('the ISO week of 1 January can belong to the year before', () => {
    expect(judgeItem('createdDateTime|week: 53', { createdDateTime: '2027-01-01T00:00:00Z' })).toBe(true);
    expect(judgeItem('createdDateTime|week: 1', { createdDateTime: '2024-12-30T00:00:00Z' })).toBe(true);
  });
});

describe('presence and other fields', () => {
  it('exists asks for presence, not for a value', () => {
    expect(judgeItem('userAgent|exists: true', { userAgent: null })).toBe(true);
    expect(judgeItem('userAgent|exists: yes', {})).toBe(false);
    expect(judgeItem('userAgent|exists: false', {})).toBe(true);
    expect(judgeItem('deviceDetail.deviceId|exists: false', { deviceDetail: {} })).toBe(true);
    expect(judgeItem('context.user.title|exists: true', {}, { context: { 'context.user.title': 'CFO' } })).toBe(true);
  });

  it('fieldref compares two fields of the record', () => {
    const record = { homeTenantId: 'AA', resourceTenantId: 'aa', userPrincipalName: 'anna@contoso.example', signInIdentifier: 'anna' };
    expect(judgeItem('homeTenantId|fieldref: resourceTenantId', record)).toBe(true);
    expect(judgeItem('homeTenantId|cased|fieldref: resourceTenantId', record)).toBe(false);
    expect(judgeItem('homeTenantId|fieldref|neq: resourceTenantId', record)).toBe(false);
    expect(judgeItem('userPrincipalName|fieldref|startswith: signInIdentifier', record)).toBe(true);
    expect(judgeItem('userPrincipalName|fieldref|endswith: signInIdentifier', record)).toBe(false);
    expect(judgeItem('userPrincipalName|fieldref|contains: signInIdentifier', record)).toBe(true);
    expect(judgeItem('homeTenantId|fieldref: resourceTenantId', { homeTenantId: 'AA' })).toEqual(['homeTenantId']);
  });
});

describe('placeholders', () => {
  const filtered =
    "sel:\n  appDisplayName: OfficeHome\nfilter:\n  userPrincipalName|expand: '%admins%@contoso.example'\ncondition: sel and not filter";
  const record = (name: string) => ({ appDisplayName: 'OfficeHome', userPrincipalName: `${name}@contoso.example` });

  it('stand for the values supplied, which are plain text', () => {
    const placeholders = { admins: ['anna', 'b*'] };
    expect(judge(filtered, record('anna'), { placeholders })).toBe(false);
    expect(judge(filtered, record('bob'), { placeholders })).toBe(true);
    expect(judge(filtered, record('b*'), { placeholders })).toBe(false);
  });

  it('turn the rule off where they are not supplied: under "not" it would match everything', () => {
    expect(judge(filtered, record('anna'))).toBe(false);
    expect(judge(filtered, record('bob'))).toBe(false);
  });

  it('work for address ranges and in several places', () => {
    const placeholders = { office: ['192.0.2.0/24', '2001:db8::/32'], a: ['1', '2'], b: ['x'] };
    expect(judgeItem("ipAddress|expand|cidr: '%office%'", { ipAddress: '192.0.2.9' }, { placeholders })).toBe(true);
    expect(judgeItem("ipAddress|expand|cidr: '%office%'", { ipAddress: '203.0.113.9' }, { placeholders })).toBe(false);
    expect(judgeItem("userAgent|expand: '%a%-%b%'", agent('2-x'), { placeholders })).toBe(true);
    expect(judgeItem("userAgent|expand: '100%'", agent('100%'), { placeholders })).toBe(true);
    expect(judgeItem("userAgent: '%a%'", agent('%a%'))).toBe(true);
  });
});

describe('wrong items are named', () => {
  it.each([
    ['userAgent|contians: x', 'did you mean "contains"?'],
    ['userAgent|re|cidr: x', 'exclude each other'],
    ['userAgent|contains|startswith: x', 'exclude each other'],
    ['userAgent|i: x', 'go with "re" only'],
    ['userAgent|base64: a*b', 'cannot encode wildcards'],
    ['userAgent|contains|contains: a', 'stands twice'],
    ['userAgent|contains: null', 'needs a text'],
    ['userAgent|gt: abc', 'needs a number'],
    ['createdDateTime|hour: noon', 'needs a number'],
    ['createdDateTime|hour|contains: 1', 'goes with comparisons only'],
    ['userAgent|exists: maybe', 'needs true or false'],
    ['ipAddress|cidr: 300.1.2.3/8', 'is no address range'],
    ["userAgent|re: 'a('", 'is not valid'],
    ['userAgent: {a: b}', 'a map where a value'],
    ['userAgent: []', 'an empty list'],
    ['userAgent: [[a]]', 'a list inside a list'],
  ])('%s: %s', (item, reason) => {
    expect(() => inlineRule(`sel:\n  ${item}\ncondition: sel`)).toThrow(reason);
  });
});

describe("the specification's list of modifiers (appendix, 2.1)", () => {
  it.each([
    ['all', "userAgent|contains|all: ['ab', 'bc']", 'abc', 'ab'],
    ['startswith', 'userAgent|startswith: ab', 'abc', 'cab'],
    ['endswith', 'userAgent|endswith: bc', 'abc', 'bca'],
    ['contains', 'userAgent|contains: b', 'abc', 'ac'],
    ['exists', 'userAgent|exists: true', 'x', undefined],
    ['cased', 'userAgent|cased: aB', 'aB', 'ab'],
    ['neq with a text', 'userAgent|neq: ab', 'abc', 'AB'],
    ['neq with a number', 'ResultType|neq: 7', 8, 7],
    ['neq with fieldref', 'userAgent|fieldref|neq: appDisplayName', 'other', 'OfficeHome'],
    ['fieldref', 'userAgent|fieldref: appDisplayName', 'officehome', 'other'],
    ['windash', "userAgent|windash|contains: ' -x'", 'a –x', 'a x'],
    ['re', "userAgent|re: '^a.c$'", 'abc', 'ABC'],
    ['re with i', "userAgent|re|i: '^a.c$'", 'ABC', 'a\nc'],
    ['re with m', "userAgent|re|m: '^b$'", 'a\nb', 'ab'],
    ['re with s', "userAgent|re|s: '^a.c$'", 'a\nc', 'ac'],
    ['base64', 'userAgent|base64: foo', 'Zm9v', 'foo'],
    ['base64offset', 'userAgent|base64offset|contains: foobar', 'eGZvb2Jhcg==', 'eG'],
    ['utf16le', 'userAgent|utf16le|base64: cmd', 'YwBtAGQA', 'Y21k'],
    ['utf16be', 'userAgent|utf16be|base64: cmd', 'AGMAbQBk', 'Y21k'],
    ['utf16', 'userAgent|utf16|base64: cmd', '//5jAG0AZAA=', 'Y21k'],
    ['wide', 'userAgent|wide|base64: cmd', 'YwBtAGQA', 'Y21k'],
    ['lt', 'ResultType|lt: 7', 6, 7],
    ['lte', 'ResultType|lte: 7', 7, 8],
    ['gt', 'ResultType|gt: 7', 8, 7],
    ['gte', 'ResultType|gte: 7', 7, 6],
    ['minute', 'userAgent|minute: 30', '2026-09-01T10:30:00Z', '2026-09-01T10:31:00Z'],
    ['hour', 'userAgent|hour|gte: 22', '2026-09-01T23:30:00Z', '2026-09-01T10:30:00Z'],
    ['day', 'userAgent|day: 1', '2026-09-01T10:30:00Z', '2026-09-02T10:30:00Z'],
    ['week', 'userAgent|week: 36', '2026-09-01T10:30:00Z', '2026-09-08T10:30:00Z'],
    ['month', 'userAgent|month: 9', '2026-09-01T10:30:00Z', '2026-10-01T10:30:00Z'],
    ['year', 'userAgent|year|lt: 2026', '2025-09-01T10:30:00Z', '2026-10-01T10:30:00Z'],
    ['cidr, IPv4', 'userAgent|cidr: 192.0.2.0/25', '192.0.2.127', '192.0.2.128'],
    ['cidr, IPv6', "userAgent|cidr: '2001:db8::/33'", '2001:db8:7fff::1', '2001:db8:8000::1'],
  ] as const)('%s', (_, item, hit, miss) => {
    const record = (value: unknown) =>
      item.startsWith('ResultType')
        ? { status: { errorCode: value } }
        : { appDisplayName: 'OfficeHome', ...(value === undefined ? {} : { userAgent: value }) };
    expect(judgeItem(item, record(hit))).toBe(true);
    expect(judgeItem(item, record(miss))).toBe(false);
  });
  it('expand takes a percent sign with a backslash for itself', () => {
    const item = "'userAgent|expand': '\\%plain%name%'";
    expect(judgeItem(item, agent('%plainX'), { placeholders: { name: ['X'] } })).toBe(true);
    expect(judgeItem(item, agent('plainX'), { placeholders: { name: ['X'] } })).toBe(false);
  });
});

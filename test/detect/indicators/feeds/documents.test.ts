// What is understood of STIX, TAXII, MISP and CSV as strangers write them, and what of hostile ones: nothing, in time that grows with their size.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedKinds } from '../../../../src/contracts/indicators.ts';
import { readDocument } from '../../../../src/detect/indicators/feeds/documents.ts';
import { createForeignIndicators } from '../../../../src/detect/indicators/feeds/foreign-index.ts';
import { createRefusals } from '../../../../src/detect/indicators/feeds/refusals.ts';
import { stixIndicator } from '../../../support/feed-server.ts';

const from = Date.UTC(2026, 2, 1);
const day = 86_400_000;

describe('a STIX bundle of strangers', () => {
  it('gives what the subset knows: any name, any source or none, offsets in times, confidence that is not said', () => {
    const { entries, unread } = readDocument('stix', {
      type: 'bundle',
      objects: [
        { type: 'identity', id: 'identity--1' },
        stixIndicator(1, "[ipv4-addr:value = '203.0.113.7'] OR [domain-name:value = 'Phish[.]example']", {
          valid_from: '2026-03-01T01:00:00+01:00',
          valid_until: '2026-04-01T00:00:00Z',
          confidence: 85,
        }),
        stixIndicator(2, "[network-traffic:src_ref.value ISSUBSET '203.0.113.0/28']"),
      ],
    });
    expect(unread).toEqual([]);
    const of = 'indicator--00000000-0000-4000-8000-000000000001';
    expect(entries).toEqual([
      { of, kind: 'address', value: '203.0.113.7', confidence: 85, from, until: Date.UTC(2026, 3, 1) },
      { of, kind: 'domain', value: 'phish.example', confidence: 85, from, until: Date.UTC(2026, 3, 1) },
      // Addresses change hands: without an end of its own one ends three months after it was last said.
      expect.objectContaining({ value: '203.0.113.0/28', confidence: 50, until: from + 90 * day }),
    ]);
  });

  it('withdraws what is revoked, though it says nothing else', () => {
    const revoked = { type: 'indicator', id: stixIndicator(1, '')['id'], revoked: true };
    expect(readDocument('taxii', { objects: [revoked] })).toEqual({ entries: [], withdrawn: [revoked.id], unread: [] });
  });

  it.each([
    ["[file:hashes.MD5 = 'x']", 'outside the subset'],
    ["[domain-name:value LIKE '%.example']", 'outside the subset'],
    ["[domain-name:value MATCHES '(a+)+$']", 'outside the subset'],
    ["[ipv4-addr:value = '203.0.113.7' AND url:value = 'https://a.example']", 'outside the subset'],
    ["[ipv4-addr:value = '203.0.113.7'] REPEATS 5 TIMES WITHIN 60 SECONDS", 'outside the subset'],
  ])('says that it does not read %s', (pattern, reason) => {
    const { entries, unread } = readDocument('stix', { objects: [stixIndicator(1, pattern)] });
    expect(entries).toEqual([]);
    expect(unread).toEqual([{ reason: expect.stringContaining(reason), example: pattern }]);
  });

  it.each([
    ['pattern_type', { pattern_type: 'sigma' }, 'only pattern_type stix'],
    ['id', { id: 'indicator--../../x' }, 'no id of a STIX indicator'],
    ['valid_from', { valid_from: 'yesterday' }, 'no time such as'],
    ['confidence', { confidence: 1000 }, 'confidence'],
  ])('names the field that is wrong: %s', (_, more, reason) => {
    const { unread } = readDocument('stix', { objects: [stixIndicator(1, "[ipv4-addr:value = '203.0.113.7']", more)] });
    expect(unread[0]?.reason).toContain(reason);
  });

  it('costs no more time than its length, whatever its patterns try', () => {
    const value = `'${'a'.repeat(9)}.example'`;
    const hostile = [
      `[domain-name:value IN (${Array(480).fill(value).join(',')})]`,
      Array(900).fill("[url:value='x']").join('OR'),
      `[ipv4-addr:${"'".repeat(9_000)} = 1]`,
      `[${'a'.repeat(9_990)}`,
      '('.repeat(10_000),
      `[domain-name:value = '${'\\'.repeat(9_900)}`,
      "[a:b = 'c'".repeat(900),
      'x'.repeat(1_000_000),
    ];
    const started = process.cpuUsage();
    const objects = Array.from({ length: 800 }, (_, index) => stixIndicator(index, hostile[index % hostile.length] ?? ''));
    const { entries } = readDocument('stix', { objects });
    const { user } = process.cpuUsage(started);
    expect(entries.length).toBe(48_000);
    // 800 patterns of 10 KB: 8 MB of text. Quadratic work would be minutes.
    expect(user / 1000).toBeLessThan(8_000);
  });
});

describe('a MISP event', () => {
  const event = (attributes: unknown[], more: Record<string, unknown> = {}) => ({
    Event: {
      uuid: '11111111-1111-4111-8111-111111111111',
      date: '2026-03-01',
      timestamp: '1772323200',
      info: 'x',
      Attribute: attributes,
      ...more,
    },
  });
  const attribute = (type: string, value: string, more: Record<string, unknown> = {}) => ({ type, value, to_ids: true, ...more });

  it('gives the attributes that are meant for detection, of the event and of its objects', () => {
    const { entries, unread } = readDocument(
      'misp',
      event(
        [
          attribute('ip-src', '203.0.113.7', { first_seen: '2026-02-20T00:00:00.000000+00:00', last_seen: '2026-02-28T00:00:00+00:00' }),
          attribute('domain|ip', 'phish.example|203.0.113.8'),
          attribute('ip-dst|port', '203.0.113.9|443'),
          attribute('url', 'https://phish.example/login'),
          attribute('email-src', 'Box@Phish.example'),
          attribute('user-agent', 'ExampleKit/1.2 (X11; Linux x86_64)'),
          attribute('AS', 'AS64500'),
          attribute('sha256', 'not about sign-ins'),
          attribute('ip-src', '203.0.113.10', { to_ids: false }),
          attribute('ip-src', '203.0.113.11', { deleted: true }),
        ],
        {
          Object: [
            { Attribute: [attribute('hostname', 'login.phish.example', { to_ids: '1' })] },
            { deleted: true, Attribute: [attribute('domain', 'x.example')] },
          ],
        },
      ),
    );
    expect(unread).toEqual([]);
    expect(entries.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'address 203.0.113.7',
      'domain phish.example',
      'address 203.0.113.8',
      'address 203.0.113.9',
      'url https://phish.example/login',
      'email box@phish.example',
      'user-agent ExampleKit/1.2(X11;Linuxx86_64)',
      'network 64500',
      'domain login.phish.example',
    ]);
    expect(entries[0]).toMatchObject({
      of: '11111111-1111-4111-8111-111111111111',
      from: Date.UTC(2026, 1, 20),
      until: Date.UTC(2026, 1, 28),
    });
  });

  it('names what is no such thing, and takes the rest', () => {
    const { entries, unread } = readDocument(
      'misp',
      event([attribute('ip-src', 'phish.example'), 'nothing', { type: 'ip-src' }, attribute('domain|ip', 'phish.example')]),
    );
    expect(entries.map(({ value }) => value)).toEqual(['phish.example']);
    expect(unread.map(({ reason }) => reason)).toEqual([
      'an attribute of type ip-src that is no address',
      'an attribute that is none',
      'an attribute that is none',
      'an attribute of type domain|ip that is no address',
    ]);
  });
});

describe('any document', () => {
  it('never throws, whatever it holds', () => {
    const words = fc.constantFrom(
      'Event',
      'Attribute',
      'Object',
      'objects',
      'type',
      'indicator',
      'id',
      'pattern',
      'uuid',
      'value',
      '__proto__',
      'constructor',
    );
    const hostile = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(words, tie('value')),
        fc.array(tie('value'), { maxLength: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.constantFrom(...feedKinds), hostile, (kind, document) => {
        expect(readDocument(kind, document)).toMatchObject({ entries: expect.any(Array) });
      }),
      { numRuns: 300 },
    );
  });

  it('of CSV keeps its own dates, and says which line is bad', () => {
    const text =
      'kind,value,name,confidence,valid_from,valid_until,source,note\ndomain,phish.example,one,70,2026-03-01,,them,\ndomain,,two,,2026-03-01,,them,\n';
    const { entries, unread } = readDocument('csv', text);
    expect(entries).toEqual([{ of: 'feed/one', kind: 'domain', value: 'phish.example', confidence: 70, from }]);
    expect(unread[0]?.example).toContain('line 3');
  });
});

describe('refusals', () => {
  it('are counted by reason with a few examples, however many come, and draw nothing over a terminal', () => {
    const refusals = createRefusals();
    for (let index = 0; index < 1000; index++)
      refusals.add(index % 2 === 0 ? 'one reason' : `reason ${index}`, `\u001b[2J\u202Eexample ${index}`);
    const list = refusals.list();
    expect(list[0]).toMatchObject({ reason: 'one reason', count: 500 });
    expect(list.length).toBeLessThan(50);
    expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(JSON.stringify(list)).not.toMatch(/\\u001b|\u202e/);
  });
});

describe('what feeds list', () => {
  const foreign = createForeignIndicators([
    { feed: 'one', entries: [{ of: 'x', kind: 'address', value: '203.0.113.0/28', confidence: 60, from, until: from + day }] },
    { feed: 'two', entries: [{ of: 'y', kind: 'url', value: 'https://phish.example/a/b', confidence: 30, from }] },
  ]);

  it('has ids that name feed and value, and words for people', () => {
    expect(foreign.address('203.0.113.7', from)).toEqual(['feed/one/address/203.0.113.0/28']);
    expect(foreign.words('feed/one/address/203.0.113.0/28')).toBe('203.0.113.0/28 in one (confidence 60 of 100)');
    expect(foreign.match('url', 'https://phish.example/a/b', from).map(foreign.words)).toEqual([
      'https://phish.example/a/b in two (confidence 30 of 100)',
    ]);
  });

  it('counts by the time of the event, with grace', () => {
    expect(foreign.address('203.0.113.7', from - 1)).toEqual([]);
    expect(foreign.address('203.0.113.7', from + 91 * day)).not.toEqual([]);
    expect(foreign.address('203.0.113.7', from + 91 * day + 1)).toEqual([]);
  });
});

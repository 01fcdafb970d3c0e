import { describe, expect, it } from 'vitest';
import type { FeedEntry } from '../../../../src/contracts/indicators.ts';
import { createForeignIndicators } from '../../../../src/detect/indicators/feeds/foreign-index.ts';

const from = Date.UTC(2026, 0, 1);
const now = Date.UTC(2026, 8, 1);
const entry = (kind: FeedEntry['kind'], value: string, confidence = 50): FeedEntry => ({ of: 'e', kind, value, confidence, from });
const long = `https://a.example/${'x'.repeat(400)}`;
const feeds = createForeignIndicators([
  {
    feed: 'one',
    entries: [
      entry('url', 'https://a.example/login/', 40),
      entry('url', 'https://a.example/login/', 70),
      entry('url', long, 65),
      entry('address', '203.0.113.0/24', 20),
      entry('address', '203.0.113.0/28', 60),
      entry('address', '2001:db8::/48', 30),
    ],
  },
  { feed: 'two', entries: [entry('url', 'https://a.example/login/', 90), entry('address', '203.0.113.7', 80)] },
]);

describe('what foreign feeds list', () => {
  it('is found under an id that names feed and value', () => {
    expect(feeds.match('url', 'https://a.example/login/', now)).toEqual([
      'feed/one/url/https://a.example/login/',
      'feed/two/url/https://a.example/login/',
    ]);
    expect(feeds.match('url', 'https://b.example/login/', now)).toEqual([]);
    expect(feeds.match('url', 'https://a.example/login/', from - 1)).toEqual([]);
  });

  it('is found in every range around an address, of either family', () => {
    expect(feeds.address('203.0.113.7', now)).toEqual([
      'feed/one/address/203.0.113.0/24',
      'feed/one/address/203.0.113.0/28',
      'feed/two/address/203.0.113.7',
    ]);
    expect(feeds.address('203.0.113.99', now)).toEqual(['feed/one/address/203.0.113.0/24']);
    expect(feeds.address('2001:db8:0:1::1', now)).toEqual(['feed/one/address/2001:db8::/48']);
    expect(feeds.address('2001:db8:1::1', now)).toEqual([]);
  });

  it('is told with the confidence of its own feed: the greatest, where one lists it twice', () => {
    expect(feeds.words('feed/one/url/https://a.example/login/')).toBe('https://a.example/login/ in one (confidence 70 of 100)');
    expect(feeds.words('feed/two/url/https://a.example/login/')).toBe('https://a.example/login/ in two (confidence 90 of 100)');
    expect(feeds.words('feed/one/address/203.0.113.0/24')).toBe('203.0.113.0/24 in one (confidence 20 of 100)');
  });

  it('has a bounded id, by which a longer value is told as well', () => {
    const [id = ''] = feeds.match('url', long, now);
    expect(id).toHaveLength('feed/one/url/'.length + 300);
    expect(feeds.words(id)).toBe(`${long.slice(0, 300)} in one (confidence 65 of 100)`);
  });
});

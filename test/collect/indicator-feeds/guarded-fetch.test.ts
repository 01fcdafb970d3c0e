// What a hostile source can do to the guard that reads it: nothing but fail.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBounded } from '../../../src/collect/indicator-feeds/bounded-json.ts';
import { createGuardedFetch, FeedError } from '../../../src/collect/indicator-feeds/guarded-fetch.ts';
import { isPublic, type Resolve } from '../../../src/collect/indicator-feeds/public-addresses.ts';
import { answering, endless, startFeedServer } from '../../support/feed-server.ts';

const server = await startFeedServer();
afterAll(() => server.close());
const read = (path: string, limits: Parameters<typeof server.fetch>[0] = {}) => server.fetch(limits)(`${server.url}${path}`, {});

describe('a guarded fetch', () => {
  it('reads what is there, packed or not, without a byte order mark', async () => {
    server.pages.set('/plain', answering('\uFEFFhello'));
    server.pages.set('/packed', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')));
    expect((await read('plain'))?.text).toBe('hello');
    expect((await read('packed'))?.text).toBe('hello');
  });

  it('says when nothing changed', async () => {
    server.pages.set('/same', (_, response) => void response.writeHead(304).end());
    expect(await read('same')).toBeUndefined();
  });

  it('stops an endless answer at the limit, and closes the connection', async () => {
    server.pages.set('/endless', endless(Buffer.alloc(64 * 1024, 'a')));
    await expect(read('endless', { bytes: 1024 * 1024 })).rejects.toThrow('it is larger than 1 MB');
  });

  it('believes an announced 10 GB and reads none of it', async () => {
    server.pages.set('/huge', (_, response) => {
      response.writeHead(200, { 'content-length': '10737418240' });
      response.write('a');
    });
    await expect(read('huge')).rejects.toThrow('it is larger than 48 MB');
  });

  it('counts what a packed answer unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    expect(bomb.byteLength).toBeLessThan(100_000);
    server.pages.set('/bomb', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await expect(read('bomb', { bytes: 1024 * 1024 })).rejects.toThrow('it is larger than 1 MB');
  });

  it('gives up on a source that is silent, or that drips', async () => {
    server.pages.set('/silent', () => undefined);
    server.pages.set('/drips', (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect(read('silent', { milliseconds: 150 })).rejects.toThrow('it takes longer than 0.15 seconds');
    await expect(read('drips', { milliseconds: 150 })).rejects.toThrow('it takes longer than 0.15 seconds');
  });

  it('follows a redirect on the same host only, and not for ever', async () => {
    server.pages.set('/moved', (_, response) => void response.writeHead(302, { location: '/plain' }).end());
    server.pages.set('/away', (_, response) => void response.writeHead(302, { location: 'https://other.example.com/x' }).end());
    server.pages.set('/circle', (_, response) => void response.writeHead(302, { location: '/circle' }).end());
    server.pages.set('/down', (_, response) => void response.writeHead(302, { location: server.url.replace('https', 'http') }).end());
    expect((await read('moved'))?.text).toBe('hello');
    await expect(read('away')).rejects.toThrow('it redirects to another host, other.example.com');
    await expect(read('circle')).rejects.toThrow('it redirects more than 3 times');
    await expect(read('down')).rejects.toThrow('is not https');
  });

  it.each([
    ['/gone', 'it answers 404'],
    ['/broken', 'it cannot be read: '],
    ['/odd', 'it is packed with compress'],
  ])('says in plain words what is wrong with %s', async (path, words) => {
    server.pages.set('/broken', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'));
    server.pages.set('/odd', answering('x', { 'content-encoding': 'compress' }));
    await expect(read(path.slice(1))).rejects.toThrow(words);
  });

  it('asks no address but public ones, whatever name stands before it', async () => {
    const resolving =
      (...addresses: string[]): Resolve =>
      (_, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
    const asking = (url: string, resolve?: Resolve) => createGuardedFetch(resolve === undefined ? {} : { resolve })(url, {});
    await expect(asking('https://127.0.0.1/')).rejects.toThrow('127.0.0.1 is no public address');
    await expect(asking('https://[::1]/')).rejects.toThrow('::1 is no public address');
    await expect(asking('https://2130706433/')).rejects.toThrow('127.0.0.1 is no public address');
    await expect(asking('https://169.254.169.254/metadata')).rejects.toThrow('no public address');
    await expect(asking('https://feed.example.com/', resolving('10.0.0.4'))).rejects.toThrow('resolves to 10.0.0.4, which is no public');
    // One good address does not excuse another: the connection may go to either.
    await expect(asking('https://feed.example.com/', resolving('198.51.100.1', '10.0.0.4'))).rejects.toThrow('no public address');
    await expect(asking('https://feed.example.com/', resolving('::ffff:169.254.169.254'))).rejects.toThrow('no public address');
    await expect(asking('https://me:secret@feed.example.com/')).rejects.toThrow('carries credentials');
    await expect(asking('http://feed.example.com/')).rejects.toThrow('is not https');
  });

  it.each([
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['168.63.129.16', false],
    ['127.0.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['fe80::1', false],
    ['fc00::1', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['no address', false],
  ])('%s is public: %s', (address, expected) => expect(isPublic(address)).toBe(expected));
});

describe('JSON from outside', () => {
  it('is refused where it is nested deeper than stated, before it is parsed', () => {
    expect(() => parseBounded('['.repeat(100_000) + ']'.repeat(100_000), 50)).toThrow('nested deeper than 50 levels');
    expect(() => parseBounded('{"a":'.repeat(51), 50)).toThrow('nested deeper');
    expect(() => parseBounded('{', 50)).toThrow(FeedError);
    expect(() => parseBounded('"\\', 50)).toThrow('it is no JSON');
  });

  it('is read as ever where it is not, brackets and quotes in texts included', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(parseBounded(JSON.stringify(value), 50)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 60 },
    );
    expect(parseBounded(JSON.stringify('[{"\\'.repeat(200)), 3)).toBe('[{"\\'.repeat(200));
  });

  it('counts the same depth as a plain walk', () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(5), (value, most) => {
        const text = JSON.stringify(value);
        if (depth(JSON.parse(text)) > most) expect(() => parseBounded(text, most)).toThrow('nested deeper');
        else expect(() => parseBounded(text, most)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

// Reading TAXII collections, MISP feeds and single documents: what is asked, where the next reading goes on, and what a broken or hostile server leads to.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type FeedOutcome, readFeed } from '../../../src/collect/indicator-feeds/read-feed.ts';
import type { FeedCursor, FeedKind } from '../../../src/contracts/indicators.ts';
import { answering, startFeedServer } from '../../support/feed-server.ts';

const server = await startFeedServer();
afterAll(() => server.close());
beforeEach(() => {
  server.pages.clear();
  server.asked.length = 0;
});

async function read(kind: FeedKind, path: string, more: { cursor?: FeedCursor; full?: boolean; late?: () => boolean } = {}) {
  const documents: unknown[] = [];
  const outcome = await readFeed({
    feed: { kind, name: 'example', url: `${server.url}${path}` },
    fetch: server.fetch(),
    cursor: more.cursor,
    take: (document) => documents.push(document) > 0 && more.full !== true,
    late: more.late ?? (() => false),
  });
  return { outcome, documents };
}
const cursorOf = (outcome: FeedOutcome) => (outcome.status === 'read' ? outcome.cursor : undefined);

describe('a TAXII 2.1 collection', () => {
  const collection = '/api1/collections/9ee8a9b3-da1b-45d1-9cf6-8141f7039f82/objects/';
  const path = 'api1/collections/9ee8a9b3-da1b-45d1-9cf6-8141f7039f82';
  const added = (time: string) => ({ 'content-type': 'application/taxii+json;version=2.1', 'x-taxii-date-added-last': time });
  const query = (index: number) => new URL(server.asked[index]?.path ?? '', server.url).searchParams;

  it('is read page by page by `next`, with the Accept header that the specification wants', async () => {
    server.pages.set(collection, (request, response) => {
      const next = new URL(request.url ?? '', server.url).searchParams.get('next');
      if (next === null) answering({ more: true, next: 'two', objects: [1] }, added('2026-03-01T00:00:00.000001Z'))(request, response);
      else answering({ objects: [2] }, added('2026-03-02T00:00:00.000002Z'))(request, response);
    });
    const { outcome, documents } = await read('taxii', path);
    expect(documents).toEqual([{ more: true, next: 'two', objects: [1] }, { objects: [2] }]);
    expect(outcome).toEqual({ status: 'read', what: 'all', cursor: { addedAfter: '2026-03-02T00:00:00.000002Z' } });
    expect(server.asked.map(({ headers }) => headers.accept)).toEqual(Array(2).fill('application/taxii+json;version=2.1'));
    expect(query(0).get('added_after')).toBeNull();
  });

  it('goes on by the time of the last object where the server gives no `next`', async () => {
    server.pages.set(collection, (request, response) => {
      const after = new URL(request.url ?? '', server.url).searchParams.get('added_after');
      if (after === null) answering({ more: true, objects: [1] }, added('2026-03-01T00:00:00Z'))(request, response);
      else answering({ objects: [2] }, added('2026-03-02T00:00:00Z'))(request, response);
    });
    const { documents } = await read('taxii', path);
    expect(documents).toHaveLength(2);
    expect(query(1).get('added_after')).toBe('2026-03-01T00:00:00Z');
  });

  it('is asked for what was added since the last reading; an empty answer is no fault', async () => {
    server.pages.set(collection, answering({}));
    const { outcome } = await read('taxii', path, { cursor: { addedAfter: '2026-03-02T00:00:00Z' } });
    expect(query(0).get('added_after')).toBe('2026-03-02T00:00:00Z');
    expect(outcome).toEqual({ status: 'read', what: 'more', cursor: { addedAfter: '2026-03-02T00:00:00Z' } });
  });

  it.each([
    ['the same `next` for ever', { more: true, next: 'again', objects: [] }, {}, 'its pages lead nowhere'],
    ['more without a way there', { more: true, objects: [] }, {}, 'its pages lead nowhere'],
    ['no envelope', [1, 2], {}, 'it is no TAXII 2.1 envelope'],
    ['no JSON', '<html>', {}, 'it is no JSON'],
  ])('that answers with %s fails', async (_, body, headers, cause) => {
    server.pages.set(collection, answering(body, headers));
    expect((await read('taxii', path)).outcome).toEqual({ status: 'failed', cause });
    expect(server.asked.length).toBeLessThan(4);
  });

  it('that is slow is read on the next time, from where this reading came to', async () => {
    server.pages.set(collection, answering({ more: true, next: 'x', objects: [1] }, added('2026-03-01T00:00:00Z')));
    const { outcome } = await read('taxii', path, { late: () => true });
    expect(outcome).toMatchObject({ status: 'read', cursor: { addedAfter: '2026-03-01T00:00:00Z' }, incomplete: expect.any(String) });
  });

  it('that lists more than is taken ends there, and says so', async () => {
    server.pages.set(collection, answering({ more: true, next: 'x', objects: [1] }));
    expect((await read('taxii', path, { full: true })).outcome).toMatchObject({ incomplete: 'it lists more than is taken' });
  });
});

describe('a MISP feed', () => {
  const one = '11111111-1111-4111-8111-111111111111';
  const two = '22222222-2222-4222-8222-222222222222';
  const serve = (events: Record<string, unknown>, bodies: Record<string, unknown>) => {
    server.pages.set('/misp/manifest.json', answering(events));
    for (const [event, body] of Object.entries(bodies)) server.pages.set(`/misp/${event}.json`, answering(body));
  };

  it('is read by its manifest, newest events first, and afterwards only what changed', async () => {
    serve({ [one]: { timestamp: '100' }, [two]: { timestamp: 200 } }, { [one]: { Event: 1 }, [two]: { Event: 2 } });
    const first = await read('misp', 'misp');
    expect(first.documents).toEqual([{ Event: 2 }, { Event: 1 }]);
    expect(cursorOf(first.outcome)).toEqual({ events: { [one]: 100, [two]: 200 } });
    const cursor = cursorOf(first.outcome) ?? {};
    expect((await read('misp', 'misp/', { cursor })).outcome).toEqual({ status: 'unchanged' });
    serve({ [one]: { timestamp: '300' }, [two]: { timestamp: 200 } }, { [one]: { Event: 3 } });
    expect((await read('misp', 'misp/manifest.json', { cursor })).documents).toEqual([{ Event: 3 }]);
  });

  it('forgets an event that its manifest no longer lists', async () => {
    serve({ [two]: { timestamp: 200 } }, {});
    const { outcome } = await read('misp', 'misp', { cursor: { events: { [one]: 100, [two]: 200 } } });
    expect(outcome).toMatchObject({ status: 'read', what: 'more', standing: new Set([two]), cursor: { events: { [two]: 200 } } });
  });

  it('with a broken file reads the others, says so, and tries it again', async () => {
    serve({ [one]: { timestamp: 1 }, [two]: { timestamp: 2 } }, { [one]: { Event: 1 }, [two]: '<html>' });
    const { outcome, documents } = await read('misp', 'misp');
    expect(documents).toEqual([{ Event: 1 }]);
    expect(outcome).toMatchObject({ incomplete: '1 of its events cannot be read', cursor: { events: { [one]: 1 } } });
  });

  it('that names files instead of events is refused: a name must lead nowhere else', async () => {
    serve({ '../../secret': { timestamp: 1 } }, {});
    expect((await read('misp', 'misp')).outcome).toEqual({ status: 'failed', cause: 'its manifest.json is no MISP manifest' });
    expect(server.asked).toHaveLength(1);
  });

  it('that is slow leaves the rest for the next time', async () => {
    serve({ [one]: { timestamp: 1 }, [two]: { timestamp: 2 } }, { [one]: { Event: 1 }, [two]: { Event: 2 } });
    let asked = 0;
    const { outcome, documents } = await read('misp', 'misp', { late: () => ++asked > 1 });
    expect(documents).toEqual([{ Event: 2 }]);
    expect(outcome).toMatchObject({ incomplete: '1 of its events are read at the next times' });
  });

  it('may be a single event', async () => {
    server.pages.set('/misp/event.json', answering({ Event: 9 }));
    expect((await read('misp', 'misp/event.json')).documents).toEqual([{ Event: 9 }]);
  });
});

describe('a single document', () => {
  it('is asked for with the ETag of the last reading', async () => {
    server.pages.set('/bundle.json', (request, response) => {
      if (request.headers['if-none-match'] === '"a"') response.writeHead(304).end();
      else answering({ objects: [] }, { etag: '"a"' })(request, response);
    });
    const { outcome } = await read('stix', 'bundle.json');
    expect(outcome).toEqual({ status: 'read', what: 'all', cursor: { etag: '"a"' } });
    expect((await read('stix', 'bundle.json', { cursor: { etag: '"a"' } })).outcome).toEqual({ status: 'unchanged' });
  });

  it('of CSV is handed over as text', async () => {
    server.pages.set('/list.csv', answering('kind,value\n'));
    expect((await read('csv', 'list.csv')).documents).toEqual(['kind,value\n']);
  });
});

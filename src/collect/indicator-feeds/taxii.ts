// A TAXII 2.1 collection without credentials, page by page; after the first time only what was added since. Called by read-feed.ts.
import { z } from 'zod';
import { parseBounded } from './bounded-json.ts';
import { FeedError } from './guarded-fetch.ts';
import type { FeedOutcome, FeedReading } from './read-feed.ts';

const accept = 'application/taxii+json;version=2.1';
const pageSize = 1000;
const mostPages = 1000;
const envelope = z.looseObject({ more: z.boolean().default(false), next: z.string().max(2000).optional() });

/**
 * `next` where the server gives one; else, as the specification (3.4) says, the time of the last object of the page, which the header X-TAXII-Date-Added-Last tells.
 * A server that says "more" and leads nowhere, or in a circle, is an error.
 */
export async function readTaxii({ feed, fetch, cursor, take, depth, late }: FeedReading): Promise<FeedOutcome> {
  const objects = new URL('objects/', feed.url.endsWith('/') ? feed.url : `${feed.url}/`);
  let after = cursor?.addedAfter;
  let from = after;
  let next: string | undefined;
  const seen = new Set<string>();
  for (let pages = 0; ; pages++) {
    if (pages >= mostPages) throw new FeedError(`it has more than ${mostPages} pages`);
    const page = new URL(objects);
    page.searchParams.set('limit', String(pageSize));
    page.searchParams.set('match[type]', 'indicator');
    if (from !== undefined) page.searchParams.set('added_after', from);
    if (next !== undefined) page.searchParams.set('next', next);
    const got = await fetch(page.href, { accept });
    if (got === undefined) throw new FeedError('it says that nothing changed, which was not asked');
    const document = parseBounded(got.text, depth);
    const parsed = envelope.safeParse(document);
    if (!parsed.success) throw new FeedError('it is no TAXII 2.1 envelope');
    const wanted = take(document);
    const last = z.iso.datetime().safeParse(got.header('x-taxii-date-added-last'));
    if (last.success && (after === undefined || last.data > after)) after = last.data;
    const ending: FeedOutcome = {
      status: 'read',
      what: cursor?.addedAfter === undefined ? 'all' : 'more',
      cursor: after === undefined ? {} : { addedAfter: after },
    };
    if (!wanted) return { ...ending, incomplete: 'it lists more than is taken' };
    if (!parsed.data.more) return ending;
    // Pages come in the order in which things were added: the next reading goes on here.
    if (late() && last.success) return { ...ending, incomplete: 'it is slow, and the rest is read at the next times' };
    next = parsed.data.next;
    if (next === undefined) from = after;
    const place = `${from}|${next}`;
    if (seen.has(place) || (next === undefined && !last.success)) throw new FeedError('its pages lead nowhere');
    seen.add(place);
  }
}

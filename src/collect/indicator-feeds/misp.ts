// A MISP feed: a manifest and one file per event, of which only changed ones are read; or a single event. Called by read-feed.ts.
import { z } from 'zod';
import { parseBounded } from './bounded-json.ts';
import { FeedError } from './guarded-fetch.ts';
import type { FeedOutcome, FeedReading } from './read-feed.ts';

const accept = 'application/json';
/** Files of one reading: the rest follows at the next one, newest first. */
const mostEvents = 300;
/** More, and the feed is broken rather than a file of it. */
const mostBroken = 10;
/** Older ones of a feed that lists more: long lists go back ten years and more. */
const mostStanding = 5_000;
const manifest = z.record(
  z.guid().toLowerCase(),
  z.looseObject({ timestamp: z.union([z.string().regex(/^\d{1,11}$/), z.int().min(0)]).transform(Number) }),
);

export async function readMisp({ feed, fetch, cursor, take, depth, late }: FeedReading): Promise<FeedOutcome> {
  const json = async (url: URL | string): Promise<unknown> => {
    const got = await fetch(String(url), { accept });
    if (got === undefined) throw new FeedError('it says that nothing changed, which was not asked');
    return parseBounded(got.text, depth);
  };
  const { pathname } = new URL(feed.url);
  if (pathname.endsWith('.json') && !pathname.endsWith('/manifest.json')) {
    take(await json(feed.url));
    return { status: 'read', what: 'all', cursor: {} };
  }
  const base = pathname.endsWith('/manifest.json') || feed.url.endsWith('/') ? feed.url : `${feed.url}/`;
  const parsed = manifest.safeParse(await json(new URL('manifest.json', base)));
  if (!parsed.success) throw new FeedError('its manifest.json is no MISP manifest');
  const listed = Object.entries(parsed.data)
    .map(([event, { timestamp }]) => ({ event, timestamp }))
    .sort((a, b) => b.timestamp - a.timestamp || (a.event < b.event ? -1 : 1));
  const standing = listed.slice(0, mostStanding);
  const read = cursor?.events ?? {};
  const changed = standing.filter(({ event, timestamp }) => !Object.hasOwn(read, event) || read[event] !== timestamp);
  const events = new Map(standing.flatMap(({ event }) => (Object.hasOwn(read, event) ? [[event, read[event] ?? 0] as const] : [])));
  let full = false;
  let broken = 0;
  let left = changed.length;
  for (const { event, timestamp } of changed.slice(0, mostEvents)) {
    if (late()) break;
    left--;
    try {
      // The name is a UUID, so it leads nowhere else.
      full = !take(await json(new URL(`${event}.json`, base)), event);
      events.set(event, timestamp);
    } catch (error) {
      // One broken file hides no other; it is tried again the next time.
      if (!(error instanceof FeedError) || ++broken > mostBroken) throw error;
    }
    if (full) break;
  }
  const incomplete = [
    ...(full ? ['it lists more than is taken'] : left > 0 ? [`${left} of its events are read at the next times`] : []),
    ...(broken > 0 ? [`${broken} of its events cannot be read`] : []),
    ...(listed.length > standing.length ? [`of its ${listed.length} events the newest ${standing.length} are read`] : []),
  ].join('; ');
  if (changed.length === 0 && events.size === Object.keys(read).length && cursor !== undefined) return { status: 'unchanged' };
  return {
    status: 'read',
    what: 'more',
    standing: new Set(standing.map(({ event }) => event)),
    cursor: { events: Object.fromEntries(events) },
    ...(incomplete === '' ? {} : { incomplete }),
  };
}

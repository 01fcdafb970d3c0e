// A feed that is one document: a STIX bundle, a CSV. Asked for with the ETag of the last reading, so that an unchanged one costs nothing. Called by read-feed.ts.
import { parseBounded } from './bounded-json.ts';
import type { FeedOutcome, FeedReading } from './read-feed.ts';

export async function readSingle({ feed, fetch, cursor, take, depth }: FeedReading): Promise<FeedOutcome> {
  const accept =
    feed.kind === 'csv' ? 'text/csv, text/plain;q=0.9, */*;q=0.1' : 'application/stix+json;version=2.1, application/json;q=0.9';
  const got = await fetch(feed.url, { accept, ...(cursor?.etag === undefined ? {} : { 'if-none-match': cursor.etag }) });
  if (got === undefined) return { status: 'unchanged' };
  take(feed.kind === 'csv' ? got.text : parseBounded(got.text, depth));
  const etag = got.header('etag')?.slice(0, 200);
  return { status: 'read', what: 'all', cursor: etag === undefined ? {} : { etag } };
}

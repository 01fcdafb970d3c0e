// What a document of a foreign feed says: entries, what is withdrawn, and what cannot be read. Called by refresh and by `tenant-guard indicators check`; one reader per kind of feed.
import type { FeedEntry, FeedKind } from '../../../contracts/indicators.ts';
import { readCsvFeed } from './csv-feed.ts';
import { readMispEvent } from './misp-event.ts';
import { readStixObjects } from './stix-objects.ts';

/** One fault, or one kind of fault, with what it was found in. Untrusted text. */
export interface Unread {
  readonly reason: string;
  readonly example: string;
}

export interface DocumentRead {
  readonly entries: readonly FeedEntry[];
  /** What the source itself withdrew (`FeedEntry.of`). */
  readonly withdrawn: readonly string[];
  readonly unread: readonly Unread[];
}

/** Never throws, whatever the document holds. @param document JSON, but of CSV the text; its depth is bounded by whoever read it */
export function readDocument(kind: FeedKind, document: unknown): DocumentRead {
  switch (kind) {
    case 'stix':
    case 'taxii':
      return readStixObjects(document);
    case 'misp':
      return readMispEvent(document);
    case 'csv':
      return readCsvFeed(document);
  }
}

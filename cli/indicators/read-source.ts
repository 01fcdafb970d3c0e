// A source of indicators as the refresh would read it, from a file or from its address, and what of it is taken and refused. Called by `tenant-guard indicators check` and by `check --indicators`.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseBounded } from '../../src/collect/indicator-feeds/bounded-json.ts';
import { FeedError, type GuardedFetch, usualLimits } from '../../src/collect/indicator-feeds/guarded-fetch.ts';
import { readFeed } from '../../src/collect/indicator-feeds/read-feed.ts';
import type { FeedEntry, FeedKind, Refusal } from '../../src/contracts/indicators.ts';
import { createVet, type Own } from '../../src/detect/indicators/feeds/vet.ts';
import { createCopy } from '../../src/rounds/indicators/copy.ts';

export interface ReadSource {
  /** Of the file or host, in the letters that a feed's name may have. */
  readonly name: string;
  readonly kind: FeedKind;
  readonly entries: readonly FeedEntry[];
  readonly refused: readonly Refusal[];
  readonly incomplete?: string;
}

export interface SourceQuestion {
  /** A path, or an https address. */
  readonly source: string;
  /** Absent: by the name and content of a file. An address needs it. */
  readonly kind?: FeedKind | undefined;
  readonly own: Own;
  readonly fetch: GuardedFetch;
  readonly now: number;
}

/** @throws FeedError with a clause that follows the source's name */
export async function readSource({ source, kind, own, fetch, now }: SourceQuestion): Promise<ReadSource> {
  const vet = createVet(own);
  if (source.startsWith('https://')) {
    if (kind === undefined) throw new FeedError('say of which kind it is: --kind stix, taxii, misp or csv');
    const copy = createCopy({ kind, vet, now });
    const name = named(new URL(source).hostname);
    const outcome = await readFeed({ feed: { kind, name, url: source }, fetch, cursor: undefined, take: copy.take, late: () => false });
    if (outcome.status === 'failed') throw new FeedError(outcome.cause);
    const entries = copy.entries(outcome, []);
    const incomplete = outcome.status === 'read' ? outcome.incomplete : undefined;
    return { name, kind, entries, refused: copy.refused(), ...(incomplete === undefined ? {} : { incomplete }) };
  }
  if (/^\w+:\/\//.test(source)) throw new FeedError('only https addresses are read');
  const { size } = await stat(source);
  if (size > usualLimits.bytes) throw new FeedError(`it is larger than ${usualLimits.bytes / 1024 / 1024} MB`);
  const text = (await readFile(source, 'utf8')).replace(/^\uFEFF/, '');
  const isCsv = kind === undefined ? source.toLowerCase().endsWith('.csv') : kind === 'csv';
  const document = isCsv ? text : parsed(text, kind === undefined);
  const found = kind ?? (isCsv ? 'csv' : typeof document === 'object' && document !== null && 'Event' in document ? 'misp' : 'stix');
  const copy = createCopy({ kind: found, vet, now });
  copy.take(document);
  const entries = copy.entries({ status: 'read', what: 'all', cursor: {} }, []);
  return { name: named(basename(source)), kind: found, entries, refused: copy.refused() };
}

/** Only a name tells CSV from the rest: what is neither may be one that is called otherwise. */
function parsed(text: string, guessed: boolean): unknown {
  try {
    return parseBounded(text, usualLimits.depth);
  } catch (cause) {
    if (!guessed || !(cause instanceof FeedError) || /^\s*[[{]/.test(text)) throw cause;
    throw new FeedError(`${cause.message}; a CSV needs a name that ends in .csv, or --kind csv`, { cause });
  }
}

const named = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\.(?:json|csv)$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40) || 'file';
